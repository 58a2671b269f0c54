extension SystemCollections {
    /// `directus_migrations`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let migrations = SourceFile(
        path: "<system>/directus_migrations.yaml",
        text: #"""
            collection: directus_migrations
            note: "$t:directus_collection.directus_migrations"
            form: plain
            behaviors: [migrations]

            fields:
              version: { type: string, primary: true }
              name: { type: string, nullable: false }
              timestamp: { type: timestamp, default: now }
            """#)
}
