import SQLText
import SchemaModel

extension StatementBuilder {
    /// Any searchable column that the caller may read and that fits the term (contract/items.md, 2.6).
    mutating func search(_ search: AuthorizedSearch, on alias: SQLIdentifier, of collection: Collection) -> SQLFragment {
        var parts: [SQLFragment] = []
        for column in search.columns {
            let sql: SQLFragment = "\(alias).\(column.field.name.identifier)"
            guard let match = SearchTerm.match(search.text, sql, column.field) else { continue }
            if let mask = condition(column.mask, on: alias, of: collection) {
                parts.append("(\(match) AND \(mask))")
            } else {
                parts.append(match)
            }
        }
        return parts.isEmpty ? "FALSE" : "(\(parts.joined(separator: " OR ")))"
    }
}

private enum SearchTerm {
    static func match(_ text: String, _ column: SQLFragment, _ field: Field) -> SQLFragment? {
        switch field.type {
        case .string, .text:
            guard field.isTextual, !text.utf8.contains(0) else { return nil }
            return "lower(\(column)) LIKE '%' || lower(\(bind: .text(text), as: .text)) || '%'"
        case .integer, .bigInteger:
            guard let value = Int64(text), String(value) == text, field.isNumeric else { return nil }
            if field.bindType == .integer, Int32(exactly: value) == nil { return nil }
            if field.bindType == .smallint, Int16(exactly: value) == nil { return nil }
            return "\(column) = \(bind: .text(text), as: field.bindType)"
        case .float, .decimal:
            guard ValueText.number(text) == text, field.isNumeric, !text.hasSuffix("0") || !text.contains(".") else { return nil }
            return "\(column) = \(bind: .text(text), as: field.bindType)"
        case .uuid:
            guard ValueText.isUUID(text), field.bindType == .uuid else { return nil }
            return "\(column) = \(bind: .text(text), as: .uuid)"
        case .boolean, .date, .time, .dateTime, .timestamp, .json, .csv, .hash, .binary, .geometry, .alias, .unknown:
            return nil
        }
    }
}
