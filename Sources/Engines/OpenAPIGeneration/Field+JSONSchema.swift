import JSONText
import SchemaModel

extension Field {
    /// A plain field's schema.
    /// - Parameter isNullable: beside what the type says; of no meaning where anything goes.
    func schema(isNullable: Bool, withDefault: Bool = false) -> JSONValue {
        var members = type.schemaMembers
        let choices = self.choices
        if !choices.isEmpty {
            if type == .csv {
                members = [("type", "array"), ("items", ["type": "string", "enum": .array(choices)])]
            } else {
                members.append(("enum", .array(isNullable ? choices + [.null] : choices)))
            }
        }
        if let limit = column?.maxLength, type == .string, choices.isEmpty { members.append(("maxLength", .integer(limit))) }
        if isNullable, members.first?.key == "type" { members.append(("nullable", true)) }
        if withDefault, case .literal(let value)? = column?.default, type.admits(value), choices.isEmpty || choices.contains(value) {
            members.append(("default", value))
        }
        if let note = MarkdownText.plain(meta.note) { members.append(("description", .string(note))) }
        return .object(JSONObject(unique: members))
    }

    /// What may be chosen, each once; empty where other values are allowed too.
    private var choices: [JSONValue] {
        guard case .array(let listed)? = meta.options?["choices"], meta.options?["allowOther"] != .bool(true) else { return [] }
        let base: FieldType = type == .csv ? .string : type
        var values: [JSONValue] = []
        for entry in listed {
            let value = entry.object == nil ? entry : entry["value"] ?? .null
            if value.isNull { continue }
            guard base.admits(value) else { return [] }
            if !values.contains(value) { values.append(value) }
        }
        return values
    }

    /// Whether a create without it fails.
    var mustBeSent: Bool {
        guard let column else { return false }
        return !column.isNullable && column.default == nil && !column.hasAutoIncrement && !isGenerated
            && !(isSystem && (meta.readonly || meta.hidden))
    }
}
