import JSONText
import SchemaModel

/// The row in `directus_fields`.
extension FieldBuilding {
    mutating func buildMeta(_ type: FieldType, _ column: Column?) -> FieldMeta {
        var meta = FieldMeta()
        meta.special = buildSpecial(type, column)
        if !surroundings.isPlain { deriveForm(&meta, type, column) }
        meta.sort = keys.has(.formSort) ? keys.integer(.formSort) : surroundings.place
        applyForm(&meta)
        applyOptions(&meta)
        meta.required = keys.flag(.formRequired) ?? (keys.flag(.required) == true)
        meta.searchable = keys.flag(.search) ?? true
        meta.validation = buildValidation(type, column)
        meta.validationMessage = keys.text(.message)
        return meta
    }

    private func applyForm(_ meta: inout FieldMeta) {
        if keys.has(.interface) { meta.interface = keys.text(.interface) }
        if keys.has(.display) {
            meta.display = keys.text(.display)
            if meta.display == nil { meta.displayOptions = Optional.none }
        }
        if keys.has(.displayOptions) { meta.displayOptions = keys.json(.displayOptions) }
        meta.readonly = keys.flag(.readonly) ?? meta.readonly
        meta.hidden = keys.flag(.hidden) ?? meta.hidden
        if keys.has(.width) { meta.width = keys.text(.width) }
        meta.translations = keys.json(.translations)
        meta.note = keys.text(.note)
        meta.conditions = keys.json(.conditions)
        meta.group = keys.text(.group)
    }

    private mutating func applyOptions(_ meta: inout FieldMeta) {
        if keys.has(.options) { meta.options = keys.json(.options) }
        guard let choices = keys[.choices]?.items else { return }
        if keys[.options]?["choices"] != nil { contradiction(.options, .choices, "both list the choices") }
        var options = meta.options?.object ?? JSONObject()
        options["choices"] = .array(choices.map(choiceOption))
        meta.options = .object(options)
    }

    private func choiceOption(_ node: YAMLNode) -> JSONValue {
        guard let choice = node.mapping.map({ _ in KeyedNode<ChoiceKey>(node) }) else {
            return ["text": .string(Words.title(node.scalar?.text ?? "")), "value": node.json]
        }
        var option = JSONObject([
            ("text", .string(choice.text(.text) ?? Words.title(choice[.value]?.scalar?.text ?? ""))), ("value", choice.json(.value) ?? .null),
        ])
        if let icon = choice.text(.icon) { option["icon"] = .string(icon) }
        if let color = choice.text(.color) { option["color"] = .string(color) }
        return .object(option)
    }

    /// What a form shows without being told. Source: what the Directus studio sets when a field is made there.
    private func deriveForm(_ meta: inout FieldMeta, _ type: FieldType, _ column: Column?) {
        meta.interface = derivedInterface(type)
        if keys.has(.choices) { meta.interface = "select-dropdown" }
        let isMadeKey = column.map { $0.isPrimaryKey && ($0.hasAutoIncrement || meta.special.contains("uuid")) } ?? false
        if isMadeKey { (meta.readonly, meta.hidden) = (true, true) }
        if surroundings.isManualOrder { meta.hidden = true }
        guard keys.has(.onCreate) || keys.has(.onUpdate) else { return }
        (meta.readonly, meta.hidden, meta.width) = (true, true, "half")
        switch keys.word(.onCreate) ?? keys.word(.onUpdate) {
        case "now":
            meta.display = "datetime"
            meta.displayOptions = ["relative": true]
        case "user":
            meta.interface = "select-dropdown-m2o"
            meta.options = ["template": "{{avatar}} {{first_name}} {{last_name}}"]
            meta.display = "user"
        default: break
        }
    }

    private func derivedInterface(_ type: FieldType) -> String? {
        switch draft.form {
        case .toOne where draft.isPointer: return nil
        case .toOne: return surroundings.target?.name == "directus_files" ? "file" : "select-dropdown-m2o"
        case .oneToMany: return "list-o2m"
        case .manyToMany: return isFiles ? "files" : "list-m2m"
        case .manyToAny: return "list-m2a"
        case .translations: return "translations"
        case .anyToOne, .alias: return nil
        case .column: break
        }
        switch type {
        case .string, .integer, .bigInteger, .float, .decimal, .uuid: return "input"
        case .text: return "input-multiline"
        case .boolean: return "boolean"
        case .date, .time, .dateTime, .timestamp: return "datetime"
        case .json: return "input-code"
        case .csv: return "tags"
        case .hash: return "input-hash"
        case .geometry: return "map"
        case .binary, .alias, .unknown: return nil
        }
    }

    var isFiles: Bool {
        draft.declaration.type?.value.meaning == .files || keys.text(.many) == "directus_files"
    }
}

/// Names as people read them.
enum Words {
    /// `not_yet-paid` → `Not yet paid`.
    static func title(_ name: String) -> String {
        let words = String(name.map { $0 == "_" || $0 == "-" ? " " : $0 })
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
