import EventLoops
import Identity
import MigrationPlanning
import MigrationRunner
import Postgres
import SchemaCompiler
import SchemaModel
import Telemetry

/// The database at the state that the files ask for, and the first administrator in it.
///
/// Compiling files and comparing models takes longer than a serving loop may be held: all of it runs on a loop of its own (`makeLoop`).
struct SchemaMigration: Sendable {
    private let configuration: ServerConfiguration
    /// Of the schema files: what a refusal tells to do is about them.
    private let folder: String
    private let conninfo: Secret<String>
    private let loop: EventLoop
    private let log: Logger

    init(configuration: ServerConfiguration, folder: String, conninfo: Secret<String>, loop: EventLoop, log: Logger) {
        self.configuration = configuration
        self.folder = folder
        self.conninfo = conninfo
        self.loop = loop
        self.log = log
    }

    static func makeLoop() throws -> EventLoopGroup { try EventLoopGroup(count: 1, name: "migration", watchdog: .off) }

    struct Prepared: Sendable {
        let schema: SchemaSnapshot
        let admin: AdminAccount
        /// Nobody had been in this database before.
        let isFirst: Bool
    }

    var options: MigrationOptions {
        var options = MigrationOptions()
        options.recordsFolder = configuration.recordsFolder
        return options
    }

    func runner(_ client: PostgresClient) -> MigrationRunner {
        let log = log
        return MigrationRunner(client: client, options: options) { event in
            switch event {
            case .applied(let generation, let plan, let steps, _):
                log.notice(
                    "migration applied", [.generation: .integer(generation), LogKey("plan"): .text(plan), LogKey("steps"): .integer(steps)])
            case .recordNotWritten(let path, let reason): log.warning("migration record not written", [.path: .text(path), .reason: .text(reason)])
            case .drift(let objects): log.warning("drift", [.reason: .text(objects.joined(separator: ", "))])
            default: log.debug("migration", [.reason: .text("\(event)")])
            }
        }
    }

    /// Runs a body on the loop of migrations, with a client of its own.
    func withClient<T: Sendable>(_ body: @escaping @Sendable (PostgresClient) async throws -> T) async throws -> T {
        try await loop.run { try await self.withClientHere(body) }
    }

    private func withClientHere<T: Sendable>(_ body: @Sendable (PostgresClient) async throws -> T) async throws -> T {
        let log = log
        var database = Server.databaseConfiguration(configuration, conninfo: conninfo)
        database.exclusiveConnections = 1
        database.fastConnections = 0
        database.statementTimeout = nil
        let client = PostgresClient(configuration: database, loop: loop) { DatabaseLog.write($0, to: log) }
        try await client.start(.connected)
        do {
            let result = try await body(client)
            await client.close(grace: .seconds(1))
            return result
        } catch {
            await client.close(grace: .zero)
            throw error
        }
    }

    /// Waits for the database, migrates as far as the mode allows, makes the administrator.
    /// - Parameter isAway: is told each time that the database cannot be reached.
    /// - Returns: nil when the server was told to stop while the database was away.
    func prepare(
        _ schema: SchemaSnapshot, for asker: MigrationRefusal.Situation.Asker, isStopping: () -> Bool, isAway: () async throws -> Void = {}
    ) async throws -> Prepared? {
        while true {
            do {
                return try await withClient { try await self.prepare(schema, for: asker, with: $0) }
            } catch let error as PostgresError where error.isOutage {
                log.warning("the database is not available, trying again", [.reason: .text("\(error)")])
                try await isAway()
                // On that loop: a timer belongs to one.
                try await loop.run { [loop] in await loop.sleep(for: .seconds(1)) }
                if isStopping() { return nil }
            }
        }
    }

