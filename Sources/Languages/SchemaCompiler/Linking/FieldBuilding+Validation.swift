import JSONText
import SchemaModel

/// `choices` and `validate` -> the rule in `directus_fields.validation`.
extension FieldBuilding {
    mutating func buildValidation(_ type: FieldType, _ column: Column?) -> JSONValue? {
        let rule = FieldBuilding.rule(keys[.validate], field: draft.name)
        guard let choices = choiceRule(type, column) else { return rule }
        guard case .object(let members)? = rule else { return ["_and": [choices]] }
        if members.count == 1, let parts = members["_and"]?.array { return ["_and": .array(parts + [choices])] }
        return ["_and": [.object(members), choices]]
    }

    /// A rule on the value becomes `{ _and: [{ field: rule }] }`, as the studio writes it; a filter that names fields stays as it is.
    static func rule(_ node: YAMLNode?, field: String) -> JSONValue? {
        guard let node, node.mapping != nil else { return nil }
        guard isOnValue(node) else { return node.json }
        return ["_and": [.object(JSONObject([(field, node.json)]))]]
    }

    /// Whether a rule is made of operators alone, without a field's name.
    static func isOnValue(_ node: YAMLNode) -> Bool {
        let keys = leaves(of: node)
        return !keys.isEmpty && keys.allSatisfy { $0.hasPrefix("_") }
    }

    /// The first keys below `_and` and `_or`.
    private static func leaves(of node: YAMLNode) -> [String] {
        (node.mapping?.entries ?? []).flatMap { entry in
            entry.key == "_and" || entry.key == "_or" ? (entry.value.items ?? []).flatMap(leaves) : [entry.key]
        }
    }

    /// The values of `choices`, as a rule that refuses others. An empty value is allowed where the column may be empty.
    private mutating func choiceRule(_ type: FieldType, _ column: Column?) -> JSONValue? {
        guard let items = keys[.choices]?.items else { return nil }
        guard FieldBuilding.mayHaveChoices(type) else {
            report(
                "misplaced-key", "`choices` of `\(type.wireName)` can't be enforced", at: keys.location(of: .choices),
                hint: "`options: { choices: … }` offers them in the form")
            return nil
        }
        var values: [JSONValue] = []
        for item in items {
            guard let node = item.mapping == nil ? item : item["value"], node.scalar != nil, !node.isNull else {
                report("bad-choice", "a choice needs a `value`", at: item.location)
                continue
            }
            let standard = ColumnType(type: type, dataType: column?.dataType ?? "", maxLength: column?.maxLength)
            if let problem = DefaultReading.fault(ofLiteral: node, standard) {
                report("bad-choice", problem.message, at: node.location, hint: problem.hint)
            } else if values.contains(node.json) {
                report("bad-choice", "the choice `\(node.json.string ?? node.json.text)` stands here twice", at: node.location)
            } else {
                values.append(node.json)
            }
        }
        if values.isEmpty { return nil }
        // A default may be one of the choices that were refused.
        if values.count == items.count { checkDefault(isAmong: values, column) }
        if column?.isNullable == true { values.append(.null) }
        let allowed: JSONValue = ["_in": .array(values)]
        return .object(JSONObject([(draft.name, allowed)]))
    }

    private mutating func checkDefault(isAmong values: [JSONValue], _ column: Column?) {
        guard case .literal(let value)? = column?.default, let node = keys[.default], !values.contains(value) else { return }
        let words = values.map { $0.string ?? $0.text }.joined(separator: ", ")
        report(
            "bad-default", "the default `\(value.string ?? value.text)` is none of the `choices`", at: node.location, hint: "choices: \(words)")
    }

    private static func mayHaveChoices(_ type: FieldType) -> Bool {
        switch type {
        case .string, .text, .boolean, .integer, .bigInteger, .float, .decimal, .date, .time, .dateTime, .timestamp, .uuid: true
        case .json, .csv, .hash, .binary, .geometry, .alias, .unknown: false
        }
    }
}
