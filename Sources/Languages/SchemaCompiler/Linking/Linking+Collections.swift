import JSONText
import SchemaModel

/// Step 1: which collections there are, and what their keys are.
extension Linking {
    mutating func collect(_ declarations: [CollectionDeclaration], system: [CollectionDeclaration]) {
        let systemNames = Set(system.map(\.name.value))
        for declaration in declarations where declaration.kind != .addition {
            guard accept(declaration, systemNames) else { continue }
            let source: Draft.Source = declaration.kind == .folder ? .folder : .file
            add(Draft(name: CollectionName(declaration.name.value), source: source, declaration: declaration, location: declaration.name.location))
        }
        for declaration in system {
            add(Draft(name: CollectionName(declaration.name.value), source: .system, declaration: declaration, location: declaration.name.location))
        }
        for declaration in declarations where declaration.kind == .addition { merge(declaration) }
        checkTables()
        for index in drafts.indices { findKey(of: index) }
    }

    mutating func add(_ draft: Draft) {
        indexByName[draft.name] = drafts.count
        drafts.append(draft)
    }

    private mutating func accept(_ declaration: CollectionDeclaration, _ systemNames: Set<String>) -> Bool {
        let name = declaration.name
        if let fault = NameRules.fault(ofCollection: name.value) {
            report(fault.code, fault.message, at: name.location)
            return false
        }
        if CollectionName(name.value).hasSystemPrefix {
            let near = Spelling.nearest(to: name.value, among: systemNames.sorted())
            report(
                "reserved-name", "names that begin with `directus_` belong to the server; it has no collection `\(name.value)`", at: name.location,
                hint: near.map { "did you mean `\($0)`?" })
            return false
        }
        if let first = indexByName[CollectionName(name.value)] {
            report("duplicate-collection", "`\(name.value)` is defined twice; first in \(drafts[first].location)", at: name.location)
            return false
        }
        return true
    }

    /// An admin's file about a system collection.
    private mutating func merge(_ declaration: CollectionDeclaration) {
        guard let index = indexByName[CollectionName(declaration.name.value)] else { return }
        if let first = drafts[index].addition {
            return report(
                "duplicate-collection", "`\(declaration.name.value)` is added to twice; first in \(first.name.location)",
                at: declaration.name.location)
        }
        drafts[index].addition = declaration
        for field in declaration.fields {
            if drafts[index].field(field.name.value) != nil {
                report(
                    "system-field", "`\(declaration.name.value).\(field.name.value)` is built in and can't be changed", at: field.name.location,
                    hint: "a file may add fields to a system collection")
            } else {
                drafts[index].append(FieldDraft(declaration: field))
            }
        }
    }

    /// Two collections over one table would write over each other's rules.
    private mutating func checkTables() {
        var owners: [TableName: CollectionName] = [:]
        for draft in drafts {
            guard let table = draft.table else { continue }
            if draft.declaration?.keys.has(.table) == true {
                for part in [table.schema, table.name].compactMap({ $0 }) {
                    if let fault = NameRules.faultOfAny(part, "table") { report(fault.code, fault.message, at: draft.location) }
                }
            }
            if let owner = owners[table] {
                report("duplicate-table", "`\(draft.name)` and `\(owner)` have one table, `\(table)`", at: draft.location)
            }
            owners[table] = draft.name
        }
    }

    /// The primary key: said, or numbered, or called `id`, or made.
    private mutating func findKey(of index: Int) {
        let draft = drafts[index]
        if draft.isFolder { return }
        let said = draft.fields.filter { $0.form.hasColumn && $0.keys.flag(.primary) == true }
        let numbered = draft.fields.filter { $0.form.hasColumn && $0.keys.flag(.autoIncrement) == true }
        let keys = said.isEmpty ? numbered : said
        if keys.count > 1 {
            report(
                "two-keys", "`\(draft.name)` has two primary keys, `\(keys[0].name)` and `\(keys[1].name)`", at: keys[1].location,
                hint: "a collection has one key of one column")
        }
        if let key = keys.first {
            drafts[index].key = FieldName(key.name)
        } else if let id = draft.field("id") {
            drafts[index].key = "id"
            if !id.form.hasColumn {
                report(
                    "no-key", "`\(draft.name).id` has no column and can't be the primary key", at: id.location,
                    hint: "say `primary: true` on another field")
            }
        } else if draft.isUnreadable("id") {
            drafts[index].key = "id"
        } else if !draft.isManaged {
            report(
                "no-key", "the existing table of `\(draft.name)` has a key that the file does not name", at: draft.location,
                hint: "say `primary: true` on its field")
        } else {
            addImpliedKey(to: index)
        }
    }

    mutating func addImpliedKey(to index: Int) {
        var keys = KeyedNode<FieldKey>(at: drafts[index].location)
        keys.set(.type, "integer")
        keys.set(.autoIncrement, true)
        drafts[index].insertFirst(made("id", keys, type: TypeWord(meaning: .type(.integer))))
        drafts[index].key = "id"
    }

    /// A field that no file writes.
    func made(_ name: String, _ keys: KeyedNode<FieldKey>, type: TypeWord? = nil, form: FieldForm = .column) -> FieldDraft {
        let declaration = FieldDeclaration(
            name: Located(value: name, location: keys.location), form: form, type: type.map { Located(value: $0, location: keys.location) },
            keys: keys)
        return FieldDraft(declaration: declaration, isDerived: true)
    }
}
