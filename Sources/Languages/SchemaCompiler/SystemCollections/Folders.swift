extension SystemCollections {
    /// `directus_folders`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let folders = SourceFile(
        path: "<system>/directus_folders.yaml",
        text: #"""
            collection: directus_folders
            note: "$t:directus_collection.directus_folders"
            display: "{{ name }}"
            form: plain
            behaviors: [folders]

            fields:
              id: { type: uuid, interface: input, width: half }
              parent: { to: self, on_delete: no action, special: [], width: half }
              name: { type: string, nullable: false }
            """#)
}
