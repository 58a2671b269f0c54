import JSONText
import SchemaModel

/// Model -> JSON. Each `MemberList.put` has its counterpart in `CanonicalReading`.
struct CanonicalEncoding {
    enum Origins { case kept, left }
    let origins: Origins

    func encode(_ snapshot: SchemaSnapshot) -> JSONValue {
        var list = MemberList()
        list.put("format", CanonicalSchema.format)
        list.put("collections", snapshot.collections.map(encode))
        list.put("relations", snapshot.relations.map(encode))
        list.put("roles", snapshot.access.roles.map(encode))
        list.put("policies", snapshot.access.policies.map(encode))
        list.put("permissions", snapshot.access.permissions.map(encode))
        return list.object
    }

    private func put(_ origin: SourceLocation?, _ list: inout MemberList) {
        guard origins == .kept, let origin else { return }
        list.put("origin", [.string(origin.file), .integer(origin.line), .integer(origin.column)])
    }

    private func encode(_ collection: Collection) -> JSONValue {
        var list = MemberList()
        list.put("name", collection.name.text)
        if let table = collection.table {
            list.put("schema", table.schema)
            list.put("table", table.name)
        }
        list.put("key", collection.primaryKey.text)
        let meta = encode(collection.meta)
        if !meta.isEmpty { list.put("meta", meta.object) }
        list.put("has_meta", collection.hasMeta, unless: true)
        list.put("managed", collection.isManaged, unless: true)
        list.put("system", collection.isSystem, unless: false)
        list.put("renamed_from", collection.renamedFrom)
        list.put("fields", collection.fields.map(encode))
        list.put("indexes", collection.indexes.map(encode))
        list.put("checks", collection.checks.map(encode))
        put(collection.origin, &list)
        return list.object
    }

    private func encode(_ meta: CollectionMeta) -> MemberList {
        var list = MemberList()
        list.put("note", meta.note)
        list.put("icon", meta.icon)
        list.put("color", meta.color)
        list.put("hidden", meta.hidden, unless: false)
        list.put("singleton", meta.singleton, unless: false)
        list.put("group", meta.group)
        list.put("collapse", meta.collapse == "open" ? nil : meta.collapse)
        list.put("sort", meta.sort)
        list.put("display", meta.displayTemplate)
        list.put("translations", meta.translations)
        list.put("archive_field", meta.archiveField)
        list.put("archive_value", meta.archiveValue)
        list.put("unarchive_value", meta.unarchiveValue)
        list.put("archive_filter", meta.archiveAppFilter, unless: true)
        list.put("sort_field", meta.sortField?.text)
        list.put("accountability", meta.accountability == .all ? nil : meta.accountability.rawValue)
        list.put("duplicate", meta.itemDuplicationFields)
        list.put("preview_url", meta.previewURL)
        list.put("versioning", meta.versioning, unless: false)
        list.put("behaviors", meta.behaviors.map(\.rawValue), unless: [])
        return list
    }

    private func encode(_ field: Field) -> JSONValue {
        var list = MemberList()
        list.put("name", field.name.text)
        list.put("type", field.type.wireName)
        if let column = field.column { list.put("column", encode(column)) }
        let meta = encode(field.meta)
        if !meta.isEmpty { list.put("meta", meta.object) }
        list.put("has_meta", field.hasMeta, unless: true)
        list.put("system", field.isSystem, unless: false)
        list.put("renamed_from", field.renamedFrom)
        put(field.origin, &list)
        return list.object
    }

    private func encode(_ column: Column) -> JSONValue {
        var list = MemberList()
        list.put("type", column.dataType)
        list.put("length", column.maxLength)
        list.put("precision", column.precision)
        list.put("scale", column.scale)
        list.put("nullable", column.isNullable, unless: true)
        list.put("primary", column.isPrimaryKey, unless: false)
        list.put("unique", column.isUnique, unless: false)
        list.put("indexed", column.isIndexed, unless: false)
        list.put("auto_increment", column.hasAutoIncrement, unless: false)
        switch column.default {
        case nil: break
        case .literal(let value): list.put("default", ["literal": value] as JSONValue)
        case .now: list.put("default", "now")
        case .uuid: list.put("default", "uuid")
        case .sql(let text): list.put("default", ["sql": .string(text)] as JSONValue)
        }
        list.put("generated", column.generated)
        list.put("comment", column.comment)
        list.put("using", column.using)
        return list.object
    }

