import JSONText
import SchemaModel

/// The entries of `indexes`.
extension Linking {
    /// - Note: an entry of one field without anything else is the same as `index: true` on the field.
    mutating func buildIndexes(_ owner: Int, _ fields: inout [Field]) -> [Index] {
        let draft = drafts[owner]
        let entries = (draft.declaration?.keys[.indexes]?.items ?? []) + (draft.addition?.keys[.indexes]?.items ?? [])
        var indexes = movedIndexes[draft.name] ?? []
        for node in entries {
            guard let index = readIndex(node, owner) else { continue }
            if let destination = destination(of: index, owner) {
                if destination == draft.name { add(index, to: &indexes, &fields) }
            }
        }
        return indexes
    }

    private func add(_ index: Index, to indexes: inout [Index], _ fields: inout [Field]) {
        let isPlain = index.fields.count == 1 && index.method == .btree && !index.isUnique && index.where == nil && index.name == nil
        if isPlain, let at = fields.firstIndex(where: { $0.name == index.fields[0] }), fields[at].column?.isPrimaryKey == false {
            fields[at].column?.isIndexed = true
        } else {
            indexes.append(index)
        }
    }

    private mutating func readIndex(_ node: YAMLNode, _ owner: Int) -> Index? {
        let keys = KeyedNode<IndexKey>(node)
        let names =
            node.items.map { items in
                items.compactMap { $0.scalar.map { Located(value: $0.text, location: $0.location) } }
            } ?? keys.names(.fields) ?? []
        if names.isEmpty {
            if node.mapping != nil || node.items != nil { report("missing-key", "an index needs `fields`", at: node.location) }
            return nil
        }
        let method = method(keys.word(.using))
        if let name = keys.name(.name), let fault = NameRules.faultOfAny(name.value, "index") { report(fault.code, fault.message, at: name.location) }
        if keys.flag(.unique) == true, method != .btree {
            report("impossible-index", "only `btree` can be unique", at: keys.location(of: .using))
        }
        var seen: Set<String> = []
        for name in names where !seen.insert(name.value).inserted {
            report("impossible-index", "`\(name.value)` stands in the index twice", at: name.location)
        }
        let isSound = names.allSatisfy { check($0, method, owner) }
        return isSound
            ? Index(
                name: keys.text(.name), fields: names.map { FieldName($0.value) }, method: method, isUnique: keys.flag(.unique) ?? false,
                where: keys.text(.where), origin: node.location) : nil
    }

    private func method(_ word: String?) -> Index.Method {
        switch word {
        case "hash": .hash
        case "gin": .gin
        case "gist": .gist
        case "brin": .brin
        case "gin_trgm": .ginTrigram
        default: .btree
        }
    }

    /// The field exists, here or among the translations, and the method can hold it.
    private mutating func check(_ name: Located<String>, _ method: Index.Method, _ owner: Int) -> Bool {
        let home = drafts[owner].moved[name.value].flatMap { indexByName[$0.collection] } ?? owner
        guard let field = drafts[home].field(name.value) else {
            reportUnknown(field: name, of: owner)
            return false
        }
        guard field.form.hasColumn else {
            report("impossible-index", "`\(name.value)` has no column", at: name.location)
            return false
        }
        guard let type = ColumnTypeReading.type(of: field.declaration) else { return true }
        if method == .ginTrigram, !["character varying", "text", "character"].contains(type.dataType) {
            report("impossible-index", "`gin_trgm` is for texts; `\(name.value)` is `\(type.type.wireName)`", at: name.location)
            return false
        }
        if method == .btree, type.dataType == "json" {
            report("impossible-index", "PostgreSQL can't compare `json`", at: name.location, hint: "say `jsonb: true` on the field")
            return false
        }
        return true
    }

    /// The table that has all the index's columns: this one, or that of the translations.
    private mutating func destination(of index: Index, _ owner: Int) -> CollectionName? {
        let draft = drafts[owner]
        let homes = Set(index.fields.map { draft.moved[$0.text]?.collection ?? draft.name })
        guard homes.count == 1, let home = homes.first else {
            report(
                "impossible-index", "an index can't span `\(draft.name)` and its translations", at: index.origin ?? draft.location)
            return nil
        }
        return home
    }

    /// Indexes over translated fields, by the table they go to. Read before the collections are built.
    mutating func moveIndexes() {
        for owner in drafts.indices where !drafts[owner].moved.isEmpty {
            let before = diagnostics.count
            for node in drafts[owner].declaration?.keys[.indexes]?.items ?? [] {
                guard let index = readIndex(node, owner), let home = destination(of: index, owner), home != drafts[owner].name else { continue }
                movedIndexes[home, default: []].append(index)
            }
            diagnostics.removeSubrange(before...)
        }
    }
}
