import JSONText

/// The prefixes that say what a variable's value is: `string:`, `number:`, `boolean:`, `array:`, `json:`, `regex:` (contract/system.md, section 19).
///
/// Here every variable knows its own type, so a prefix can only agree with it or not: what is left is read as if it stood there alone.
enum ValueCast {
    struct Fault: Error {
        /// What follows the variable's name in the list of problems.
        let words: String
    }

    /// - Returns: the value without its prefix; lists with commas between their items.
    static func read(_ value: String) throws(Fault) -> String {
        guard let colon = value.firstIndex(of: ":") else { return value }
        let rest = String(value[value.index(after: colon)...])
        switch value[..<colon] {
        case "string", "array": return rest
        case "number":
            guard Double(rest) != nil else { throw Fault(words: "says `number:`, and no number follows") }
            return rest
        case "boolean":
            switch rest.lowercased() {
            case "true", "1": return "true"
            case "false", "0": return "false"
            default: throw Fault(words: "says `boolean:`, and neither true nor false follows")
            }
        case "json": return try text(ofJSON: rest)
        case "regex": throw Fault(words: "says `regex:`, and no variable here takes a pattern")
        default: return value
        }
    }

    private static func text(ofJSON text: String) throws(Fault) -> String {
        let value: JSONValue
        do { value = try JSONParser.parse(text) } catch { throw Fault(words: "says `json:`, and no JSON follows") }
        if let items = value.array {
            var texts: [String] = []
            for item in items { texts.append(try scalar(item)) }
            return texts.joined(separator: ",")
        }
        return try scalar(value)
    }

    private static func scalar(_ value: JSONValue) throws(Fault) -> String {
        switch value {
        case .string(let text): return text
        case .number(let number): return number.text
        case .bool(let flag): return flag ? "true" : "false"
        case .null: return ""
        case .array, .object: throw Fault(words: "says `json:`, and neither a value nor a list of values follows")
        }
    }
}
