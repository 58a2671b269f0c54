extension SystemCollections {
    /// `directus_extensions`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let extensions = SourceFile(
        path: "<system>/directus_extensions.yaml",
        text: #"""
            collection: directus_extensions
            note: "$t:directus_collection.directus_extensions"
            form: plain
            behaviors: [extensions]

            fields:
              id: uuid
              folder: { type: string, nullable: false }
              source: { type: string, nullable: false }
              bundle: uuid
              enabled: { type: boolean, nullable: false, default: true }
            """#)
}
