import AccessControl
import Assets
import Digests
import EventLoops
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

/// A clock that stands still until it is moved.
final class ManualClock: Sendable {
    private let milliseconds: Mutex<Int>

    init(_ start: Int = 1_800_000_000_000) { milliseconds = Mutex(start) }

    var now: Moment { Moment(milliseconds: milliseconds.withLock { $0 }) }

    func move(by duration: Duration) { milliseconds.withLock { $0 += duration.milliseconds } }
}

/// Every log line of a server.
final class LogCapture: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined() } }

    var log: Logger {
        Logger(
            LogSink(threshold: .trace, style: .json, deliver: { line in self.lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }))
    }
}

/// What a request was answered, whole.
struct TestAnswer: Equatable {
    let status: Int
    /// nil = none.
    let body: JSONValue?
    /// `Set-Cookie` headers by name, whole.
    let cookies: [String: String]

    /// The value of a cookie that was set.
    func cookie(_ name: String) -> String? {
        cookies[name].map { String($0.dropFirst(name.count + 1).prefix { $0 != ";" }) }
    }

    static func error(_ status: Int, _ code: String, _ message: String, clearsSession: Bool = false) -> TestAnswer {
        TestAnswer(
            status: status, body: ["errors": [["message": .string(message), "extensions": ["code": .string(code)]]]],
            cookies: clearsSession ? ["directus_session_token": "directus_session_token=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"] : [:])
    }

    static func invalidPayload(_ reason: String) -> TestAnswer {
        TestAnswer(
            status: 400,
            body: [
                "errors": [
                    ["message": .string("Invalid payload. \(reason)."), "extensions": ["reason": .string(reason), "code": "INVALID_PAYLOAD"]]
                ]
            ], cookies: [:])
    }

    static let empty = TestAnswer(status: 204, body: nil, cookies: [:])
    static let invalidCredentials = error(401, "INVALID_CREDENTIALS", "Invalid user credentials.")
    static let staleCookie = error(401, "INVALID_CREDENTIALS", "Invalid user credentials.", clearsSession: true)
    static let invalidToken = error(403, "INVALID_TOKEN", "Invalid token.")
    static let expired = error(401, "TOKEN_EXPIRED", "Token expired.")

    static func data(_ value: JSONValue) -> TestAnswer { TestAnswer(status: 200, body: ["data": value], cookies: [:]) }
}

/// The API over a migrated database of its own, without sockets.
struct TestAPI: Sendable {
    static let secret = "a-secret-for-tests-0123456789abcdef"
    static let adminToken = "admin-token"

    let client: PostgresClient
    let clock: ManualClock
    let capture: LogCapture
    fileprivate let api: HTTPAPI

    /// - Parameter token: goes into `Authorization: Bearer`.
    func send(
        _ method: String, _ target: String, as token: String? = nil, cookie: String? = nil, _ body: JSONValue? = nil
    ) async throws -> TestAnswer {
        let response = try await respond(method, target, as: token, cookie: cookie, body)
        var cookies: [String: String] = [:]
        for header in response.headers where header.name == "Set-Cookie" { cookies[String(header.value.prefix { $0 != "=" })] = header.value }
        var content: JSONValue?
        if case .bytes(let bytes) = response.body, !bytes.bytes.isEmpty { content = try JSONParser.parse(bytes.bytes) }
        return TestAnswer(status: response.status, body: content, cookies: cookies)
    }

    /// The answer's status, and the values of every field of that name.
    func field(_ name: String, of request: String, _ body: JSONValue? = nil) async throws -> (status: Int, values: [String]) {
        let words = request.split(separator: " ").map { String($0) }
        let response = try await respond(words[0], words[1], as: nil, cookie: nil, body)
        let headers = (response.sharedHeaders?.headers ?? []) + response.headers
        return (response.status, headers.filter { $0.name == name }.map(\.value))
    }

