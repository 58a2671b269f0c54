import AccessControl
import HTTPServer
import Items
import JSONText
import OpenAPIGeneration
import QueryEngine
import QueryLanguage
import SchemaModel

/// The eight operations on the items of one collection, the server's own collections too (contract/items.md, 1.1–1.4).
struct ItemRoutes {
    private let context: RequestContext
    private let collection: CollectionName
    private let isSingleton: Bool
    /// The path as the router of `/items` sees it, for "no such route".
    private let routePath: String

    /// - Throws: `FORBIDDEN` for a system collection under `/items`, whoever asks.
    init(_ context: RequestContext, _ source: Operation.Source) throws(WireError) {
        self.context = context
        switch source {
        case .path:
            collection = CollectionName(context.parameters["collection"] ?? "")
            routePath = "/\(collection)"
        case .system(let name):
            collection = name
            routePath = context.request.path
        }
        let traits = context.snapshot.schema.traits(of: collection)
        if case .path = source, collection.hasSystemPrefix || traits?.isSystem == true {
            // A bad query is told first, also here.
            _ = try ItemQueryParser.parse(queryString: context.request.query, limits: context.loop.reader.limits)
            throw .forbidden
        }
        isSingleton = traits?.isSingleton ?? false
    }

    // None of these is inlined into `run`: its frame, which every request allocates, would have room for the locals of all of them.
    func run(_ action: Operation.ItemAction) async throws -> HTTPResponse {
        switch action {
        case .list: try await read(.collection, .text(context.request.query))
        case .read: try await read(.item(key: key), .text(context.request.query))
        case .search: try await search()
        case .create: try await create()
        case .updateMany: try await updateMany()
        case .update: try await update()
        case .deleteMany: try await deleteMany()
        case .delete: try await write(.delete(key: .string(key)))
        }
    }

    private var key: String { context.parameters["id"] ?? "" }

    // MARK: Reads

    @inline(never)
    private func read(_ target: ReadRequest.Target, _ query: ReadRequest.Query) async throws -> HTTPResponse {
        let caller = RequestVariables.mayOccur(in: query) ? try await RequestVariables.caller(for: [query], context) : context.caller
        if let versioned = try versionedQuery(query, target) {
            let answer = try await context.loop.versions.read(
                ReadRequest(collection: collection, target: target, query: versioned), by: caller, in: context.snapshot, now: context.now)
            return try context.answer(answer, collection: collection.text)
        }
        let outcome = try await context.loop.reader.open(
            ReadRequest(collection: collection, target: target, query: query), by: caller, in: context.snapshot, now: context.now)
        switch outcome {
        case .whole(let answer): return try context.answer(answer, collection: collection.text)
        case .pieces(let pieces): return context.answer(pieces, collection: collection.text)
        }
    }

    /// The query, parsed, where it asks for a version; lists know none (contract/items.md, 2.13).
    private func versionedQuery(_ query: ReadRequest.Query, _ target: ReadRequest.Target) throws(WireError) -> ReadRequest.Query? {
        if case .keys = target { return nil }
        if case .collection = target, !isSingleton { return nil }
        guard case .text(let text?) = query, text.hasBytes("version") else { return nil }
        let parsed = try ItemQueryParser.parse(queryString: text, limits: context.loop.reader.limits)
        return parsed.version == nil ? nil : .parsed(parsed)
    }

    /// `query` of the body takes the place of the URL's whole query; `keys` picks rows.
    @inline(never)
    private func search() async throws -> HTTPResponse {
        _ = try ItemQueryParser.parse(queryString: context.request.query, limits: context.loop.reader.limits)
        try requireCollection()
        let search = try BatchBody.parseSearch(context.body, limits: context.loop.reader.limits)
        let query: ReadRequest.Query = search.query.map { .parsed($0) } ?? .text(context.request.query)
        guard let keys = search.keys else { return try await read(.collection, query) }
        return try await read(.keys(keys), query)
    }

    // MARK: Writes

    @inline(never)
    private func write(_ operation: WriteRequest.Operation) async throws -> HTTPResponse {
        let caller = try await context.writingCaller(choosingBy: operation.query)
        let answer = try await context.loop.writer.write(
            WriteRequest(collection: collection, operation: operation, query: context.request.query), by: caller, in: context.snapshot,
            now: context.now)
        return try context.answer(answer, collection: collection.text)
    }

    @inline(never)
    private func create() async throws -> HTTPResponse {
        if isSingleton { throw WireError.routeNotFound(routePath) }
        switch context.body {
        case .array(let elements)?: return try await write(.createMany(try objects(elements)))
        case .object(let payload)?: return try await write(.create(payload))
        default: return try await write(.create(JSONObject()))
        }
    }

    @inline(never)
    private func updateMany() async throws -> HTTPResponse {
        if isSingleton { return try await write(.updateSingleton(try singletonPayload())) }
        try requireCollection()
        return try await write(.updateMany(try BatchBody.parseUpdate(context.body, limits: context.loop.reader.limits)))
    }

    @inline(never)
    private func update() async throws -> HTTPResponse {
        if isSingleton { throw WireError.routeNotFound("\(routePath)/\(key)") }
        guard case .object(let payload)? = context.body ?? .object(JSONObject()) else {
            throw WireError.invalidPayload("The body has to be an object")
        }
        return try await write(.update(key: .string(key), payload))
    }

    @inline(never)
    private func deleteMany() async throws -> HTTPResponse {
        try requireCollection()
        return try await write(.deleteMany(try BatchBody.parseDelete(context.body, limits: context.loop.reader.limits)))
    }

    /// `POST /settings/owner`: four of the settings, with the rights that settings need; nothing is answered (contract/system.md, section 8).
    static func setProjectOwner(_ context: RequestContext) async throws -> HTTPResponse {
        let names: Set = ["project_owner", "project_usage", "org_name", "product_updates"]
        let members = context.body?.object?.filter { names.contains($0.key) } ?? []
        _ = try await ItemRoutes(context, .system("directus_settings")).write(.updateSingleton(JSONObject(members.map { ($0.key, $0.value) })))
        return context.empty
    }

    private func singletonPayload() throws(WireError) -> JSONObject {
        switch context.body {
        case .object(let payload)?: return payload
        case nil: return JSONObject()
        default: throw .invalidPayload("The body has to be an object")
        }
    }

    private func objects(_ elements: [JSONValue]) throws(WireError) -> [JSONObject] {
        var objects: [JSONObject] = []
        for element in elements {
            guard case .object(let object) = element else { throw .invalidPayload("Each element has to be an object") }
            objects.append(object)
        }
        return objects
    }

    /// The collection comes before the body: an unknown one is told first.
    private func requireCollection() throws(WireError) {
        _ = try ItemQueryParser.parse(queryString: context.request.query, limits: context.loop.reader.limits)
        guard context.snapshot.schema.traits(of: collection)?.hasTable == true else { throw .forbidden(collection: collection) }
    }
}

extension WriteRequest.Operation {
    /// By which a body chooses the items.
    fileprivate var query: ItemQuery? {
        switch self {
        case .updateMany(.query(let query, data: _)), .deleteMany(.query(let query)): query
        case .create, .createMany, .update, .updateMany, .updateSingleton, .delete, .deleteMany: nil
        }
    }
}
