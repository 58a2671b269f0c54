import JSONText
import SchemaModel

/// Checks the form of a document against the key tables: unknown keys, wrong types, unknown words. Knows nothing of other documents.
///
/// - Errors, by code: `unknown-key`, `wrong-type`, `unknown-word`, `unknown-type`, `out-of-range`, `missing-value`.
struct ShapeCheck {
    private(set) var diagnostics: [Diagnostic] = []

    /// - Parameter what: the key or thing that has the value, for messages.
    mutating func check(_ node: YAMLNode, _ shape: Shape, of what: String) {
        switch shape {
        case .text, .name:
            guard let scalar = node.scalar, scalar.isText, !scalar.text.isEmpty || isText(shape) else { return refuse(node, shape, of: what) }
        case .word(let words):
            check(node, oneOf: words, shape, of: what)
        case .flag:
            if node.scalar?.typedValue.bool == nil { refuse(node, shape, of: what) }
        case .integer(let range):
            guard let number = node.scalar?.typedValue.number?.int else { return refuse(node, shape, of: what) }
            if !range.contains(number) { report("out-of-range", "`\(what)` takes \(shape.allowed), not \(number)", at: node.location) }
        case .scalar:
            if node.scalar == nil || node.isNull { refuse(node, shape, of: what) }
        case .json: break
        case .object, .filter:
            if node.mapping == nil { refuse(node, shape, of: what) }
        case .fieldType:
            checkType(node, of: what)
        case .list(let element):
            guard let items = node.items else { return refuse(node, shape, of: what) }
            for item in items { check(item, element, of: what) }
        case .nullable(let inner):
            if !node.isNull { check(node, inner, of: what) }
        case .either(let shapes):
            guard let fitting = shapes.first(where: { $0.hasForm(of: node) }) else { return refuse(node, shape, of: what) }
            if case .word(let words) = fitting, words.count == 1, node.scalar?.text != words[0] { return refuse(node, shape, of: what) }
            check(node, fitting, of: what)
        case .keys(let table):
            check(node, keys: table, shape, of: what)
        case .named(let name, let element):
            check(node, named: name, element, shape, of: what)
        }
    }

    private func isText(_ shape: Shape) -> Bool { if case .text = shape { true } else { false } }

    private mutating func check(_ node: YAMLNode, oneOf words: [String], _ shape: Shape, of what: String) {
        guard let scalar = node.scalar, scalar.isText else { return refuse(node, shape, of: what) }
        if words.contains(scalar.text) { return }
        let near = Spelling.nearest(to: scalar.text, among: words)
        report(
            "unknown-word", "`\(what)` takes \(shape.allowed), not `\(scalar.text)`", at: node.location,
            hint: near.map { "did you mean `\($0)`?" })
    }

    private mutating func check(_ node: YAMLNode, keys table: KeyTable, _ shape: Shape, of what: String) {
        guard let mapping = node.mapping else { return refuse(node, shape, of: what) }
        var before: YAMLMapping.Entry?
        for entry in mapping.entries {
            defer { before = entry }
            guard let spec = table[entry.key] else {
                if !isRest(entry, of: before) { report(unknownKey: entry, table) }
                continue
            }
            if !entry.value.isNull { check(entry.value, spec.shape, of: entry.key) }
        }
    }

    /// `{ type: decimal(10,2) }`: the comma made a key `2)` of the type's rest, and the type is told already.
    private func isRest(_ entry: YAMLMapping.Entry, of before: YAMLMapping.Entry?) -> Bool {
        guard entry.value.isNull, entry.key.hasSuffix(")"), let text = before?.value.scalar?.text else { return false }
        return text.contains("(") && !text.contains(")")
    }

    private mutating func check(_ node: YAMLNode, named name: String, _ element: Shape, _ shape: Shape, of what: String) {
        guard let mapping = node.mapping else { return refuse(node, shape, of: what) }
        for entry in mapping.entries {
            if entry.value.isNull, case .nullable = element { continue }
            if entry.value.isNull {
                report("missing-value", "the \(name) `\(entry.key)` has no value; \(element.allowed) is expected", at: entry.keyLocation)
            } else {
                check(entry.value, element, of: entry.key)
            }
        }
    }

