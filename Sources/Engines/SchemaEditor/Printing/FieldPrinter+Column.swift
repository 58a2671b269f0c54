import JSONText
import SchemaModel

extension FieldPrinter {
    func printColumn(_ field: Field, into keys: inout FieldEntry) {
        guard let column = field.column else { return }
        keys["type"] = .string(field.type.wireName)
        printType(of: column, against: Column.usual(for: field.type), into: &keys)
    }

    /// Length, digits and PostgreSQL type where they are not the usual ones.
    func printType(of column: Column, against usual: Column?, into keys: inout FieldEntry) {
        guard let usual, column.dataType == usual.dataType else {
            if usual?.dataType == "json", column.dataType == "jsonb" {
                keys["jsonb"] = true
            } else {
                keys["column"] = .string(FieldPrinter.sqlType(of: column))
            }
            return
        }
        if column.dataType == "numeric" {
            if column.precision != usual.precision || column.scale != usual.scale {
                if column.precision == nil {
                    keys["column"] = "numeric"
                    return
                }
                keys["precision"] = .whole(column.precision)
                keys["scale"] = .integer(column.scale ?? 0)
            }
        } else if column.maxLength != usual.maxLength {
            if usual.maxLength == nil || keys["type"] != "string" {
                keys["column"] = .string(FieldPrinter.sqlType(of: column))
            } else {
                keys["length"] = .whole(column.maxLength)
            }
        }
    }

    /// `char(3)`, `numeric(10,2)`, `smallint`.
    static func sqlType(of column: Column) -> String {
        switch column.dataType {
        case "character varying", "character", "bit", "bit varying":
            return column.dataType + (column.maxLength.map { "(\($0))" } ?? "")
        case "numeric":
            guard let precision = column.precision else { return "numeric" }
            return "numeric(\(precision),\(column.scale ?? 0))"
        default: return column.dataType
        }
    }

    func printConstraints(of column: Column, _ field: Field, into keys: inout FieldEntry) {
        let isKey = column.isPrimaryKey
        if isKey, field.name != "id" { keys["primary"] = true }
        let isWhole = (field.type == .integer || field.type == .bigInteger) && ["integer", "bigint", "smallint"].contains(column.dataType)
        let isFree = facts.shape(of: field, in: collection) == .column && column.default == nil && column.generated == nil
        let numbersItself = isKey && isWhole && isFree
        if column.hasAutoIncrement != numbersItself { keys["auto_increment"] = .bool(column.hasAutoIncrement) }
        if isKey {
            if column.isNullable { keys["nullable"] = true }
        } else if !column.isNullable {
            if field.meta.required { keys["required"] = true } else { keys["nullable"] = false }
        }
        if column.isUnique { keys["unique"] = true }
        if column.isIndexed { keys["index"] = true }
        if let value = column.default { keys["default"] = FieldPrinter.defaultValue(value, type: field.type) }
        if let sql = column.generated { keys["generated"] = .object(JSONObject([("sql", .string(sql))])) }
        if let comment = column.comment { keys["comment"] = .string(comment) }
        if let using = column.using { keys["using"] = .string(using) }
    }

    /// - Note: `{ json: … }` keeps the compiler from taking a value of one member for `{ sql: … }`, and a text for JSON in quotes.
    static func defaultValue(_ value: ColumnDefault, type: FieldType) -> JSONValue {
        switch value {
        case .now: return "now"
        case .uuid: return "uuid"
        case .sql(let text): return .object(JSONObject([("sql", .string(text))]))
        case .literal(let literal):
            let looksLikeAKey = literal.object?.keys == ["sql"] || literal.object?.keys == ["json"]
            let start = literal.string?.first { !$0.isWhitespace }
            let looksLikeJSON = start == "{" || start == "["
            return type == .json && (looksLikeAKey || looksLikeJSON) ? .object(JSONObject([("json", literal)])) : literal
        }
    }
}
