import JSONText
import SchemaModel

/// JSON -> model; the counterpart of `CanonicalEncoding`.
extension CanonicalReading {
    func snapshot() throws(CanonicalSchemaError) -> SchemaSnapshot {
        var collections: [Collection] = []
        for object in try objects("collections") { collections.append(try object.collection()) }
        var relations: [Relation] = []
        for object in try objects("relations") { relations.append(try object.relation()) }
        var access = AccessDefinitions()
        for object in try objects("roles") { access.roles.append(try object.role()) }
        for object in try objects("policies") { access.policies.append(try object.policy()) }
        for object in try objects("permissions") { access.permissions.append(try object.permission()) }
        return SchemaSnapshot(collections: collections, relations: relations, access: access)
    }

    private func collection() throws(CanonicalSchemaError) -> Collection {
        var table: TableName?
        if let name = try optionalText("table") { table = TableName(schema: try optionalText("schema"), name: name) }
        var collection = Collection(
            name: CollectionName(try text("name")), table: table, hasMeta: try flag("has_meta", else: true), fields: [],
            primaryKey: FieldName(try text("key")), isManaged: try flag("managed", else: true), isSystem: try flag("system", else: false),
            renamedFrom: try optionalText("renamed_from"), origin: try origin())
        if let meta = try object("meta") { collection.meta = try meta.collectionMeta() }
        for object in try objects("fields") { collection.fields.append(try object.field()) }
        for object in try objects("indexes") { collection.indexes.append(try object.index()) }
        for object in try objects("checks") {
            collection.checks.append(Check(name: try object.optionalText("name"), sql: try object.text("sql"), origin: try object.origin()))
        }
        return collection
    }

    private func collectionMeta() throws(CanonicalSchemaError) -> CollectionMeta {
        var meta = CollectionMeta()
        meta.note = try optionalText("note")
        meta.icon = try optionalText("icon")
        meta.color = try optionalText("color")
        meta.hidden = try flag("hidden", else: false)
        meta.singleton = try flag("singleton", else: false)
        meta.group = try optionalText("group")
        meta.collapse = try optionalText("collapse") ?? "open"
        meta.sort = try optionalInteger("sort")
        meta.displayTemplate = try optionalText("display")
        meta.translations = self["translations"]
        meta.archiveField = try optionalText("archive_field")
        meta.archiveValue = try optionalText("archive_value")
        meta.unarchiveValue = try optionalText("unarchive_value")
        meta.archiveAppFilter = try flag("archive_filter", else: true)
        meta.sortField = try field("sort_field")
        meta.accountability = try word("accountability", else: .all)
        meta.itemDuplicationFields = self["duplicate"]
        meta.previewURL = try optionalText("preview_url")
        meta.versioning = try flag("versioning", else: false)
        meta.behaviors = try texts("behaviors").compactMap { Behavior(rawValue: $0) }
        return meta
    }

    private func field() throws(CanonicalSchemaError) -> Field {
        guard let type = FieldType(wireName: try text("type")) else { throw .malformed("\(path).type") }
        var field = Field(
            name: FieldName(try text("name")), type: type, column: nil, hasMeta: try flag("has_meta", else: true),
            renamedFrom: try optionalText("renamed_from"), origin: try origin(), isSystem: try flag("system", else: false))
        if let column = try object("column") { field.column = try column.column() }
        if let meta = try object("meta") { field.meta = try meta.fieldMeta() }
        return field
    }

    private func column() throws(CanonicalSchemaError) -> Column {
        Column(
            dataType: try text("type"), maxLength: try optionalInteger("length"), precision: try optionalInteger("precision"),
            scale: try optionalInteger("scale"), isNullable: try flag("nullable", else: true), isPrimaryKey: try flag("primary", else: false),
            isUnique: try flag("unique", else: false), isIndexed: try flag("indexed", else: false),
            hasAutoIncrement: try flag("auto_increment", else: false), default: try columnDefault(), generated: try optionalText("generated"),
            comment: try optionalText("comment"), using: try optionalText("using"))
    }

