extension SystemCollections {
    /// `directus_dashboards`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let dashboards = SourceFile(
        path: "<system>/directus_dashboards.yaml",
        text: #"""
            collection: directus_dashboards
            note: "$t:directus_collection.directus_dashboards"
            form: plain
            behaviors: [dashboards]

            fields:
              id: uuid
              name: { type: string, nullable: false }
              icon: { type: string(64), nullable: false, default: dashboard }
              panels: { many: directus_panels.dashboard }
              date_created: { type: timestamp, default: now, special: [date-created, cast-timestamp] }
              user_created: { to: directus_users, special: [user-created] }
              note: text
              color: string
            """#)
}
