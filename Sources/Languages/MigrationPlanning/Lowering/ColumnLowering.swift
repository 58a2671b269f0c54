import JSONText
import SQLText
package import SchemaModel

/// A field's column as PostgreSQL will describe it.
package enum ColumnLowering {
    package static func lower(_ field: Field, _ column: Column) throws(PlanningError) -> ColumnModel {
        let name = try SchemaLowering.identifier(field.name.text, field.origin)
        let type = try typeText(of: column, origin: field.origin)
        var lowered = ColumnModel(name: name, type: type, isNullable: column.isNullable && !column.isPrimaryKey, comment: column.comment)
        if column.hasAutoIncrement {
            lowered.isNullable = false
            lowered.default = .sequence(expression: nil)
        } else if let generated = column.generated {
            lowered.generated = SQLExpression(generated)
        } else if let value = column.default, let text = expression(value, type: type) {
            lowered.default = .expression(SQLExpression(text))
        }
        return lowered
    }

    /// The type with its length or precision: `character varying(255)`, `numeric(10,5)`.
    static func typeText(of column: Column, origin: SourceLocation?) throws(PlanningError) -> TypeText {
        guard isPlainTypeName(column.dataType) else { throw .unknownType(column.dataType, origin) }
        switch column.dataType {
        case "character varying", "character", "bit", "bit varying":
            return TypeText(column.maxLength.map { "\(column.dataType)(\($0))" } ?? column.dataType)
        case "numeric":
            guard let precision = column.precision else { return TypeText("numeric") }
            return TypeText("numeric(\(precision),\(column.scale ?? 0))")
        default:
            return TypeText(column.dataType)
        }
    }

    /// Letters, digits, spaces and the marks of type names. Keeps anything that could end the type's place in a statement out of it.
    private static func isPlainTypeName(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || "0123456789 _(),[].\"".unicodeScalars.contains($0) }
    }

    /// The default as SQL text; nil for a NULL, which is no default.
    static func expression(_ value: ColumnDefault, type: TypeText) -> String? {
        switch value {
        case .now: return "CURRENT_TIMESTAMP"
        case .uuid: return "gen_random_uuid()"
        case .sql(let text): return text
        case .literal(let json):
            if type.base == "json" || type.base == "jsonb" { return json.isNull ? nil : quoted(json.text) }
            switch json {
            case .null: return nil
            case .bool(let flag): return flag ? "true" : "false"
            case .number(let number): return type.isTextual ? quoted(number.text) : number.text
            case .string(let text): return quoted(text)
            case .array, .object: return quoted(json.text)
            }
        }
    }

    private static func quoted(_ text: String) -> String {
        let literal: DDLText = "\(literal: text)"
        return literal.text
    }
}

extension TypeText {
    var isTextual: Bool { ["character varying", "character", "text", "citext"].contains(base) }
}
