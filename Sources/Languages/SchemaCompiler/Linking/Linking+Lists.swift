import JSONText
import SchemaModel

/// Step 3: one-to-many, many-to-many and many-to-any lists find or make the fields that feed them.
extension Linking {
    mutating func linkLists() {
        var owner = 0
        while owner < drafts.count {
            for field in drafts[owner].fields {
                switch field.form {
                case .manyToMany: link(manyToMany: field, of: owner)
                case .manyToAny: link(manyToAny: field, of: owner)
                case .oneToMany: link(oneToMany: field, of: owner)
                case .column, .alias, .toOne, .anyToOne, .translations: break
                }
            }
            owner += 1
        }
    }

    private mutating func link(manyToMany field: FieldDraft, of owner: Int) {
        let isFiles = field.declaration.type?.value.meaning == .files
        let farName = isFiles ? Located(value: "directus_files", location: field.location) : field.keys.name(.many)
        guard let farName, let far = target(farName, from: owner) else { return }
        let through = field.keys.name(.through) ?? Located(value: "\(drafts[owner].name)_\(field.name)", location: field.location)
        guard let table = junction(through, for: owner, .junction),
            let here = near(field, in: table, of: owner),
            let there = pointerField(.there, of: field, in: table, to: far, avoiding: here.value)
        else { return }
        if here.value == there.value {
            return report(
                "impossible-junction", "`here` and `there` are one field, `\(here.value)`", at: field.keys.location(of: .there),
                hint: "a junction has one field for each side")
        }
        guard ensurePointer(here, in: table, to: owner, like: field), ensurePointer(there, in: table, to: far, like: field) else { return }
        finish(field, of: owner, table, here: here.value, there: there.value)
    }

    private mutating func link(manyToAny field: FieldDraft, of owner: Int) {
        let through = field.keys.name(.through) ?? Located(value: "\(drafts[owner].name)_\(field.name)", location: field.location)
        let allowed = field.keys.names(.any) ?? []
        for name in allowed { _ = target(name, from: owner) }
        if allowed.isEmpty { report("missing-value", "`any` names no collection", at: field.keys.location(of: .any)) }
        guard let table = junction(through, for: owner, .junction), let here = near(field, in: table, of: owner),
            ensurePointer(here, in: table, to: owner, like: field)
        else { return }
        let existing = drafts[table].fields.filter { $0.form == .anyToOne }
        let item =
            field.keys.name(.there)
            ?? Located(value: existing.count == 1 ? existing[0].name : "item", location: field.location)
        let written = existing.first { $0.name == item.value }?.keys.name(.collectionField)?.value
        let column = field.keys.name(.collectionField) ?? Located(value: written ?? "collection", location: field.location)
        let text = TypeWord(meaning: .type(.string))
        ensureColumn(item, in: table, type: text)
        ensureColumn(column, in: table, type: text)
        guard agrees(item, in: table, allowed, field) else { return }
        if drafts[table].field(item.value)?.form == .column {
            impliedAny[FieldPath(drafts[table].name, item.value)] = AnyColumn(allowed: allowed, collectionField: column)
        }
        finish(field, of: owner, table, here: here.value, there: item.value)
    }

    /// A junction's own `any` must name the same collections.
    private mutating func agrees(_ item: Located<String>, in table: Int, _ allowed: [Located<String>], _ field: FieldDraft) -> Bool {
        guard let column = drafts[table].field(item.value), column.form != .column else { return true }
        guard column.form == .anyToOne else {
            report("impossible-junction", "`\(drafts[table].name).\(item.value)` is no column for items of several collections", at: item.location)
            return false
        }
        let there = column.keys.names(.any)?.map(\.value) ?? []
        if Set(there) != Set(allowed.map(\.value)) {
            report(
                "contradiction", "`\(drafts[table].name).\(item.value)` allows \(there.joined(separator: ", ")), this field something else",
                at: field.keys.location(of: .any))
            return false
        }
        return true
    }

    private mutating func near(_ field: FieldDraft, in table: Int, of owner: Int) -> Located<String>? {
        pointerField(.here, of: field, in: table, to: owner, avoiding: field.keys.name(.there)?.value)
    }

    private mutating func finish(_ field: FieldDraft, of owner: Int, _ table: Int, here: String, there: String) {
        let sort = field.keys.name(.sort)
        if let sort { ensureColumn(sort, in: table, type: TypeWord(meaning: .type(.integer))) }
        links.append(
            ListLink(owner: owner, field: field, many: FieldPath(drafts[table].name, here), junctionField: there, sort: sort))
    }