    private func columnDefault() throws(CanonicalSchemaError) -> ColumnDefault? {
        switch self["default"] {
        case nil: return nil
        case "now": return .now
        case "uuid": return .uuid
        case .object(let members)?:
            if let literal = members["literal"] { return .literal(literal) }
            if let sql = members["sql"]?.string { return .sql(sql) }
            throw .malformed("\(path).default")
        case .null?, .bool?, .number?, .string?, .array?: throw .malformed("\(path).default")
        }
    }

    private func fieldMeta() throws(CanonicalSchemaError) -> FieldMeta {
        var meta = FieldMeta()
        meta.special = try texts("special")
        meta.interface = try optionalText("interface")
        meta.options = self["options"]
        meta.display = try optionalText("display")
        meta.displayOptions = self["display_options"]
        meta.readonly = try flag("readonly", else: false)
        meta.hidden = try flag("hidden", else: false)
        meta.sort = try optionalInteger("sort")
        if let width = self["width"] { meta.width = width.string }
        meta.translations = self["translations"]
        meta.note = try optionalText("note")
        meta.conditions = self["conditions"]
        meta.required = try flag("required", else: false)
        meta.group = try optionalText("group")
        meta.validation = self["validation"]
        meta.validationMessage = try optionalText("message")
        meta.searchable = try flag("searchable", else: true)
        return meta
    }

    private func index() throws(CanonicalSchemaError) -> Index {
        guard let method = Index.Method.byWord[try optionalText("method") ?? "btree"] else { throw .malformed("\(path).method") }
        return Index(
            name: try optionalText("name"), fields: try texts("fields").map { FieldName($0) }, method: method,
            isUnique: try flag("unique", else: false), where: try optionalText("where"), origin: try origin())
    }

    private func relation() throws(CanonicalSchemaError) -> Relation {
        var relation = Relation(
            manyCollection: CollectionName(try text("collection")), manyField: FieldName(try text("field")), oneCollection: nil,
            oneField: try field("one_field"), oneCollectionField: try field("one_collection_field"), junctionField: try field("junction_field"),
            sortField: try field("sort_field"), oneDeselectAction: try word("deselect", else: .nullify), hasMeta: try flag("has_meta", else: true),
            origin: try origin(), isSystem: try flag("system", else: false))
        if let one = try optionalText("one_collection") { relation.oneCollection = CollectionName(one) }
        if self["one_allowed_collections"] != nil { relation.oneAllowedCollections = try texts("one_allowed_collections").map { CollectionName($0) } }
        if let key = try object("foreign_key") {
            relation.foreignKey = ForeignKey(
                constraintName: try key.text("name"), column: FieldName(try key.text("column")),
                onDelete: try key.word("on_delete", else: .noAction), onUpdate: try key.word("on_update", else: .noAction))
        }
        return relation
    }

    private func role() throws(CanonicalSchemaError) -> RoleDefinition {
        RoleDefinition(
            key: try text("key"), id: RoleID(try text("id")), name: try text("name"), icon: try optionalText("icon"),
            description: try optionalText("description"), parent: try optionalText("parent").map { RoleID($0) },
            policies: try texts("policies").map { PolicyID($0) }, origin: try origin())
    }

    private func policy() throws(CanonicalSchemaError) -> PolicyDefinition {
        PolicyDefinition(
            key: try text("key"), id: PolicyID(try text("id")), name: try text("name"), icon: try optionalText("icon"),
            description: try optionalText("description"), ipAccess: try texts("ip"), enforceTFA: try flag("enforce_tfa", else: false),
            adminAccess: try flag("admin", else: false), appAccess: try flag("app", else: false), origin: try origin())
    }

    private func permission() throws(CanonicalSchemaError) -> PermissionDefinition {
        PermissionDefinition(
            policy: PolicyID(try text("policy")), collection: CollectionName(try text("collection")), action: try word("action", else: nil),
            fields: try texts("fields"), permissions: self["permissions"], validation: self["validation"], presets: self["presets"],
            origin: try origin())
    }
}
