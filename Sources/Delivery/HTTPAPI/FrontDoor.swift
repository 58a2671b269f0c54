package import HTTPServer
import JSONText
import Postgres
import Synchronization

/// What requests meet first: the API, and until it is there an answer that says when to come back. Pages of other origins are told what they may.
package final class FrontDoor: Sendable {
    private final class Opened: Sendable {
        let api: HTTPAPI
        init(_ api: HTTPAPI) { self.api = api }
    }

    private let opened = AtomicLazyReference<Opened>()

    private let crossOrigin: CrossOriginPolicy?

    /// - Parameter crossOrigin: nil = pages of other origins may nothing.
    package init(crossOrigin: CrossOriginPolicy? = nil) { self.crossOrigin = crossOrigin }

    /// From now on that API answers. The first one stays.
    package func open(to api: HTTPAPI) { _ = opened.storeIfNil(Opened(api)) }

    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard let crossOrigin else { return await answer(to: request) }
        if request.method == "OPTIONS" { return crossOrigin.preflight(request) }
        var response = await answer(to: request)
        crossOrigin.mark(&response, for: request)
        return response
    }

    private func answer(to request: HTTPRequest) async -> HTTPResponse {
        guard let opened = opened.load() else { return FrontDoor.closed(request) }
        return await opened.api.respond(to: request)
    }

    /// 503 with `Retry-After`, as while the database is away from a running server.
    private static func closed(_ request: HTTPRequest) -> HTTPResponse {
        switch request.path {
        case "/server/ping": return ServerRoutes.ping()
        case "/server/health": return ServerRoutes.health(isUp: false, JSONObject([("status", "error")]))
        default: return ErrorAnswer(PostgresError.unavailable(.notConnected("")), isAdmin: false, requestID: request.id).response()
        }
    }
}
