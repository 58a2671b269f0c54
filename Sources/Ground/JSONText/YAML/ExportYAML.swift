/// A JSON value as the YAML that Directus writes: block style, two spaces, list items indented under their key, plain texts where a YAML 1.1
/// reader understands them, long ones folded at 80 columns.
///
/// - Source: contract/system.md, section 13, and the golden answers of `export=yaml`. Law: read back, it is the same value.
package enum ExportYAML {
    package static func text(_ value: JSONValue) -> String {
        var writer = ExportYAMLWriter()
        switch value {
        case .array(let elements) where !elements.isEmpty: writer.list(elements, level: 0)
        case .object(let members) where !members.isEmpty: writer.mapping(members, level: 0)
        case .null, .bool, .number, .string, .array, .object: writer.inline(value, level: 0)
        }
        return writer.text
    }
}

struct ExportYAMLWriter {
    private(set) var text = ""

    mutating func mapping(_ members: JSONObject, level: Int, isFirstLineOpen: Bool = false) {
        var isOpen = isFirstLineOpen
        for (key, value) in members {
            if !isOpen { indent(level) }
            isOpen = false
            text += "\(ExportYAMLScalar.key(key)):"
            child(value, level: level)
        }
    }

    mutating func list(_ elements: [JSONValue], level: Int, isFirstLineOpen: Bool = false) {
        var isOpen = isFirstLineOpen
        for element in elements {
            if !isOpen { indent(level) }
            isOpen = false
            text += "-"
            switch element {
            case .array(let inner) where !inner.isEmpty:
                text += " "
                list(inner, level: level + 1, isFirstLineOpen: true)
            case .object(let members) where !members.isEmpty:
                text += " "
                mapping(members, level: level + 1, isFirstLineOpen: true)
            case .null, .bool, .number, .string, .array, .object:
                text += " "
                inline(element, level: level + 1)
            }
        }
    }

    private mutating func child(_ value: JSONValue, level: Int) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            text += "\n"
            list(elements, level: level + 1)
        case .object(let members) where !members.isEmpty:
            text += "\n"
            mapping(members, level: level + 1)
        case .null, .bool, .number, .string, .array, .object:
            text += " "
            inline(value, level: level + 1)
        }
    }

    mutating func inline(_ value: JSONValue, level: Int) {
        switch value {
        case .null: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .number(let number): text += number.text
        case .string(let string): text += ExportYAMLScalar.text(string, indent: 2 * max(1, level))
        case .array: text += "[]"
        case .object: text += "{}"
        }
        text += "\n"
    }

    private mutating func indent(_ level: Int) { text += String(repeating: "  ", count: level) }
}
