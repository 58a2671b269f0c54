import JSONText
import SchemaModel

/// One entry of `fields` -> declaration: what form it has, and whether its keys fit the form.
///
/// - Errors, by code: `missing-type`, `ambiguous-field`, `misplaced-key`.
struct FieldReading {
    private(set) var diagnostics: [Diagnostic] = []
    private let entry: YAMLMapping.Entry
    private var keys: KeyedNode<FieldKey>
    private var type: Located<TypeWord>?

    init(_ entry: YAMLMapping.Entry) {
        self.entry = entry
        switch entry.value {
        case .mapping: keys = KeyedNode(entry.value)
        case .scalar(let scalar) where scalar.isText:
            keys = KeyedNode(at: entry.keyLocation)
            keys.set(.type, entry.value)
        case .scalar, .sequence: keys = KeyedNode(at: entry.keyLocation)
        }
        if let text = keys.text(.type), let word = TypeWord.parse(text).word, let node = keys[.type] {
            type = Located(value: word, location: node.location)
        }
    }

    /// - Returns: nil when nothing can be made of it; then there is a diagnostic, here or from the check of shapes.
    mutating func read() -> FieldDeclaration? {
        expandShortForm()
        guard let form = findForm() else { return nil }
        for key in keys.keys where !form.allows(key) {
            let others =
                key == .required
                ? "say `form_required: true` for the form alone"
                : "it belongs to " + FieldForm.allowing(key).map(\.rawValue).joined(separator: ", ")
            report("misplaced-key", "\(form.rawValue) can't have `\(key.rawValue)`", at: keys.location(of: key), hint: others)
        }
        return FieldDeclaration(
            name: Located(value: entry.key, location: entry.keyLocation), form: form, type: type, keys: keys)
    }

    private mutating func report(_ code: String, _ message: String, at location: SourceLocation, hint: String? = nil) {
        diagnostics.append(Diagnostic(code: code, message: message, at: location, hint: hint))
    }

    /// `file` and `user` become what they stand for.
    private mutating func expandShortForm() {
        guard let word = type?.value else { return }
        switch word.meaning {
        case .type: return
        case .toOne(let target):
            if let other = keys.name(.to), other.value != target.text, let written = type {
                report("ambiguous-field", "`type` says `\(target)`, `to` says `\(other.value)`", at: written.location, hint: "leave `type` out")
            }
            if !keys.has(.to) { keys.set(.to, .string(target.text)) }
            type = nil
        case .files: return
        }
    }

    private mutating func findForm() -> FieldForm? {
        let isFiles = type?.value.meaning == .files
        var found: [(key: FieldKey, form: FieldForm)] = []
        if keys.has(.to) { found.append((.to, .toOne)) }
        if keys.has(.many) { found.append((.many, keys.has(.through) ? .manyToMany : .oneToMany)) }
        if keys.has(.any) { found.append((.any, keys.has(.through) ? .manyToAny : .anyToOne)) }
        if keys.has(.translate) || keys.has(.languages) { found.append((keys.has(.translate) ? .translate : .languages, .translations)) }
        if isFiles { found.append((.type, .manyToMany)) }
        if found.count > 1 {
            let words = found.map { "`\($0.key.rawValue)`" }.joined(separator: " and ")
            report("ambiguous-field", "\(words) together: a field is one kind of relation", at: keys.location(of: found[1].key))
            return nil
        }
        if let form = found.first?.form { return isFiles ? form : checkedType(of: form) }
        return formWithoutRelation()
    }

    /// An alias has no type but `alias`.
    private mutating func checkedType(of form: FieldForm) -> FieldForm {
        guard !form.hasColumn, let written = type, written.value.meaning != .type(.alias) else { return form }
        report("misplaced-key", "\(form.rawValue) has no column and no type", at: written.location, hint: "leave `type` out")
        return form
    }

    private mutating func formWithoutRelation() -> FieldForm? {
        if let word = type?.value { return word.meaning == .type(.alias) ? .alias : .column }
        if keys.has(.through) {
            report(
                "missing-type", "`through` alone is no relation", at: keys.location(of: .through),
                hint: "add `many: <collection>` or `any: [<collections>]`")
        } else if entry.value.mapping != nil, !keys.has(.type) {
            report(
                "missing-type", "the field `\(entry.key)` has no `type`, and is no relation", at: entry.keyLocation,
                hint: "add `type`, or `to`, `many`, `any`, `translate`")
        }
        return nil
    }
}
