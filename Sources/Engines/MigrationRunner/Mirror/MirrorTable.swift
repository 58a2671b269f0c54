import SQLText

/// A system table that holds definitions, as the mirror writes it.
enum MirrorTable: String, CaseIterable {
    // In the order of writing: what is pointed at first.
    case roles, policies, collections, fields, relations, access, permissions

    var name: SQLIdentifier {
        switch self {
        case .roles: SQLIdentifier(static: "directus_roles")
        case .policies: SQLIdentifier(static: "directus_policies")
        case .collections: SQLIdentifier(static: "directus_collections")
        case .fields: SQLIdentifier(static: "directus_fields")
        case .relations: SQLIdentifier(static: "directus_relations")
        case .access: SQLIdentifier(static: "directus_access")
        case .permissions: SQLIdentifier(static: "directus_permissions")
        }
    }

    /// `kerege.origins.kind`: `collection`, `field`, …
    var kind: String {
        switch self {
        case .roles: "role"
        case .policies: "policy"
        case .collections: "collection"
        case .fields: "field"
        case .relations: "relation"
        case .access: "access"
        case .permissions: "permission"
        }
    }

    /// The columns whose values find a row that is there already; permissions have none but their id.
    var match: [SQLIdentifier] {
        switch self {
        case .roles, .policies: [SQLIdentifier(static: "id")]
        case .collections: [SQLIdentifier(static: "collection")]
        case .fields: [SQLIdentifier(static: "collection"), SQLIdentifier(static: "field")]
        case .relations: [SQLIdentifier(static: "many_collection"), SQLIdentifier(static: "many_field")]
        case .access: [SQLIdentifier(static: "role"), SQLIdentifier(static: "policy")]
        case .permissions: []
        }
    }

    /// The key of a row `t` as `kerege.origins` holds it.
    var keyOfRow: SQLFragment {
        switch self {
        case .roles, .policies: "t.id::text"
        case .collections: "t.collection"
        case .fields: "t.collection || '.' || t.field"
        case .relations: "t.many_collection || '.' || t.many_field"
        case .access: "t.role::text || '/' || t.policy::text"
        case .permissions: "t.id::text"
        }
    }

    var columns: [(name: SQLIdentifier, type: SQLType)] {
        switch self {
        case .roles: MirrorTable.list(["id": .uuid, "name": .text, "icon": .text, "description": .text, "parent": .uuid])
        case .policies:
            MirrorTable.list([
                "id": .uuid, "name": .text, "icon": .text, "description": .text, "ip_access": .text, "enforce_tfa": .boolean,
                "admin_access": .boolean,
                "app_access": .boolean,
            ])
        case .collections:
            MirrorTable.list([
                "collection": .text, "icon": .text, "note": .text, "display_template": .text, "hidden": .boolean, "singleton": .boolean,
                "translations": .json, "archive_field": .text, "archive_app_filter": .boolean, "archive_value": .text, "unarchive_value": .text,
                "sort_field": .text, "accountability": .text, "color": .text, "item_duplication_fields": .json, "sort": .integer, "group": .text,
                "collapse": .text, "preview_url": .text, "versioning": .boolean,
            ])
        case .fields:
            MirrorTable.list([
                "collection": .text, "field": .text, "special": .text, "interface": .text, "options": .json, "display": .text,
                "display_options": .json, "readonly": .boolean, "hidden": .boolean, "sort": .integer, "width": .text, "translations": .json,
                "note": .text, "conditions": .json, "required": .boolean, "group": .text, "validation": .json, "validation_message": .text,
                "searchable": .boolean,
            ])
        case .relations:
            MirrorTable.list([
                "many_collection": .text, "many_field": .text, "one_collection": .text, "one_field": .text, "one_collection_field": .text,
                "one_allowed_collections": .text, "junction_field": .text, "sort_field": .text, "one_deselect_action": .text,
            ])
        case .access: MirrorTable.list(["id": .uuid, "role": .uuid, "policy": .uuid, "sort": .integer])
        case .permissions:
            MirrorTable.list([
                "collection": .text, "action": .text, "permissions": .json, "validation": .json, "presets": .json, "fields": .text, "policy": .uuid,
            ])
        }
    }

    private static func list(_ columns: KeyValuePairs<StaticString, SQLType>) -> [(name: SQLIdentifier, type: SQLType)] {
        columns.map { (SQLIdentifier(static: $0.key), $0.value) }
    }
}
