extension SystemCollections {
    /// `directus_comments`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let comments = SourceFile(
        path: "<system>/directus_comments.yaml",
        text: #"""
            collection: directus_comments
            note: "$t:directus_collection.directus_comments"
            form: plain
            behaviors: [comments]

            fields:
              id: { type: uuid, readonly: true, hidden: true }
              collection: { to: directus_collections, foreign_key: false, nullable: false, special: [] }
              item: { type: string, nullable: false }
              comment: { type: text, nullable: false }
              date_created: { type: timestamp, default: now, special: [date-created, cast-timestamp] }
              date_updated: { type: timestamp, default: now, special: [date-updated, cast-timestamp] }
              user_created: { to: directus_users, special: [user-created] }
              user_updated: { to: directus_users, on_delete: no action, special: [user-updated] }
            """#)
}
