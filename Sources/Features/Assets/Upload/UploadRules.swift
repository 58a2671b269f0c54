import AccessControl
import Digests
import EventLoops
import Items
import JSONText
import QueryEngine
import SchemaModel

/// What is to be done with one file of a request, known before its first byte is.
struct FilePlan {
    let payload: JSONObject
    /// The row's key, in lower case.
    let id: String
    let storedName: String
    let storage: LocalStorage
    let type: String
    /// From the part's own file name.
    let title: String
    /// `filename_disk` as the client wants it.
    let chosenDiskName: String?
}

/// Turns a part and the texts before it into a plan (contract/system.md, 6.2).
struct UploadRules {
    enum Target {
        case new
        case existing(id: String)
    }

    static let noFiles = WireError.invalidPayload("No files were included in the body")
    static let tooLarge = WireError(.contentTooLarge, message: "Uploaded content is too large.")
    /// Fields that the server fills in and that the caller must be granted all the same (contract/items.md, 5.5).
    static let filled = ["filename_download", "type"]

    let target: Target
    /// Where the row's bytes are; nil = as the payload says.
    let currentStorage: String?
    private let request: UploadRequest
    private let settings: FileSettings
    private let storages: FileStorages

    init(_ request: UploadRequest, settings: FileSettings, storages: FileStorages, target: Target, currentStorage: String? = nil) {
        self.request = request
        self.settings = settings
        self.storages = storages
        self.target = target
        self.currentStorage = currentStorage
    }

    /// A key as it stands in the database; nil when it is no UUID.
    static func key(_ text: String) -> String? { UUIDText.isValid(text) ? text.lowercased() : nil }

    /// - Parameters:
    ///   - filename: without a path, not empty.
    ///   - texts: the texts that came before the file.
    /// - Throws: `INVALID_PAYLOAD` for a type that isn't allowed or a storage that isn't there; `FORBIDDEN` without the rights.
    func plan(_ part: MultipartPart, filename: String, texts: JSONObject) throws -> FilePlan {
        let type = ContentType.normalised(part.type)
        guard ContentType.isAllowed(type, by: settings.allowedTypes) else { throw WireError.invalidPayload("File is of invalid content type") }
        var payload = texts
        let storageName = text("storage", in: payload) ?? storages.first
        let downloadName = text("filename_download", in: payload) ?? filename
        switch target {
        case .new: payload["storage"] = .string(storageName)
        case .existing: payload["storage"] = nil
        }
        payload["filename_download"] = .string(downloadName)
        payload["type"] = .string(type)
        try authorize(payload.keys)
        guard let storage = storages[currentStorage ?? storageName] else {
            throw WireError.invalidPayload("Storage \"\(storageName)\" is not configured")
        }
        let id = try key(in: &payload)
        var suffix = StoredName.suffix(of: downloadName)
        if suffix.isEmpty { suffix = ContentType.suffix(of: type) }
        let chosen = text("filename_disk", in: payload)
        if chosen == nil { payload["filename_disk"] = nil }
        return FilePlan(
            payload: payload, id: id, storedName: StoredName.make(id: id, suffix: suffix), storage: storage, type: type,
            title: FileTitle.title(of: filename), chosenDiskName: chosen)
    }

    private func authorize(_ keys: [String]) throws {
        guard let collection = request.snapshot.schema.collection(FileCollections.files) else {
            throw WireError.forbidden(collection: FileCollections.files)
        }
        let authorizer = WriteAuthorizer(snapshot: request.snapshot, access: request.caller.access)
        switch target {
        case .new: _ = try authorizer.create(keys, on: collection)
        case .existing: _ = try authorizer.update(keys, on: collection)
        }
    }

    private func key(in payload: inout JSONObject) throws -> String {
        if case .existing(let id) = target {
            payload["id"] = nil
            return id
        }
        guard let given = text("id", in: payload) else {
            payload["id"] = nil
            return UUIDText.v4()
        }
        guard let id = UploadRules.key(given) else { throw WireError.forbidden }
        return id
    }

    /// A text that says something.
    private func text(_ name: String, in payload: JSONObject) -> String? {
        guard case .string(let text)? = payload[name], !text.isEmpty else { return nil }
        return text
    }
}

/// A file whose bytes are all there, on disk under a name of their own.
struct ReceivedFile: Sendable {
    let payload: JSONObject
    let id: String
    let storedName: String
    let storage: LocalStorage
    let title: String
    let chosenDiskName: String?
    let bytes: TemporaryFile
    let facts: ImageFacts?

    func place(on loop: EventLoop) async throws { try await storage.place(bytes, as: storedName, on: loop) }

    /// What the server itself knows of the file. Needs no grant (contract/items.md, 5.5).
    /// - Parameter folder: for new files that name none.
    func serverValues(for target: UploadRules.Target, folder: String?, now: Moment) -> JSONObject {
        var values = JSONObject([("filesize", .integer(bytes.size)), ("uploaded_on", .string(now.isoText))])
        if chosenDiskName == nil { values["filename_disk"] = .string(storedName) }
        switch target {
        case .new:
            if payload["id"] == nil { values["id"] = .string(id) }
            if payload["title"] == nil || payload["title"] == .null || payload["title"] == .string("") { values["title"] = .string(title) }
            if payload["folder"] == nil, let folder { values["folder"] = .string(folder) }
        case .existing:
            for name in ["width", "height", "metadata"] { values[name] = .null }
        }
        if let facts {
            values["width"] = .integer(facts.width)
            values["height"] = .integer(facts.height)
            values["metadata"] = .object(facts.metadata)
        }
        return values
    }
}
