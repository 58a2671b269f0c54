import AccessControl
import SQLText
import SchemaModel

/// Rows that tell of items of other collections, by name in `collection` and key in `item` (activity, revisions, versions, comments).
extension StatementBuilder {
    /// The item may be read, or is gone from a collection that may be read.
    mutating func tells(of items: [AuthorizedItems], on alias: SQLIdentifier) -> SQLFragment {
        var open: [String] = []
        var parts: [SQLFragment] = []
        for item in items {
            switch item.rows {
            case .never: continue
            case .always: open.append(item.collection.name.text)
            case .any:
                guard let admits = admits(item.rows, item.collection, on: alias) else {
                    open.append(item.collection.name.text)
                    continue
                }
                parts.append("(\(isOf(item.collection, alias)) AND coalesce(\(admits), TRUE))")
            }
        }
        if !open.isEmpty { parts.insert(isOf(open, alias), at: 0) }
        return parts.isEmpty ? "FALSE" : "(\(parts.joined(separator: " OR ")))"
    }

    /// An object of members of the item, without those that the caller may not see in the item itself. Of an item that is gone only what is granted
    /// for every row.
    mutating func members(of column: SQLFragment, about items: [AuthorizedItems], on alias: SQLIdentifier) -> SQLFragment {
        let member = nextAlias()
        var whole: [String] = []
        var parts: [SQLFragment] = []
        for item in items {
            for grant in item.grants {
                var condition = isOf(item.collection, alias)
                if case .some(let names) = grant.fields {
                    condition += " AND \(member).key = ANY(\(bind: .text(ValueText.array(names.map(\.text).sorted())), as: .text.array))"
                }
                if let admits = admits(grant.rows, item.collection, on: alias) {
                    condition += " AND \(admits)"
                } else if grant.fields == .all {
                    whole.append(item.collection.name.text)
                    continue
                }
                parts.append("(\(condition))")
            }
        }
        if !whole.isEmpty { parts.insert(isOf(whole, alias), at: 0) }
        let condition: SQLFragment = parts.isEmpty ? "FALSE" : parts.joined(separator: " OR ")
        return """
            CASE WHEN json_typeof(\(column)::json) = 'object' THEN (SELECT json_object_agg(\(member).key, \(member).value) \
            FROM json_each(\(column)::json) AS \(member) WHERE \(condition)) END
            """
    }

    private func isOf(_ collection: Collection, _ alias: SQLIdentifier) -> SQLFragment {
        "\(alias).\(SQLIdentifier(static: "collection")) = \(bind: .text(collection.name.text), as: .text)"
    }

    private func isOf(_ names: [String], _ alias: SQLIdentifier) -> SQLFragment {
        "\(alias).\(SQLIdentifier(static: "collection")) = ANY(\(bind: .text(ValueText.array(names.sorted())), as: .text.array))"
    }

    /// Whether a rule admits the item: null where it is gone. nil = every item.
    private mutating func admits(_ rows: AuthorizedPredicate, _ collection: Collection, on alias: SQLIdentifier) -> SQLFragment? {
        let item = nextAlias()
        guard let condition = condition(rows, on: item, of: collection) else { return nil }
        return """
            (SELECT (\(condition)) IS TRUE FROM \(collection.tableFragment) AS \(item) \
            WHERE \(isItem(collection, item, "\(alias).\(SQLIdentifier(static: "item"))")))
            """
    }

    /// The key as text is cast to the key's type, so that its index serves; only where it reads as one, for the text may be anything.
    private func isItem(_ collection: Collection, _ item: SQLIdentifier, _ text: SQLFragment) -> SQLFragment {
        let key: SQLFragment = "\(item).\(collection.primaryKey.identifier)"
        switch collection.keyBindType {
        case .integer, .smallint, .bigint: return "\(key) = CASE WHEN \(text) ~ '^-?[0-9]{1,18}$' THEN \(text)::bigint END"
        case .uuid:
            return "\(key) = CASE WHEN \(text) ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' THEN \(text)::uuid END"
        default: return "\(key)::text = \(text)"
        }
    }
}