    private func respond(
        _ method: String, _ target: String, as token: String?, cookie: String?, _ body: JSONValue?
    ) async throws -> HTTPResponse {
        var headers = [(name: "Host", value: "localhost"), (name: "User-Agent", value: "tests/1.0")]
        if let token { headers.append((name: "Authorization", value: "Bearer \(token)")) }
        if let cookie { headers.append((name: "Cookie", value: cookie)) }
        if body != nil { headers.append((name: "Content-Type", value: "application/json")) }
        let request = try HTTPRequest(
            method: method, target: target, headers: headers, body: body.map { Array($0.text.utf8) } ?? [], loop: client.loop)
        return await api.respond(to: request)
    }

    func me(_ token: String) async throws -> TestAnswer { try await send("GET", "/users/me?fields=id", as: token) }

    func meByCookie(_ token: String) async throws -> TestAnswer {
        try await send("GET", "/users/me?fields=id", cookie: "directus_session_token=\(token)")
    }

    func login(_ name: String, password: String? = nil, mode: String? = nil) async throws -> TestAnswer {
        var body = JSONObject([("email", .string("\(name)@example.com")), ("password", .string(password ?? "pass-\(name)"))])
        body["mode"] = mode.map { .string($0) }
        return try await send("POST", "/auth/login", .object(body))
    }

    /// Access and refresh token.
    func tokens(_ name: String, sourceLocation: Testing.SourceLocation = #_sourceLocation) async throws -> (access: String, refresh: String) {
        try await tokens(of: try await login(name), sourceLocation: sourceLocation)
    }

    func tokens(of answer: TestAnswer, sourceLocation: Testing.SourceLocation = #_sourceLocation) async throws -> (access: String, refresh: String) {
        let data = answer.body?["data"]
        return (
            try #require(data?["access_token"]?.string, "\(answer)", sourceLocation: sourceLocation),
            try #require(data?["refresh_token"]?.string, "\(answer)", sourceLocation: sourceLocation)
        )
    }

    /// The token of a session.
    func session(_ name: String, sourceLocation: Testing.SourceLocation = #_sourceLocation) async throws -> String {
        try #require(try await login(name, mode: "session").cookie("directus_session_token"), sourceLocation: sourceLocation)
    }

    func refresh(_ token: String) async throws -> TestAnswer { try await send("POST", "/auth/refresh", ["refresh_token": .string(token)]) }

    func renew(_ session: String) async throws -> TestAnswer {
        try await send("POST", "/auth/refresh", cookie: "directus_session_token=\(session)", ["mode": "session"])
    }

    @discardableResult func asAdmin(_ method: String, _ target: String, _ body: JSONValue? = nil) async throws -> TestAnswer {
        try await send(method, target, as: TestAPI.adminToken, body)
    }
}

/// Users by their first names; each has the password `pass-<name>` and the static token `token-<name>`.
enum TestUsers {
    static let keys = [
        "mia": "a0000000-0000-4000-8000-000000000101", "sue": "a0000000-0000-4000-8000-000000000102",
        "eve": "a0000000-0000-4000-8000-000000000103", "leo": "a0000000-0000-4000-8000-000000000104",
        "ned": "a0000000-0000-4000-8000-000000000105",
    ]
    static let role = "a0000000-0000-4000-8000-000000000001"
    static let policy = "a0000000-0000-4000-8000-000000000011"
    static let mia: JSONValue = ["id": "a0000000-0000-4000-8000-000000000101"]

    static func row(_ name: String, _ further: [(String, JSONValue)] = []) -> JSONValue {
        let members: [(String, JSONValue)] = [
            ("id", .string(keys[name] ?? "")), ("email", .string("\(name)@example.com")), ("password", .string("pass-\(name)")),
            ("token", .string("token-\(name)")), ("role", .string(role)), ("first_name", .string(name)),
        ]
        return .object(JSONObject(members + further))
    }

    fileprivate static func make(in server: TestAPI) async throws {
        let answers = [
            try await server.asAdmin("POST", "/roles", ["id": .string(role), "name": "Members"]),
            try await server.asAdmin("POST", "/policies", ["id": .string(policy), "name": "App", "app_access": true]),
            try await server.asAdmin("POST", "/access", ["role": .string(role), "policy": .string(policy)]),
            try await server.asAdmin(
                "POST", "/users",
                [
                    row("mia"), row("sue", [("status", "suspended")]), row("eve", [("provider", "acme")]), row("leo"),
                    row("ned", [("password", nil)]),
                ]),
        ]
        #expect(answers.map(\.status) == [200, 200, 200, 200], "\(answers)")
    }
}

