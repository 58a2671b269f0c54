import AccessControl
import EventLoops
import Glibc
import HTTPServer
import Identity
import Postgres
import SchemaModel
import Synchronization
import Telemetry

/// `kerege serve`: migrates, serves, and with `--watch` applies saved schema files while serving.
struct ServeCommand {
    private let folder: String
    private let isWatching: Bool
    private let seedPath: String?

    init(_ arguments: [String]) throws {
        let options = try Options(arguments, taking: ["schemas", "seed"], flags: ["watch"])
        if let word = options.rest.first { throw UsageProblem("serve takes no \"\(word)\"") }
        folder = options["schemas"] ?? SchemaFolder.standard
        isWatching = options.has("watch")
        seedPath = options["seed"]
    }

    func run() throws -> Int32 {
        do {
            return try start()
        } catch let refusal as MigrationRefusal {
            Terminal.error(refusal.description)
            return refusal.exitCode
        } catch {
            Terminal.error("\(error)\nserver not started")
            return 1
        }
    }

    private func start() throws -> Int32 {
        var reader = try EnvironmentReader.current(folder: ".")
        let configuration = try ServerConfiguration.read(&reader)
        let log = Logger(LogSink(descriptor: 2, threshold: configuration.logThreshold, style: configuration.lineStyle))
        for problem in reader.unknown { log.warning("a variable does nothing", [.reason: .text(problem)]) }
        let schema = try SchemaFolder(path: folder).compile(variables: configuration.variables)
        let loops = try EventLoopGroup(count: configuration.loops, name: "kerege")
        defer { loops.shutdown() }
        let migrations = try SchemaMigration.makeLoop()
        defer { migrations.shutdown() }
        let session = ServeSession(configuration: configuration, folder: folder, loops: loops, migrationLoop: migrations.loops[0], log: log)
        let isWatching = isWatching
        let seedPath = seedPath
        return try LoopRun.wait(on: loops.loops[0]) {
            try await session.run(schema: schema, isWatching: isWatching, seedPath: seedPath)
        }
    }
}

/// One run of the server, from the database to the last signal. On the first loop.
final class ServeSession: @unchecked Sendable {
    // Invariant: used by one task, on the first loop.
    private let configuration: ServerConfiguration
    private let folder: String
    private let loops: EventLoopGroup
    private let migrationLoop: EventLoop
    private let log: Logger
    private var signals: [SignalWatcher] = []
    private var stopWaiter: CheckedContinuation<Void, Never>?
    private var isStopping = false

    init(configuration: ServerConfiguration, folder: String, loops: EventLoopGroup, migrationLoop: EventLoop, log: Logger) {
        self.configuration = configuration
        self.folder = folder
        self.loops = loops
        self.migrationLoop = migrationLoop
        self.log = log
    }

    private var loop: EventLoop { loops.loops[0] }

    func run(schema: SchemaSnapshot, isWatching: Bool, seedPath: String?) async throws -> Int32 {
        try watchSignals()
        var embedded: EmbeddedPostgres?
        if configuration.database.url == nil {
            let postgres = try EmbeddedPostgres(stateFolder: configuration.stateFolder, loop: loop, log: log)
            try postgres.claim()
            try await postgres.start()
            embedded = postgres
        }
        let conninfo = configuration.database.url ?? Secret(embedded?.conninfo ?? "")
        do {
            let code = try await serve(schema, conninfo, isWatching, seedPath)
            await embedded?.stop()
            return code
        } catch {
            await embedded?.stop()
            throw error
        }
    }

    private func serve(_ schema: SchemaSnapshot, _ conninfo: Secret<String>, _ isWatching: Bool, _ seedPath: String?) async throws -> Int32 {
        let migration = SchemaMigration(
            configuration: configuration, folder: folder, conninfo: configuration.database.migrationURL ?? conninfo, loop: migrationLoop,
            log: log)
        let server = Server(configuration: configuration, loops: loops, log: log, migration: migration)
        let started: SchemaMigration.Prepared
        do {
            let prepared = try await migration.prepare(schema, for: .start, isStopping: { isStopping }, isAway: { try await server.wait() })
            guard let prepared else {
                await server.stop()
                return 0
            }
            started = prepared
            try await server.start(schema: started.schema, conninfo: conninfo)
        } catch {
            // Connections have to be closed before their client goes.
            await server.stop()
            throw (error as? HTTPServerError).map { StartProblem($0, configuration.listener) } ?? error
        }
        if started.isFirst, let seedPath { await seed(seedPath, server) }
        var watcher: FolderWatcher?
        if isWatching { watcher = try watch(server, migration) }
        greet(server, started.admin)
        await waitForStop()
        log.info("stopping")
        watcher?.stop()
        await server.stop()
        return 0
    }

    private func seed(_ path: String, _ server: Server) async {
        guard let seeding = server.seeding else { return }
        do {
            let count = try await Seed(path: path).write(
                with: seeding.writer, in: seeding.snapshot, now: Moment(milliseconds: WallClock.now().milliseconds))
            log.info("example content written", [LogKey("items"): .integer(count)])
        } catch {
            log.error("example content not written", [.reason: .text("\(error)")])
        }
    }

    /// Where the server is and how to get in, for a person.
    private func greet(_ server: Server, _ admin: AdminAccount) {
        let host = configuration.listener.host == "0.0.0.0" ? "localhost" : configuration.listener.host
        Terminal.print("Kerege is at http://\(host):\(server.port)")
        for line in admin.lines { Terminal.print(line) }
        if let path = admin.tokenPath {
            Terminal.print("for example: curl -H \"Authorization: Bearer $(cat \(path))\" http://\(host):\(server.port)/users/me")
        }
    }

    // MARK: Watching files

    private func watch(_ server: Server, _ migration: SchemaMigration) throws -> FolderWatcher {
        let state = WatchState()
        return try FolderWatcher(folder, on: loop) { [self] in
            if state.isBusy {
                state.isDirty = true
                return
            }
            state.isBusy = true
            loop.startTask {
                repeat {
                    state.isDirty = false
                    await self.applyFiles(server, migration)
                } while state.isDirty
                state.isBusy = false
            }
        }
    }

    /// Applies the files as saved; a mistake or a destructive plan is told and the old schema stays in force.
    private func applyFiles(_ server: Server, _ migration: SchemaMigration) async {
        do {
            if try await migration.apply(SchemaFolder(path: folder)) {
                await server.schemaChanged()
                log.notice("schema applied")
            }
        } catch {
            FilesLog.write(error, to: log)
            // Whole, for a person; a log of JSON lines is read by machines.
            if case .text = log.sink.style { Terminal.error("\(error)") }
        }
    }

    // MARK: Signals

    private func watchSignals() throws {
        for number in [SIGTERM, SIGINT] {
            signals.append(
                try SignalWatcher(signal: number, on: loop) { [weak self] _ in
                    self?.isStopping = true
                    self?.stopWaiter?.resume()
                    self?.stopWaiter = nil
                })
        }
    }

    private func waitForStop() async {
        if isStopping { return }
        await withCheckedContinuation { stopWaiter = $0 }
    }
}

/// Saves that come while one is applied are applied after it. On one loop.
private final class WatchState: @unchecked Sendable {
    // Invariant: touched on the first loop only.
    var isBusy = false
    var isDirty = false
}
