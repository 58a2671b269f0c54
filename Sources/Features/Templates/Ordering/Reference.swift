import JSONText
import SchemaModel

/// A column whose value the database wants to be a key of another row.
struct Reference: Sendable {
    let field: FieldName
    let target: Collection
    let isNullable: Bool
    /// False: it points at another unique column. Such a value is taken as it is; only the order of tables minds it.
    let isOfKey: Bool

    /// Of a collection, foreign keys alone: what the database doesn't enforce may point anywhere, at any time.
    static func all(of collection: Collection, in schema: SchemaSnapshot) -> [Reference] {
        schema.relations.compactMap { relation in
            guard relation.manyCollection == collection.name, let foreignKey = relation.foreignKey, let name = relation.oneCollection,
                let target = schema.collection(name), let column = schema.field(relation.manyField, of: collection.name)?.column
            else { return nil }
            return Reference(
                field: relation.manyField, target: target, isNullable: column.isNullable, isOfKey: foreignKey.column == target.primaryKey)
        }
    }
}

/// A row of a template by its collection and key.
struct RowPlace: Hashable, Sendable {
    let collection: CollectionName
    let key: String
}
