import JSONText

/// The keys of a field's entry, in the order they are printed.
struct FieldEntry {
    private var values: [String: JSONValue] = [:]

    static let order = [
        "type", "to", "many", "any", "languages", "through", "here", "there", "collection_field", "length", "precision", "scale", "jsonb", "column",
        "primary", "auto_increment", "required", "form_required", "nullable", "unique", "index", "default", "generated", "on_create", "on_update",
        "on_delete", "on_deselect", "foreign_key", "sort", "choices", "conceal", "search", "validate", "message", "note", "readonly", "hidden",
        "interface",
        "options", "display", "display_options", "width", "group", "conditions", "translations", "comment", "special", "form_sort", "one_field",
        "junction_field", "sort_field", "relation_meta", "meta", "using", "renamed_from",
    ]

    subscript(key: String) -> JSONValue? {
        get { values[key] }
        set {
            assert(FieldEntry.order.contains(key), "every key has its place: \(key)")
            values[key] = newValue
        }
    }

    /// `string(200)`, `decimal(10,2)`, `file` or a plain type where nothing else is said.
    var shortest: JSONValue {
        let keys = Set(values.keys)
        if keys == ["type"], let type = values["type"] { return type }
        if keys == ["type", "length"], values["type"] == "string", let length = values["length"]?.number {
            return .string("string(\(length.text))")
        }
        if keys == ["type", "precision", "scale"], values["type"] == "decimal", let precision = values["precision"]?.number {
            return .string("decimal(\(precision.text),\(values["scale"]?.number?.text ?? "0"))")
        }
        if keys == ["to"], values["to"] == "directus_files" { return "file" }
        if keys == ["to"], values["to"] == "directus_users" { return "user" }
        return .object(JSONObject(FieldEntry.order.compactMap { key in values[key].map { (key, $0) } }))
    }
}
