extension ByteWriter {
    /// Compact JSON.
    package mutating func append(_ value: JSONValue) {
        switch value {
        case .null: append("null" as StaticString)
        case .bool(let flag): append(flag ? "true" as StaticString : "false")
        case .number(let number): append(number.text)
        case .string(let text): appendJSON(text)
        case .array(let values):
            append(UInt8(ascii: "["))
            for (index, element) in values.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                append(element)
            }
            append(UInt8(ascii: "]"))
        case .object(let members):
            append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                appendJSON(member.key)
                append(UInt8(ascii: ":"))
                append(member.value)
            }
            append(UInt8(ascii: "}"))
        }
    }

    /// JSON over several lines. Empty lists and objects stay on one.
    package mutating func appendPretty(_ value: JSONValue, indent: String = "  ", level: Int = 0) {
        switch value {
        case .array(let values) where !values.isEmpty:
            append(UInt8(ascii: "["))
            for (index, element) in values.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                newLine(indent, level + 1)
                appendPretty(element, indent: indent, level: level + 1)
            }
            newLine(indent, level)
            append(UInt8(ascii: "]"))
        case .object(let members) where !members.isEmpty:
            append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                newLine(indent, level + 1)
                appendJSON(member.key)
                append(": " as StaticString)
                appendPretty(member.value, indent: indent, level: level + 1)
            }
            newLine(indent, level)
            append(UInt8(ascii: "}"))
        case .null, .bool, .number, .string, .array, .object:
            append(value)
        }
    }

    private mutating func newLine(_ indent: String, _ level: Int) {
        append(UInt8(ascii: "\n"))
        for _ in 0..<level { append(indent) }
    }
}
