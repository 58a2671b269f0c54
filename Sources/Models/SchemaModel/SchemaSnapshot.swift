/// The whole data model at one moment, with what is derived from it. Immutable; one reference is shared by all requests of a generation.
///
/// - Made by: `SchemaCompiler` (from YAML), or decoded from the journal's canonical text.
package final class SchemaSnapshot: Sendable {
    /// User collections in file order, then the system's; folders too.
    package let collections: [Collection]
    package let relations: [Relation]
    /// Roles, policies and permissions that files define.
    package let access: AccessDefinitions

    private let indexByName: [CollectionName: Int]
    private let fieldIndex: [[FieldName: Int]]
    private let roleByField: [[FieldName: RelationRole]]

    package init(collections: [Collection], relations: [Relation], access: AccessDefinitions = AccessDefinitions()) {
        self.collections = collections
        self.relations = relations
        self.access = access
        var byName: [CollectionName: Int] = [:]
        for (index, collection) in collections.enumerated() where byName[collection.name] == nil { byName[collection.name] = index }
        indexByName = byName
        fieldIndex = collections.map { collection in
            var names: [FieldName: Int] = [:]
            for (index, field) in collection.fields.enumerated() where names[field.name] == nil { names[field.name] = index }
            return names
        }
        var roles = [[FieldName: RelationRole]](repeating: [:], count: collections.count)
        for relation in relations {
            if let many = byName[relation.manyCollection], roles[many][relation.manyField] == nil {
                roles[many][relation.manyField] = relation.isManyToAny ? .anyToOne(relation) : .manyToOne(relation)
            }
            if let one = relation.oneCollection.flatMap({ byName[$0] }), let field = relation.oneField {
                roles[one][field] = .oneToMany(relation)
            }
        }
        roleByField = roles
    }

    /// What routes ask of a collection, without a copy of it.
    package struct Traits: Sendable {
        package let isSystem: Bool
        package let isSingleton: Bool
        package let hasTable: Bool
    }

    package func traits(of name: CollectionName) -> Traits? {
        indexByName[name].map {
            Traits(isSystem: collections[$0].isSystem, isSingleton: collections[$0].meta.singleton, hasTable: collections[$0].table != nil)
        }
    }

    package func collection(_ name: CollectionName) -> Collection? { indexByName[name].map { collections[$0] } }

    package func field(_ field: FieldName, of collection: CollectionName) -> Field? {
        guard let at = indexByName[collection], let index = fieldIndex[at][field] else { return nil }
        return collections[at].fields[index]
    }

    /// What the field is to its relation; nil for a plain field.
    package func role(of field: FieldName, in collection: CollectionName) -> RelationRole? {
        indexByName[collection].flatMap { roleByField[$0][field] }
    }

    /// The primary key's field; nil only for folders.
    package func primaryKey(of collection: CollectionName) -> Field? {
        guard let found = self.collection(collection) else { return nil }
        return field(found.primaryKey, of: collection)
    }
}

/// What a field is to a relation.
package enum RelationRole: Sendable, Equatable {
    /// The field holds the key of one row of `oneCollection`.
    case manyToOne(Relation)
    /// The field is an alias: the list of rows of `manyCollection` whose `manyField` holds this row's key.
    case oneToMany(Relation)
    /// The field holds the key of a row of the collection named in `oneCollectionField`.
    case anyToOne(Relation)

    package var relation: Relation {
        switch self {
        case .manyToOne(let relation), .oneToMany(let relation), .anyToOne(let relation): relation
        }
    }
}
