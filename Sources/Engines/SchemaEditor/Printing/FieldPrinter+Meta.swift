import JSONText
import SchemaModel

extension FieldPrinter {
    /// - Parameter base: what the form is when nothing is said.
    func printMeta(of field: Field, base: FieldMeta, place: Int, into keys: inout FieldEntry) {
        let meta = field.meta
        if meta.required != (keys["required"] == true) { keys["form_required"] = .bool(meta.required) }
        if !meta.searchable { keys["search"] = false }
        let choices = field.column.flatMap { _ in FieldPrinter.choices(of: field) }
        keys["choices"] = choices?.list
        if let rule = choices.map({ $0.rule }) ?? meta.validation { keys["validate"] = FieldPrinter.shortRule(rule, field: field.name) }
        keys["message"] = meta.validationMessage.map { .string($0) }
        keys["note"] = meta.note.map { .string($0) }
        if meta.readonly != base.readonly { keys["readonly"] = .bool(meta.readonly) }
        if meta.hidden != base.hidden { keys["hidden"] = .bool(meta.hidden) }
        if meta.interface != base.interface { keys["interface"] = .text(meta.interface) }
        let options = choices.map { $0.options } ?? meta.options
        if options != base.options { keys["options"] = options ?? .null }
        if meta.display != base.display { keys["display"] = .text(meta.display) }
        if meta.displayOptions != (meta.display == nil && keys["display"] != nil ? Optional.none : base.displayOptions) {
            keys["display_options"] = meta.displayOptions ?? .null
        }
        if meta.width != base.width { keys["width"] = .text(meta.width) }
        keys["group"] = meta.group.map { .string($0) }
        keys["conditions"] = meta.conditions
        keys["translations"] = meta.translations
        if meta.sort != place { keys["form_sort"] = .whole(meta.sort) }
    }

    /// `{ _and: [{ slug: { _regex: … } }] }` on `slug` is written as the rule on the value.
    static func shortRule(_ rule: JSONValue, field: FieldName) -> JSONValue {
        guard rule.object?.keys == ["_and"], let parts = rule["_and"]?.array, parts.count == 1, parts[0].object?.keys == [field.text],
            let inner = parts[0][field.text], isOnValue(inner)
        else { return rule }
        return inner
    }

    /// Operators alone, no names.
    private static func isOnValue(_ rule: JSONValue) -> Bool {
        guard let members = rule.object, !members.isEmpty else { return false }
        return members.allSatisfy { key, value in
            if key == "_and" || key == "_or" { return value.array.map { !$0.isEmpty && $0.allSatisfy(isOnValue) } ?? false }
            return key.hasPrefix("_")
        }
    }
}
