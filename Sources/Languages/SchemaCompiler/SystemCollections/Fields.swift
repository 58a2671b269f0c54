extension SystemCollections {
    /// `directus_fields`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let fields = SourceFile(
        path: "<system>/directus_fields.yaml",
        text: #"""
            collection: directus_fields
            note: "$t:directus_collection.directus_fields"
            icon: input
            form: plain
            behaviors: [fields]

            fields:
              id: { type: integer, width: half }
              collection: { to: directus_collections, foreign_key: false, one_field: fields, nullable: false, special: [], width: half }
              field: { type: string(64), nullable: false, width: half }
              special: { type: csv, column: character varying(64), hidden: true, width: half }
              interface: { type: string(64), width: half }
              options: { type: json, hidden: true, width: half }
              display: { type: string(64), width: half }
              display_options: { type: json, hidden: true, width: half }
              readonly: { type: boolean, nullable: false, default: false, hidden: true, width: half }
              hidden: { type: boolean, nullable: false, default: false, hidden: true, width: half }
              required: { type: boolean, default: false, hidden: true, width: half }
              searchable: { type: boolean, nullable: false, default: true, hidden: true, width: half }
              sort: { type: integer, width: half }
              width: { type: string(30), default: full, width: half }
              group: { to: self, type: string(64), foreign_key: false, special: [], width: half }
              translations: { type: json, hidden: true, width: half }
              note: { type: text, width: half }
              conditions: { type: json, hidden: true }
              validation: { type: json, hidden: true }
              validation_message: { type: text, hidden: true }
            """#)
}
