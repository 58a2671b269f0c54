package import EventLoops
package import JSONText
import SchemaModel

/// Takes the bytes of a file whose row comes from elsewhere with its key (a template's), under the limits of uploads.
///
/// - The bytes lie beside their place until `DepositedFile.place`, which belongs into the transaction of the row.
package struct FileDeposit: Sendable {
    private let settings: FileSettings
    private let storages: FileStorages
    private let loop: EventLoop

    package init(settings: FileSettings, storages: FileStorages, loop: EventLoop) {
        self.settings = settings
        self.storages = storages
        self.loop = loop
    }

    /// The name of the storage for a row: the one that it names where that is configured, else the first.
    package func storage(named name: String?) -> String { name.flatMap { storages[$0] == nil ? nil : $0 } ?? storages.first }

    /// Whether no storage has bytes for a row; false without a key that they could belong to.
    package func isMissing(_ row: JSONObject) async throws -> Bool {
        guard let id = row["id"]?.string.flatMap(UploadRules.key) else { return false }
        // The name that `receive` gives, and those that the row tells of.
        let names = [StoredName.make(id: id, suffix: FileDeposit.suffix(of: row))] + FileRow(id: id, row).names
        for storage in storages.all where try await storage.open(names, on: loop) != nil { return false }
        return true
    }

    private static func suffix(of row: JSONObject) -> String {
        let names = ["filename_disk", "filename_download"].compactMap { row[$0]?.string }
        return names.lazy.map(StoredName.suffix).first { !$0.isEmpty } ?? ContentType.suffix(of: ContentType.normalised(row["type"]?.string))
    }

    /// - Parameters:
    ///   - row: with `id` (a UUID); `storage`, `type` and `filename_disk` or `filename_download` count too.
    ///   - next: the next piece of the bytes; nil at their end.
    /// - Throws: `WireError` for a key, a type or a size that isn't allowed and for a storage that fails; what `next` throws. No bytes are left then.
    package func receive(_ row: JSONObject, next: () async throws -> [UInt8]?) async throws -> DepositedFile {
        guard let id = row["id"]?.string.flatMap(UploadRules.key) else { throw WireError.invalidPayload("A file's \"id\" has to be a UUID") }
        let type = ContentType.normalised(row["type"]?.string)
        guard ContentType.isAllowed(type, by: settings.allowedTypes) else { throw WireError.invalidPayload("File is of invalid content type") }
        let name = storage(named: row["storage"]?.string)
        guard let storage = storages[name] else { throw WireError.invalidPayload("Storage \"\(name)\" is not configured") }
        let storedName = StoredName.make(id: id, suffix: FileDeposit.suffix(of: row))
        do {
            let bytes = try await storage.begin(on: loop)
            do {
                let facts = try await fill(bytes, isImage: ImageFacts.types.contains(type), next)
                return DepositedFile(bytes: bytes, storage: storage, storedName: storedName, facts: facts, loop: loop)
            } catch {
                await bytes.discard()
                throw error
            }
        } catch {
            throw FileUpload.wire(error)
        }
    }

    private func fill(_ file: TemporaryFile, isImage: Bool, _ next: () async throws -> [UInt8]?) async throws -> ImageFacts? {
        while let piece = try await next() {
            if let maximum = settings.maximumSize, file.size + piece.count >= maximum { throw UploadRules.tooLarge }
            try await file.write(piece)
        }
        return try await file.finish { descriptor, size in isImage ? ImageFacts(source: UploadReceiver.source(descriptor, size)) : nil }
    }
}

/// Bytes that have been received.
package struct DepositedFile: Sendable {
    let bytes: TemporaryFile
    let storage: LocalStorage
    let storedName: String
    let facts: ImageFacts?
    let loop: EventLoop

    /// What the bytes say of themselves: `filesize`, of images `width` and `height`.
    package var values: JSONObject {
        var values = JSONObject([("filesize", .integer(bytes.size))])
        if let facts {
            values["width"] = .integer(facts.width)
            values["height"] = .integer(facts.height)
        }
        return values
    }

    /// Gives the bytes the name that belongs to the row's key. Does nothing the second time.
    /// - Throws: `WireError`.
    package func place() async throws {
        do { try await storage.place(bytes, as: storedName, on: loop) } catch { throw FileUpload.wire(error) }
    }

    /// Removes the bytes unless they have been placed.
    package func discard() async { await bytes.discard() }
}
