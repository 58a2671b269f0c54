import SchemaModel

/// Which junctions need no file of their own: those that are just what the compiler makes for the lists over them.
enum MadeJunctions {
    /// Junctions that look like made ones.
    /// - Parameter permissions: collections with permissions; these need a file.
    static func candidates(in schema: UserSchema, permissions: Set<CollectionName>) -> Set<CollectionName> {
        var meta = CollectionMeta()
        meta.hidden = true
        meta.icon = "import_export"
        let listed = Set(schema.relations.filter { $0.oneField != nil && $0.junctionField != nil }.map(\.manyCollection))
        let named = Set(schema.relations.flatMap { [$0.oneCollection].compactMap { $0 } + ($0.oneAllowedCollections ?? []) })
        let found = schema.collections.filter { collection in
            listed.contains(collection.name) && !named.contains(collection.name) && !permissions.contains(collection.name) && collection.meta == meta
                && collection.isManaged
                && collection.hasMeta && collection.indexes.isEmpty && collection.checks.isEmpty
        }
        return Set(found.map(\.name))
    }

    /// Those of `names` that come out of the compiler as they are in `schema`.
    static func sound(_ names: Set<CollectionName>, in schema: UserSchema, derived: SchemaSnapshot) -> Set<CollectionName> {
        let own = schema.withoutOrigins
        let other = UserSchema(collections: derived.collections, relations: derived.relations).withoutOrigins
        return names.filter { name in
            own.collections.first { $0.name == name } == other.collections.first { $0.name == name }
                && own.relations(of: name) == other.relations(of: name)
        }
    }
}

extension UserSchema {
    /// By field, of one many side.
    fileprivate func relations(of name: CollectionName) -> [Relation] {
        relations.filter { $0.manyCollection == name }.sorted { $0.manyField < $1.manyField }
    }
}
