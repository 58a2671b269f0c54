import AccessControl
import Digests
import HTTPServer
import Identity
import Items
import JSONText
import QueryLanguage
import SchemaModel

/// `/utils` (contract/system.md, 14.2).
enum UtilityRoutes {
    static func revert(_ context: RequestContext) async throws -> HTTPResponse {
        try await context.loop.writer.revert(
            to: context.parameters["revision"] ?? "", by: try await context.writingCaller(), in: context.snapshot, now: context.now)
        return context.empty
    }

    static func sort(_ context: RequestContext) async throws -> HTTPResponse {
        var body = JSONObject()
        if case .object(let members)? = context.body { body = members }
        try await context.loop.writer.sort(
            CollectionName(context.parameters["collection"] ?? ""), body, by: try await context.writingCaller(), in: context.snapshot,
            now: context.now)
        return HTTPResponse(status: 200, headers: AnswerHeaders.always)
    }

    /// `?length=` from 1 to 500, 32 without it.
    static func randomString(_ context: RequestContext) throws(WireError) -> HTTPResponse {
        let length = try length(of: context.request.query)
        // Four characters of the alphabet for three bytes.
        return context.data(.string(String(RandomBytes.token(byteCount: (length * 3 + 3) / 4).prefix(length))))
    }

    private static func length(of query: String?) throws(WireError) -> Int {
        guard let text = QueryText.value(of: "length", in: query) else { return 32 }
        guard let number = Double(text), number.isFinite else { throw .invalidQuery("\"length\" must be a number") }
        guard number.rounded() == number else { throw .invalidQuery("\"length\" must be an integer") }
        guard number >= 1 else { throw .invalidQuery("\"length\" must be greater than or equal to 1") }
        guard number <= 500 else { throw .invalidQuery("\"length\" must be less than or equal to 500") }
        return Int(number)
    }

    static func generateHash(_ context: RequestContext) async throws -> HTTPResponse {
        context.data(.string(try await PasswordHasher().hash(try text("string", of: context.body))))
    }

    static func verifyHash(_ context: RequestContext) async throws -> HTTPResponse {
        let string = try text("string", of: context.body)
        let hash = try text("hash", of: context.body)
        guard hash.hasPrefix("$argon2") else { throw WireError.invalidPayload("Invalid \"hash\" or \"string\"") }
        return context.data(.bool(try await PasswordHasher().verify(string, against: hash)))
    }

    private static func text(_ name: String, of body: JSONValue?) throws(WireError) -> String {
        guard case .object(let members)? = body, case .string(let text)? = members[name], !text.isEmpty else {
            throw .invalidPayload("\"\(name)\" is required")
        }
        return text
    }

    /// Schema and rights are always those in force; who a token stands for is remembered for some seconds.
    static func clearCache(_ context: RequestContext) throws(WireError) -> HTTPResponse {
        guard context.caller.isAdmin else { throw .forbidden }
        context.services.authentication.cache.removeAll()
        return HTTPResponse(status: 200, headers: AnswerHeaders.always)
    }
}

enum QueryText {
    /// The first value under a plain name; nil = the name does not occur.
    static func value(of name: String, in query: String?) -> String? {
        for pair in query?.split(separator: "&") ?? [] {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts[0] == name { return parts.count > 1 ? PercentCoding.decode(parts[1]) ?? "" : "" }
        }
        return nil
    }
}