    private func encode(_ meta: FieldMeta) -> MemberList {
        var list = MemberList()
        list.put("special", meta.special, unless: [])
        list.put("interface", meta.interface)
        list.put("options", meta.options)
        list.put("display", meta.display)
        list.put("display_options", meta.displayOptions)
        list.put("readonly", meta.readonly, unless: false)
        list.put("hidden", meta.hidden, unless: false)
        list.put("sort", meta.sort)
        if meta.width != "full" { list.put("width", meta.width.map { JSONValue.string($0) } ?? .null) }
        list.put("translations", meta.translations)
        list.put("note", meta.note)
        list.put("conditions", meta.conditions)
        list.put("required", meta.required, unless: false)
        list.put("group", meta.group)
        list.put("validation", meta.validation)
        list.put("message", meta.validationMessage)
        list.put("searchable", meta.searchable, unless: true)
        return list
    }

    private func encode(_ index: Index) -> JSONValue {
        var list = MemberList()
        list.put("name", index.name)
        list.put("fields", index.fields.map(\.text), unless: [])
        list.put("method", index.method == .btree ? nil : index.method.word)
        list.put("unique", index.isUnique, unless: false)
        list.put("where", index.where)
        put(index.origin, &list)
        return list.object
    }

    private func encode(_ check: Check) -> JSONValue {
        var list = MemberList()
        list.put("name", check.name)
        list.put("sql", check.sql)
        put(check.origin, &list)
        return list.object
    }

    private func encode(_ relation: Relation) -> JSONValue {
        var list = MemberList()
        list.put("collection", relation.manyCollection.text)
        list.put("field", relation.manyField.text)
        list.put("one_collection", relation.oneCollection?.text)
        list.put("one_field", relation.oneField?.text)
        list.put("one_collection_field", relation.oneCollectionField?.text)
        list.put("one_allowed_collections", relation.oneAllowedCollections.map { .array($0.map { .string($0.text) }) })
        list.put("junction_field", relation.junctionField?.text)
        list.put("sort_field", relation.sortField?.text)
        list.put("deselect", relation.oneDeselectAction == .nullify ? nil : relation.oneDeselectAction.rawValue)
        if let key = relation.foreignKey {
            var foreign = MemberList()
            foreign.put("name", key.constraintName)
            foreign.put("column", key.column.text)
            foreign.put("on_delete", key.onDelete == .noAction ? nil : key.onDelete.rawValue)
            foreign.put("on_update", key.onUpdate == .noAction ? nil : key.onUpdate.rawValue)
            list.put("foreign_key", foreign.object)
        }
        list.put("has_meta", relation.hasMeta, unless: true)
        list.put("system", relation.isSystem, unless: false)
        put(relation.origin, &list)
        return list.object
    }

    private func encode(_ role: RoleDefinition) -> JSONValue {
        var list = MemberList()
        list.put("key", role.key)
        list.put("id", role.id.text)
        list.put("name", role.name)
        list.put("icon", role.icon)
        list.put("description", role.description)
        list.put("parent", role.parent?.text)
        list.put("policies", role.policies.map(\.text), unless: [])
        put(role.origin, &list)
        return list.object
    }

    private func encode(_ policy: PolicyDefinition) -> JSONValue {
        var list = MemberList()
        list.put("key", policy.key)
        list.put("id", policy.id.text)
        list.put("name", policy.name)
        list.put("icon", policy.icon)
        list.put("description", policy.description)
        list.put("ip", policy.ipAccess, unless: [])
        list.put("enforce_tfa", policy.enforceTFA, unless: false)
        list.put("admin", policy.adminAccess, unless: false)
        list.put("app", policy.appAccess, unless: false)
        put(policy.origin, &list)
        return list.object
    }

    private func encode(_ permission: PermissionDefinition) -> JSONValue {
        var list = MemberList()
        list.put("policy", permission.policy.text)
        list.put("collection", permission.collection.text)
        list.put("action", permission.action.rawValue)
        list.put("fields", permission.fields, unless: [])
        list.put("permissions", permission.permissions)
        list.put("validation", permission.validation)
        list.put("presets", permission.presets)
        put(permission.origin, &list)
        return list.object
    }
}

extension Index.Method {
    /// As in the language.
    var word: String {
        switch self {
        case .btree: "btree"
        case .hash: "hash"
        case .gin: "gin"
        case .gist: "gist"
        case .brin: "brin"
        case .ginTrigram: "gin_trgm"
        }
    }

    static let byWord: [String: Index.Method] = [
        "btree": .btree, "hash": .hash, "gin": .gin, "gist": .gist, "brin": .brin, "gin_trgm": .ginTrigram,
    ]
}