/// What a test wants otherwise.
struct TestAPIOptions: Sendable {
    var keys = SigningKey(Secret(TestAPI.secret)).map { TokenKeys(current: $0) }
    var sessions = SessionSettings()
    var stall = Duration.zero
}

/// A server with its users, on a loop of its own.
func withAPI(_ options: TestAPIOptions = TestAPIOptions(), _ body: @Sendable (TestAPI) async throws -> Void) async throws {
    let schema = try #require(SchemaCompiler.compile(files: [], environment: [:]).snapshot)
    let template = try await TestTemplates.shared.name(of: "identity-api") { database in
        try await withClient(database) { client in
            _ = try await MigrationRunner(client: client, options: MigrationOptions(), events: { _ in }).apply(schema)
            let settings = AdminBootstrap.Settings(email: "admin@example.com", password: "d1r3ctu5", token: Secret(TestAPI.adminToken))
            _ = try await AdminBootstrap(settings, hasher: quickHasher).run(using: client)
            let server = try await makeServer(client, schema, TestAPIOptions())
            try await TestUsers.make(in: server)
        }
    }
    try await withTestDatabase(template: template) { database in
        try await withClient(database) { client in try await body(try await makeServer(client, schema, options)) }
    }
}

private let quickHasher = PasswordHasher(cost: .init(memory: 64, passes: 1, lanes: 1))

private func withClient(_ database: TestDatabase, _ body: @Sendable (PostgresClient) async throws -> Void) async throws {
    try await onLoop(watchdog: .off) { loop in
        let client = PostgresClient(configuration: database.configuration, loop: loop)
        try await client.start()
        do {
            try await body(client)
            await client.close(grace: .seconds(5))
        } catch {
            await client.close(grace: .zero)
            throw error
        }
    }
}

private func makeServer(_ client: PostgresClient, _ schema: SchemaSnapshot, _ options: TestAPIOptions) async throws -> TestAPI {
    let clock = ManualClock()
    let capture = LogCapture()
    let now: @Sendable () -> Moment = { clock.now }
    let cache = TokenCache(lifetime: .seconds(600))
    let updater = SnapshotUpdater(
        store: SnapshotStore(schema: schema), instance: "test",
        hooks: .init(loadSchema: { _ in schema }, usersChanged: { cache.removeAll() }), log: capture.log)
    try await updater.reload([.rights], using: client)
    let usersChanged: @Sendable (PostgresClient) async -> Void = { await updater.announce([.users], using: $0) }
    let tokens = AccessTokens(keys: try #require(options.keys))
    let services = APIServices(
        loops: [loopServices(client, updater)], snapshot: { updater.store.current },
        authentication: TokenAuthentication(cache: cache, tokens: tokens, now: now),
        auth: AuthServices(
            login: Login(hasher: quickHasher, now: now, didLock: usersChanged),
            sessions: Sessions(tokens: tokens, settings: options.sessions, now: now, didEnd: usersChanged), stall: LoginStall(options.stall)),
        attributes: AttributeLoader(), settings: APISettings(), log: capture.log, now: now)
    return TestAPI(client: client, clock: clock, capture: capture, api: HTTPAPI(services: services))
}

private func loopServices(_ client: PostgresClient, _ updater: SnapshotUpdater) -> LoopServices {
    let reader = ItemReader(client: client, limits: QueryLimits())
    let writer = ItemWriter(
        reader: reader,
        settings: WriteSettings(
            hashPassword: { try await quickHasher.hash($0) }, storeToken: { StaticToken.storedForm(of: $0) }, sealText: { $0 },
            makeUUID: { UUIDText.v4() }),
        didCommit: { _ in await updater.announce([.rights, .users], using: client) })
    let storages = FileStorages(first: (name: "local", storage: LocalStorage(root: "/nonexistent")))
    return LoopServices(
        database: client, reader: reader, writer: writer,
        uploads: FileUpload(settings: FileSettings(), storages: storages, reader: reader, writer: writer, loop: client.loop),
        assets: AssetReader(storages: storages, reader: reader, loop: client.loop))
}
