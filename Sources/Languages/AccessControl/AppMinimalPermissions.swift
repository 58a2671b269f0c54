package import JSONText
package import SchemaModel

/// A right that needs no row in `directus_permissions`.
package struct BuiltInPermission: Sendable {
    package let collection: CollectionName
    package let action: PermissionAction
    package let fields: [String]
    /// `{}` = every item.
    package let permissions: JSONValue
    package let validation: JSONValue?
}

/// What every caller with app access may do besides the rows of the policies.
/// - Source: contract/items.md, 5.9; the recorded answer of `GET /permissions` for a caller with app access, order included.
package enum AppMinimalPermissions {
    package static let all: [BuiltInPermission] = [
        right("directus_collections", .read),
        right("directus_fields", .read),
        right("directus_relations", .read),
        right("directus_translations", .read),
        right("directus_settings", .read, fields: settingsFields),
        right("directus_activity", .read, own("user")),
        right("directus_comments", .read, own("user_created")),
        right("directus_comments", .create, validation: ["comment": ["_nnull": true]]),
        right("directus_comments", .update, own("user_created"), fields: ["comment"]),
        right("directus_comments", .delete, own("user_created")),
        right("directus_presets", .read, visiblePresets),
        right("directus_presets", .create, validation: own("user")),
        right("directus_presets", .update, own("user"), validation: own("user")),
        right("directus_presets", .delete, own("user")),
        right("directus_roles", .read, ["id": ["_in": "$CURRENT_ROLES"]]),
        // Once more, as in the recorded list: it stands for the schema above, for the project's texts here.
        right("directus_translations", .read),
        right("directus_notifications", .read, own("recipient")),
        right("directus_notifications", .update, own("recipient"), fields: ["status"]),
        right("directus_shares", .read, own("user_created")),
        right("directus_users", .read, own("id"), fields: userFields),
    ]

    private static func right(
        _ collection: CollectionName, _ action: PermissionAction, _ rule: JSONValue = [:], fields: [String] = ["*"], validation: JSONValue? = nil
    ) -> BuiltInPermission {
        BuiltInPermission(collection: collection, action: action, fields: fields, permissions: rule, validation: validation)
    }

    private static func own(_ field: String) -> JSONValue {
        .object(JSONObject([(field, .object(JSONObject([("_eq", "$CURRENT_USER")])))]))
    }

    /// Own, of the role, and global ones.
    private static let visiblePresets: JSONValue = [
        "_or": [
            ["user": ["_eq": "$CURRENT_USER"]],
            ["_and": [["user": ["_null": true]], ["role": ["_eq": "$CURRENT_ROLE"]]]],
            ["_and": [["user": ["_null": true]], ["role": ["_null": true]]]],
        ]
    ]

    /// Branding, looks and what forms need: no keys of services, no system prompts (attack D24). `mapbox_key` is one that browsers are meant to
    /// have.
    private static let settingsFields = [
        "id", "project_name", "project_descriptor", "project_url", "project_color", "project_logo", "public_foreground", "public_background",
        "public_favicon", "public_note", "default_language", "default_appearance", "default_theme_light", "default_theme_dark",
        "theme_light_overrides", "theme_dark_overrides", "custom_css", "module_bar", "auth_password_policy", "public_registration",
        "public_registration_verify_email", "public_registration_role", "storage_asset_transform", "storage_asset_presets",
        "storage_default_folder", "basemaps", "mapbox_key", "custom_aspect_ratios", "report_error_url", "report_bug_url", "report_feature_url",
        "visual_editor_urls", "project_id", "collaborative_editing_enabled",
    ]

    private static let userFields = [
        "id", "first_name", "last_name", "last_page", "email", "password", "location", "title", "description", "tags", "provider",
        "preferences_divider", "avatar", "language", "appearance", "theme_light", "theme_dark", "tfa_secret", "status", "role",
    ]
}

extension PolicyID {
    /// Stands for the policy of rights that have none (`AppMinimalPermissions`). No row has this key.
    package static let appMinimal = PolicyID("app-minimal")
}