    private func prepare(
        _ schema: SchemaSnapshot, for asker: MigrationRefusal.Situation.Asker, with client: PostgresClient
    ) async throws -> Prepared {
        _ = try await migrate(schema, for: asker, with: client)
        let known = AdminToken.known(configuration)
        let outcome = try await AdminBootstrap(
            .init(email: configuration.admin.email, password: configuration.admin.password, token: known)
        ).run(using: client, role: try await runner(client).administratorRole())
        let recorded = try await runner(client).loadRecorded()
        return Prepared(schema: recorded?.snapshot ?? schema, admin: try account(outcome, known), isFirst: outcome.isCreated)
    }

    private func account(_ outcome: AdminBootstrap.Outcome, _ known: Secret<String>?) throws -> AdminAccount {
        let path = AdminToken.path(in: configuration.stateFolder)
        switch outcome {
        case .created(let email, let password, let token):
            if let token { try AdminToken.keep(token, in: configuration.stateFolder) }
            return .created(
                email: email, password: password?.reveal(), tokenPath: token != nil || configuration.admin.token == nil ? path : nil)
        case .noSuchUser(let email): log.warning("no user has the administrator's address", [LogKey("email"): .text(email)])
        case .emailTaken(let email): log.warning("the administrator's address belongs to a user without rights", [LogKey("email"): .text(email)])
        case .unchanged, .tokenChanged: break
        }
        guard known != nil else { return .lost }
        return .known(tokenPath: configuration.admin.token == nil ? path : nil)
    }

    /// - Returns: whether something was applied.
    /// - Throws: `MigrationRefusal`.
    private func migrate(
        _ schema: SchemaSnapshot, for asker: MigrationRefusal.Situation.Asker, with client: PostgresClient
    ) async throws -> Bool {
        do {
            let policy: ApplyPolicy = configuration.migration == .safe ? .safe : .check
            if case .applied = try await runner(client).apply(schema, policy: policy) { return true }
            return false
        } catch let error as MigrationError {
            throw MigrationRefusal(error, in: .init(asker: asker, folder: folder))
        }
    }

    /// Applies the files as they are now, while serving.
    /// - Returns: whether something was applied.
    /// - Throws: `SchemaProblems`, `MigrationRefusal`.
    func apply(_ folder: SchemaFolder) async throws -> Bool {
        let variables = configuration.variables
        return try await loop.run {
            let schema = try folder.compile(variables: variables)
            return try await self.withClientHere { try await self.migrate(schema, for: .save, with: $0) }
        }
    }

    /// The schema in force, from the journal.
    func recordedSchema(using runner: any StatementRunner) async throws -> SchemaSnapshot {
        guard let client = runner as? PostgresClient, let recorded = try await self.runner(client).loadRecorded() else {
            throw MigrationRefusal(text: "the database has no recorded schema", exitCode: 1)
        }
        return recorded.snapshot
    }
}

/// How to get in as the administrator.
enum AdminAccount: Sendable {
    case created(email: String, password: String?, tokenPath: String?)
    case known(tokenPath: String?)
    /// There is one, whose token is neither configured nor kept here.
    case lost

    /// nil where the token is configured.
    var tokenPath: String? {
        switch self {
        case .created(_, _, let path), .known(let path): path
        case .lost: nil
        }
    }

    /// For a person. A generated password is among them, once.
    var lines: [String] {
        var lines: [String] = []
        if case .created(let email, let password, _) = self {
            lines.append("administrator: \(email)" + (password.map { ", password \($0) (shown this once)" } ?? ""))
        }
        if let tokenPath { lines.append("token: in \(tokenPath)") }
        if case .lost = self {
            lines.append("the administrator's token is not known here; for a new one: \(ShellText.command(["admin", "token"]))")
        }
        return lines
    }
}

extension AdminBootstrap.Outcome {
    fileprivate var isCreated: Bool { if case .created = self { true } else { false } }
}

extension PostgresError {
    /// The database is away, rather than the request wrong.
    fileprivate var isOutage: Bool {
        switch self {
        case .unavailable, .connectionLost: true
        case .server, .timeout, .cancelled, .shutdown, .invalidBind, .transactionAborted, .misuse: false
        }
    }
}
