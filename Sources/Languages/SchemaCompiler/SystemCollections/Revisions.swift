extension SystemCollections {
    /// `directus_revisions`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let revisions = SourceFile(
        path: "<system>/directus_revisions.yaml",
        text: #"""
            collection: directus_revisions
            note: "$t:directus_collection.directus_revisions"
            accountability: none
            form: plain
            behaviors: [revisions]

            fields:
              id: { type: integer, width: half }
              activity: { to: directus_activity, on_delete: cascade, nullable: false, index: true, special: [], width: half }
              collection: { type: string(64), nullable: false, width: half }
              item: { type: string, nullable: false, width: half }
              data: { type: json, hidden: true }
              delta: { type: json, hidden: true }
              parent: { to: self, on_delete: no action, index: true, special: [], width: half }
              version: { to: directus_versions, on_delete: cascade, special: [], width: half }
            """#)
}
