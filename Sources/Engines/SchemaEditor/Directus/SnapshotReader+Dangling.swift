import JSONText
import SchemaModel

/// Names in the metadata that point at nothing (what they named was deleted): Directus keeps them, they have no effect, the language refuses
/// them. They are left out, each with a remark.
extension SnapshotReader {
    mutating func dropDanglingNames() {
        let names = Set(schema.collections.map(\.name.text))
        for index in schema.collections.indices {
            var collection = schema.collections[index]
            let columns = Set(collection.fields.filter { $0.column != nil }.map(\.name))
            let path = "collections (\(collection.name)).meta"
            drop(&collection.meta.group, unless: { names.contains($0) }, "\(path).group") { .string($0) }
            drop(&collection.meta.sortField, unless: { columns.contains($0) }, "\(path).sort_field") { .string($0.text) }
            drop(&collection.meta.archiveField, unless: { columns.contains(FieldName($0)) }, "\(path).archive_field") { .string($0) }
            dropGroups(of: &collection.fields, of: collection.name)
            schema.collections[index] = collection
        }
        for index in schema.additions.indices {
            var addition = schema.additions[index]
            dropGroups(of: &addition.fields, of: addition.collection)
            schema.additions[index] = addition
        }
        schema.relations = schema.relations.compactMap { sound($0) }
    }

    private mutating func dropGroups(of fields: inout [Field], of collection: CollectionName) {
        let names = Set(fields.map(\.name.text) + (builtIn.collection(collection)?.fields.map(\.name.text) ?? []))
        for index in fields.indices {
            drop(&fields[index].meta.group, unless: { names.contains($0) }, "fields (\(collection).\(fields[index].name)).meta.group") { .string($0) }
        }
    }

    private mutating func drop<Name>(
        _ name: inout Name?, unless isThere: (Name) -> Bool, _ path: String, _ json: (Name) -> JSONValue
    ) {
        guard let value = name, !isThere(value) else { return }
        dangling(path, "names what is not there; left out", json(value))
        name = Optional.none
    }

    private mutating func dangling(_ path: String, _ message: String, _ value: JSONValue?) {
        log.remark(.dangling, at: SnapshotPath(steps: [.key(path)]), message, value: value)
    }

    /// The relation without what it names in vain; nil when it has no column or no target.
    private mutating func sound(_ relation: Relation) -> Relation? {
        var relation = relation
        let path = "relations (\(relation.manyCollection).\(relation.manyField))"
        guard let columns = columns(of: relation.manyCollection), columns.contains(relation.manyField) else {
            dangling(path, "no such column; the relation is left out", Optional.none)
            return nil
        }
        drop(&relation.junctionField, unless: { columns.contains($0) }, "\(path).meta.junction_field") { .string($0.text) }
        drop(&relation.sortField, unless: { columns.contains($0) }, "\(path).meta.sort_field") { .string($0.text) }
        if let one = relation.oneCollection {
            if self.columns(of: one) != nil { return relation }
            dangling(path, "no such collection; the relation is left out", .string(one.text))
            return nil
        }
        guard let discriminator = relation.oneCollectionField, columns.contains(discriminator), let allowed = relation.oneAllowedCollections else {
            dangling(path, "neither many-to-one nor many-to-any; the relation is left out", Optional.none)
            return nil
        }
        relation.oneAllowedCollections = allowed.filter { self.columns(of: $0) != nil }
        for name in allowed where self.columns(of: name) == nil {
            dangling("\(path).meta.one_allowed_collections", "names what is not there; left out", .string(name.text))
        }
        return relation
    }

    /// nil for a collection without a table, or none at all.
    private func columns(of name: CollectionName) -> Set<FieldName>? {
        if let own = schema.collections.first(where: { $0.name == name }) {
            return own.table == nil ? nil : Set(own.fields.filter { $0.column != nil }.map(\.name))
        }
        guard let system = builtIn.collection(name) else { return nil }
        let added = schema.additions.first { $0.collection == name }?.fields ?? []
        return Set((system.fields + added).filter { $0.column != nil }.map(\.name))
    }

    /// A column that Directus has no row for is not in the snapshot; a relation may be, and then tells of it.
    mutating func addColumnsOfRelations() {
        for relation in schema.relations {
            guard let key = relation.foreignKey, let one = relation.oneCollection, columns(of: relation.manyCollection) != nil,
                columns(of: relation.manyCollection)?.contains(relation.manyField) == false, let target = field(key.column, of: one)
            else { continue }
            guard let at = schema.collections.firstIndex(where: { $0.name == relation.manyCollection }), var column = target.column else { continue }
            column = Column(dataType: column.dataType, maxLength: column.maxLength, precision: column.precision, scale: column.scale)
            schema.collections[at].fields.append(Field(name: relation.manyField, type: target.type, column: column, hasMeta: false))
            log.remark(
                .assumed, at: SnapshotPath(steps: [.key("relations (\(relation.manyCollection).\(relation.manyField))")]),
                "the snapshot has no such field; it gets the type of what it points at")
        }
    }

    private func field(_ name: FieldName, of collection: CollectionName) -> Field? {
        let own = schema.collections.first { $0.name == collection }?.fields.first { $0.name == name }
        return own ?? builtIn.field(name, of: collection)
    }
}
