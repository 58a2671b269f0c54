import Digests
import JSONText
import SchemaModel

/// What a snapshot's files define, as rows of the system tables. Pure.
///
/// - Shape: by table, one JSON object a row; beside the table's columns `_key` (of `kerege.origins`), `_file`, `_line`, `_column`.
/// - Left out: what ships with the program, and what has no metadata row in Directus either (`hasMeta` false).
struct MirrorRows {
    private(set) var rows: [MirrorTable: [JSONValue]] = [:]

    init(_ snapshot: SchemaSnapshot) {
        for collection in snapshot.collections {
            if !collection.isSystem, collection.hasMeta { add(collection) }
            for field in collection.fields where field.hasMeta && !(collection.isSystem && field.isSystem) { add(field, of: collection.name) }
        }
        for relation in snapshot.relations where relation.hasMeta && !relation.isSystem { add(relation) }
        for policy in snapshot.access.policies { add(policy) }
        for role in snapshot.access.roles { add(role) }
        addPermissions(snapshot.access.permissions)
    }

    /// `[]` where nothing is defined.
    func json(_ table: MirrorTable) -> String { JSONValue.array(rows[table] ?? []).text }

    /// The keys of the table's rows, as a JSON list.
    func keys(_ table: MirrorTable) -> String { JSONValue.array((rows[table] ?? []).compactMap { $0["_key"] }).text }

    private mutating func add(_ table: MirrorTable, key: String, origin: SourceLocation?, _ members: [(String, JSONValue)]) {
        let place: [(String, JSONValue)] = [
            ("_key", .string(key)), ("_file", .text(origin?.file)), ("_line", .int(origin?.line)), ("_column", .int(origin?.column)),
        ]
        rows[table, default: []].append(.object(JSONObject(place + members)))
    }

    private mutating func add(_ collection: Collection) {
        let meta = collection.meta
        add(
            .collections, key: collection.name.text, origin: collection.origin,
            [
                ("collection", .string(collection.name.text)), ("icon", .text(meta.icon)), ("note", .text(meta.note)),
                ("display_template", .text(meta.displayTemplate)), ("hidden", .bool(meta.hidden)), ("singleton", .bool(meta.singleton)),
                ("translations", meta.translations ?? .null), ("archive_field", .text(meta.archiveField)),
                ("archive_app_filter", .bool(meta.archiveAppFilter)), ("archive_value", .text(meta.archiveValue)),
                ("unarchive_value", .text(meta.unarchiveValue)), ("sort_field", .text(meta.sortField?.text)),
                ("accountability", meta.accountability == .none ? .null : .string(meta.accountability.rawValue)), ("color", .text(meta.color)),
                ("item_duplication_fields", meta.itemDuplicationFields ?? .null), ("sort", .int(meta.sort)), ("group", .text(meta.group)),
                ("collapse", .string(meta.collapse)), ("preview_url", .text(meta.previewURL)), ("versioning", .bool(meta.versioning)),
            ])
    }

    private mutating func add(_ field: Field, of collection: CollectionName) {
        let meta = field.meta
        add(
            .fields, key: "\(collection).\(field.name)", origin: field.origin,
            [
                ("collection", .string(collection.text)), ("field", .string(field.name.text)), ("special", .list(meta.special)),
                ("interface", .text(meta.interface)), ("options", meta.options ?? .null), ("display", .text(meta.display)),
                ("display_options", meta.displayOptions ?? .null), ("readonly", .bool(meta.readonly)), ("hidden", .bool(meta.hidden)),
                ("sort", .int(meta.sort)), ("width", .text(meta.width)), ("translations", meta.translations ?? .null), ("note", .text(meta.note)),
                ("conditions", meta.conditions ?? .null), ("required", .bool(meta.required)), ("group", .text(meta.group)),
                ("validation", meta.validation ?? .null), ("validation_message", .text(meta.validationMessage)),
                ("searchable", .bool(meta.searchable)),
            ])
    }

    private mutating func add(_ relation: Relation) {
        add(
            .relations, key: "\(relation.manyCollection).\(relation.manyField)", origin: relation.origin,
            [
                ("many_collection", .string(relation.manyCollection.text)), ("many_field", .string(relation.manyField.text)),
                ("one_collection", .text(relation.oneCollection?.text)), ("one_field", .text(relation.oneField?.text)),
                ("one_collection_field", .text(relation.oneCollectionField?.text)),
                ("one_allowed_collections", relation.oneAllowedCollections.map { .list($0.map(\.text)) } ?? .null),
                ("junction_field", .text(relation.junctionField?.text)), ("sort_field", .text(relation.sortField?.text)),
                ("one_deselect_action", .string(relation.oneDeselectAction.rawValue)),
            ])
    }

    private mutating func add(_ policy: PolicyDefinition) {
        add(
            .policies, key: policy.id.text, origin: policy.origin,
            [
                ("id", .string(policy.id.text)), ("name", .string(policy.name)), ("icon", .string(policy.icon ?? "badge")),
                ("description", .text(policy.description)), ("ip_access", .list(policy.ipAccess)), ("enforce_tfa", .bool(policy.enforceTFA)),
                ("admin_access", .bool(policy.adminAccess)), ("app_access", .bool(policy.appAccess)),
            ])
    }

    private mutating func add(_ role: RoleDefinition) {
        add(
            .roles, key: role.id.text, origin: role.origin,
            [
                ("id", .string(role.id.text)), ("name", .string(role.name)), ("icon", .string(role.icon ?? "supervised_user_circle")),
                ("description", .text(role.description)), ("parent", .text(role.parent?.text)),
            ])
        for (index, policy) in role.policies.enumerated() {
            let key = "\(role.id)/\(policy)"
            add(
                .access, key: key, origin: role.origin,
                [
                    ("id", .text(UUIDText.v5(namespace: MirrorRows.namespace, name: "access/\(key)"))), ("role", .string(role.id.text)),
                    ("policy", .string(policy.text)), ("sort", .integer(index + 1)),
                ])
        }
    }

    private mutating func addPermissions(_ permissions: [PermissionDefinition]) {
        var counts: [String: Int] = [:]
        for permission in permissions {
            let plain = "\(permission.policy)/\(permission.collection)/\(permission.action.rawValue)"
            counts[plain, default: 0] += 1
            let number = counts[plain] ?? 1
            add(
                .permissions, key: number > 1 ? "\(plain)#\(number)" : plain, origin: permission.origin,
                [
                    ("collection", .string(permission.collection.text)), ("action", .string(permission.action.rawValue)),
                    ("permissions", permission.permissions ?? .null), ("validation", permission.validation ?? .null),
                    ("presets", permission.presets ?? .null), ("fields", .list(permission.fields)), ("policy", .string(permission.policy.text)),
                ])
        }
    }

    /// Of all names derived from files (schema-language.md, "Access").
    static let namespace = "178c7c05-ac07-4094-bd92-230f016bd305"
}

extension JSONValue {
    fileprivate static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    fileprivate static func int(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }
    /// As `cast-csv` fields are stored; nothing is NULL.
    fileprivate static func list(_ values: [String]) -> JSONValue { values.isEmpty ? .null : .string(values.joined(separator: ",")) }
}
