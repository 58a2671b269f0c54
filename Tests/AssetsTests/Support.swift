import AccessControl
import Assets
import Digests
import EventLoops
import Glibc
import Items
import JSONText
import Postgres
import QueryEngine
import QueryLanguage
import SchemaCompiler
import SchemaModel
import TestSupport
import Testing

/// What is written to files that are open for writing below a folder from now on finds the disk full.
func fillDisk(under root: String) {
    for name in names(in: "/proc/self/fd") {
        var target = [CChar](repeating: 0, count: 4096)
        guard let descriptor = Int32(name), case let length = readlink("/proc/self/fd/\(name)", &target, target.count - 1), length > 0,
            String(decoding: target.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self).hasPrefix("\(root)/")
        else { continue }
        let full = open("/dev/full", O_RDWR | O_CLOEXEC)
        dup2(full, descriptor)
        close(full)
    }
}

/// What lies in a folder, sorted.
func names(in root: String) -> [String] {
    guard let folder = opendir(root) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

func key(_ number: Int) -> String { "f1000000-0000-4000-8000-000000000\(number)" }

/// Uploads, assets and deletion over a real database and a real folder.
struct FileServer: Sendable {
    let client: PostgresClient
    let root: String
    let reader: ItemReader
    let writer: ItemWriter
    let storages: FileStorages
    let snapshot: EngineSnapshot
    let now = Moment(milliseconds: 1_700_000_000_000)

    var files: [String] { names(in: root) }
    var assets: AssetReader { AssetReader(storages: storages, reader: reader, loop: client.loop) }

    static let admin = Caller(principal: .system(reason: "tests"), access: .full)

    /// A caller with the fields named.
    static func caller(creates: Set<FieldName> = [], reads: Set<FieldName> = [], updates: Set<FieldName> = []) -> Caller {
        var grants: [PermissionAction: ActionAccess] = [:]
        for (action, fields) in [(PermissionAction.create, creates), (.read, reads), (.update, updates)] where !fields.isEmpty {
            let row = PermissionRow(policy: .public, fields: .some(fields), rule: nil, validation: nil, presets: nil)
            grants[action] = ActionAccess(
                cases: [AccessCase(fields: .some(fields), rule: nil)], fields: .some(fields), orderedFields: fields.sorted(), rows: [row])
        }
        let access = EffectiveAccess(isAdmin: false, hasAppAccess: false, policies: [.public], grants: [FileCollections.files: grants])
        return Caller(principal: .public, access: access)
    }

    func request(
        _ body: String, by caller: Caller = admin, breaksOff: Bool = false, query: String? = nil
    ) -> UploadRequest {
        let pieces = Pieces(Array(body.utf8), breaksOff: breaksOff)
        return UploadRequest(
            contentType: "multipart/form-data; boundary=x", query: query, caller: caller, snapshot: snapshot, now: now, next: { try pieces.next() })
    }

    func upload(_ body: String, by caller: Caller = admin, maximum: Int? = nil, breaksOff: Bool = false) async throws -> JSONValue {
        try data(of: await uploads(maximum).create(request(body, by: caller, breaksOff: breaksOff)))
    }

    /// The disk is full from the second piece of the body on.
    func uploadOnAFullDisk(_ body: String, replacing id: String? = nil) async throws -> JSONValue {
        let pieces = Pieces(Array(body.utf8), breaksOff: false)
        let root = root
        let request = UploadRequest(
            contentType: "multipart/form-data; boundary=x", query: nil, caller: FileServer.admin, snapshot: snapshot, now: now,
            next: {
                fillDisk(under: root)
                return try pieces.next()
            })
        let uploads = uploads(nil)
        if let id { return try data(of: await uploads.replace(id, request)) }
        return try data(of: await uploads.create(request))
    }

    func replace(_ id: String, _ body: String, by caller: Caller = admin, maximum: Int? = nil, breaksOff: Bool = false) async throws -> JSONValue {
        try data(of: await uploads(maximum).replace(id, request(body, by: caller, breaksOff: breaksOff)))
    }

    /// - Parameter query: shapes the answer.
    func replace(_ id: String, _ body: String, query: String) async throws -> JSONValue {
        try data(of: await uploads(nil).replace(id, request(body, query: query)))
    }

    func recover() async throws { try await uploads(nil).recover(in: snapshot, now: now) }

    private func uploads(_ maximum: Int?) -> FileUpload {
        var settings = FileSettings()
        settings.maximumSize = maximum
        settings.allowedTypes = ["text/*", "image/png"]
        return FileUpload(settings: settings, storages: storages, reader: reader, writer: writer, loop: client.loop)
    }

    private func data(of answer: WriteAnswer) throws -> JSONValue {
        switch answer {
        case .empty: .null
        case .items(let items): try JSONParser.parse(items.body.bytes)["data"] ?? .null
        }
    }

    func delete(_ ids: [String]) async throws {
        _ = try await writer.write(
            WriteRequest(
                collection: FileCollections.files, operation: .deleteMany(.keys(ids.map { .string($0) })), query: nil), by: FileServer.admin,
            in: snapshot, now: now)
    }

    func text(_ id: String, by caller: Caller = admin) async throws -> String { try await nameAndText(id, by: caller).text }

    func nameAndText(_ id: String, by caller: Caller = admin) async throws -> (name: String, text: String) {
        let asset = try await assets.open(id, caller: caller, in: snapshot, now: now)
        let descriptor = asset.bytes.take()
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: asset.bytes.size)
        return (asset.name, read(descriptor, &bytes, bytes.count) == bytes.count ? String(decoding: bytes, as: UTF8.self) : "?")
    }

    /// Bytes under a name of their own, as a server leaves them that dies.
    func leave(_ text: String, as name: String) async throws {
        guard let storage = storages["local"] else { return }
        let file = try await storage.begin(on: client.loop)
        try await file.write(Array(text.utf8))
        try await file.finish { _, _ in }
        try await storage.place(file, as: name, on: client.loop)
    }

    func run(_ script: String) async throws {
        _ = try await client.withSession { try await $0.execute(script) }
    }

    /// The rows' keys.
    func rows() async throws -> [String] {
        try await client.withSession { session in
            let result = try await session.execute("SELECT id FROM directus_files ORDER BY id").last
            return (0..<(result?.rowCount ?? 0)).compactMap { result?.string($0, 0) }
        }
    }
}

