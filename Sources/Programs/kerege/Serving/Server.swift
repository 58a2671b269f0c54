import AccessControl
import Assets
import Digests
import EventLoops
import Glibc
import HTTPAPI
import HTTPServer
import Identity
import Items
import Postgres
import QueryEngine
import SchemaModel
import Snapshots
import Telemetry

/// The running server: everything long-lived, started in order and stopped in reverse.
///
/// - Order: loops, (embedded PostgreSQL), schema, clients, snapshot, HTTP, watcher of the files.
final class Server: Sendable {
    private let configuration: ServerConfiguration
    private let loops: EventLoopGroup
    private let log: Logger
    private let migration: SchemaMigration
    private let metrics: APIMetrics?
    private let events: EventMetrics?
    private let door: FrontDoor
    private let parts = PartsBox()

    /// What has been started; touched by the starting and stopping task alone, on the first loop.
    private final class PartsBox: @unchecked Sendable {
        var clients: [PostgresClient] = []
        var updater: SnapshotUpdater?
        var watcher: SnapshotWatcher?
        var http: HTTPServer?
        var encryption: AuthenticatedEncryption?
    }

    init(configuration: ServerConfiguration, loops: EventLoopGroup, log: Logger, migration: SchemaMigration) {
        self.configuration = configuration
        self.loops = loops
        self.log = log
        self.migration = migration
        door = FrontDoor(crossOrigin: configuration.crossOrigin)
        metrics = configuration.metrics.metrics(of: loops.loops)
        events = metrics.map { EventMetrics($0.registry) }
    }

    private var first: EventLoop { loops.loops[0] }

    static func databaseConfiguration(_ configuration: ServerConfiguration, conninfo: Secret<String>) -> PostgresConfiguration {
        var database = PostgresConfiguration(conninfo: conninfo)
        database.exclusiveConnections = configuration.database.connectionsPerLoop
        database.statementTimeout = configuration.database.statementTimeout
        database.fastStatementTimeout = .seconds(5)
        database.searchPath = "public"
        return database
    }

    /// Opens the port before there is a database: who asks is told to come back. On the first loop.
    func wait() async throws {
        guard parts.http == nil else { return }
        try await listen()
        log.notice("waiting for the database, requests are answered with 503", place)
    }

    private var place: LogFields { [LogKey("host"): .text(configuration.listener.host), LogKey("port"): .integer(port)] }

    private func listen() async throws {
        var server = HTTPServerConfiguration(host: configuration.listener.host, port: UInt16(configuration.listener.port))
        if let path = configuration.listener.unixSocketPath { server = HTTPServerConfiguration(unixPath: path) }
        let log = log
        let events = events
        let door = door
        let http = HTTPServer(
            configuration: server, loops: loops.loops, refusal: HTTPAPI.refusal,
            events: { event in
                ServerLog.write(event, to: log)
                events?.count(event)
            },
            handler: { await door.respond(to: $0) })
        try await http.start()
        parts.http = http
    }

    /// Starts everything behind the schema, which is `schema` of that generation. On the first loop.
    func start(schema: SchemaSnapshot, conninfo: Secret<String>) async throws {
        let database = Server.databaseConfiguration(configuration, conninfo: conninfo)
        let log = log
        let events = events
        metrics?.start()
        for loop in loops.loops {
            let client = PostgresClient(configuration: database, loop: loop) {
                DatabaseLog.write($0, to: log)
                events?.count($0)
            }
            try await loop.run { try await client.start(.inBackground) }
            parts.clients.append(client)
        }
        let tokens = TokenCache()
        let secret = TokenSecret.text(configuration, log: log)
        let keys = try TokenSecret.keys(secret, configuration)
        let encryption = AuthenticatedEncryption.ofFields(secret)
        parts.encryption = encryption
        let updater = makeUpdater(schema, tokens)
        let watcher = SnapshotWatcher(updater: updater, configuration: database, database: parts.clients[0], log: log)
        try await watcher.start()
        parts.updater = updater
        parts.watcher = watcher
        door.open(to: HTTPAPI(services: services(updater, tokens, keys, writeSettings(encryption))))
        if parts.http == nil { try await listen() }
        tidyStorages()
        log.info("listening", place)
    }

    /// What a dead server was receiving is removed, what it was replacing is ended, while this one serves.
    private func tidyStorages() {
        let files = configuration.files
        let storages = files.storages
        let loop = first
        let log = log
        let parts = seeding
        loop.startTask {
            do {
                try await storages.sweep(on: loop)
                guard let parts else { return }
                let uploads = FileUpload(settings: files.settings, storages: storages, reader: parts.reader, writer: parts.writer, loop: loop)
                try await uploads.recover(in: parts.snapshot, now: Moment(milliseconds: WallClock.now().milliseconds))
            } catch {
                log.warning("left uploads not removed", [.reason: .text("\(error)")])
            }
        }
    }

    var port: Int { parts.http?.port ?? configuration.listener.port }

