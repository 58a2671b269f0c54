import SchemaModel

/// A collection while it is put together from all documents.
struct Draft: Sendable {
    enum Source: Sendable {
        case file, folder, system
        /// Made for a relation: a junction, a table of translations.
        case derived(owner: Int, Derived)
    }
    enum Derived: Sendable { case junction, translations }

    var name: CollectionName
    var source: Source
    /// nil for derived ones.
    var declaration: CollectionDeclaration?
    /// An admin's file about a system collection.
    var addition: CollectionDeclaration?
    var location: SourceLocation
    var fields: [FieldDraft]
    var key: FieldName = ""
    /// Translated fields that were written here: name -> where they went.
    var moved: [String: Move] = [:]
    private var fieldIndex: [String: Int] = [:]

    struct Move: Sendable {
        /// The alias here that shows the translations.
        var alias: String
        var collection: CollectionName
    }

    init(name: CollectionName, source: Source, declaration: CollectionDeclaration?, location: SourceLocation) {
        self.name = name
        self.source = source
        self.declaration = declaration
        self.location = location
        let isSystem = if case .system = source { true } else { false }
        fields = (declaration?.fields ?? []).map { FieldDraft(declaration: $0, isSystem: isSystem) }
        reindex()
    }

    private mutating func reindex() {
        fieldIndex = [:]
        for (index, field) in fields.enumerated() { fieldIndex[field.name] = index }
    }

    func field(_ name: String) -> FieldDraft? { fieldIndex[name].map { fields[$0] } }

    mutating func append(_ field: FieldDraft) {
        fieldIndex[field.name] = fields.count
        fields.append(field)
    }

    mutating func insertFirst(_ field: FieldDraft) {
        fields.insert(field, at: 0)
        reindex()
    }

    mutating func remove(_ name: String) -> FieldDraft? {
        guard let index = fieldIndex[name] else { return nil }
        let field = fields.remove(at: index)
        reindex()
        return field
    }

    var isFolder: Bool { if case .folder = source { true } else { false } }
    var isSystem: Bool { if case .system = source { true } else { false } }
    var isDerived: Bool { if case .derived = source { true } else { false } }
    var isManaged: Bool { declaration?.keys.flag(.managed) ?? true }
    var isPlain: Bool { declaration?.keys.word(.form) == "plain" }
    /// Names that are no fields only because their definition could not be read.
    var unreadableFields: [String] {
        (declaration?.unreadableFields.sorted() ?? []) + (addition?.unreadableFields.sorted() ?? [])
    }
    func isUnreadable(_ field: String) -> Bool {
        declaration?.unreadableFields.contains(field) == true || addition?.unreadableFields.contains(field) == true
    }

    /// The table's name; `schema.table` splits at its first dot.
    var table: TableName? {
        if isFolder { return nil }
        guard let written = declaration?.keys.name(.table)?.value else { return TableName(name: name.text) }
        guard let dot = written.firstIndex(of: ".") else { return TableName(name: written) }
        return TableName(schema: String(written[..<dot]), name: String(written[written.index(after: dot)...]))
    }
}

struct FieldDraft: Sendable {
    var declaration: FieldDeclaration
    var isSystem = false
    /// Made for a relation or as the implied key.
    var isDerived = false

    /// A junction's column, made and hidden.
    var isPointer: Bool { isDerived && keys.flag(.hidden) == true }

    var name: String { declaration.name.value }
    var location: SourceLocation { declaration.name.location }
    var form: FieldForm { declaration.form }
    var keys: KeyedNode<FieldKey> { declaration.keys }
}
