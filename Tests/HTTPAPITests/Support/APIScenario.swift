import JSONText
import Testing

/// One request with the whole answer that it must have.
struct APIScenario: Sendable, CustomTestStringConvertible {
    let name: String
    /// The caller's static token; nil = the public.
    let caller: String?
    let request: String
    let body: String?
    let status: Int
    /// JSON; nil = no body.
    let answer: String?
    /// A query whose rows may not change, for requests that are refused.
    let untouched: String?

    var testDescription: String { name }

    init(
        _ name: String, as caller: String?, _ request: String, _ body: String? = nil, status: Int, _ answer: String?, untouched: String? = nil
    ) {
        self.name = name
        self.caller = caller
        self.request = request
        self.body = body
        self.status = status
        self.answer = answer
        self.untouched = untouched
    }

    func run(on api: TestAPI, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let before = try await untouched.asyncMap { try await api.rows($0) }
        let answer = try await api.send(request, as: caller, try body.map { try JSONParser.parse($0) })
        #expect(answer.status == status, "\(name): \(answer.body?.text ?? "")", sourceLocation: sourceLocation)
        let expected = try self.answer.map { try JSONParser.parse($0) }
        if answer.body != expected {
            Issue.record(
                "\(name): answered \(answer.body?.text ?? "nothing")\ninstead of \(expected?.text ?? "nothing")", sourceLocation: sourceLocation)
        }
        let after = try await untouched.asyncMap { try await api.rows($0) }
        #expect(before == after, "\(name): a refused request has changed rows", sourceLocation: sourceLocation)
    }
}

extension [APIScenario] {
    /// One after the other on one database, since each copy takes longer than the request: for those that change nothing, or the last of which does.
    func run(on model: TestModel, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await withAPI(model) { api in
            for scenario in self { try await scenario.run(on: api, sourceLocation: sourceLocation) }
        }
    }
}

extension Optional where Wrapped: Sendable {
    fileprivate func asyncMap<T>(_ transform: (Wrapped) async throws -> T) async throws -> T? {
        guard let self else { return nil }
        return try await transform(self)
    }
}

/// `{"errors":[{"message","extensions":{"reason","code"}}]}`.
func refusal(_ code: String, _ message: String, reason: String? = nil) -> String {
    var extensions = JSONObject()
    if let reason { extensions["reason"] = .string(reason) }
    extensions["code"] = .string(code)
    let error = JSONObject([("message", .string(message)), ("extensions", .object(extensions))])
    return JSONValue.object(JSONObject([("errors", .array([.object(error)]))])).text
}
