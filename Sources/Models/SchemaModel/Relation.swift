/// A relation as Directus records it: from the many side (contract/items.md, 4.1). Many-to-many and many-to-any are two of these over a junction.
package struct Relation: Sendable, Equatable {
    package enum DeselectAction: String, Sendable, CaseIterable { case nullify, delete }

    package var manyCollection: CollectionName
    package var manyField: FieldName
    /// nil for many-to-any.
    package var oneCollection: CollectionName?
    /// The alias on the one side that shows the list; nil = not shown.
    package var oneField: FieldName?
    /// Many-to-any: the column beside `manyField` that holds the collection's name.
    package var oneCollectionField: FieldName?
    package var oneAllowedCollections: [CollectionName]?
    package var junctionField: FieldName?
    package var sortField: FieldName?
    package var oneDeselectAction: DeselectAction
    /// nil where the database does not enforce it.
    package var foreignKey: ForeignKey?
    /// False: only the foreign key exists, no row in `directus_relations`.
    package var hasMeta: Bool
    package var origin: SourceLocation?
    /// Ships with the program.
    package var isSystem: Bool

    package init(
        manyCollection: CollectionName, manyField: FieldName, oneCollection: CollectionName?, oneField: FieldName? = nil,
        oneCollectionField: FieldName? = nil, oneAllowedCollections: [CollectionName]? = nil, junctionField: FieldName? = nil,
        sortField: FieldName? = nil, oneDeselectAction: DeselectAction = .nullify, foreignKey: ForeignKey? = nil, hasMeta: Bool = true,
        origin: SourceLocation? = nil, isSystem: Bool = false
    ) {
        self.manyCollection = manyCollection
        self.manyField = manyField
        self.oneCollection = oneCollection
        self.oneField = oneField
        self.oneCollectionField = oneCollectionField
        self.oneAllowedCollections = oneAllowedCollections
        self.junctionField = junctionField
        self.sortField = sortField
        self.oneDeselectAction = oneDeselectAction
        self.foreignKey = foreignKey
        self.hasMeta = hasMeta
        self.origin = origin
        self.isSystem = isSystem
    }

    package var isManyToAny: Bool { oneCollection == nil && oneCollectionField != nil && oneAllowedCollections != nil }
}

package struct ForeignKey: Sendable, Equatable {
    package enum Action: String, Sendable, CaseIterable {
        case noAction = "NO ACTION"
        case restrict = "RESTRICT"
        case cascade = "CASCADE"
        case setNull = "SET NULL"
        case setDefault = "SET DEFAULT"
    }
    package var constraintName: String
    /// The column pointed at: the related collection's primary key.
    package var column: FieldName
    package var onDelete: Action
    package var onUpdate: Action

    package init(constraintName: String, column: FieldName, onDelete: Action = .noAction, onUpdate: Action = .noAction) {
        self.constraintName = constraintName
        self.column = column
        self.onDelete = onDelete
        self.onUpdate = onUpdate
    }
}
