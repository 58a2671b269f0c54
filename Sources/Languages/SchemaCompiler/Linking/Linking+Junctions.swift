import JSONText
import SchemaModel

/// What relations ask of other collections: junctions, and the fields in them.
extension Linking {
    /// The junction by name, made where no file defines it.
    /// - Returns: nil when it can't be one; reported.
    mutating func junction(_ name: Located<String>, for owner: Int, _ kind: Draft.Derived) -> Int? {
        let collection = CollectionName(name.value)
        if let index = indexByName[collection] {
            if let reason = reasonAgainst(junction: index, for: owner) {
                report("impossible-junction", "`\(name.value)` can't be the junction: \(reason)", at: name.location)
                return nil
            }
            return index
        }
        if let fault = NameRules.fault(ofCollection: name.value) {
            report(fault.code, fault.message, at: name.location)
            return nil
        }
        if collection.hasSystemPrefix {
            report("impossible-junction", "`\(name.value)` can't be made: such names belong to the server", at: name.location)
            return nil
        }
        let index = drafts.count
        add(Draft(name: collection, source: .derived(owner: owner, kind), declaration: nil, location: name.location))
        addImpliedKey(to: index)
        return index
    }

    private func reasonAgainst(junction index: Int, for owner: Int) -> String? {
        let draft = drafts[index]
        if draft.isFolder { return "it is a folder" }
        if draft.isSystem && !drafts[owner].isSystem { return "it is a collection of the server's" }
        if index == owner { return "it is the collection itself" }
        return nil
    }

    /// The default name of a column that points at a collection: `posts_id`, `languages_code`.
    func pointerName(to index: Int) -> String { "\(drafts[index].name)_\(drafts[index].key)" }

    /// A junction's fields that point at a collection.
    func pointers(in junction: Int, to target: Int) -> [FieldDraft] {
        drafts[junction].fields.filter { field in
            guard field.form == .toOne, let name = field.keys.name(.to)?.value else { return false }
            return (name == "self" ? junction : indexByName[CollectionName(name)]) == target
        }
    }

    /// The name of the junction's field that points at `target`: said with `key`, or the only one there is, or the default.
    mutating func pointerField(
        _ key: FieldKey, of list: FieldDraft, in junction: Int, to target: Int, avoiding other: String?
    ) -> Located<String>? {
        if let said = list.keys.name(key) { return said }
        let found = pointers(in: junction, to: target).map(\.name).filter { $0 != other }
        if found.count == 1 { return Located(value: found[0], location: list.location) }
        if found.count > 1 {
            report(
                "ambiguous-junction",
                "`\(drafts[junction].name)` has several fields that point at `\(drafts[target].name)`: \(found.joined(separator: ", "))",
                at: list.location, hint: "say `\(key.rawValue): <field>`")
            return nil
        }
        let name = pointerName(to: target)
        return Located(value: name == other ? name + "2" : name, location: list.location)
    }

    /// Makes sure that the junction has a many-to-one field; makes it where there is none.
    mutating func ensurePointer(_ name: Located<String>, in junction: Int, to target: Int, like list: FieldDraft) -> Bool {
        let draft = drafts[junction]
        if draft.isUnreadable(name.value) { return true }
        if let field = draft.field(name.value) {
            if pointers(in: junction, to: target).contains(where: { $0.name == name.value }) {
                if !field.isDerived, list.keys.has(.onDelete) {
                    report(
                        "misplaced-key", "`\(draft.name).\(name.value)` stands in a file; say `on_delete` there",
                        at: list.keys.location(of: .onDelete))
                }
                return true
            }
            report(
                "impossible-junction", "`\(draft.name).\(name.value)` is no many-to-one relation to `\(drafts[target].name)`", at: name.location,
                hint: "write `\(name.value): { to: \(drafts[target].name) }` in `\(draft.name)`")
            return false
        }
        guard draft.isManaged else {
            report(
                "impossible-junction", "`\(draft.name)` has no field `\(name.value)`, and `managed: false` keeps it as it is", at: name.location)
            return false
        }
        var keys = KeyedNode<FieldKey>(at: list.location)
        keys.set(.to, .string(drafts[target].name.text))
        keys.set(.hidden, true)
        keys.set(.index, true)
        keys.set(.onDelete, .string(list.keys.word(.onDelete) ?? "cascade"))
        drafts[junction].append(made(name.value, keys, form: .toOne))
        return true
    }

    /// A plain column of the junction (order, item, collection), made where there is none.
    mutating func ensureColumn(_ name: Located<String>, in junction: Int, type: TypeWord) {
        let draft = drafts[junction]
        if draft.field(name.value) != nil || draft.isUnreadable(name.value) { return }
        guard draft.isManaged else { return reportUnknown(field: name, of: junction) }
        var keys = KeyedNode<FieldKey>(at: name.location)
        keys.set(.hidden, true)
        drafts[junction].append(made(name.value, keys, type: type))
    }
}
