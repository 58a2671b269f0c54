extension SystemCollections {
    /// `directus_access`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let access = SourceFile(
        path: "<system>/directus_access.yaml",
        text: #"""
            collection: directus_access
            note: "$t:directus_collection.directus_access"
            icon: admin_panel_settings
            display: "{{ policy.name }}"
            sort: sort
            form: plain
            behaviors: [access]

            fields:
              id: { type: uuid, hidden: true, width: half }
              role: { to: directus_roles, on_delete: cascade, hidden: true, width: half }
              user: { to: directus_users, on_delete: cascade, hidden: true, width: half }
              policy: { to: directus_policies, on_delete: cascade, nullable: false, hidden: true, width: half }
              sort: { type: integer, hidden: true, width: half }
            """#)
}
