import JSONText
import SchemaModel

/// Writes a schema as the value of a Directus snapshot: the members, order and defaults of contract/system.md, section 13.
struct SnapshotWriter {
    let schema: UserSchema
    let builtIn: SchemaSnapshot
    let scope: DirectusSnapshot.Scope

    func snapshot() -> JSONValue {
        let collections = schema.collections.filter { includes($0.hasMeta) }.sorted { $0.name < $1.name }
        let byName =
            collections.map { ($0.name, $0.fields) } + schema.additions.map { ($0.collection, $0.fields) }.filter { !$0.1.isEmpty }
        var fields: [JSONValue] = []
        for (name, members) in byName.sorted(by: { $0.0 < $1.0 }) {
            for field in members where includes(field.hasMeta) { fields.append(self.field(field, of: name)) }
        }
        let relations = schema.relations.filter { includes($0.hasMeta) }
            .sorted { ($0.manyCollection, $0.manyField) < ($1.manyCollection, $1.manyField) }
        return .object(
            JSONObject([
                ("version", 1), ("directus", .string(DirectusSnapshot.directusVersion)), ("vendor", "postgres"),
                ("collections", .array(collections.map(collection))), ("fields", .array(fields)),
                ("systemFields", .array(systemFields())), ("relations", .array(relations.map(relation))),
            ]))
    }

    private func includes(_ hasMeta: Bool) -> Bool {
        switch scope {
        case .tracked: hasMeta
        case .everything: true
        }
    }

    private func collection(_ collection: Collection) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("collection", .string(collection.name.text)), ("meta", collection.hasMeta ? meta(of: collection) : .null),
        ]
        if let table = collection.table { members.append(("schema", .object(JSONObject([("name", .string(table.name))])))) }
        return .object(JSONObject(members))
    }

    private func meta(of collection: Collection) -> JSONValue {
        let meta = collection.meta
        return .object(
            JSONObject([
                ("accountability", meta.accountability == .none ? .null : .string(meta.accountability.rawValue)),
                ("archive_app_filter", .bool(meta.archiveAppFilter)), ("archive_field", .text(meta.archiveField)),
                ("archive_value", .text(meta.archiveValue)), ("collapse", .string(meta.collapse)),
                ("collection", .string(collection.name.text)), ("color", .text(meta.color)), ("display_template", .text(meta.displayTemplate)),
                ("group", .text(meta.group)), ("hidden", .bool(meta.hidden)), ("icon", .text(meta.icon)),
                ("item_duplication_fields", meta.itemDuplicationFields ?? .null), ("note", .text(meta.note)),
                ("preview_url", .text(meta.previewURL)), ("singleton", .bool(meta.singleton)), ("sort", .whole(meta.sort)),
                ("sort_field", .text(meta.sortField?.text)), ("translations", meta.translations ?? .null),
                ("unarchive_value", .text(meta.unarchiveValue)), ("versioning", .bool(meta.versioning)),
            ]))
    }

    /// Built-in fields with a plain index: those that ship with one and those that admins indexed.
    private func systemFields() -> [JSONValue] {
        var places: [(collection: CollectionName, field: FieldName)] = []
        for collection in builtIn.collections {
            let added = schema.additions.first { $0.collection == collection.name }?.indexes ?? []
            let own = collection.fields.filter { $0.column?.isIndexed == true }.map(\.name)
            let plain = (collection.indexes + added).filter { $0.fields.count == 1 && $0.method == .btree && !$0.isUnique && $0.where == nil }
            for name in Set(own + plain.flatMap(\.fields)) where collection.fields.contains(where: { $0.name == name }) {
                places.append((collection.name, name))
            }
        }
        return places.sorted { ($0.collection, $0.field) < ($1.collection, $1.field) }.map { place in
            .object(
                JSONObject([
                    ("collection", .string(place.collection.text)), ("field", .string(place.field.text)),
                    ("schema", .object(JSONObject([("is_indexed", true)]))),
                ]))
        }
    }

    private func relation(_ relation: Relation) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("collection", .string(relation.manyCollection.text)), ("field", .string(relation.manyField.text)),
            ("related_collection", .text(relation.oneCollection?.text)), ("meta", relation.hasMeta ? meta(of: relation) : .null),
        ]
        if let key = relation.foreignKey {
            members.append(
                (
                    "schema",
                    .object(
                        JSONObject([
                            ("table", .string(table(of: relation.manyCollection))), ("column", .string(relation.manyField.text)),
                            ("foreign_key_table", .text(relation.oneCollection.map(table))), ("foreign_key_column", .string(key.column.text)),
                            ("constraint_name", .string(key.constraintName)), ("on_update", .string(key.onUpdate.rawValue)),
                            ("on_delete", .string(key.onDelete.rawValue)),
                        ]))
                ))
        }
        return .object(JSONObject(members))
    }

    func table(of name: CollectionName) -> String { schema.collections.first { $0.name == name }?.table?.name ?? name.text }

    private func meta(of relation: Relation) -> JSONValue {
        .object(
            JSONObject([
                ("junction_field", .text(relation.junctionField?.text)), ("many_collection", .string(relation.manyCollection.text)),
                ("many_field", .string(relation.manyField.text)),
                ("one_allowed_collections", relation.oneAllowedCollections.map { .array($0.map { .string($0.text) }) } ?? .null),
                ("one_collection", .text(relation.oneCollection?.text)), ("one_collection_field", .text(relation.oneCollectionField?.text)),
                ("one_deselect_action", .string(relation.oneDeselectAction.rawValue)), ("one_field", .text(relation.oneField?.text)),
                ("sort_field", .text(relation.sortField?.text)),
            ]))
    }
}

extension JSONValue {
    static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    static func whole(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }
}
