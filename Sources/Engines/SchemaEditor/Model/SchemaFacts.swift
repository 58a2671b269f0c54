import SchemaModel

/// Look-ups over an admin's schema and the server's own collections together.
struct SchemaFacts {
    struct Place: Hashable {
        var collection: CollectionName
        var field: FieldName
        init(_ collection: CollectionName, _ field: FieldName) {
            self.collection = collection
            self.field = field
        }
    }

    let schema: UserSchema
    /// Junctions that no file defines: the lists over them make them.
    var made: Set<CollectionName> = []
    private let builtIn: SchemaSnapshot
    private var collections: [CollectionName: Collection] = [:]
    private var relationOfColumn: [Place: Relation] = [:]
    private var relationOfAlias: [Place: Relation] = [:]

    init(_ schema: UserSchema, builtIn: SchemaSnapshot) {
        self.schema = schema
        self.builtIn = builtIn
        for collection in schema.collections { collections[collection.name] = collection }
        for addition in schema.additions {
            guard var collection = builtIn.collection(addition.collection) else { continue }
            collection.fields += addition.fields
            collections[addition.collection] = collection
        }
        for relation in schema.relations {
            relationOfColumn[Place(relation.manyCollection, relation.manyField)] = relation
            if let one = relation.oneCollection, let field = relation.oneField { relationOfAlias[Place(one, field)] = relation }
        }
    }

    func collection(_ name: CollectionName) -> Collection? { collections[name] ?? builtIn.collection(name) }

    func field(_ field: FieldName, of collection: CollectionName) -> Field? {
        self.collection(collection)?.fields.first { $0.name == field }
    }

    func key(of name: CollectionName) -> Field? {
        guard let found = collection(name) else { return nil }
        return found.fields.first { $0.name == found.primaryKey }
    }

    /// The relation that a column is the many side of.
    func relation(of column: FieldName, in collection: CollectionName) -> Relation? { relationOfColumn[Place(collection, column)] }

    /// The relation whose list an alias shows.
    func relation(shownBy alias: FieldName, in collection: CollectionName) -> Relation? { relationOfAlias[Place(collection, alias)] }
}

/// What a field is to the schema language: the form that its entry in the file has.
enum FieldShape: Equatable {
    case column
    /// No relation: groups, presentation, and lists whose relation is gone.
    case alias
    case toOne(Relation)
    /// The many side of many-to-any.
    case anyToOne(Relation)
    case oneToMany(Relation)
    /// Lists through a junction: `here` is the relation to this side, `there` the one to the other.
    case manyToMany(here: Relation, there: Relation)
    case manyToAny(here: Relation, there: Relation)
    case translations(here: Relation, there: Relation)
}

extension SchemaFacts {
    func shape(of field: Field, in collection: CollectionName) -> FieldShape {
        if field.column != nil {
            guard let relation = relation(of: field.name, in: collection) else { return .column }
            if relation.isManyToAny { return .anyToOne(relation) }
            return relation.oneCollection == nil ? .column : .toOne(relation)
        }
        guard let here = relation(shownBy: field.name, in: collection) else { return .alias }
        guard let there = junctionPartner(of: here) else { return .oneToMany(here) }
        if there.isManyToAny { return .manyToAny(here: here, there: there) }
        guard there.oneCollection != nil else { return .oneToMany(here) }
        return field.has(special: "translations") ? .translations(here: here, there: there) : .manyToMany(here: here, there: there)
    }

    /// The other relation of a junction, when both point at each other.
    private func junctionPartner(of here: Relation) -> Relation? {
        guard let name = here.junctionField, let there = relation(of: name, in: here.manyCollection), there.manyField != here.manyField,
            there.junctionField == here.manyField
        else { return nil }
        return there
    }

    /// What the lists in the files say of a column's relation, so that the column need not.
    func saidByLists(of relation: Relation) -> Relation {
        var said = Relation(
            manyCollection: relation.manyCollection, manyField: relation.manyField, oneCollection: relation.oneCollection,
            oneCollectionField: relation.oneCollectionField, oneAllowedCollections: relation.oneAllowedCollections)
        if let one = relation.oneCollection, let name = relation.oneField, let alias = field(name, of: one), alias.column == nil {
            let shape = shape(of: alias, in: one)
            said.oneField = name
            if !shape.isTranslations { said.sortField = relation.sortField }
            said.oneDeselectAction = relation.oneDeselectAction
            if shape.isThroughJunction { said.junctionField = relation.junctionField }
        }
        if let name = relation.junctionField, let partner = self.relation(of: name, in: relation.manyCollection), isListed(partner, through: relation)
        {
            said.junctionField = name
        }
        return said
    }

    /// True when a list over `here` goes on through `there`.
    private func isListed(_ here: Relation, through there: Relation) -> Bool {
        guard let one = here.oneCollection, let name = here.oneField, let alias = field(name, of: one), alias.column == nil else { return false }
        return shape(of: alias, in: one).partner.map { $0.manyField == there.manyField } ?? false
    }

    /// True when a many-to-any list says which collections a column may point at.
    func isAnyImplied(_ relation: Relation) -> Bool {
        guard let name = relation.junctionField, let here = self.relation(of: name, in: relation.manyCollection) else { return false }
        return isListed(here, through: relation)
    }
}

extension FieldShape {
    /// The relation to the other side of a junction.
    var partner: Relation? {
        switch self {
        case .manyToMany(_, let there), .manyToAny(_, let there), .translations(_, let there): there
        case .column, .alias, .toOne, .anyToOne, .oneToMany: nil
        }
    }

    var isThroughJunction: Bool { partner != nil }

    var isTranslations: Bool {
        switch self {
        case .translations: true
        case .column, .alias, .toOne, .anyToOne, .oneToMany, .manyToMany, .manyToAny: false
        }
    }
}
