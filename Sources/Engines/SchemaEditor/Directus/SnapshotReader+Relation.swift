import JSONText
import SchemaCompiler
import SchemaModel

extension SnapshotReader {
    mutating func relation(_ value: JSONValue, at path: SnapshotPath) {
        guard var members = SnapshotMembers(value, at: path, log: &log) else { return }
        let collection = members.name("collection")
        let field = members.name("field")
        let related = members.string("related_collection")
        let meta = members.value("meta")
        let key = members.value("schema")
        members.finish(into: &log)
        guard let collection, let field else { return }
        if schema.relations.contains(where: { $0.manyCollection.text == collection && $0.manyField.text == field }) {
            log.mistake("duplicate-relation", at: path, "the relation of `\(collection).\(field)` stands here twice")
            return
        }
        var relation = Relation(
            manyCollection: CollectionName(collection), manyField: FieldName(field), oneCollection: related.map { CollectionName($0) },
            hasMeta: meta != nil)
        if let meta, var members = SnapshotMembers(meta, at: path.appending("meta"), log: &log) {
            takeMeta(&members, into: &relation)
            members.finish(into: &log)
        }
        if let key, var members = SnapshotMembers(key, at: path.appending("schema"), log: &log) {
            relation.foreignKey = foreignKey(&members, of: relation)
            members.finish(into: &log)
        }
        schema.relations.append(relation)
    }

    private func takeMeta(_ members: inout SnapshotMembers, into relation: inout Relation) {
        _ = members.integer("id")
        let sides = [
            ("many_collection", relation.manyCollection.text), ("many_field", relation.manyField.text),
            ("one_collection", relation.oneCollection?.text),
        ]
        for (key, expected) in sides {
            let isThere = members.has(key)
            let other = members.string(key)
            if isThere, other != expected {
                members.mistake(
                    "contradiction", key,
                    "`meta.\(key)` is \(other.map { "`\($0)`" } ?? "null"), the relation says \(expected.map { "`\($0)`" } ?? "null")")
            }
        }
        relation.oneField = members.string("one_field").map { FieldName($0) }
        relation.oneCollectionField = members.string("one_collection_field").map { FieldName($0) }
        relation.oneAllowedCollections = members.strings("one_allowed_collections")?.map { CollectionName($0) }
        relation.junctionField = members.string("junction_field").map { FieldName($0) }
        relation.sortField = members.string("sort_field").map { FieldName($0) }
        relation.oneDeselectAction = members.word("one_deselect_action", default: Relation.DeselectAction.nullify)
    }

    private func foreignKey(_ members: inout SnapshotMembers, of relation: Relation) -> ForeignKey {
        let sides = [
            ("table", table(of: relation.manyCollection)), ("column", relation.manyField.text),
            ("foreign_key_table", relation.oneCollection.map { table(of: $0) }),
        ]
        for (key, expected) in sides {
            if let other = members.string(key), other != expected {
                members.mistake("contradiction", key, "`schema.\(key)` is `\(other)`, the relation says \(expected.map { "`\($0)`" } ?? "null")")
            }
        }
        // Older versions name the schema; it is the configured one.
        _ = members.string("foreign_key_schema")
        let column = members.string("foreign_key_column") ?? "id"
        let name =
            members.string("constraint_name")
            ?? ForeignKeyName.derive(table: table(of: relation.manyCollection), field: relation.manyField.text)
        return ForeignKey(
            constraintName: name, column: FieldName(column), onDelete: members.word("on_delete", default: ForeignKey.Action.noAction),
            onUpdate: members.word("on_update", default: ForeignKey.Action.noAction))
    }

    private func collection(ofTable table: String) -> CollectionName {
        schema.collections.first { $0.table?.name == table }?.name ?? CollectionName(table)
    }

    /// Foreign keys that only the column tells of: the relation has no row of its own, so its rules are not in the snapshot.
    mutating func completeForeignKeys() {
        for (place, reference) in keysOfFields.sorted(by: { ($0.key.collection, $0.key.field) < ($1.key.collection, $1.key.field) }) {
            let at = schema.relations.firstIndex { $0.manyCollection == place.collection && $0.manyField == place.field }
            if let at, schema.relations[at].foreignKey != nil { continue }
            let key = ForeignKey(
                constraintName: ForeignKeyName.derive(table: table(of: place.collection), field: place.field.text),
                column: FieldName(reference.column))
            log.remark(
                .assumed, at: SnapshotPath(steps: [.key(reference.path)]),
                "the column has a foreign key to `\(reference.table)`, but no relation tells its rules: NO ACTION")
            guard let at else {
                schema.relations.append(
                    Relation(
                        manyCollection: place.collection, manyField: place.field, oneCollection: collection(ofTable: reference.table),
                        foreignKey: key,
                        hasMeta: false))
                continue
            }
            schema.relations[at].foreignKey = key
        }
    }
}
