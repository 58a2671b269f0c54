package import JSONText

/// One field of a collection: a column, or an alias without one.
package struct Field: Sendable, Equatable {
    package var name: FieldName
    package var type: FieldType
    private var columnStorage: CopyOnWrite<Column?>
    private var metaStorage: CopyOnWrite<FieldMeta>
    /// False where the field has no row in `directus_fields` (a primary key that only the table knows): `meta` is then all defaults.
    package var hasMeta: Bool
    /// The old name (`renamed_from`).
    package var renamedFrom: String?
    /// Where it was defined; nil when it came from the database.
    package var origin: SourceLocation?
    /// Ships with the program: on the wire its meta says `system: true` (an admin's own field of a system collection does not).
    package var isSystem: Bool

    package init(
        name: FieldName, type: FieldType, column: Column?, meta: FieldMeta = FieldMeta(), hasMeta: Bool = true, renamedFrom: String? = nil,
        origin: SourceLocation? = nil, isSystem: Bool = false
    ) {
        self.name = name
        self.type = type
        columnStorage = CopyOnWrite(column)
        metaStorage = CopyOnWrite(meta)
        self.hasMeta = hasMeta
        self.renamedFrom = renamedFrom
        self.origin = origin
        self.isSystem = isSystem
    }

    /// nil for `alias`.
    package var column: Column? {
        _read { yield columnStorage.value }
        _modify { yield &columnStorage.value }
    }

    package var meta: FieldMeta {
        _read { yield metaStorage.value }
        _modify { yield &metaStorage.value }
    }

    package func has(special: String) -> Bool { meta.special.contains(special) }
    /// Not part of the data API (presentation, groups).
    package var isNoData: Bool { has(special: "no-data") }
    /// Read as a mask by everybody.
    package var isConcealed: Bool { has(special: "conceal") || has(special: "encrypt") }
    /// The server makes the value itself (contract/items.md, 3.4), so a missing one is no mistake.
    package var isGenerated: Bool {
        column?.generated != nil || meta.special.contains { FieldMeta.generatingSpecials.contains($0) }
    }
}

/// What `directus_fields` says of a field. Passed through to the API; only `special`, `validation` and `searchable` change what the data API does.
package struct FieldMeta: Sendable, Equatable {
    package var special: [String] = []
    package var interface: String?
    package var options: JSONValue?
    package var display: String?
    package var displayOptions: JSONValue?
    package var readonly = false
    package var hidden = false
    /// Place in the studio's form; nil = as defined.
    package var sort: Int?
    package var width: String? = "full"
    package var translations: JSONValue?
    package var note: String?
    package var conditions: JSONValue?
    /// Metadata only (`form_required`); NOT NULL columns are what the API enforces.
    package var required = false
    package var group: String?
    /// A filter rule over the payload (contract/items.md, section 6), as JSON.
    package var validation: JSONValue?
    package var validationMessage: String?
    package var searchable = true

    package init() {}

    package static let generatingSpecials: Set<String> = [
        "uuid", "date-created", "date-updated", "user-created", "user-updated", "role-created", "role-updated",
    ]
}

/// A field's column in PostgreSQL.
package struct Column: Sendable, Equatable {
    /// As `format_type` prints it without length: `character varying`, `integer`, `timestamp with time zone`, `geometry(Point,4326)`, `integer[]`.
    package var dataType: String
    /// Characters of `varchar(n)`/`char(n)`; nil = no limit or another type.
    package var maxLength: Int?
    package var precision: Int?
    package var scale: Int?
    package var isNullable: Bool
    package var isPrimaryKey: Bool
    package var isUnique: Bool
    /// A plain index of its own on the column.
    package var isIndexed: Bool
    /// `serial`/identity: the database makes the value.
    package var hasAutoIncrement: Bool
    package var `default`: ColumnDefault?
    /// The expression of a stored generated column.
    package var generated: String?
    package var comment: String?
    /// The SQL that converts existing values when the type changes (`using`), an admin's.
    package var using: String?

    package init(
        dataType: String, maxLength: Int? = nil, precision: Int? = nil, scale: Int? = nil, isNullable: Bool = true, isPrimaryKey: Bool = false,
        isUnique: Bool = false, isIndexed: Bool = false, hasAutoIncrement: Bool = false, default: ColumnDefault? = nil, generated: String? = nil,
        comment: String? = nil, using: String? = nil
    ) {
        self.dataType = dataType
        self.maxLength = maxLength
        self.precision = precision
        self.scale = scale
        self.isNullable = isNullable
        self.isPrimaryKey = isPrimaryKey
        self.isUnique = isUnique
        self.isIndexed = isIndexed
        self.hasAutoIncrement = hasAutoIncrement
        self.default = `default`
        self.generated = generated
        self.comment = comment
        self.using = using
    }
}

package enum ColumnDefault: Sendable, Equatable {
    /// A constant, as JSON (text, number, boolean, or an object for json columns).
    case literal(JSONValue)
    /// `CURRENT_TIMESTAMP`.
    case now
    /// `gen_random_uuid()`.
    case uuid
    /// An expression of the admin's, or one found in the database.
    case sql(String)
}