    private mutating func checkType(_ node: YAMLNode, of what: String) {
        guard let scalar = node.scalar, scalar.isText else { return refuse(node, .fieldType, of: what) }
        if let problem = TypeWord.parse(scalar.text).problem {
            report("unknown-type", problem.message, at: node.location, hint: problem.hint)
        }
    }

    private mutating func report(unknownKey entry: YAMLMapping.Entry, _ table: KeyTable) {
        let hint: String
        if let near = Spelling.nearest(to: entry.key, among: table.names) {
            hint = "did you mean `\(near)`?"
        } else if let reason = table.misplaced[entry.key] {
            hint = reason
        } else {
            hint = "allowed: " + table.names.joined(separator: ", ")
        }
        let isMisplaced = table.misplaced[entry.key] != nil
        report(
            "unknown-key", "\(table.title) has no key `\(entry.key)`", at: entry.keyLocation,
            hint: isMisplaced ? table.misplaced[entry.key] : hint)
    }

    private mutating func refuse(_ node: YAMLNode, _ shape: Shape, of what: String) {
        var hint: String?
        if let scalar = node.scalar, !scalar.isText, !scalar.text.isEmpty, shape.takesText { hint = "quote it: \"\(scalar.text)\"" }
        if case .keys(let table) = shape, let word = node.scalar?.text {
            hint = table.misplaced[word] ?? (table[word] == nil ? nil : "as a mapping: `{ \(word): … }`")
        }
        report("wrong-type", "`\(what)` takes \(shape.allowed), not \(node.found)", at: node.location, hint: hint)
    }

    private mutating func report(_ code: String, _ message: String, at location: SourceLocation, hint: String? = nil) {
        diagnostics.append(Diagnostic(code: code, message: message, at: location, hint: hint))
    }
}

extension Shape {
    /// Whether a node could be meant as this; its inside is not looked at.
    func hasForm(of node: YAMLNode) -> Bool {
        switch self {
        case .text, .name, .fieldType, .word: node.scalar?.isText == true
        case .flag: node.scalar?.typedValue.bool != nil
        case .integer: node.scalar?.typedValue.number != nil
        case .scalar: node.scalar != nil && !node.isNull
        case .json: true
        case .object, .filter, .keys, .named: node.mapping != nil
        case .list: node.items != nil
        case .nullable(let inner): node.isNull || inner.hasForm(of: node)
        case .either(let shapes): shapes.contains { $0.hasForm(of: node) }
        }
    }

    fileprivate var takesText: Bool {
        switch self {
        case .text, .name: true
        case .nullable(let inner): inner.takesText
        case .either(let shapes): shapes.contains(where: \.takesText)
        case .fieldType, .word, .flag, .integer, .scalar, .json, .object, .filter, .keys, .named, .list: false
        }
    }
}

extension YAMLScalar {
    /// A text, or something that an environment variable made look otherwise.
    var isText: Bool { value.string != nil || isExpanded }

    /// Where the key wants no text: what an environment variable looks like, though it is quoted (in braces it must be).
    var typedValue: JSONValue {
        guard isExpanded, case .value(let value) = YAMLCoreSchema.resolve(plain: text) else { return value }
        return value
    }
}

extension YAMLNode {
    /// "the text `abc`", for messages.
    var found: String {
        switch self {
        case .sequence: return "a list"
        case .mapping: return "a mapping"
        case .scalar(let scalar):
            switch scalar.value {
            case .null: return "nothing"
            case .bool(let flag): return "`\(flag)`"
            case .number: return "the number \(scalar.text)"
            case .string where scalar.text.isEmpty: return "an empty text"
            case .string, .array, .object: return "the text `\(scalar.text.count > 60 ? scalar.text.prefix(57) + "…" : scalar.text[...])`"
            }
        }
    }
}
