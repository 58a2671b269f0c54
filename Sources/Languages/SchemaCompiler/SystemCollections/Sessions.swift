extension SystemCollections {
    /// `directus_sessions`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let sessions = SourceFile(
        path: "<system>/directus_sessions.yaml",
        text: #"""
            collection: directus_sessions
            note: "$t:directus_collection.directus_sessions"
            form: plain
            behaviors: [sessions]

            fields:
              token: { type: string(64), primary: true, width: half }
              user: { to: directus_users, on_delete: cascade, special: [], width: half }
              expires: { type: timestamp, nullable: false, width: half }
              ip: { type: string, width: half }
              user_agent: { type: text, width: half }
              origin: { type: string, width: half }
              share: { to: directus_shares, on_delete: cascade, special: [], width: half }
              next_token: { type: string(64), width: half }
            """#)
}
