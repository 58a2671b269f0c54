extension SystemCollections {
    /// `directus_notifications`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let notifications = SourceFile(
        path: "<system>/directus_notifications.yaml",
        text: #"""
            collection: directus_notifications
            note: "$t:directus_collection.directus_notifications"
            form: plain
            behaviors: [notifications]

            fields:
              id: integer
              timestamp: { type: timestamp, default: now, special: [date-created, cast-timestamp] }
              status: { type: string, default: inbox }
              recipient: { to: directus_users, on_delete: cascade, nullable: false, special: [] }
              sender: { to: directus_users, on_delete: no action, special: [] }
              subject: { type: string, nullable: false }
              message: text
              collection: string(64)
              item: string
            """#)
}
