import AccessControl
import HTTPServer
import Identity
import Items
import JSONText
import QueryEngine
import QueryLanguage
import SchemaModel

/// A request on its way to a handler: with the snapshot it will see and the caller it comes from.
///
/// A class, since it is handed on many times: one reference instead of two dozen.
final class RequestContext: Sendable {
    let request: HTTPRequest
    let parameters: PathParameters
    let services: APIServices
    let loop: LoopServices
    let snapshot: EngineSnapshot
    let caller: Caller
    /// nil = none, or not JSON.
    let body: JSONValue?
    let now: Moment

    init(
        request: HTTPRequest, parameters: PathParameters, services: APIServices, loop: LoopServices, snapshot: EngineSnapshot, caller: Caller,
        body: JSONValue?, now: Moment
    ) {
        self.request = request
        self.parameters = parameters
        self.services = services
        self.loop = loop
        self.snapshot = snapshot
        self.caller = caller
        self.body = body
        self.now = now
    }

    /// The caller with what its write rules mention besides, and the filters of the request: the one of the answer, and `query` of a body.
    func writingCaller(choosingBy query: ItemQuery? = nil) async throws -> Caller {
        let queries: [ReadRequest.Query] = [.text(request.query)] + (query.map { [.parsed($0)] } ?? [])
        let caller = try await RequestVariables.caller(for: queries, self)
        return try await services.attributes.load(caller, for: .writes, in: snapshot, using: loop.database)
    }
}

/// A context whose caller is a user; routes that need one can't be reached without.
struct UserContext {
    let context: RequestContext
    let user: UserID

    /// - Throws: `INVALID_CREDENTIALS`.
    init(_ context: RequestContext) throws(WireError) {
        guard let user = context.caller.user else { throw WireError(.invalidCredentials, message: "Invalid user credentials.") }
        self.context = context
        self.user = user
    }
}