/// A body in pieces of some bytes; a client that hangs up throws.
final class Pieces: @unchecked Sendable {
    // Invariant: used by one task.
    struct HungUp: Error {}

    private var rest: ArraySlice<UInt8>
    private let breaksOff: Bool

    init(_ bytes: [UInt8], breaksOff: Bool) {
        rest = bytes[...]
        self.breaksOff = breaksOff
    }

    func next() throws -> [UInt8]? {
        if rest.isEmpty {
            if breaksOff { throw HungUp() }
            return nil
        }
        let piece = Array(rest.prefix(11))
        rest = rest.dropFirst(11)
        return piece
    }
}

/// The system's own schema, and tables for what files need of it.
func withFileServer<T: Sendable>(storage: (String) -> String = { $0 }, _ body: @Sendable (FileServer) async throws -> T) async throws -> T {
    let schema = try #require(SchemaCompiler.compile(files: [], environment: [:]).snapshot)
    return try await withTemporaryFolder { root in
        let place = storage(root)
        return try await withTestDatabase { database in
            try await onLoop(watchdog: .off) { loop in
                let client = PostgresClient(configuration: database.configuration, loop: loop)
                try await client.start()
                do {
                    let script = tables(of: schema)
                    _ = try await client.withSession { try await $0.execute(script) }
                    let value = try await body(server(client, schema, root: root, storage: place))
                    await client.close(grace: .seconds(5))
                    return value
                } catch {
                    await client.close(grace: .zero)
                    throw error
                }
            }
        }
    }
}

private func server(_ client: PostgresClient, _ schema: SchemaSnapshot, root: String, storage: String) -> FileServer {
    let storages = FileStorages(first: (name: "local", storage: LocalStorage(root: storage)))
    let reader = ItemReader(client: client, limits: QueryLimits())
    let writer = ItemWriter(
        reader: reader,
        settings: WriteSettings(hashPassword: { $0 }, storeToken: { $0 }, sealText: { $0 }, makeUUID: { UUIDText.v4() }), didCommit: { _ in },
        didDeleteFiles: { ids in try? await storages.remove(ids: ids, on: client.loop) })
    return FileServer(
        client: client, root: root, reader: reader, writer: writer, storages: storages,
        snapshot: EngineSnapshot(schema: schema, access: .empty, generation: 1))
}

private func tables(of schema: SchemaSnapshot) -> String {
    var script = ""
    for name in ["directus_folders", "directus_files", "directus_settings", "directus_activity", "directus_revisions"] {
        guard let collection = schema.collection(CollectionName(name)) else { continue }
        let columns = collection.fields.compactMap { field -> String? in
            guard let column = field.column else { return nil }
            let type = column.hasAutoIncrement ? "serial" : column.dataType
            var text = "\"\(field.name)\" \(type)"
            if field.name == collection.primaryKey { text += " PRIMARY KEY" }
            if case .now? = column.default { text += " DEFAULT now()" }
            return text
        }
        script += "CREATE TABLE \(name) (\(columns.joined(separator: ", ")));"
    }
    return script + "ALTER TABLE directus_files ADD CONSTRAINT directus_files_folder_foreign FOREIGN KEY (folder) REFERENCES directus_folders;"
}
