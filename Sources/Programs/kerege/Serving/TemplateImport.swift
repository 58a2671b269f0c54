import AccessControl
import Assets
import Digests
import EventLoops
import Items
import JSONText
import Postgres
import QueryEngine
import QueryLanguage
import SchemaModel
import Snapshots
import Telemetry
import Templates

/// Brings a template into the configured database, or the embedded one: migrates, makes the administrator, loads. On one loop.
struct TemplateImport: Sendable {
    let configuration: ServerConfiguration
    let folder: TemplateFolder
    let schemas: String
    let files: [TemplateFile]
    let loop: EventLoop
    let log: Logger
    /// Once the database is as the definitions say, and before any row: what is refused leaves the folder as it was.
    let writeSchema: @Sendable () throws -> Void

    struct Outcome: Sendable {
        let admin: AdminAccount
        let report: TemplateReport
    }

    /// - Throws: `MigrationRefusal`, `TemplateProblems`, `TemplateFault`, `PostgresError`.
    func run(_ schema: SchemaSnapshot) async throws -> Outcome {
        try await EmbeddedPostgres.withDatabase(of: configuration, on: loop, log: log) { try await run(schema, $0) }
    }

    private func run(_ schema: SchemaSnapshot, _ conninfo: Secret<String>) async throws -> Outcome {
        let migration = SchemaMigration(
            configuration: configuration, folder: schemas, conninfo: configuration.database.migrationURL ?? conninfo, loop: loop, log: log)
        guard let prepared = try await migration.prepare(schema, for: .command, isStopping: { true }) else {
            throw MigrationRefusal(text: "the database is not available", exitCode: 1)
        }
        try writeSchema()
        let log = log
        let database = Server.databaseConfiguration(configuration, conninfo: conninfo)
        let client = PostgresClient(configuration: database, loop: loop) { DatabaseLog.write($0, to: log) }
        try await client.start(.connected)
        do {
            let report = try await load(into: prepared.schema, client)
            await client.close(grace: .seconds(1))
            return Outcome(admin: prepared.admin, report: report)
        } catch {
            await client.close(grace: .zero)
            throw error
        }
    }

    private func load(into schema: SchemaSnapshot, _ client: PostgresClient) async throws -> TemplateReport {
        let template = try TemplateReader.read(files, for: schema)
        let storages = configuration.files.storages
        let reader = ItemReader(client: client, limits: QueryLimits())
        let settings = WriteSettings.ofServer(
            maximumBatchMutation: nil, encryption: .ofFields(TokenSecret.text(configuration, log: log)))
        let writer = ItemWriter(reader: reader, settings: settings, didCommit: { _ in })
        let loader = TemplateLoader(
            reader: reader, writer: writer, snapshot: EngineSnapshot(schema: schema, access: .empty, generation: 1),
            files: FolderIntake(
                folder: folder, deposit: FileDeposit(settings: configuration.files.settings, storages: storages, loop: loop), loop: loop),
            now: Moment(milliseconds: WallClock.now().milliseconds))
        do {
            let report = try await loader.load(template)
            await announce(report, schema, client)
            return report
        } catch let fault as TemplateFault {
            await announce(fault.report, schema, client)
            throw fault
        }
    }

    /// Servers that run on this database hear of it.
    private func announce(_ report: TemplateReport, _ schema: SchemaSnapshot, _ client: PostgresClient) async {
        let updater = SnapshotUpdater(
            store: SnapshotStore(schema: schema), instance: UUIDText.v4(), hooks: .init(loadSchema: { _ in schema }), log: log)
        await updater.announce(SnapshotChange.changes(in: report.touched, of: schema), using: client)
    }
}

/// A template's assets -> the server's storages.
private struct FolderIntake: FileIntake {
    let folder: TemplateFolder
    let deposit: FileDeposit
    let loop: EventLoop

    func storage(named name: String?) -> String { deposit.storage(named: name) }

    func isMissing(_ row: JSONObject) async throws -> Bool { try await deposit.isMissing(row) }

    func receive(_ row: JSONObject) async throws -> IncomingFile? {
        guard let source = folder.asset(of: row) else { return nil }
        let loop = loop
        let file = try await deposit.receive(row) { try await source.next(on: loop) }
        return IncomingFile(values: file.values, place: { try await file.place() }, discard: { await file.discard() })
    }
}
