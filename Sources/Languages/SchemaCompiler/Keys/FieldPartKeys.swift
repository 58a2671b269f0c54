/// `foreign_key: { … }`
enum ForeignKeyKey: String, LanguageKey {
    case name
    case onUpdate = "on_update"
    case column

    static let byWord = index()
    static let keyTable = KeyTable("a foreign key", allCases, misplaced: ["on_delete": "`on_delete` stands beside `foreign_key`"])

    var spec: KeySpec {
        switch self {
        case .name: KeySpec(.name, "The constraint's name in the database.", default: "`<table>_<field>_foreign`")
        case .onUpdate: KeySpec(.word(FieldKey.deleteActions), "What happens when the key pointed at changes.", default: "no action")
        case .column: KeySpec(.name, "The unique field pointed at, where it is not the primary key.")
        }
    }
}

/// `{ sql: … }`
enum SQLKey: String, LanguageKey {
    case sql

    static let byWord = index()
    static let keyTable = KeyTable("an SQL expression", allCases)

    var spec: KeySpec {
        switch self {
        case .sql: KeySpec(.text, "The expression.", default: "required")
        }
    }
}

/// An entry of `choices`: a value, or these keys.
enum ChoiceKey: String, LanguageKey {
    case value, text, icon, color

    static let byWord = index()
    static let keyTable = KeyTable("a choice", allCases)

    var spec: KeySpec {
        switch self {
        case .value: KeySpec(.scalar, "What is stored.", default: "required")
        case .text: KeySpec(.text, "What the form shows.", default: "the value, as words")
        case .icon: KeySpec(.text, "Name of a Material icon.")
        case .color: KeySpec(.text, "Colour of its mark.")
        }
    }
}
