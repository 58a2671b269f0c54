import EventLoops
import Postgres
import SchemaModel
import Telemetry

/// What commands share that work on the configured database: configuration, log, schema files, and a client on the loop of migrations.
struct DatabaseCommand: Sendable {
    let configuration: ServerConfiguration
    private let folder: String
    private let log: Logger

    /// - Throws: `ConfigurationProblems`.
    init(schemas folder: String = SchemaFolder.standard) throws {
        var reader = try EnvironmentReader.current(folder: ".")
        configuration = try ServerConfiguration.read(&reader)
        self.folder = folder
        log = Logger(LogSink(descriptor: 2, threshold: configuration.logThreshold, style: configuration.lineStyle))
    }

    /// - Throws: `SchemaProblems`, `FileProblem`.
    func compile() throws -> SchemaSnapshot { try SchemaFolder(path: folder).compile(variables: configuration.variables) }

    /// - Parameter asMigrator: with `MIGRATION_DATABASE_URL`, where that is given.
    func run(
        asMigrator: Bool = false, _ body: @escaping @Sendable (SchemaMigration, PostgresClient) async throws -> Int32
    ) throws -> Int32 {
        let loops = try SchemaMigration.makeLoop()
        defer { loops.shutdown() }
        let loop = loops.loops[0]
        return try LoopRun.wait(on: loop) {
            try await EmbeddedPostgres.withDatabase(of: configuration, on: loop, log: log) { conninfo in
                let address = asMigrator ? configuration.database.migrationURL ?? conninfo : conninfo
                let migration = SchemaMigration(configuration: configuration, folder: folder, conninfo: address, loop: loop, log: log)
                return try await migration.withClient { try await body(migration, $0) }
            }
        }
    }
}
