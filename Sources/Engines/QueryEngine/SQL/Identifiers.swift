package import SQLText
package import SchemaModel

extension FieldName {
    /// The column's identifier. Names were checked when the schema was compiled; one that can't be an identifier becomes one that no table has.
    var identifier: SQLIdentifier { SQLIdentifier(text) ?? SQLIdentifier(static: "?") }
}

extension Collection {
    /// The table, with its schema where one is named.
    var tableFragment: SQLFragment {
        let name = SQLIdentifier(table?.name ?? name.text) ?? SQLIdentifier(static: "?")
        guard let schema = table?.schema.flatMap({ SQLIdentifier($0) }) else { return SQLFragment(name) }
        return "\(schema).\(name)"
    }
}

extension Field {
    /// The type that values are cast to when they are compared with the column.
    package var bindType: SQLType {
        switch column?.dataType ?? "text" {
        case "integer": .integer
        case "smallint": .smallint
        case "bigint": .bigint
        case "real": .real
        case "double precision": .double
        case "numeric": .numeric
        case "boolean": .boolean
        case "uuid": .uuid
        case "date": .date
        case "time", "time without time zone": .time
        case "timestamp", "timestamp without time zone": .timestamp
        case "timestamptz", "timestamp with time zone": .timestamptz
        case "character varying", "varchar", "character", "char", "text", "citext", "bpchar": .text
        case "bytea": .bytea
        default: .inferred
        }
    }

    /// The cast to text says what the column's output says. Others: `inet` gets a mask, `character` loses its blanks, booleans are spelled out.
    package var hasPlainText: Bool {
        if isConcealed { return true }
        switch column?.dataType ?? "" {
        case "character", "char", "bpchar", "boolean": return false
        default: return bindType != .inferred
        }
    }

    var isTextual: Bool { bindType == .text }

    var isNumeric: Bool {
        switch bindType {
        case .integer, .smallint, .bigint, .real, .double, .numeric: true
        default: false
        }
    }
}