    /// What the seeding of an example needs.
    var seeding: (reader: ItemReader, writer: ItemWriter, snapshot: EngineSnapshot)? {
        guard let updater = parts.updater, let client = parts.clients.first, let encryption = parts.encryption else { return nil }
        let reader = ItemReader(client: client, limits: configuration.limits)
        return (reader, ItemWriter(reader: reader, settings: writeSettings(encryption), didCommit: { _ in }), updater.store.current)
    }

    /// A migration was applied while serving: the new schema counts from the next request.
    func schemaChanged() async {
        guard let updater = parts.updater, let client = parts.clients.first else { return }
        await updater.announce([.schema, .rights], using: client)
    }

    /// Stops accepting, finishes what is in flight, closes. On the first loop.
    func stop() async {
        if let http = parts.http { await http.stop(grace: configuration.shutdownTimeout) }
        parts.watcher?.close()
        metrics?.stop()
        for client in parts.clients {
            let grace = configuration.shutdownTimeout
            try? await client.loop.run { await client.close(grace: grace) }
        }
    }

    // MARK: Wiring

    private func makeUpdater(_ schema: SchemaSnapshot, _ tokens: TokenCache) -> SnapshotUpdater {
        let clients = parts.clients
        let migration = migration
        return SnapshotUpdater(
            store: SnapshotStore(schema: schema), instance: UUIDText.v4(),
            hooks: .init(
                loadSchema: { try await migration.recordedSchema(using: $0) }, usersChanged: { tokens.removeAll() },
                schemaChanged: { for client in clients { client.loop.execute { client.invalidateStatements() } } }), log: log)
    }

    private func writeSettings(_ encryption: AuthenticatedEncryption) -> WriteSettings {
        .ofServer(maximumBatchMutation: configuration.maximumBatchMutation, encryption: encryption)
    }

    private func services(_ updater: SnapshotUpdater, _ tokens: TokenCache, _ keys: TokenKeys, _ settings: WriteSettings) -> APIServices {
        let files = configuration.files
        let storages = files.storages
        let log = log
        let loops = parts.clients.map { client in
            let reader = ItemReader(client: client, limits: configuration.limits)
            let writer = ItemWriter(
                reader: reader, settings: settings,
                didCommit: { touched in
                    await updater.announce(SnapshotChange.changes(in: touched, of: updater.store.current.schema), using: client)
                },
                didDeleteFiles: { ids in
                    do {
                        try await storages.remove(ids: ids, on: client.loop)
                    } catch {
                        log.error("bytes of deleted files not removed", [.reason: .text("\(error)")])
                    }
                })
            return LoopServices(
                database: client, reader: reader, writer: writer,
                uploads: FileUpload(settings: files.settings, storages: storages, reader: reader, writer: writer, loop: client.loop),
                assets: AssetReader(storages: storages, reader: reader, loop: client.loop))
        }
        var api = APISettings()
        api.maximumPayload = configuration.maximumPayload
        api.publicURL = configuration.listener.publicURL
        api.describesAPI = configuration.listener.describesAPI
        api.documentationFolder = configuration.listener.documentationFolder
        api.files = files.settings
        api.cookies = configuration.auth.cookies
        let now: @Sendable () -> Moment = { Moment(milliseconds: WallClock.now().milliseconds) }
        let access = AccessTokens(keys: keys)
        return APIServices(
            loops: loops, snapshot: { updater.store.current }, authentication: TokenAuthentication(cache: tokens, tokens: access, now: now),
            auth: auth(access, updater, now), attributes: AttributeLoader(), settings: api, metrics: metrics, log: log,
            now: now)
    }

    private func auth(_ tokens: AccessTokens, _ updater: SnapshotUpdater, _ now: @escaping @Sendable () -> Moment) -> AuthServices {
        let usersChanged: @Sendable (PostgresClient) async -> Void = { await updater.announce([.users], using: $0) }
        return AuthServices(
            login: Login(now: now, didLock: usersChanged),
            sessions: Sessions(tokens: tokens, settings: configuration.auth.sessions, now: now, didEnd: usersChanged),
            stall: LoginStall(configuration.auth.loginStall))
    }
}

extension WriteSettings {
    /// Passwords, tokens and keys as the server makes them.
    static func ofServer(maximumBatchMutation: Int?, encryption: AuthenticatedEncryption) -> WriteSettings {
        let hasher = PasswordHasher()
        return WriteSettings(
            maximumBatchMutation: maximumBatchMutation, hashPassword: { try await hasher.hash($0) },
            storeToken: { StaticToken.storedForm(of: $0) }, sealText: { try encryption.seal($0) }, makeUUID: { UUIDText.v4() })
    }
}

extension AuthenticatedEncryption {
    /// Of fields that are encrypted where they are stored.
    static func ofFields(_ secret: Secret<String>) -> AuthenticatedEncryption {
        AuthenticatedEncryption(secret: Array(secret.reveal().utf8), purpose: "kerege: encrypted fields")
    }
}

/// What can happen in the driver and the HTTP server -> log lines.
enum DatabaseLog {
    static func write(_ event: PostgresEvent, to log: Logger) {
        log.debug("database", [.reason: .text("\(event)")])
    }
}

enum ServerLog {
    static func write(_ event: HTTPServerEvent, to log: Logger) {
        log.debug("http", [.reason: .text("\(event)")])
    }
}
