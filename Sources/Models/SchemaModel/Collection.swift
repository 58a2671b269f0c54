package import JSONText

/// A table with one primary key column, served under its name; or a folder in the studio without a table.
package struct Collection: Sendable, Equatable {
    package var name: CollectionName
    /// nil for a folder (`folder:`).
    package var table: TableName?
    private var metaStorage: CopyOnWrite<CollectionMeta>
    /// False for a table found in the database that nobody described: `meta` is then all defaults, `accountability` all.
    package var hasMeta: Bool
    /// In the order of the file: columns and aliases mixed.
    package var fields: [Field]
    package var primaryKey: FieldName
    package var indexes: [Index]
    package var checks: [Check]
    /// False: served, never altered (`managed: false`).
    package var isManaged: Bool
    /// Ships with the program (`directus_*`).
    package var isSystem: Bool
    package var renamedFrom: String?
    package var origin: SourceLocation?

    package init(
        name: CollectionName, table: TableName?, meta: CollectionMeta = CollectionMeta(), hasMeta: Bool = true, fields: [Field],
        primaryKey: FieldName, indexes: [Index] = [], checks: [Check] = [], isManaged: Bool = true, isSystem: Bool = false,
        renamedFrom: String? = nil, origin: SourceLocation? = nil
    ) {
        self.name = name
        self.table = table
        metaStorage = CopyOnWrite(meta)
        self.hasMeta = hasMeta
        self.fields = fields
        self.primaryKey = primaryKey
        self.indexes = indexes
        self.checks = checks
        self.isManaged = isManaged
        self.isSystem = isSystem
        self.renamedFrom = renamedFrom
        self.origin = origin
    }

    package var meta: CollectionMeta {
        _read { yield metaStorage.value }
        _modify { yield &metaStorage.value }
    }
}

package struct TableName: Hashable, Sendable, CustomStringConvertible {
    /// nil = the configured schema (`public`).
    package var schema: String?
    package var name: String
    package init(schema: String? = nil, name: String) {
        self.schema = schema
        self.name = name
    }
    package var description: String { schema.map { "\($0).\(name)" } ?? name }
}

package enum Accountability: String, Sendable, CaseIterable {
    case all, activity, none
}

/// What `directus_collections` says of a collection.
package struct CollectionMeta: Sendable, Equatable {
    package var note: String?
    package var icon: String?
    package var color: String?
    package var hidden = false
    package var singleton = false
    package var group: String?
    package var collapse = "open"
    /// Place among its siblings in the studio.
    package var sort: Int?
    package var displayTemplate: String?
    package var translations: JSONValue?
    package var archiveField: String?
    package var archiveValue: String?
    package var unarchiveValue: String?
    package var archiveAppFilter = true
    /// The field of manual order: the default sort.
    package var sortField: FieldName?
    package var accountability: Accountability = .all
    package var itemDuplicationFields: JSONValue?
    package var previewURL: String?
    package var versioning = false
    /// Named in a system collection's YAML (style.md, law 5).
    package var behaviors: [Behavior] = []

    package init() {}
}

/// An index that is not a field's own `index: true` or `unique: true`.
package struct Index: Sendable, Equatable {
    package enum Method: Sendable, Equatable {
        case btree, hash, gin, gist, brin
        /// `gin_trgm`: GIN with `gin_trgm_ops` (extension pg_trgm).
        case ginTrigram
    }
    /// nil = derived from table and fields.
    package var name: String?
    package var fields: [FieldName]
    package var method: Method
    package var isUnique: Bool
    /// A partial index's condition, the admin's SQL.
    package var `where`: String?
    package var origin: SourceLocation?

    package init(
        name: String? = nil, fields: [FieldName], method: Method = .btree, isUnique: Bool = false, where condition: String? = nil,
        origin: SourceLocation? = nil
    ) {
        self.name = name
        self.fields = fields
        self.method = method
        self.isUnique = isUnique
        self.where = condition
        self.origin = origin
    }
}

/// A CHECK constraint, the admin's SQL.
package struct Check: Sendable, Equatable {
    package var name: String?
    package var sql: String
    package var origin: SourceLocation?
    package init(name: String? = nil, sql: String, origin: SourceLocation? = nil) {
        self.name = name
        self.sql = sql
        self.origin = origin
    }
}
