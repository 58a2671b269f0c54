import HTTPServer
import Items
import JSONText
import OpenAPIGeneration
import SchemaModel

/// `/versions/:id` and what can be done with a version (contract/system.md, section 10). The rest of `/versions` is like every other collection.
enum VersionRoutes {
    static func run(_ action: Operation.VersionAction, _ context: RequestContext) async throws -> HTTPResponse {
        let id = context.parameters["id"] ?? ""
        let versions = context.loop.versions
        switch action {
        case .read: return try await read(id, context)
        case .save:
            return context.data(
                try await versions.save(
                    try payload(context), to: id, by: try await context.writingCaller(), in: context.snapshot, now: context.now))
        case .compare:
            return context.data(try await versions.compare(id, by: context.caller, in: context.snapshot, now: context.now))
        case .promote:
            return context.data(
                try await versions.promote(
                    id, try payload(context), by: try await context.writingCaller(), in: context.snapshot, now: context.now))
        }
    }

    private static func read(_ id: String, _ context: RequestContext) async throws -> HTTPResponse {
        let collection: CollectionName = "directus_versions"
        let answer = try await context.loop.reader.read(
            ReadRequest(collection: collection, target: .item(key: id), query: .text(context.request.query)), by: context.caller,
            in: context.snapshot, now: context.now)
        let shown = try await context.loop.versions.shown(answer, of: id, by: context.caller, in: context.snapshot, now: context.now)
        return try context.answer(shown, collection: collection.text)
    }

    private static func payload(_ context: RequestContext) throws(WireError) -> JSONObject {
        switch context.body {
        case .object(let payload)?: return payload
        case nil: return JSONObject()
        default: throw .invalidPayload("The body has to be an object")
        }
    }
}
