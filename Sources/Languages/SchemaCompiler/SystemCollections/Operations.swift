extension SystemCollections {
    /// `directus_operations`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let operations = SourceFile(
        path: "<system>/directus_operations.yaml",
        text: #"""
            collection: directus_operations
            note: "$t:directus_collection.directus_operations"
            form: plain
            behaviors: [operations]

            fields:
              id: uuid
              name: string
              key: { type: string, nullable: false }
              type: { type: string, nullable: false }
              position_x: { type: integer, nullable: false }
              position_y: { type: integer, nullable: false }
              options: json
              resolve: { to: self, on_delete: no action, unique: true, special: [] }
              reject: { to: self, on_delete: no action, unique: true, special: [] }
              flow: { to: directus_flows, on_delete: cascade, nullable: false, special: [] }
              date_created: { type: timestamp, default: now, special: [date-created] }
              user_created: { to: directus_users, special: [user-created] }
            """#)
}