    private mutating func link(oneToMany field: FieldDraft, of owner: Int) {
        guard let written = field.keys.name(.many) else { return }
        var collection = written
        var pointer = field.keys.name(.by)
        if let dot = written.value.firstIndex(of: ".") {
            collection.value = String(written.value[..<dot])
            let name = String(written.value[written.value.index(after: dot)...])
            if let by = pointer, by.value != name {
                return report("contradiction", "`many` says `\(name)`, `by` says `\(by.value)`", at: by.location)
            }
            if pointer == nil { return link(field, of: owner, collection, existing: Located(value: name, location: written.location)) }
            pointer?.value = name
        }
        guard let many = target(collection, from: owner) else { return }
        guard let name = pointer else { return linkGuessed(field, of: owner, to: many, written) }
        if drafts[many].field(name.value) == nil && !drafts[many].isUnreadable(name.value) {
            guard makePointer(name, in: many, to: owner, for: field) else { return }
        }
        link(field, of: owner, collection, existing: name)
    }

    /// `many: comments` alone: the one field there that points here.
    private mutating func linkGuessed(_ field: FieldDraft, of owner: Int, to many: Int, _ written: Located<String>) {
        let found = pointers(in: many, to: owner)
        if found.count == 1 {
            return link(
                field, of: owner, Located(value: drafts[many].name.text, location: written.location),
                existing: Located(value: found[0].name, location: written.location))
        }
        let name = drafts[many].name
        let hint =
            found.isEmpty
            ? "say `{ many: \(name), by: <field> }` to make it, or `through: <junction>` for many-to-many"
            : "say which: " + found.map { "`\(name).\($0.name)`" }.joined(separator: ", ")
        report(
            "unclear-relation", "\(found.isEmpty ? "no field" : "more than one field") of `\(name)` points at `\(drafts[owner].name)`",
            at: written.location, hint: hint)
    }

    private mutating func link(_ field: FieldDraft, of owner: Int, _ collection: Located<String>, existing name: Located<String>) {
        guard let many = target(collection, from: owner) else { return }
        guard let pointer = drafts[many].field(name.value) else {
            return reportUnknown(
                field: name, of: many,
                remedy: "`{ many: \(drafts[many].name), by: \(name.value) }` makes it; "
                    + "else write `\(name.value): { to: \(drafts[owner].name) }` there")
        }
        guard pointers(in: many, to: owner).contains(where: { $0.name == name.value }) else {
            // What it points at is unknown, and told there.
            if let to = pointer.keys.name(.to)?.value, to != "self", indexByName[CollectionName(to)] == nil { return }
            return report(
                "unclear-relation", "`\(drafts[many].name).\(name.value)` is no many-to-one relation to `\(drafts[owner].name)`", at: name.location,
                hint: "write `\(name.value): { to: \(drafts[owner].name) }` there")
        }
        if pointer.isSystem, !field.isSystem {
            return report(
                "system-field", "`\(drafts[many].name).\(name.value)` is built in; its relation can't be shown as a list", at: name.location)
        }
        if !pointer.isDerived {
            for key in [FieldKey.onDelete, .foreignKey] where field.keys.has(key) {
                report(
                    "misplaced-key", "`\(drafts[many].name).\(name.value)` stands in a file; say `\(key.rawValue)` there",
                    at: field.keys.location(of: key))
            }
        }
        links.append(
            ListLink(
                owner: owner, field: field, many: FieldPath(drafts[many].name, name.value), junctionField: nil, sort: field.keys.name(.sort)))
    }

    private mutating func makePointer(_ name: Located<String>, in many: Int, to owner: Int, for field: FieldDraft) -> Bool {
        guard drafts[many].isManaged else {
            report(
                "unknown-field", "`\(drafts[many].name)` has no field `\(name.value)`, and `managed: false` keeps it as it is", at: name.location)
            return false
        }
        var keys = KeyedNode<FieldKey>(at: name.location)
        keys.set(.to, .string(drafts[owner].name.text))
        keys.set(.index, true)
        if let node = field.keys[.onDelete] { keys.set(.onDelete, node) }
        if let node = field.keys[.foreignKey] { keys.set(.foreignKey, node) }
        drafts[many].append(made(name.value, keys, form: .toOne))
        return true
    }
}
