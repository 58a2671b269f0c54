package import JSONText
package import SchemaModel

/// What a body of `PATCH /items/:collection` asks for.
package enum BatchUpdate: Sendable, Equatable {
    /// Partial items, each with its key (the engine looks for it).
    case batch([JSONObject])
    case keys([JSONValue], data: JSONObject)
    case query(ItemQuery, data: JSONObject)
}

/// What a body of `DELETE /items/:collection` asks for.
package enum BatchDelete: Sendable, Equatable {
    case keys([JSONValue])
    case query(ItemQuery)
}

/// What a body of `SEARCH /items/:collection` asks for. Without `query` the query string counts.
package struct BatchSearch: Sendable, Equatable {
    package var query: ItemQuery?
    package var keys: [JSONValue]?

    package init(query: ItemQuery? = nil, keys: [JSONValue]? = nil) {
        self.query = query
        self.keys = keys
    }
}

/// The bodies of changes, deletions and searches on a collection.
///
/// - Shape: a parsed body (nil = there was none) in. Keys are texts or numbers, not yet looked at; a list as the whole body of a deletion is
///   taken as it is.
/// - Errors: `INVALID_PAYLOAD` with the first violation, in the order keys, query, data, unknown members, how many of keys and query;
///   `INVALID_QUERY` from `query`.
/// - Source: contract/items.md, 1.2. Singletons do not pass here but for SEARCH.
package enum BatchBody {
    package static func parseUpdate(_ body: JSONValue?, limits: QueryLimits) throws(WireError) -> BatchUpdate {
        if case .array(let elements) = body {
            var items: [JSONObject] = []
            for element in elements {
                guard case .object(let item) = element else { throw .invalidPayload("Item in update misses primary key") }
                items.append(item)
            }
            return .batch(items)
        }
        let members = try members(of: body)
        let keys = try keys(in: members)
        let query = try query(in: members)
        guard let value = members["data"] else { throw .invalidPayload("\"data\" is required") }
        guard case .object(let data) = value else { throw .invalidPayload("\"data\" must be of type object") }
        try refuseOthers(in: members, than: ["keys", "query", "data"])
        switch try either(keys, query) {
        case .keys(let keys): return .keys(keys, data: data)
        case .query(let query): return .query(try rows(query, limits), data: data)
        }
    }

    package static func parseDelete(_ body: JSONValue?, limits: QueryLimits) throws(WireError) -> BatchDelete {
        if case .array(let keys) = body { return .keys(keys) }
        let members = try members(of: body)
        let keys = try keys(in: members)
        let query = try query(in: members)
        try refuseOthers(in: members, than: ["keys", "query"])
        switch try either(keys, query) {
        case .keys(let keys): return .keys(keys)
        case .query(let query): return .query(try rows(query, limits))
        }
    }

    package static func parseSearch(_ body: JSONValue?, limits: QueryLimits) throws(WireError) -> BatchSearch {
        let members = try members(of: body)
        let keys = try keys(in: members)
        let query = try query(in: members)
        try refuseOthers(in: members, than: ["keys", "query"])
        guard let query else { return BatchSearch(keys: keys) }
        return BatchSearch(query: try ItemQueryParser.parse(object: query, limits: limits), keys: keys)
    }

    private enum Target {
        case keys([JSONValue])
        case query(JSONObject)
    }

    private static func members(of body: JSONValue?) throws(WireError) -> JSONObject {
        guard let body else { return JSONObject() }
        guard case .object(let members) = body else { throw .invalidPayload("\"value\" must be of type object") }
        return members
    }

    private static func keys(in members: JSONObject) throws(WireError) -> [JSONValue]? {
        guard let value = members["keys"] else { return nil }
        guard case .array(let keys) = value else { throw .invalidPayload("\"keys\" must be an array") }
        for (index, key) in keys.enumerated() {
            switch key {
            case .string, .number: continue
            case .null, .bool, .array, .object: throw .invalidPayload("\"keys[\(index)]\" must be one of [string, number]")
            }
        }
        return keys
    }

    private static func query(in members: JSONObject) throws(WireError) -> JSONObject? {
        guard let value = members["query"] else { return nil }
        guard case .object(let query) = value else { throw .invalidPayload("\"query\" must be of type object") }
        return query
    }

    private static func refuseOthers(in members: JSONObject, than known: Set<String>) throws(WireError) {
        for key in members.keys where !known.contains(key) { throw .invalidPayload("\"\(key)\" is not allowed") }
    }

    private static func either(_ keys: [JSONValue]?, _ query: JSONObject?) throws(WireError) -> Target {
        switch (keys, query) {
        case (let keys?, nil): return .keys(keys)
        case (nil, let query?): return .query(query)
        case (nil, nil): throw .invalidPayload("\"value\" must contain at least one of [query, keys]")
        case (_?, _?): throw .invalidPayload("\"value\" contains a conflict between exclusive peers [query, keys]")
        }
    }

    private static func rows(_ query: JSONObject, _ limits: QueryLimits) throws(WireError) -> ItemQuery {
        try ItemQueryParser.parse(object: query, limits: limits, mode: .rowsOnly)
    }
}
