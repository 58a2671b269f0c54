/// What a key of the language takes. The same value checks files, names what is allowed in messages, and becomes JSON Schema and documentation.
indirect enum Shape: Sendable {
    case text
    /// A text that names a collection, field, policy …
    case name
    /// One of some words.
    case word([String])
    case flag
    case integer(ClosedRange<Int>)
    /// A text, number or boolean.
    case scalar
    /// Any value.
    case json
    /// Any mapping.
    case object
    /// A filter; its names are checked when the model is known.
    case filter
    /// `string`, `string(200)`, `decimal(10,2)`, `file` …
    case fieldType
    case list(Shape)
    /// `null` says something here; elsewhere it is the same as leaving the key out.
    case nullable(Shape)
    /// The first that has the node's form.
    case either([Shape])
    case keys(KeyTable)
    /// A mapping from names of the author's (of `what`) to values of one shape.
    case named(String, Shape)

    /// "a whole number from 1 to 10", for messages.
    var allowed: String {
        switch self {
        case .text: "a text"
        case .name: "a name"
        case .word(let words): words.count == 1 ? "`\(words[0])`" : "one of " + words.map { "`\($0)`" }.joined(separator: ", ")
        case .flag: "`true` or `false`"
        case .integer(let range): "a whole number" + Shape.limits(range)
        case .scalar: "a text, a number or a boolean"
        case .json: "any value"
        case .object: "a mapping"
        case .filter: "a filter (a mapping)"
        case .fieldType: "a type"
        case .list(let element): "a list of " + element.allowedInList
        case .nullable(let inner): inner.allowed + " or `null`"
        case .either(let shapes): shapes.map(\.allowed).joined(separator: " or ")
        case .keys(let table): "a mapping (\(table.title))"
        case .named(let what, _): "a mapping by \(what)"
        }
    }

    private static func limits(_ range: ClosedRange<Int>) -> String {
        if range.lowerBound == Int.min && range.upperBound == Int.max { return "" }
        if range.upperBound == Int.max { return " of at least \(range.lowerBound)" }
        return " from \(range.lowerBound) to \(range.upperBound)"
    }

    private var allowedInList: String {
        switch self {
        case .text: "texts"
        case .name: "names"
        case .scalar: "values"
        case .json: "values"
        case .object, .keys, .named: "mappings"
        case .word, .flag, .integer, .filter, .fieldType, .list, .nullable, .either: "(" + allowed + ")"
        }
    }
}

/// One key: what it takes, and one sentence for the documentation and the editor.
struct KeySpec: Sendable {
    var shape: Shape
    var doc: String
    /// As the documentation prints it; nil = no default.
    var fallback: String?

    init(_ shape: Shape, _ doc: String, default fallback: String? = nil) {
        self.shape = shape
        self.doc = doc
        self.fallback = fallback
    }
}

/// The keys of one kind of mapping, as an enum whose raw values are the words.
protocol LanguageKey: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    var spec: KeySpec { get }
    /// The keys by their words.
    static var byWord: [String: Self] { get }
}

extension LanguageKey {
    static func index() -> [String: Self] { Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) }) }
}

/// The keys that one kind of mapping may have.
struct KeyTable: Sendable {
    struct Row: Sendable {
        var name: String
        var spec: KeySpec
    }
    /// "a field": what the mapping is, for messages.
    let title: String
    let rows: [Row]
    /// Why a word that other mappings know is not allowed in this one.
    let misplaced: [String: String]
    private let byName: [String: KeySpec]

    init<Key: LanguageKey>(_ title: String, _ keys: some Sequence<Key>, misplaced: [String: String] = [:]) {
        self.title = title
        self.misplaced = misplaced
        rows = keys.map { Row(name: $0.rawValue, spec: $0.spec) }
        byName = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0.spec) })
    }

    subscript(name: String) -> KeySpec? { byName[name] }
    var names: [String] { rows.map(\.name) }
}
