package import AccessControl
package import EventLoops
package import Items
import JSONText
package import QueryEngine
import SchemaModel

/// A file that the caller may have, with its bytes open.
package struct Asset: Sendable {
    /// What to call it: the row's download name where the caller may read that, else the key.
    package let name: String
    /// Printable ASCII.
    package let type: String
    package let modified: Moment
    package let width: Int?
    package let height: Int?
    package let bytes: StoredFile
}

/// From a key in a path to a file's bytes, with the caller's rights (contract/system.md, section 7).
///
/// - Errors: `FORBIDDEN`, the same bytes whether the row is missing, hidden, its key malformed or its bytes gone; `PostgresError`;
///   `SERVICE_UNAVAILABLE` where the storage fails. One per loop.
package struct AssetReader: Sendable {
    let storages: FileStorages
    let reader: ItemReader
    let loop: EventLoop

    package init(storages: FileStorages, reader: ItemReader, loop: EventLoop) {
        self.storages = storages
        self.reader = reader
        self.loop = loop
    }

    /// - Parameter key: only its first 36 characters count, so that `<id>.jpg` works.
    package func open(_ key: String, caller: Caller, in snapshot: EngineSnapshot, now: Moment) async throws -> Asset {
        let refusal = AssetReader.refusal(for: caller)
        guard let id = UploadRules.key(String(key.prefix(36))) else { throw refusal }
        guard let view = try await view(of: id, caller, snapshot, now) else { throw refusal }
        guard let (row, bytes) = try await stored(id, snapshot, now) else { throw refusal }
        let type = row["type"]?.string ?? ContentType.fallback
        let isPlain = !type.isEmpty && type.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        let name: String? =
            switch view {
            case .whole: row["filename_download"]?.string
            case .partial(let name): name
            }
        return Asset(
            name: name.flatMap { $0.isEmpty ? nil : $0 } ?? id, type: isPlain ? type : ContentType.fallback,
            modified: row["modified_on"]?.string.flatMap { Moment(isoText: $0) } ?? Moment(milliseconds: 0), width: row["width"]?.number?.int,
            height: row["height"]?.number?.int, bytes: bytes)
    }

    /// The row with its bytes, open. Where the two don't fit, the row may have been given other bytes since it was read: then it is read again.
    private func stored(_ id: String, _ snapshot: EngineSnapshot, _ now: Moment) async throws -> (row: JSONObject, bytes: StoredFile)? {
        var before: JSONObject?
        while true {
            let rows = try await reader.readAsServer(
                FileCollections.files, .keys([.string(id)]), query: "fields=\(FileRow.fields),modified_on,width,height", in: snapshot, now: now)
            guard let row = rows.array?.first?.object, let storage = row["storage"]?.string.flatMap({ storages[$0] }) else { return nil }
            let file = FileRow(id: id, row)
            do {
                if let bytes = try await storage.open(file.names, on: loop) {
                    if bytes.size == file.size || row == before { return (row, bytes) }
                } else if row == before {
                    // A row that never had bytes is not worth a search.
                    let found = file.received == nil && file.size == nil ? nil : try await storage.search(id: id, on: loop)
                    return found.map { (row, $0) }
                }
            } catch let error as StorageError {
                throw error.wire
            }
            before = row
        }
    }

    /// Depends on the caller alone.
    private static func refusal(for caller: Caller) -> WireError {
        if caller.isAdmin { return .forbidden }
        let readsSome = caller.access.access(to: FileCollections.files, for: .read) != nil
        return readsSome ? .forbidden(action: "read", on: FileCollections.files) : .forbidden(collection: FileCollections.files)
    }

    /// How much of the row the caller sees.
    private enum View {
        case whole
        case partial(name: String?)
    }

    /// - Returns: nil when the row is not for the caller.
    private func view(of id: String, _ caller: Caller, _ snapshot: EngineSnapshot, _ now: Moment) async throws -> View? {
        if caller.isAdmin { return .whole }
        if let rights = caller.access.access(to: FileCollections.files, for: .read),
            let collection = snapshot.schema.collection(FileCollections.files)
        {
            let fields = AssetReader.fields(of: rights, in: collection)
            do {
                let answer = try await reader.read(
                    ReadRequest(collection: FileCollections.files, target: .item(key: id), query: .text("fields=\(fields)")), by: caller,
                    in: snapshot,
                    now: now)
                return .partial(name: try JSONParser.parse(answer.body.bytes)["data"]?["filename_download"]?.string)
            } catch let error as WireError where error.code == .forbidden {}
        }
        return try await isProjectFile(id, snapshot, now) ? .whole : nil
    }

    /// The download name where it is granted at all (the read masks it where it isn't for this row), and one field of every case that doesn't
    /// grant it: a row counts as readable under a case that meets the fields asked for (contract/items.md, 5.3).
    private static func fields(of rights: ActionAccess, in collection: Collection) -> String {
        let name: FieldName = "filename_download"
        var fields = Set<FieldName>()
        for granting in rights.cases {
            switch granting.fields {
            case .all: fields.insert(name)
            case .some(let granted):
                let columns = collection.fields.filter { $0.column != nil && granted.contains($0.name) }.map(\.name)
                if let field = columns.contains(name) ? name : columns.first { fields.insert(field) }
            }
        }
        return fields.sorted().map(\.text).joined(separator: ",")
    }

    /// Logo and backgrounds of the project are everybody's.
    private func isProjectFile(_ id: String, _ snapshot: EngineSnapshot, _ now: Moment) async throws -> Bool {
        let names = ["project_logo", "public_background", "public_foreground", "public_favicon"]
        let settings = try await reader.readAsServer(
            FileCollections.settings, .collection, query: "fields=\(names.joined(separator: ","))", in: snapshot, now: now)
        return names.contains { settings[$0]?.string == id }
    }

    /// How the project lets images be transformed.
    package func transformPolicy(in snapshot: EngineSnapshot, now: Moment) async throws -> TransformPolicy {
        TransformPolicy(
            settings: try await reader.readAsServer(
                FileCollections.settings, .collection, query: "fields=storage_asset_transform,storage_asset_presets", in: snapshot, now: now))
    }
}
