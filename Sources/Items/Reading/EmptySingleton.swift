import JSONText
import QueryLanguage
import SchemaModel

/// What a singleton without a row answers: its key as null and the fields that have a default (contract/items.md, 1.4).
enum EmptySingleton {
    static func object(of collection: Collection, query: ReadRequest.Query) -> JSONValue {
        let wanted = wanted(query)
        var members = JSONObject()
        for field in collection.fields {
            if let wanted, !wanted.contains(field.name.text) { continue }
            if field.name == collection.primaryKey {
                members[field.name.text] = .null
            } else if let value = value(of: field.column?.default) {
                members[field.name.text] = value
            }
        }
        return .object(members)
    }

    /// nil = all fields.
    private static func wanted(_ query: ReadRequest.Query) -> Set<String>? {
        let selections: [Selection]
        switch query {
        case .text(let text): selections = (try? ItemQueryParser.parse(queryString: text, limits: QueryLimits()).selections) ?? [.wildcard]
        case .parsed(let query): selections = query.selections
        }
        var names = Set<String>()
        for selection in selections {
            switch selection {
            case .wildcard: return nil
            case .field(_, let name): names.insert(name)
            case .function, .json, .relation, .everyRelation, .covered: continue
            }
        }
        return names
    }

    private static func value(of standard: ColumnDefault?) -> JSONValue? {
        switch standard {
        case .literal(let value)?: value.isNull ? nil : value
        case .now?: .string("CURRENT_TIMESTAMP")
        case .uuid?: .string("gen_random_uuid()")
        case .sql(let text)?: .string(text)
        case nil: nil
        }
    }
}
