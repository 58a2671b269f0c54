import HTTPServer
import Items
import JSONText
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
}
