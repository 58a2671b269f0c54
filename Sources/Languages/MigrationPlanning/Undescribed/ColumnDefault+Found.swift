import JSONText
package import SchemaModel

extension ColumnDefault {
    /// A default of the catalogue: constants by their type, the two functions that the language knows, other expressions as they are.
    /// - Returns: nil for a NULL.
    package init?(found text: String, of type: TypeText) {
        guard let literal = DefaultText.literal(text) else {
            switch text {
            case "CURRENT_TIMESTAMP": self = .now
            case "gen_random_uuid()": self = .uuid
            default: self = .sql(text)
            }
            return
        }
        guard let literal else { return nil }
        self = .literal(ColumnDefault.value(literal, of: type))
    }

    private static func value(_ text: String, of type: TypeText) -> JSONValue {
        switch type.base {
        case "boolean": text == "true" || text == "t" ? true : text == "false" || text == "f" ? false : .string(text)
        case "smallint", "integer", "bigint", "numeric", "real", "double precision":
            (try? JSONParser.parse(text)).flatMap { $0.number == nil ? nil : $0 } ?? .string(text)
        case "json", "jsonb": (try? JSONParser.parse(text)) ?? .string(text)
        default: .string(text)
        }
    }
}
