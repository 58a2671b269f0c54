import AccessControl
import EventLoops
package import HTTPServer
import Identity
import JSONText
import OpenAPIGeneration
import Postgres
import QueryEngine
import SchemaModel
import Telemetry

/// The product's HTTP face: finds the operation, authenticates, runs it, words the answer.
///
/// - Order (contract/items.md, 0.3): body, token, authentication, route, query, collection, handler.
package struct HTTPAPI: Sendable {
    private let services: APIServices
    private let router = Router(OperationCatalogue.operations)

    package init(services: APIServices) { self.services = services }

    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        let start = ContinuousClock.now
        var progress = Progress()
        let metrics = services.requestMetrics(on: request.loop)
        metrics?.begin()
        let response = await outcome(of: request, &progress)
        metrics?.end(route: progress.route, status: response.status, after: ContinuousClock.now - start)
        if services.log.writes(.debug) {
            services.log.debug(
                "request",
                [
                    .requestID: .text(request.id), .method: .text(request.method), .path: .text(request.path), .status: .integer(response.status),
                    .duration: .milliseconds(ContinuousClock.now - start),
                ])
        }
        return response
    }

    /// What is known of a request so far, for whoever words an error or counts.
    private struct Progress {
        var isAdmin = false
        /// In the catalogue; nil = none.
        var route: Int?
    }

    private func outcome(of request: HTTPRequest, _ progress: inout Progress) async -> HTTPResponse {
        var attempts = 0
        while true {
            let generation = services.snapshot().generation
            do {
                return try await answer(request, &progress)
            } catch let error as PostgresError where error.isOfAnotherGeneration && attempts < 3 {
                // The tables moved under the request: a read is tried again with the newer snapshot, a write is the client's to repeat.
                attempts += 1
                await waitForChange(of: generation, on: request.loop)
                if request.method == "GET" || request.method == "HEAD" { continue }
                return failure(PostgresError.unavailable(.busy), of: request, progress)
            } catch {
                return failure(error, of: request, progress)
            }
        }
    }

    @inline(never)
    private func waitForChange(of generation: Int, on loop: EventLoop) async {
        var rounds = 0
        while services.snapshot().generation == generation, rounds < 20 {
            await loop.sleep(for: .milliseconds(25))
            rounds += 1
        }
    }

    /// What the server refuses before any handler, in the contract's shape.
    package static func refusal(_ refusal: HTTPRefusal) -> HTTPResponse {
        let code: ErrorCode
        switch refusal {
        case .malformedHead, .ambiguousLength, .badHost, .badTarget, .unsupportedTransferCoding, .unsupportedMethod, .unsupportedExpectation:
            code = .invalidPayload
        case .headTooLarge, .bodyTooLarge: code = .contentTooLarge
        }
        let body = ErrorAnswer(WireError(code, message: "Bad request: \(refusal)."), isAdmin: false, requestID: "").body
        return HTTPResponse(status: refusal.status, headers: [AnswerHeaders.json], body: .bytes(body))
    }

    private func failure(_ error: any Error, of request: HTTPRequest, _ progress: Progress) -> HTTPResponse {
        let stale = error as? StaleCookie
        let answer = ErrorAnswer(stale?.error ?? error, isAdmin: progress.isAdmin, requestID: request.id)
        if answer.status >= 500 {
            services.log.error(
                "request failed", [.requestID: .text(request.id), .path: .text(request.path), .reason: .text("\(error)")])
        }
        var more = stale == nil ? [] : [services.settings.cookies.session.clearing]
        if let route = progress.route, OperationCatalogue.operations[route].action.tellsSecrets { more.append(AnswerHeaders.unkept) }
        return answer.response(with: more)
    }

    private func answer(_ request: HTTPRequest, _ progress: inout Progress) async throws -> HTTPResponse {
        let path = request.path
        let method = request.method
        if method == "OPTIONS" { return options(path) }
        guard Router.isWellFormed(path) else {
            throw WireError(
                .invalidPathParameter, message: "Invalid path parameter. The path is not well encoded.",
                extensions: [("reason", "The path is not well encoded")])
        }
        let match = router.match(method: method, path: path)
        progress.route = match?.number
        if let match, let answer = try await openAnswer(match, request) { return answer }
        var body: JSONValue?
        if let match, match.operation.readsJSON(request) {
            body = try await JSONBody.read(request, limit: services.settings.maximumPayload)
        }
        let loop = services.loops[request.loop.index % services.loops.count]
        let snapshot = services.snapshot()
        let credential = try Credentials.find(in: request, cookie: services.settings.cookies.session.name)
        // What is remembered needs no wait, and so no frame of a function that may wait: most requests of a busy server.
        let holder: TokenHolder
        if let known = knownHolder(of: credential) { holder = known } else { holder = try await self.holder(of: credential, using: loop.database) }
        var caller = caller(holder, request, match, snapshot)
        if services.attributes.needsQuery(caller, for: .reads, in: snapshot) {
            caller = try await services.attributes.load(caller, for: .reads, in: snapshot, using: loop.database)
        }
        progress.isAdmin = caller.isAdmin
        guard let match else { throw WireError.routeNotFound(path) }
        let context = RequestContext(
            request: request, parameters: match.parameters, services: services, loop: loop, snapshot: snapshot, caller: caller, body: body,
            now: services.now())
        // What is asked for most doesn't pass through a function whose frame has room for every route.
        if case .items(let action, let source) = match.operation.action { return try await ItemRoutes(context, source).run(action) }
        if case .specification = match.operation.action { return try SpecificationRoutes.document(context) }
        return try await run(match.operation, context)
    }

    /// What is answered before anything looks at credentials; nil for all else.
    @inline(__always)
    private func openAnswer(_ match: Router.Match, _ request: HTTPRequest) async throws -> HTTPResponse? {
        if case .ping = match.operation.action { return ServerRoutes.ping() }
        if case .documentation = match.operation.action { return try await documentation(nil, request) }
        if case .documentationFile = match.operation.action { return try await documentation(match.parameters["file"], request) }
        return nil
    }

    /// - Parameter file: nil = the page itself.
    @inline(never)
    private func documentation(_ file: String?, _ request: HTTPRequest) async throws -> HTTPResponse {
        let routes = try DocumentationRoutes(request, services.settings)
        guard let file else { return try await routes.page() }
        return try await routes.file(file)
    }

    private func caller(_ holder: TokenHolder, _ request: HTTPRequest, _ match: Router.Match?, _ snapshot: EngineSnapshot) -> Caller {
        var origin = RequestOrigin(address: request.remoteAddress)
        if match?.operation.method != .get {
            // Only what is written is remembered with them.
            origin.userAgent = request.headers.first("user-agent")
            origin.origin = request.headers.first("origin")
        }
        var caller = snapshot.access.caller(holder.principal, origin: origin)
        caller.session = holder.session
        return caller
    }

    private func knownHolder(of credential: Credentials?) -> TokenHolder? {
        guard let credential else { return TokenHolder(principal: .public) }
        return services.authentication.knownHolder(of: credential.token)
    }

    /// - Throws: `StaleCookie` for what is wrong with the session cookie, so that the client gets rid of it; other errors as they are.
    @inline(never)
    private func holder(of credential: Credentials?, using database: PostgresClient) async throws -> TokenHolder {
        guard let credential else { return TokenHolder(principal: .public) }
        do {
            return try await services.authentication.holder(of: credential.token, using: database)
        } catch let error as WireError where credential.source == .cookie && error.code != .tokenExpired {
            throw StaleCookie(error: error)
        }
    }

    @inline(never)
    private func run(_ operation: Operation, _ context: RequestContext) async throws -> HTTPResponse {
        switch operation.action {
        case .ping: ServerRoutes.ping()
        case .health: await ServerRoutes.health(context)
        case .info: try await ServerRoutes.info(context)
        case .specification: try SpecificationRoutes.document(context)
        case .documentation: try await documentation(nil, context.request)
        case .documentationFile: try await documentation(context.parameters["file"], context.request)
        case .metrics: try await MetricsRoutes.read(context)
        case .authProviders: AuthRoutes.providers(context)
        case .login: try await AuthRoutes.login(context)
        case .refresh: try await AuthRoutes.refresh(context)
        case .logout: try await AuthRoutes.logout(context)
        case .currentUser: try await CurrentUserRoutes.read(UserContext(context))
        case .updateCurrentUser: try await CurrentUserRoutes.update(UserContext(context))
        case .trackPage: try await CurrentUserRoutes.trackPage(UserContext(context))
        case .generateSecondFactor: try await SecondFactorRoutes.generate(UserContext(context))
        case .enableSecondFactor: try await SecondFactorRoutes.enable(UserContext(context))
        case .disableSecondFactor: try await SecondFactorRoutes.disable(UserContext(context))
        case .disableSecondFactorOfOther: try await SecondFactorRoutes.disableOther(UserContext(context))
        case .currentRoles: try await CurrentUserRoutes.roles(context)
        case .currentPermissions: try await CurrentAccessRoutes.permissions(context)
        case .currentItemPermissions: try await CurrentAccessRoutes.itemPermissions(context)
        case .currentPolicyGlobals: CurrentAccessRoutes.globals(context)
        case .uploadFiles: try await FileRoutes.create(context)
        case .updateFile: try await FileRoutes.update(context)
        case .asset: try await AssetRoutes(context).read()
        case .projectOwner: try await ItemRoutes.setProjectOwner(context)
        case .version(let action): try await VersionRoutes.run(action, context)
        case .revert: try await UtilityRoutes.revert(context)
        case .sort: try await UtilityRoutes.sort(context)
        case .randomString: try UtilityRoutes.randomString(context)
        case .generateHash: try await UtilityRoutes.generateHash(context)
        case .verifyHash: try await UtilityRoutes.verifyHash(context)
        case .clearCache: try UtilityRoutes.clearCache(context)
        case .explain: try await ExplainRoutes.explain(context)
        case .setup: throw WireError.forbidden
        case .robots: ServerRoutes.robots()
        case .items(let action, let source): try await ItemRoutes(context, source).run(action)
        }
    }

    private func options(_ path: String) -> HTTPResponse {
        var methods = router.methods(of: path)
        if methods.contains("GET") { methods.append("HEAD") }
        let allow = methods.joined(separator: ",")
        return HTTPResponse(
            status: 200, headers: AnswerHeaders.always + [(name: "Allow", value: allow), (name: "Content-Type", value: "text/html; charset=utf-8")],
            body: .bytes(ByteBuffer(allow)))
    }
}

extension LogKey {
    fileprivate static let method = LogKey("method")
    fileprivate static let status = LogKey("status")
    fileprivate static let duration = LogKey("duration_ms")
}

extension PostgresError {
    /// A table or column is gone or another one: the request was planned for an older generation.
    fileprivate var isOfAnotherGeneration: Bool {
        guard let state = fault?.sqlState else { return false }
        return state == .undefinedColumn || state == .undefinedTable || state == .featureNotSupported
    }
}

extension Operation.Action {
    /// Those whose answers nobody on the way may keep, refusals included (attack J2).
    fileprivate var tellsSecrets: Bool {
        switch self {
        case .login, .refresh, .logout: true
        default: false
        }
    }
}

extension Operation {
    /// A GET ignores its body; multipart is read by its route.
    fileprivate func readsJSON(_ request: HTTPRequest) -> Bool {
        switch method {
        case .get: false
        case .search, .post, .patch, .delete: request.headers.first("content-type")?.lowercased().hasPrefix("multipart/") != true
        }
    }
}
