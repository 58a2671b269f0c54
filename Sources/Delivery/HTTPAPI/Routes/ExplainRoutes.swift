import AccessControl
import HTTPServer
import Identity
import Items
import JSONText
import Postgres
import QueryEngine
import QueryLanguage
import SchemaModel

/// `POST /utils/explain`: how a read is answered to somebody, for administrators. Not part of Directus.
enum ExplainRoutes {
    /// Of each statement, whatever the configuration allows requests.
    private static let longest = Duration.seconds(10)

    static func explain(_ context: RequestContext) async throws -> HTTPResponse {
        guard context.caller.isAdmin else { throw WireError.forbidden }
        let asked = try ExplainBody(context.body)
        let database = context.loop.database
        let explainer = RequestExplainer(
            database: database, snapshot: context.snapshot, limits: context.loop.reader.limits, attributes: context.services.attributes,
            now: context.now)
        let timeout = min(longest, database.statementTimeout ?? longest)
        let explanation = try await explainer.explain(
            asked.request, as: try await caller(asked.name, context), asked.analyze ? .measured : .planned, timeout: timeout)
        return context.data(explanation.json(of: asked.request.text))
    }

    /// - Parameter name: nil or `admin` = the caller.
    private static func caller(_ name: String?, _ context: RequestContext) async throws -> NamedCaller {
        guard let name, name != "admin" else { return NamedCaller(principal: context.caller.principal, name: "the caller") }
        do {
            return try await NamedCaller.find(name, in: context.snapshot, using: context.loop.database)
        } catch let problem as NamedCaller.Problem {
            throw WireError.invalidPayload("\"as\": \(problem)")
        }
    }
}

/// `{"request": "GET /items/…", "as": …, "body": {…}, "analyze": true}`.
private struct ExplainBody {
    let request: ExplainedRequest
    let name: String?
    let analyze: Bool

    private static let members: Set = ["request", "as", "body", "analyze"]

    /// - Throws: `INVALID_PAYLOAD`.
    init(_ body: JSONValue?) throws(WireError) {
        guard case .object(let members)? = body else { throw .invalidPayload("The body has to be an object") }
        for key in members.keys where !ExplainBody.members.contains(key) { throw .invalidPayload("\"\(key)\" is not allowed") }
        guard case .string(let text)? = members["request"] else { throw .invalidPayload("\"request\" must be a string") }
        switch members["as"] {
        case nil, .null?: name = nil
        case .string(let text)?: name = text
        default: throw .invalidPayload("\"as\" must be a string")
        }
        switch members["analyze"] {
        case nil: analyze = true
        case .bool(let flag)?: analyze = flag
        default: throw .invalidPayload("\"analyze\" must be a boolean")
        }
        switch members["body"] {
        case nil, .null?, .object?, .array?: break
        default: throw .invalidPayload("\"body\" must be an object")
        }
        do throws(ExplainedRequest.Problem) {
            request = try ExplainedRequest(text, body: members["body"].flatMap { $0.isNull ? nil : $0 })
        } catch {
            throw .invalidPayload("\"request\": \(error)")
        }
    }
}
