import JSONText

/// The parameters of the query language.
enum QueryParameter: String, CaseIterable {
    case fields, filter, sort, limit, offset, page, search, meta, deep, alias, aggregate, groupBy, version, length

    static let ofItem: [QueryParameter] = [.fields, .deep, .alias]
    static let ofList: [QueryParameter] = [.fields, .filter, .sort, .limit, .offset, .page, .search, .meta, .deep, .alias, .aggregate, .groupBy]
    static let ofWrite: [QueryParameter] = [.fields, .deep, .alias]

    var componentName: String { "Query" + rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    var component: JSONValue {
        var members: Members = [("name", .string(rawValue)), ("in", "query"), ("description", .string(text))]
        members += shape
        return .object(JSONObject(unique: members))
    }

    private var shape: Members {
        switch self {
        case .fields, .sort, .groupBy, .meta:
            [("style", "form"), ("explode", false), ("schema", ["type": "array", "items": ["type": "string"]])]
        case .filter, .deep, .alias, .aggregate:
            [("content", ["application/json": ["schema": ["type": "object", "additionalProperties": true]]])]
        case .limit: [("schema", ["type": "integer", "minimum": -1])]
        case .offset: [("schema", ["type": "integer", "minimum": 0])]
        case .page: [("schema", ["type": "integer", "minimum": 1])]
        case .search, .version: [("schema", ["type": "string"])]
        case .length: [("schema", ["type": "integer", "minimum": 1, "maximum": 500, "default": 32])]
        }
    }

    private var text: String {
        switch self {
        case .fields: "Fields of the answer: `title`, `author.name`, `*`, `*.*`; all plain fields without it"
        case .filter: "Which items, as JSON: field, operator, value, joined by `_and` and `_or`"
        case .sort: "Fields to sort by; `-` before one turns the order round"
        case .limit: "How many items at most; -1 for all that may be read at once"
        case .offset: "How many items to skip"
        case .page: "Which page of `limit` items, from 1"
        case .search: "Items that hold this text in one of their fields"
        case .meta: "Counts beside the answer: `total_count`, `filter_count` or `*`"
        case .deep: "Filter, sort, limit and the like for nested lists, as JSON"
        case .alias: "Other names for fields in the answer, as JSON"
        case .aggregate: "Function and fields, as JSON: `count`, `sum`, `avg`, `min`, `max`, `countDistinct` and others; the answer then holds these"
        case .groupBy: "Fields to group aggregates by"
        case .length: "How many characters"
        case .version: "Key of a content version: the item as it would be with it"
        }
    }
}
