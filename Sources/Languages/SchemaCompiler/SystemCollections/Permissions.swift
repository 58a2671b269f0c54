extension SystemCollections {
    /// `directus_permissions`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let permissions = SourceFile(
        path: "<system>/directus_permissions.yaml",
        text: #"""
            collection: directus_permissions
            note: "$t:directus_collection.directus_permissions"
            icon: admin_panel_settings
            form: plain
            behaviors: [permissions]

            fields:
              permissions: { type: json, hidden: true, width: half }
              presets: { type: json, hidden: true, width: half }
              policy:
                to: directus_policies
                on_delete: cascade
                nullable: false
                interface: select-dropdown-m2o
                hidden: true
                width: half
              collection: { type: string(64), nullable: false, width: half }
              id: { type: integer, width: half }
              fields: { type: csv, width: half }
              action: { type: string(10), nullable: false, width: half }
              validation: { type: json, width: half }
            """#)
}
