extension SystemCollections {
    /// `directus_presets`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let presets = SourceFile(
        path: "<system>/directus_presets.yaml",
        text: #"""
            collection: directus_presets
            note: "$t:directus_collection.directus_presets"
            icon: bookmark
            accountability: none
            form: plain
            behaviors: [presets]

            fields:
              filter: { type: json, hidden: true }
              layout_query: { type: json, hidden: true }
              layout_options: { type: json, hidden: true }
              role:
                to: directus_roles
                on_delete: cascade
                display: related-values
                display_options: { template: "{{ name }}" }
                width: half
              user:
                to: directus_users
                on_delete: cascade
                display: related-values
                display_options: { template: "{{ email }}" }
                width: half
              id: { type: integer, width: half }
              bookmark: { type: string, width: half }
              icon: { type: string(64), default: bookmark, display: icon, width: half }
              color: { type: string, display: color, width: half }
              search: { type: string(100), width: half }
              collection: { type: string(64), width: half }
              layout: { type: string(100), default: tabular, width: half }
              refresh_interval: integer
            """#)
}
