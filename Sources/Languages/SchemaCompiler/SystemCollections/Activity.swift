extension SystemCollections {
    /// `directus_activity`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let activity = SourceFile(
        path: "<system>/directus_activity.yaml",
        text: #"""
            collection: directus_activity
            note: "$t:directus_collection.directus_activity"
            accountability: none
            form: plain
            behaviors: [activity]

            fields:
              id: { type: integer, width: half }
              item: { type: string, nullable: false, width: half }
              action:
                type: string(45)
                nullable: false
                display: labels
                display_options:
                  choices:
                    - text: "$t:field_options.directus_activity.create"
                      value: create
                      foreground: var(--theme--primary)
                      background: var(--theme--primary-subdued)
                    - text: "$t:field_options.directus_activity.update"
                      value: update
                      foreground: var(--blue)
                      background: var(--blue-25)
                    - text: "$t:field_options.directus_activity.delete"
                      value: delete
                      foreground: var(--theme--danger)
                      background: var(--danger-25)
                    - text: "$t:field_options.directus_activity.login"
                      value: login
                      foreground: var(--purple)
                      background: var(--purple-25)
                width: half
              collection: { type: string(64), nullable: false, display: collection, display_options: { icon: true }, width: half }
              timestamp:
                type: timestamp
                nullable: false
                index: true
                default: now
                special: [date-created, cast-timestamp]
                options: { relative: true }
                display: datetime
                width: half
              user: { to: directus_users, foreign_key: false, special: [], display: user, width: half }
              user_agent: { type: text, display: formatted-value, display_options: { font: monospace }, width: half }
              origin: { type: string, display: formatted-value, display_options: { font: monospace }, width: half }
              ip: { type: string(50), display: formatted-value, display_options: { font: monospace }, width: half }
              revisions: { many: directus_revisions.activity, interface: list-o2m, options: { fields: [collection, item] }, width: half }
            """#)
}
