import JSONText
import SchemaModel

/// Step 4: drafts -> collections with their fields.
extension Linking {
    /// In file order, what was made for a collection behind it; then the server's.
    mutating func buildCollections() -> [Collection] {
        var order: [Int] = []
        func append(_ index: Int) {
            order.append(index)
            for other in drafts.indices {
                if case .derived(let owner, _) = drafts[other].source, owner == index { append(other) }
            }
        }
        for index in drafts.indices where !drafts[index].isDerived && !drafts[index].isSystem { append(index) }
        let made = drafts.indices.filter { drafts[$0].isDerived && !order.contains($0) }
        order += made
        for index in drafts.indices where drafts[index].isSystem { order.append(index) }
        return order.map { build($0) }
    }

    private mutating func build(_ index: Int) -> Collection {
        let draft = drafts[index]
        let keys = draft.declaration?.keys
        requireFields(draft)
        var collection = Collection(
            name: draft.name, table: draft.table, meta: CollectionMetaReading.read(draft), hasMeta: keys?.flag(.meta) ?? true,
            fields: buildFields(index), primaryKey: draft.isFolder ? "" : draft.key, isManaged: draft.isManaged, isSystem: draft.isSystem,
            renamedFrom: keys?.text(.renamedFrom), origin: draft.location)
        if let old = keys?.name(.renamedFrom) { checkOldName(old, of: draft) }
        collection.indexes = buildIndexes(index, &collection.fields)
        collection.checks = buildChecks(draft)
        return collection
    }

    private mutating func requireFields(_ draft: Draft) {
        guard case .file = draft.source, let declaration = draft.declaration, !declaration.keys.has(.fields) else { return }
        if declaration.keys.flag(.singleton) == true || draft.fields.contains(where: { $0.isDerived && $0.name != "id" }) { return }
        report(
            "missing-key", "the collection `\(draft.name)` has no `fields`", at: draft.location,
            hint: "write `fields: { <name>: <type> }`, or `folder:` for a group without a table")
    }

    private mutating func checkOldName(_ old: Located<String>, of draft: Draft) {
        if let fault = NameRules.faultOfAny(old.value, "collection") { report(fault.code, fault.message, at: old.location) }
        if indexByName[CollectionName(old.value)] != nil {
            report("contradiction", "`\(draft.name)` is renamed from `\(old.value)`, which a file still defines", at: old.location)
        }
    }

    private mutating func buildFields(_ index: Int) -> [Field] {
        let draft = drafts[index]
        let order = draft.declaration?.keys.text(.sort)
        // By group; an admin's fields of a system collection are counted by themselves, as their rows stand by themselves.
        var places: [[String?]: Int] = [:]
        var fields: [Field] = []
        fields.reserveCapacity(draft.fields.count)
        for field in draft.fields {
            var place = 0
            if field.keys.flag(.meta) != false {
                let group = [field.keys.text(.group), field.isSystem ? "system" : nil]
                place = (places[group] ?? 0) + 1
                places[group] = place
            }
            let surroundings = FieldSurroundings(
                isKey: field.name == draft.key.text && field.form.hasColumn, isPlain: draft.isPlain && field.isSystem == draft.isSystem,
                isManualOrder: field.name == order,
                target: field.form == .toOne ? pointedAt(by: field, in: index) : nil, place: place)
            var building = FieldBuilding(field, surroundings)
            if let built = building.build() { fields.append(built) }
            diagnostics += building.diagnostics
            if let node = field.keys[.validate], node.mapping != nil {
                fieldRules.append(FieldRule(collection: draft.name, node: node, isOnValue: FieldBuilding.isOnValue(node)))
            }
            if let old = field.keys.name(.renamedFrom), draft.field(old.value) != nil, old.value != field.name {
                report("contradiction", "`\(field.name)` is renamed from `\(old.value)`, which still stands here", at: old.location)
            }
        }
        return fields
    }

    /// What a many-to-one field points at: the collection and the type of its key, or of the column that is named.
    private mutating func pointedAt(by field: FieldDraft, in index: Int) -> (name: CollectionName, key: ColumnType)? {
        guard let name = field.keys.name(.to), let target = target(name, from: index) else { return nil }
        if let column = field.keys.nested(.foreignKey, ForeignKeyKey.self)?.name(.column) {
            guard let pointed = drafts[target].field(column.value) else {
                reportUnknown(field: column, of: target)
                return nil
            }
            return ColumnTypeReading.type(of: pointed.declaration).map { (drafts[target].name, $0) }
        }
        guard let key = keyType(of: target) else {
            if !drafts[target].isUnreadable(drafts[target].key.text), field.declaration.type == nil {
                report(
                    "unknown-type", "the key of `\(drafts[target].name)` has no type of its own, so `\(field.name)` has none", at: field.location,
                    hint: "say `type` here")
            }
            return nil
        }
        return (drafts[target].name, key)
    }

    private mutating func buildChecks(_ draft: Draft) -> [Check] {
        var checks: [Check] = []
        for node in draft.declaration?.keys[.checks]?.items ?? [] {
            let keys = KeyedNode<CheckKey>(node)
            guard let sql = node.scalar.map(\.text) ?? keys.text(.sql) else {
                if node.mapping != nil { report("missing-key", "a check needs `sql`", at: node.location) }
                continue
            }
            if let name = keys.name(.name), let fault = NameRules.faultOfAny(name.value, "check") {
                report(fault.code, fault.message, at: name.location)
            }
            checks.append(Check(name: keys.text(.name), sql: sql, origin: node.location))
        }
        return checks
    }
}
