import SchemaModel

/// Declarations of all documents -> one model. Each step is a file; each reports all it finds and goes on.
///
/// - Shape: drafts of collections are completed by relations (junctions, translated fields), then built, then checked.
/// - Note: nothing here throws; a model comes out only when no step found an error.
struct Linking {
    var drafts: [Draft] = []
    var indexByName: [CollectionName: Int] = [:]
    /// Lists that other collections' fields make up: one-to-many, the near side of a junction.
    var links: [ListLink] = []
    /// Columns that a many-to-any list of another collection makes relations.
    var impliedAny: [FieldPath: AnyColumn] = [:]
    var relations = RelationTable()
    var diagnostics: [Diagnostic] = []
    /// Filters of fields, to be checked when all fields are known.
    var fieldRules: [FieldRule] = []
    /// Indexes over translated fields, by the table they go to.
    var movedIndexes: [CollectionName: [Index]] = [:]
    var unreadableNames: Set<String> = []
    private var keyTypes: [Int: ColumnType] = [:]

    init() {}

    mutating func report(
        _ code: String, _ message: String, at location: SourceLocation, hint: String? = nil, severity: Diagnostic.Severity = .error
    ) {
        diagnostics.append(Diagnostic(severity, code: code, message: message, at: location, hint: hint))
    }

    func draft(_ name: CollectionName) -> Draft? { indexByName[name].map { drafts[$0] } }

    /// The collection that a relation names; `self` is the one it stands in. Reports an unknown name.
    mutating func target(_ name: Located<String>, from owner: Int) -> Int? {
        if name.value == "self" { return owner }
        if let found = indexByName[CollectionName(name.value)] {
            guard drafts[found].isFolder else { return found }
            report("not-a-table", "`\(name.value)` is a folder and has no items", at: name.location)
            return nil
        }
        reportUnknown(collection: name)
        return nil
    }

    mutating func reportUnknown(collection name: Located<String>) {
        if unreadableNames.contains(name.value) { return }
        let near = Spelling.nearest(to: name.value, among: drafts.lazy.filter { !$0.isFolder }.map(\.name.text))
        report(
            "unknown-collection", "no file defines the collection `\(name.value)`", at: name.location,
            hint: near.map { "did you mean `\($0)`?" })
    }

    /// - Parameter remedy: what to do where no known name is near.
    mutating func reportUnknown(
        field name: Located<String>, of owner: Int, remedy: String? = nil, severity: Diagnostic.Severity = .error
    ) {
        let draft = drafts[owner]
        if draft.isUnreadable(name.value) { return }
        if let move = draft.moved[name.value] {
            return report(
                "translated-field", "`\(name.value)` is translated and stands in `\(move.collection)`", at: name.location,
                hint: "from here it is `\(move.alias).\(name.value)`", severity: severity)
        }
        let near = Spelling.nearest(to: name.value, among: draft.fields.map(\.name) + draft.unreadableFields)
        report(
            "unknown-field", "`\(draft.name)` has no field `\(name.value)`", at: name.location,
            hint: near.map { "did you mean `\($0)`?" } ?? remedy, severity: severity)
    }

    /// The type of a collection's key; follows keys that are relations themselves.
    mutating func keyType(of index: Int) -> ColumnType? {
        var visited: Set<Int> = []
        return keyType(of: index, visited: &visited)
    }

    private mutating func keyType(of index: Int, visited: inout Set<Int>) -> ColumnType? {
        if let known = keyTypes[index] { return known }
        guard visited.insert(index).inserted, let field = drafts[index].field(drafts[index].key.text) else { return nil }
        var found: ColumnType?
        if let own = ColumnTypeReading.type(of: field.declaration) {
            found = own
        } else if field.form == .toOne, let name = field.keys.name(.to) {
            found = (name.value == "self" ? nil : indexByName[CollectionName(name.value)]).flatMap { keyType(of: $0, visited: &visited) }
        }
        keyTypes[index] = found
        return found
    }
}

/// A field of a collection by name.
struct FieldPath: Hashable, Sendable {
    var collection: CollectionName
    var field: String
    init(_ collection: CollectionName, _ field: String) {
        self.collection = collection
        self.field = field
    }
}

/// A list shown on the one side of a relation.
struct ListLink: Sendable {
    var owner: Int
    var field: FieldDraft
    /// The relation's many side.
    var many: FieldPath
    /// The junction's other field.
    var junctionField: String?
    var sort: Located<String>?
}

/// What makes a column many-to-any.
struct AnyColumn: Sendable {
    var allowed: [Located<String>]
    var collectionField: Located<String>
}

/// A field's `validate`, not yet checked.
struct FieldRule: Sendable {
    var collection: CollectionName
    var node: YAMLNode
    /// A rule on the field's own value: no names but operators.
    var isOnValue: Bool
}
