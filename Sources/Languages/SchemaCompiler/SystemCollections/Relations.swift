extension SystemCollections {
    /// `directus_relations`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let relations = SourceFile(
        path: "<system>/directus_relations.yaml",
        text: #"""
            collection: directus_relations
            note: "$t:directus_collection.directus_relations"
            icon: merge_type
            form: plain
            behaviors: [relations]

            fields:
              id: { type: integer, width: half }
              many_collection: { type: string(64), nullable: false, width: half }
              many_field: { type: string(64), nullable: false, width: half }
              one_collection: { type: string(64), width: half }
              one_field: { type: string(64), width: half }
              one_collection_field: { type: string(64), width: half }
              one_allowed_collections: { type: csv, width: half }
              junction_field: { type: string(64), width: half }
              sort_field: { type: string(64), width: half }
              one_deselect_action: { type: string, nullable: false, default: nullify, width: half }
            """#)
}
