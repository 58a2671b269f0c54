extension SystemCollections {
    /// `directus_versions`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let versions = SourceFile(
        path: "<system>/directus_versions.yaml",
        text: #"""
            collection: directus_versions
            note: "$t:directus_collection.directus_versions"
            form: plain
            behaviors: [versions]

            fields:
              id: { type: uuid, readonly: true, hidden: true }
              key: { type: string(64), nullable: false }
              name: string
              collection: { to: directus_collections, on_delete: cascade, nullable: false, special: [] }
              item: { type: string, nullable: false }
              hash: { type: string, readonly: true, hidden: true }
              date_created: { type: timestamp, default: now, special: [date-created, cast-timestamp] }
              date_updated: { type: timestamp, default: now, special: [date-updated, cast-timestamp] }
              user_created: { to: directus_users, special: [user-created] }
              user_updated: { to: directus_users, on_delete: no action, special: [user-updated] }
              delta: json
            """#)
}
