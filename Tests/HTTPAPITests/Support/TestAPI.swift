import AccessControl
import Assets
import Digests
import EventLoops
import Glibc
import HTTPAPI
import HTTPServer
import Identity
import Items
import JSONText
import MigrationRunner
import Postgres
import QueryEngine
import QueryLanguage
import SchemaCompiler
import SchemaModel
import Snapshots
import Synchronization
import Telemetry
import TestSupport
import Testing

/// A model with the rows that its tests begin with.
struct TestModel: Sendable {
    /// Names the template database; one for each model.
    let name: String
    /// Definition files by name.
    let files: [(path: String, yaml: String)]
    /// SQL, run once the tables stand. Static tokens may be stored as they are.
    let rows: String
    /// SQL, run before: for extensions.
    var preparation = ""

    func compile() throws -> SchemaSnapshot {
        let result = SchemaCompiler.compile(files: files.map { SourceFile(path: $0.path, text: $0.yaml) }, environment: [:])
        return try #require(result.snapshot, "\(result.diagnostics)")
    }

    /// A migrated and filled database, made once a process and copied for each test.
    func template() async throws -> String {
        let schema = try compile()
        let (rows, preparation) = (rows, preparation)
        return try await TestTemplates.shared.name(of: "api-\(name)") { database in
            try await onLoop(watchdog: .off) { loop in
                let client = PostgresClient(configuration: database.configuration, loop: loop)
                try await client.start()
                do {
                    if !preparation.isEmpty { try await client.run(preparation) }
                    try await MigrationRunner(client: client).apply(schema, policy: .safe)
                    _ = try await client.withSession { try await $0.execute(rows) }
                } catch {
                    await client.close(grace: .zero)
                    throw error
                }
                await client.close(grace: .seconds(5))
            }
        }
    }
}

/// The API over a database of the test's own, asked without sockets.
struct TestAPI: Sendable {
    let loop: EventLoop
    let client: PostgresClient
    private let door: FrontDoor
    private let updater: SnapshotUpdater

    struct Setup: Sendable {
        var limits = QueryLimits()
        /// `ItemReader.init`.
        var provenAfter = 8
        var statementTimeout: Duration?
        /// Told the text of each statement.
        var trace: (@Sendable (String) -> Void)?
        /// Where the bytes of files lie.
        var storageRoot = "/nonexistent"
        /// `CORS_*`; nil = off.
        var crossOrigin: CrossOriginPolicy?
        /// As in `WriteSettings`: made triggers count at once.
        var ownRulesHold = Duration.zero
    }

    struct Answer: Sendable {
        let status: Int
        /// nil = no body.
        let body: JSONValue?
    }

