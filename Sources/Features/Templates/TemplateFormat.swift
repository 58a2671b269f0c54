import JSONText
import SchemaModel

/// The files of a template and the collections that they fill.
struct TemplateFormat {
    /// A field that is never taken over.
    struct Dropped {
        let field: FieldName
        /// nil = not worth a word.
        let reason: String?
    }

    let collection: CollectionName
    let identity: RowIdentity
    var dropped: [Dropped] = []
    /// The member of each element that holds the row; nil = the element itself.
    var member: String?
    var note: String?

    /// The schema: read from the snapshot, which says the same.
    static let ofSchema: Set<String> = ["collections.json", "fields.json", "relations.json"]
    static let contentFolder = "content/"

    static func of(_ name: String) -> TemplateFormat? { system.first { $0.name == name }?.format }

    /// In the order that they are written in where foreign keys don't ask for another.
    static let system: [(name: String, format: TemplateFormat)] = [
        ("roles.json", TemplateFormat(collection: "directus_roles", identity: RowIdentity(.key))),
        (
            "policies.json",
            TemplateFormat(collection: "directus_policies", identity: RowIdentity(.key, ofInstallation: [PolicyID.public.text: publicPolicy]))
        ),
        (
            "permissions.json",
            TemplateFormat(
                collection: "directus_permissions", identity: RowIdentity(.fields(["policy", "collection", "action"])),
                dropped: [Dropped(field: "id", reason: nil)])
        ),
        ("folders.json", TemplateFormat(collection: "directus_folders", identity: RowIdentity(.key))),
        ("users.json", users),
        ("access.json", TemplateFormat(collection: "directus_access", identity: RowIdentity(.key, alternatives: [["policy", "role", "user"]]))),
        ("files.json", TemplateFormat(collection: "directus_files", identity: RowIdentity(.key))),
        ("dashboards.json", TemplateFormat(collection: "directus_dashboards", identity: RowIdentity(.key))),
        ("panels.json", TemplateFormat(collection: "directus_panels", identity: RowIdentity(.key))),
        ("flows.json", TemplateFormat(collection: "directus_flows", identity: RowIdentity(.key))),
        ("operations.json", TemplateFormat(collection: "directus_operations", identity: RowIdentity(.key))),
        (
            "presets.json",
            TemplateFormat(
                collection: "directus_presets", identity: RowIdentity(.fields(["collection", "role", "user", "bookmark"])),
                dropped: [Dropped(field: "id", reason: nil)])
        ),
        ("translations.json", TemplateFormat(collection: "directus_translations", identity: RowIdentity(.key, alternatives: [["key", "language"]]))),
        (
            "settings.json",
            TemplateFormat(
                collection: "directus_settings", identity: RowIdentity(.singleton),
                dropped: ["license_key", "license_token"].map { Dropped(field: $0, reason: "it belongs to an installation") })
        ),
        (
            "extensions.json",
            TemplateFormat(
                collection: "directus_extensions", identity: RowIdentity(.key), member: "meta",
                note: "Kerege runs no extensions: they are listed, interfaces and operations of theirs do nothing")
        ),
    ]

    /// As the first start writes it (contract/system.md, 5.5).
    private static let publicPolicy = JSONObject([
        ("name", "$t:public_label"), ("icon", "public"), ("description", "$t:public_description"),
    ])

    /// As the reference tool has it: nobody gets in with what a template says. Hashes of passwords are kept.
    private static let users = TemplateFormat(
        collection: "directus_users", identity: RowIdentity(.key),
        dropped: [
            Dropped(field: "token", reason: "static tokens are not taken over: give the user a new one"),
            Dropped(field: "tfa_secret", reason: "second factors are not taken over"), Dropped(field: "auth_data", reason: nil),
        ])
}
