import JSONText
import SchemaModel

extension FieldPrinter {
    /// `choices` as the language enforces them: the form's options and the rule that refuses other values, said once.
    struct Choices {
        var list: JSONValue
        /// The options and the rule without them.
        var options: JSONValue?
        var rule: JSONValue?
    }

    /// nil where options and rule do not come of one list.
    static func choices(of field: Field) -> Choices? {
        guard let options = field.meta.options?.object, let offered = options["choices"]?.array, !offered.isEmpty,
            let parts = field.meta.validation?.object, parts.keys == ["_and"], let rules = parts["_and"]?.array, let last = rules.last
        else { return nil }
        var values: [JSONValue] = []
        var list: [JSONValue] = []
        for option in offered {
            guard let members = option.object, let value = members["value"], isChoice(value, of: field.type), !values.contains(value),
                let entry = entry(for: members, value)
            else { return nil }
            values.append(value)
            list.append(entry)
        }
        if case .literal(let value)? = field.column?.default, !values.contains(value) { return nil }
        let allowed = values + (field.column?.isNullable == true ? [.null] : [])
        let rule = JSONValue.object(JSONObject([("_in", .array(allowed))]))
        guard last == .object(JSONObject([(field.name.text, rule)])) else { return nil }
        var rest = options
        rest["choices"] = Optional.none
        let others = rules.dropLast()
        return Choices(
            list: .array(list), options: rest.isEmpty ? Optional.none : .object(rest),
            rule: others.isEmpty ? Optional.none : ["_and": .array(Array(others))])
    }

    private static func isChoice(_ value: JSONValue, of type: FieldType) -> Bool {
        switch type {
        case .string, .text: value.string != nil
        case .integer: value.number?.int != nil
        case .boolean, .bigInteger, .float, .decimal, .date, .time, .dateTime, .timestamp, .json, .csv, .uuid, .hash, .binary, .geometry, .alias,
            .unknown:
            false
        }
    }

    /// The value alone, where the text is the value as words.
    private static func entry(for option: JSONObject, _ value: JSONValue) -> JSONValue? {
        guard option.keys.allSatisfy({ ["text", "value", "icon", "color"].contains($0) }), let text = option["text"]?.string else { return nil }
        for key in ["icon", "color"] where option[key] != nil && option[key]?.string == nil { return nil }
        let isPlain = text == AccessNames.title(value.string ?? value.text)
        if isPlain, option.count == 2 { return value }
        var entry = JSONObject([("value", value)])
        if !isPlain { entry["text"] = .string(text) }
        for key in ["icon", "color"] { entry[key] = option[key] }
        return .object(entry)
    }
}
