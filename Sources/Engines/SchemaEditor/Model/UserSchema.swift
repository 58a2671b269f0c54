package import SchemaModel

/// The part of a schema that an admin owns: what the files under `Schemas/` say, without the server's own collections.
///
/// - Shape: collections (folders too) in file order; fields and indexes that were added to system collections stand in `additions`.
/// - Note: derived from a `SchemaSnapshot` by `init(of:builtIn:)`, or read from a `DirectusSnapshot`. Its names may point at system collections.
package struct UserSchema: Sendable, Equatable {
    package var collections: [Collection]
    package var additions: [SystemAddition]
    /// Relations whose many field is not built in.
    package var relations: [Relation]
    package var access: AccessDefinitions

    package init(
        collections: [Collection] = [], additions: [SystemAddition] = [], relations: [Relation] = [], access: AccessDefinitions = AccessDefinitions()
    ) {
        self.collections = collections
        self.additions = additions
        self.relations = relations
        self.access = access
    }
}

/// What admins added to one system collection.
package struct SystemAddition: Sendable, Equatable {
    package var collection: CollectionName
    package var fields: [Field]
    /// Indexes over built-in or added columns that no field says itself.
    package var indexes: [Index]

    package init(collection: CollectionName, fields: [Field] = [], indexes: [Index] = []) {
        self.collection = collection
        self.fields = fields
        self.indexes = indexes
    }
}

extension UserSchema {
    /// What `snapshot` has beyond the server's own definitions.
    /// - Parameter builtIn: the snapshot of an empty folder of definitions (`SchemaCompiler`'s system collections).
    package init(of snapshot: SchemaSnapshot, builtIn: SchemaSnapshot) {
        self.init(access: snapshot.access)
        for collection in snapshot.collections {
            guard let system = builtIn.collection(collection.name) else {
                collections.append(collection)
                continue
            }
            let known = Set(system.fields.map(\.name))
            let added = collection.fields.filter { !known.contains($0.name) }
            let indexes = collection.indexes.filter { !system.indexes.contains($0) }
            if !added.isEmpty || !indexes.isEmpty {
                additions.append(SystemAddition(collection: collection.name, fields: added, indexes: indexes))
            }
        }
        relations = snapshot.relations.filter { relation in
            !builtIn.relations.contains { $0.manyCollection == relation.manyCollection && $0.manyField == relation.manyField }
        }
    }

    /// The fields of one of the admin's collections, or those added to a system collection.
    func fields(of name: CollectionName) -> [Field] {
        collections.first { $0.name == name }?.fields ?? additions.first { $0.collection == name }?.fields ?? []
    }
}