    fileprivate init(
        client: PostgresClient, schema: SchemaSnapshot, settings: APISettings, metrics: [String]?, setup: Setup
    ) async throws {
        let loop = client.loop
        self.loop = loop
        self.client = client
        let log = Logger(LogSink(descriptor: 2, threshold: .error, style: .json))
        let tokens = TokenCache()
        updater = SnapshotUpdater(
            store: SnapshotStore(schema: schema), instance: UUIDText.v4(),
            hooks: .init(loadSchema: { _ in schema }, usersChanged: { tokens.removeAll() }), log: log)
        let updater = updater
        try await updater.reload([.rights], using: client)
        let reader = ItemReader(client: client, limits: setup.limits, provenAfter: setup.provenAfter)
        let writer = ItemWriter(
            reader: reader,
            settings: WriteSettings(
                ownRulesHold: setup.ownRulesHold, hashPassword: { "$argon2id$\($0.count)" },
                storeToken: { StaticToken.storedForm(of: $0) }, sealText: { "sealed:\($0.count)" }, makeUUID: { UUIDText.v4() }),
            didCommit: { await updater.announce(SnapshotChange.changes(in: $0, of: schema), using: client) })
        let storages = FileStorages(first: (name: "local", storage: LocalStorage(root: setup.storageRoot)))
        let services = LoopServices(
            database: client, reader: reader, writer: writer,
            uploads: FileUpload(settings: FileSettings(), storages: storages, reader: reader, writer: writer, loop: loop),
            assets: AssetReader(storages: storages, reader: reader, loop: loop))
        let now: @Sendable () -> Moment = { Moment(milliseconds: 1_750_000_000_000) }
        let access = AccessTokens(keys: TokenKeys(current: try #require(SigningKey(Secret("a secret of tests, 32 bytes long")))))
        door = FrontDoor(crossOrigin: setup.crossOrigin)
        let api = HTTPAPI(
            services: APIServices(
                loops: [services], snapshot: { updater.store.current }, authentication: TokenAuthentication(cache: tokens, tokens: access, now: now),
                auth: TestAPI.auth(access, updater, now), attributes: AttributeLoader(), settings: settings,
                metrics: metrics.map { APIMetrics(loops: [loop], tokens: $0.map { Secret($0) }, asksDatabase: true) }, log: log, now: now))
        door.open(to: api)
    }

    private static func auth(_ tokens: AccessTokens, _ updater: SnapshotUpdater, _ now: @escaping @Sendable () -> Moment) -> AuthServices {
        let usersChanged: @Sendable (PostgresClient) async -> Void = { await updater.announce([.users], using: $0) }
        return AuthServices(
            login: Login(now: now, didLock: usersChanged), sessions: Sessions(tokens: tokens, now: now, didEnd: usersChanged),
            stall: LoginStall(.zero))
    }

    /// - Parameters:
    ///   - request: method and target: `GET /users/me?fields=id`. Characters that a URL can't hold (`{`, `"`, blanks) are encoded.
    ///   - token: nil = the public.
    func send(_ request: String, as token: String?, _ body: JSONValue? = nil) async throws -> Answer {
        let words = request.split(separator: " ", maxSplits: 1).map { String($0) }
        var headers: [(name: String, value: String)] = [("Host", "localhost")]
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        var bytes: [UInt8] = []
        if let body {
            headers.append(("Content-Type", "application/json"))
            bytes = Array(body.text.utf8)
        }
        let response = await door.respond(
            to: try HTTPRequest(method: words[0], target: TestAPI.encoded(words[1]), headers: headers, body: bytes, loop: loop))
        switch response.body {
        case .bytes(let buffer): return Answer(status: response.status, body: try JSONParser.parse(buffer.bytes))
        case .none: return Answer(status: response.status, body: nil)
        case .stream, .file, .upgrade: throw Unexpected()
        }
    }

    private static func encoded(_ target: String) -> String {
        target.utf8.reduce(into: "") { out, byte in
            let isPlain = (0x21...0x7E).contains(byte) && !##""#<>\^`{|}"##.utf8.contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            out += isPlain ? String(UnicodeScalar(byte)) : "%\(digits.count < 2 ? "0" : "")\(digits)"
        }
    }

    struct Unexpected: Error {}

    /// An answer as it would be sent, with the headers that tell something of it.
    struct RawAnswer: Sendable, Equatable {
        var status: Int
        /// Without those that every answer has alike; names in small letters.
        var headers: [String: String]
        var text: String
    }

    /// - Parameters:
    ///   - headers: besides `Host`.
    ///   - body: JSON; nil = none.
    func raw(_ request: String, _ headers: [(name: String, value: String)] = [], _ body: String? = nil) async throws -> RawAnswer {
        let words = request.split(separator: " ", maxSplits: 1).map { String($0) }
        let own = [("Host", "localhost")] + (body == nil ? [] : [("Content-Type", "application/json")])
        let response = await door.respond(
            to: try HTTPRequest(method: words[0], target: words[1], headers: own + headers, body: Array((body ?? "").utf8), loop: loop))
        return try await TestAPI.raw(response)
    }

    /// What is answered while there is no API behind the door.
    static func closedDoor(
        _ policy: CrossOriginPolicy, _ request: String, _ headers: [(name: String, value: String)]
    ) async throws -> RawAnswer {
        let words = request.split(separator: " ").map { String($0) }
        return try await onLoop { loop in
            try await raw(
                await FrontDoor(crossOrigin: policy).respond(
                    to: try HTTPRequest(method: words[0], target: words[1], headers: [("Host", "localhost")] + headers, body: [], loop: loop)))
        }
    }

    private static func raw(_ response: HTTPResponse) async throws -> RawAnswer {
        let all = (response.sharedHeaders?.headers ?? []) + response.headers
        var kept: [String: String] = [:]
        for (name, value) in all where !common.contains(name.lowercased()) { kept[name.lowercased()] = value }
        return RawAnswer(status: response.status, headers: kept, text: try await text(of: response.body))
    }

    /// How large the pieces are that a streamed answer is sent in; none are kept.
    func pieces(_ request: String, _ headers: [(name: String, value: String)]) async throws -> [Int] {
        let words = request.split(separator: " ", maxSplits: 1).map { String($0) }
        let response = await door.respond(
            to: try HTTPRequest(method: words[0], target: words[1], headers: [("Host", "localhost")] + headers, body: [], loop: loop))
        guard case .stream(_, let produce) = response.body else { throw Unexpected() }
        var sizes: [Int] = []
        try await produce(HTTPBodyWriter { sizes.append($0.count) })
        return sizes
    }

    private static let common = ["x-powered-by", "x-content-type-options", "content-security-policy", "cross-origin-opener-policy"]

    private static func text(of body: HTTPResponse.Body) async throws -> String {
        switch body {
        case .none: return ""
        case .bytes(let buffer): return buffer.string
        case .file(let file, let offset, let length):
            let descriptor = file.take()
            defer { close(descriptor) }
            var bytes = [UInt8](repeating: 0, count: length)
            guard pread(descriptor, &bytes, length, off_t(offset)) == length else { throw Unexpected() }
            return String(decoding: bytes, as: UTF8.self)
        case .stream(_, let produce):
            var bytes: [UInt8] = []
            try await produce(HTTPBodyWriter { bytes += $0.bytes })
            return String(decoding: bytes, as: UTF8.self)
        case .upgrade: throw Unexpected()
        }
    }

    /// After rows of rights were changed past the API.
    func reloadRights() async throws { try await updater.reload([.rights], using: client) }

    /// What is wrong with the rights in force, as the log tells it.
    var problems: [AccessProblem] { updater.store.current.problems }

    /// Rows of a query as one text, to compare states.
    func rows(_ query: String) async throws -> String {
        try await client.withSession { session in
            guard let result = try await session.execute(query).last else { return "" }
            return (0..<result.rowCount).map { row in
                (0..<result.columnCount).map { result.string(row, $0) ?? "-" }.joined(separator: "|")
            }.joined(separator: "\n")
        }
    }
}

/// Runs `body` with the API of a model, on a copy of its database.
/// - Parameter metrics: tokens for `/metrics`; nil = it is off.
func withAPI<T: Sendable>(
    _ model: TestModel, settings: APISettings = APISettings(), metrics: [String]? = nil, setup: TestAPI.Setup = TestAPI.Setup(),
    _ body: @Sendable (TestAPI) async throws -> T
) async throws -> T {
    let schema = try model.compile()
    return try await withTestDatabase(template: try await model.template()) { database in
        try await onLoop(watchdog: .off) { loop in
            var configuration = database.configuration
            configuration.statementTimeout = setup.statementTimeout
            if let trace = setup.trace { configuration.trace = { trace($1) } }
            let client = PostgresClient(configuration: configuration, loop: loop)
            try await client.start()
            do {
                let value = try await body(
                    try await TestAPI(client: client, schema: schema, settings: settings, metrics: metrics, setup: setup))
                await client.close(grace: .seconds(5))
                return value
            } catch {
                await client.close(grace: .zero)
                throw error
            }
        }
    }
}

extension PostgresClient {
    func run(_ script: String) async throws {
        _ = try await withSession { try await $0.execute(script) }
    }
}

/// The texts of statements, as they were sent.
final class StatementTexts: Sendable {
    private let texts = Mutex<[String]>([])

    func add(_ text: String) { texts.withLock { $0.append(text) } }

    /// Those since it was asked last.
    func take() -> [String] {
        texts.withLock { texts in
            defer { texts = [] }
            return texts
        }
    }
}
