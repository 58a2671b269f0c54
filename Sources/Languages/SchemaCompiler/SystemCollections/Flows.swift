extension SystemCollections {
    /// `directus_flows`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let flows = SourceFile(
        path: "<system>/directus_flows.yaml",
        text: #"""
            collection: directus_flows
            note: "$t:directus_collection.directus_flows"
            form: plain
            behaviors: [flows]

            fields:
              id: uuid
              name: { type: string, nullable: false }
              icon: string(64)
              color: string
              description: text
              status: { type: string, nullable: false, default: active }
              trigger: string
              accountability: { type: string, default: all }
              options: json
              operation: { to: directus_operations, foreign_key: false, unique: true, special: [] }
              operations: { many: directus_operations.flow, on_deselect: delete }
              date_created: { type: timestamp, default: now, special: [date-created] }
              user_created: { to: directus_users, special: [user-created] }
            """#)
}
