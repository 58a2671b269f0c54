extension SystemCollections {
    /// `directus_shares`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let shares = SourceFile(
        path: "<system>/directus_shares.yaml",
        text: #"""
            collection: directus_shares
            note: "$t:directus_collection.directus_shares"
            icon: share
            form: plain
            behaviors: [shares]

            fields:
              id: { type: uuid, readonly: true, hidden: true }
              name: string
              collection: { to: directus_collections, on_delete: cascade, nullable: false, special: [], hidden: true, width: half }
              item: { type: string, nullable: false, hidden: true, width: half }
              role:
                to: directus_roles
                on_delete: cascade
                special: []
                interface: select-dropdown-m2o
                options: { template: "{{name}}" }
                width: half
              password:
                type: hash
                interface: input-hash
                options: { iconRight: lock, masked: true }
                width: half
                note: "$t:shared_leave_blank_for_passwordless_access"
              date_start: { type: timestamp, width: half, note: "$t:shared_leave_blank_for_unlimited" }
              date_end: { type: timestamp, width: half, note: "$t:shared_leave_blank_for_unlimited" }
              max_uses: { type: integer, width: half, note: "$t:shared_leave_blank_for_unlimited" }
              times_used: { type: integer, default: 0, readonly: true, width: half }
              date_created:
                type: timestamp
                default: now
                special: [date-created, cast-timestamp]
                readonly: true
                width: half
                conditions: [{ name: notCreatedYet, rule: { id: { _null: true } }, hidden: true }]
              user_created:
                to: directus_users
                special: [user-created]
                interface: select-dropdown-m2o
                options: { template: "{{avatar.$thumbnail}} {{first_name}} {{last_name}}" }
                display: user
                readonly: true
                width: half
                conditions: [{ name: notCreatedYet, rule: { id: { _null: true } }, hidden: true }]
            """#)
}
