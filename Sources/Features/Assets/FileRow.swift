import AccessControl
package import JSONText

/// What a row of `directus_files` says of its bytes.
package struct FileRow: Sendable, Equatable {
    static let fields = "storage,filename_disk,filename_download,type,filesize,uploaded_on"

    /// A UUID in lower case.
    package let id: String
    package let storage: String?
    let diskName: String?
    let downloadName: String?
    let type: String?
    /// Bytes.
    let size: Int?
    /// When the bytes came (`uploaded_on`); nil = they never did, or not by an upload.
    let received: Moment?

    /// - Parameter row: with `fields`; what is missing counts as null.
    package init(id: String, _ row: JSONObject) {
        self.id = id
        storage = row["storage"]?.string
        diskName = row["filename_disk"]?.string
        downloadName = row["filename_download"]?.string
        type = row["type"]?.string
        // A bigint is text in answers.
        size = row["filesize"]?.string.flatMap { Int($0) } ?? row["filesize"]?.number?.int
        received = row["uploaded_on"]?.string.flatMap { Moment(isoText: $0) }
    }

    /// The name of the bytes when nothing is under way.
    var storedName: String {
        if let diskName, StoredName.isOriginal(diskName, of: id) { return diskName }
        return StoredName.make(id: id, suffix: downloadSuffix.isEmpty ? typeSuffix : downloadSuffix)
    }

    /// Every name that the bytes can have, as far as the row tells. The first that is there has them: one that a replacement gave is there only
    /// until the bytes have their lasting name (`FileExchange`).
    package var names: [String] {
        var names: [String] = []
        let lasting = [storedName, downloadSuffix, typeSuffix, ""].enumerated().map { $0 == 0 ? $1 : StoredName.make(id: id, suffix: $1) }
        for name in (received.map { [StoredName.arriving(id: id, at: $0)] } ?? []) + lasting where !names.contains(name) { names.append(name) }
        return names
    }

    private var downloadSuffix: String { downloadName.map(StoredName.suffix) ?? "" }

    private var typeSuffix: String { ContentType.suffix(of: ContentType.normalised(type)) }
}
