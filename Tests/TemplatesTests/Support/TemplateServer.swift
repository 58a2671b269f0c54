import AccessControl
import Assets
import Digests
import EventLoops
import Glibc
import Identity
import Items
import JSONText
import MigrationRunner
import Postgres
import QueryEngine
import QueryLanguage
import SchemaModel
import Telemetry
import Templates
import TestSupport
import Testing

/// Templates loaded into a migrated database, with a real folder for files.
struct TemplateServer: Sendable {
    let client: PostgresClient
    let schema: SchemaSnapshot
    let root: String
    let now = Moment(milliseconds: 1_750_000_000_000)

    private var reader: ItemReader { ItemReader(client: client, limits: QueryLimits()) }
    private var storages: FileStorages { FileStorages(first: (name: "local", storage: LocalStorage(root: root))) }
    private var snapshot: EngineSnapshot { EngineSnapshot(schema: schema, access: .empty, generation: 1) }

    static let assets: [String: String] = ["\(Choir.key("5", 1)).txt": "la la la"]

    /// - Parameter change: of the choir's files by name; nil takes one away.
    func load(_ change: [String: String?] = [:], assets: [String: String] = assets) async throws -> TemplateReport {
        let template = try TemplateReader.read(TemplateServer.files(change), for: schema)
        let writer = ItemWriter(
            reader: reader,
            settings: WriteSettings(
                hashPassword: { "hashed \($0.count)" }, storeToken: { "stored \($0)" }, sealText: { "sealed \($0)" },
                makeUUID: { UUIDText.v4() }),
            didCommit: { _ in })
        let intake = TestIntake(assets: assets, deposit: FileDeposit(settings: FileSettings(), storages: storages, loop: client.loop))
        return try await TemplateLoader(reader: reader, writer: writer, snapshot: snapshot, files: intake, now: now).load(template)
    }

    static func files(_ change: [String: String?] = [:]) -> [TemplateFile] {
        var texts = Dictionary(uniqueKeysWithValues: Choir.files.map { ($0.name, $0.text) })
        for (name, text) in change { texts[name] = text }
        return texts.map { TemplateFile(name: $0.key, path: $0.key, bytes: Array($0.value.utf8)) }
    }

    /// Rows of a query as one text.
    func rows(_ query: String) async throws -> String {
        try await client.withSession { session in
            guard let result = try await session.execute(query).last else { return "" }
            return (0..<result.rowCount).map { row in
                (0..<result.columnCount).map { result.string(row, $0) ?? "-" }.joined(separator: "|")
            }.joined(separator: "\n")
        }
    }

    /// Every row of every table that a template fills, history included.
    func state() async throws -> String {
        let tables = schema.collections.compactMap { $0.table?.name }.sorted()
        let parts = tables.map { "SELECT '\($0)', (SELECT coalesce(json_agg(t ORDER BY t::text), '[]') FROM \"\($0)\" t)" }
        return try await rows(parts.joined(separator: " UNION ALL "))
    }

    func asset(_ id: String) async throws -> String {
        let asset = try await AssetReader(storages: storages, reader: reader, loop: client.loop).open(
            id, caller: TemplateLoader.caller, in: snapshot, now: now)
        let descriptor = asset.bytes.take()
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: asset.bytes.size)
        return read(descriptor, &bytes, bytes.count) == bytes.count ? String(decoding: bytes, as: UTF8.self) : "?"
    }
}

/// Assets in memory, through the server's own deposit.
private struct TestIntake: FileIntake {
    let assets: [String: String]
    let deposit: FileDeposit

    func storage(named name: String?) -> String { deposit.storage(named: name) }

    func isMissing(_ row: JSONObject) async throws -> Bool { try await deposit.isMissing(row) }

    func receive(_ row: JSONObject) async throws -> IncomingFile? {
        guard let text = row["filename_disk"]?.string.flatMap({ assets[$0] }) else { return nil }
        var pieces = [Array(text.utf8)]
        let file = try await deposit.receive(row) { pieces.popLast() }
        return IncomingFile(values: file.values, place: { try await file.place() }, discard: { await file.discard() })
    }
}

/// A database as after the first start of a server: migrated, with its administrator.
func withTemplateServer<T: Sendable>(_ body: @Sendable (TemplateServer) async throws -> T) async throws -> T {
    let schema = try Choir.schema()
    let name = try await TestTemplates.shared.name(of: "choir") { database in
        try await withClient(of: database) { client in
            let runner = MigrationRunner(client: client)
            try await runner.apply(schema, policy: .safe)
            _ = try await AdminBootstrap(.init(password: Secret("d1r3ctu5"), token: Secret("admin"))).run(
                using: client, role: try await runner.administratorRole())
        }
    }
    return try await withTestDatabase(template: name) { database in
        try await withTemporaryFolder { root in
            try await withClient(of: database) { try await body(TemplateServer(client: $0, schema: schema, root: root)) }
        }
    }
}

func withClient<T: Sendable>(of database: TestDatabase, _ body: @Sendable (PostgresClient) async throws -> T) async throws -> T {
    try await onLoop(watchdog: .off) { loop in
        let client = PostgresClient(configuration: database.configuration, loop: loop)
        try await client.start()
        do {
            let value = try await body(client)
            await client.close(grace: .seconds(5))
            return value
        } catch {
            await client.close(grace: .zero)
            throw error
        }
    }
}
