import JSONText
import QueryEngine
import SchemaModel

/// What an installation has left open in its own rows: empty fields, and those that stand as it wrote them.
///
/// - A value that somebody has set stays; so a second import changes nothing.
enum OpenFields {
    /// - Parameter written: what the installation writes; for all other fields, the column's default.
    /// - Returns: the template's values for open fields, without those that stand there already.
    static func of(_ current: JSONObject, filledBy template: JSONObject, written: JSONObject, in collection: Collection) -> JSONObject {
        var filled = JSONObject()
        for (name, value) in template where !value.isNull {
            guard let field = collection.fields.first(where: { $0.name.text == name }), field.name != collection.primaryKey else { continue }
            let now = current[name] ?? .null
            if isOpen(now, field, written[name]), !isSame(now, value) { filled[name] = value }
        }
        return filled
    }

    private static func isOpen(_ value: JSONValue, _ field: Field, _ written: JSONValue?) -> Bool {
        if value.isNull { return true }
        if let written { return isSame(written, value) }
        guard case .literal(let standard)? = field.column?.default else { return false }
        return isSame(standard, value)
    }

    private static func isSame(_ a: JSONValue, _ b: JSONValue) -> Bool { a == b || ValueText.text(a) == ValueText.text(b) }
}
