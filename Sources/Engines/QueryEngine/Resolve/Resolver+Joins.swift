import SchemaModel

extension Resolver {
    func join(manyToOne relation: Relation, from collection: Collection) -> ResolvedJoin? {
        guard let target = relation.oneCollection, let to = schema.collection(target), to.table != nil,
            let field = schema.field(relation.manyField, of: collection.name)
        else { return nil }
        return ResolvedJoin(kind: .manyToOne, from: collection, to: to, field: field, name: relation.manyField.text)
    }

    func join(oneToMany relation: Relation, from collection: Collection, name: String) -> ResolvedJoin? {
        guard let to = schema.collection(relation.manyCollection), to.table != nil,
            let field = schema.field(relation.manyField, of: to.name)
        else { return nil }
        return ResolvedJoin(kind: .oneToMany, from: collection, to: to, field: field, name: name)
    }

    /// `item:headings` from a junction row.
    func join(anyToOne relation: Relation, scope: String, from collection: Collection) -> ResolvedJoin? {
        guard let allowed = relation.oneAllowedCollections, allowed.contains(where: { $0.text == scope }),
            let to = schema.collection(CollectionName(scope)), to.table != nil,
            let field = schema.field(relation.manyField, of: collection.name), let name = relation.oneCollectionField,
            let collectionField = schema.field(name, of: collection.name)
        else { return nil }
        return ResolvedJoin(
            kind: .anyToOne(collectionField: collectionField), from: collection, to: to, field: field, name: "\(relation.manyField):\(scope)")
    }

    /// `$FOLLOW(collection, field[, collectionField])`: the rows there that point here.
    func join(following other: String, _ fieldName: String, _ collectionFieldName: String?, from collection: Collection) -> ResolvedJoin? {
        guard let to = schema.collection(CollectionName(other)), to.table != nil, let field = schema.field(FieldName(fieldName), of: to.name),
            let role = schema.role(of: field.name, in: to.name)
        else { return nil }
        let name = "$FOLLOW(\(other),\(fieldName)\(collectionFieldName.map { ",\($0)" } ?? ""))"
        switch role {
        case .manyToOne(let relation) where relation.oneCollection == collection.name && collectionFieldName == nil:
            return ResolvedJoin(kind: .oneToMany, from: collection, to: to, field: field, name: name)
        case .anyToOne(let relation) where relation.oneCollectionField?.text == collectionFieldName:
            guard relation.oneAllowedCollections?.contains(collection.name) == true, let collectionFieldName,
                let collectionField = schema.field(FieldName(collectionFieldName), of: to.name)
            else { return nil }
            return ResolvedJoin(kind: .toAny(collectionField: collectionField), from: collection, to: to, field: field, name: name)
        case .manyToOne, .anyToOne, .oneToMany: return nil
        }
    }
}
