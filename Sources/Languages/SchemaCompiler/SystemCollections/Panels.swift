extension SystemCollections {
    /// `directus_panels`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let panels = SourceFile(
        path: "<system>/directus_panels.yaml",
        text: #"""
            collection: directus_panels
            note: "$t:directus_collection.directus_panels"
            form: plain
            behaviors: [panels]

            fields:
              id: uuid
              dashboard: { to: directus_dashboards, on_delete: cascade, nullable: false, special: [] }
              name: string
              icon: string(64)
              color: string(10)
              show_header: { type: boolean, nullable: false, default: false }
              note: text
              type: { type: string, nullable: false }
              position_x: { type: integer, nullable: false }
              position_y: { type: integer, nullable: false }
              width: { type: integer, nullable: false }
              height: { type: integer, nullable: false }
              options: json
              date_created: { type: timestamp, default: now, special: [date-created, cast-timestamp] }
              user_created: { to: directus_users, special: [user-created] }
            """#)
}
