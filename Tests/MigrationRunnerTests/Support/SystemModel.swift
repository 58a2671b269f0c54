import JSONText
import SchemaModel

/// The system tables that definitions are mirrored to, and two more: a stand-in for the ones that ship with the program.
enum SystemModel {
    static let collections: [Collection] = [
        table("directus_collections", key: text("collection", 64)) {
            [
                text("icon", 64), plain("note", .text), text("display_template"), flag("hidden", false), flag("singleton", false),
                plain("translations", .json), text("archive_field", 64), flag("archive_app_filter", true), text("archive_value"),
                text("unarchive_value"), text("sort_field", 64), text("accountability").defaulting(.literal("all")), text("color"),
                plain("item_duplication_fields", .json), plain("sort", .integer), text("group", 64),
                text("collapse").required.defaulting(.literal("open")), text("preview_url"), flag("versioning", false),
            ]
        },
        table("directus_fields", key: serialKey) {
            [
                text("collection", 64).required, text("field", 64).required, text("special", 64), text("interface", 64), plain("options", .json),
                text("display", 64), plain("display_options", .json), flag("readonly", false), flag("hidden", false), plain("sort", .integer),
                text("width", 30).defaulting(.literal("full")), plain("translations", .json), plain("note", .text), plain("conditions", .json),
                plain("required", .boolean).defaulting(.literal(false)), text("group", 64), plain("validation", .json),
                plain("validation_message", .text), flag("searchable", true),
            ]
        },
        table("directus_relations", key: serialKey) {
            [
                text("many_collection", 64).required, text("many_field", 64).required, text("one_collection", 64), text("one_field", 64),
                text("one_collection_field", 64), plain("one_allowed_collections", .text), text("junction_field", 64), text("sort_field", 64),
                text("one_deselect_action").required.defaulting(.literal("nullify")),
            ]
        },
        table("directus_roles", key: plain("id", .uuid)) {
            [
                text("name", 100).required, text("icon", 64).required.defaulting(.literal("supervised_user_circle")), plain("description", .text),
                plain("parent", .uuid),
            ]
        },
        table("directus_policies", key: plain("id", .uuid)) {
            [
                text("name", 100).required, text("icon", 64).required.defaulting(.literal("badge")), plain("description", .text),
                plain("ip_access", .text), flag("enforce_tfa", false), flag("admin_access", false), flag("app_access", false),
            ]
        },
        table("directus_users", key: plain("id", .uuid)) { [text("email", 128).unique, plain("role", .uuid)] },
        table("directus_access", key: plain("id", .uuid)) {
            [plain("role", .uuid), plain("user", .uuid), plain("policy", .uuid).required, plain("sort", .integer)]
        },
        table("directus_permissions", key: serialKey) {
            [
                text("collection", 64).required, text("action", 10).required, plain("permissions", .json), plain("validation", .json),
                plain("presets", .json), plain("fields", .text), plain("policy", .uuid).required,
            ]
        },
    ]

    static let relations: [Relation] = [
        ("directus_collections", "group", "directus_collections", ForeignKey.Action.noAction),
        ("directus_roles", "parent", "directus_roles", .noAction),
        ("directus_users", "role", "directus_roles", .setNull), ("directus_access", "role", "directus_roles", .cascade),
        ("directus_access", "user", "directus_users", .cascade), ("directus_access", "policy", "directus_policies", .cascade),
        ("directus_permissions", "policy", "directus_policies", .cascade),
    ].map { many, field, one, action in
        var relation = toOne(many, field, one, onDelete: action)
        if one == "directus_collections" { relation.foreignKey?.column = "collection" }
        relation.isSystem = true
        return relation
    }

    private static func table(_ name: String, key: Field, _ fields: () -> [Field]) -> Collection {
        let key = key.with { column in
            column.isPrimaryKey = true
            column.isNullable = false
        }
        return Collection(
            name: CollectionName(name), table: TableName(name: name),
            fields: ([key] + fields()).map { field in
                var field = field
                field.isSystem = true
                return field
            }, primaryKey: key.name, isSystem: true)
    }

    private static func text(_ name: String, _ length: Int = 255) -> Field { field(name).with { $0.maxLength = length } }
    private static func plain(_ name: String, _ type: FieldType) -> Field { field(name, type) }
    private static func flag(_ name: String, _ value: Bool) -> Field { field(name, .boolean).required.defaulting(.literal(.bool(value))) }
}
