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
            let added = collection.fields.filter { !$0.isSystem }
            let indexes = UserSchema.addedIndexes(collection, system)
            if !added.isEmpty || !indexes.isEmpty {
                additions.append(SystemAddition(collection: collection.name, fields: added, indexes: indexes))
            }
        }
        relations = snapshot.relations.filter { !$0.isSystem }
    }

    /// Indexes of a system collection that it does not ship with; one over a built-in column alone is a flag of the column.
    private static func addedIndexes(_ collection: Collection, _ system: Collection) -> [Index] {
        let flagged = collection.fields.filter { field in
            field.isSystem && field.column?.isIndexed == true
                && system.fields.first { $0.name == field.name }?.column?.isIndexed != true
        }
        return flagged.map { Index(fields: [$0.name]) } + collection.indexes.filter { !system.indexes.contains($0) }
    }

    /// The same schema as if nobody had written it: without places in files.
    package var withoutOrigins: UserSchema {
        var schema = self
        for index in schema.collections.indices { schema.collections[index].dropOrigins() }
        for index in schema.additions.indices {
            schema.additions[index].fields = schema.additions[index].fields.map(\.withoutOrigin)
            schema.additions[index].indexes = schema.additions[index].indexes.map(\.withoutOrigin)
        }
        for index in schema.relations.indices { schema.relations[index].origin = nil }
        for index in schema.access.roles.indices { schema.access.roles[index].origin = nil }
        for index in schema.access.policies.indices { schema.access.policies[index].origin = nil }
        for index in schema.access.permissions.indices { schema.access.permissions[index].origin = nil }
        return schema
    }
}

extension Collection {
    fileprivate mutating func dropOrigins() {
        origin = nil
        fields = fields.map(\.withoutOrigin)
        indexes = indexes.map(\.withoutOrigin)
        for index in checks.indices { checks[index].origin = nil }
    }
}

extension Field {
    fileprivate var withoutOrigin: Field {
        var field = self
        field.origin = nil
        return field
    }
}

extension Index {
    fileprivate var withoutOrigin: Index {
        var index = self
        index.origin = nil
        return index
    }
}
