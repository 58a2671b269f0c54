extension SystemCollections {
    /// `directus_collections`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let collections = SourceFile(
        path: "<system>/directus_collections.yaml",
        text: #"""
            collection: directus_collections
            note: "$t:directus_collection.directus_collections"
            icon: database
            form: plain
            behaviors: [collections]

            fields:
              collection_divider:
                type: alias
                interface: presentation-divider
                options: { icon: box, title: "$t:field_options.directus_collections.collection_setup" }
              collection: { type: string(64), primary: true, interface: input, options: { font: monospace }, readonly: true, width: half }
              note:
                type: text
                interface: input
                options: { placeholder: "$t:field_options.directus_collections.note_placeholder" }
                width: half
              icon: { type: string(64), interface: select-icon, width: half }
              color:
                type: string
                interface: select-color
                options: { placeholder: "$t:interfaces.select-color.placeholder" }
                width: half
              display_template: { type: string, interface: system-display-template, options: { collectionField: collection } }
              hidden:
                type: boolean
                nullable: false
                default: false
                interface: boolean
                options: { label: "$t:field_options.directus_collections.hidden_label" }
                width: half
              singleton:
                type: boolean
                nullable: false
                default: false
                interface: boolean
                options: { label: "$t:singleton_label" }
                width: half
              translations:
                type: json
                interface: list
                options:
                  template: "{{ translation }} ({{ language }})"
                  fields:
                    - field: language
                      name: "$t:language"
                      type: string
                      schema: { default_value: en-US }
                      meta: { interface: system-language, width: half, required: true }
                    - field: translation
                      name: "$t:field_options.directus_collections.collection_name"
                      type: string
                      meta:
                        interface: input
                        width: half
                        required: true
                        options: { placeholder: "$t:field_options.directus_collections.translation_placeholder" }
                    - field: singular
                      name: "$t:field_options.directus_collections.singular_unit"
                      type: string
                      meta:
                        interface: input
                        width: half
                        options: { placeholder: "$t:field_options.directus_collections.translation_placeholder" }
                    - field: plural
                      name: "$t:field_options.directus_collections.plural_unit"
                      type: string
                      meta:
                        interface: input
                        width: half
                        options: { placeholder: "$t:field_options.directus_collections.translation_placeholder" }
                note: "$t:field_options.directus_collections.collection_naming_translations_note"
              content_translations_divider:
                type: alias
                interface: presentation-divider
                options: { icon: translate, title: "$t:field_options.directus_collections.content_translations_divider" }
              translations_enable_helper: { type: alias, interface: system-collections-translations }
              preview_divider:
                type: alias
                interface: presentation-divider
                options: { icon: preview, title: "$t:field_options.directus_collections.preview_divider" }
              preview_url:
                type: string
                interface: system-display-template
                options: { collectionField: collection, injectVersionField: true }
              content_versioning_divider:
                type: alias
                interface: presentation-divider
                options: { icon: published_with_changes, title: "$t:field_options.directus_collections.content_versioning_divider" }
              versioning:
                type: boolean
                nullable: false
                default: false
                interface: boolean
                options: { label: "$t:field_options.directus_collections.enable_versioning" }
                width: half
              archive_divider:
                type: alias
                interface: presentation-divider
                options: { icon: archive, title: "$t:field_options.directus_collections.archive_divider" }
              archive_field:
                type: string(64)
                interface: system-field
                options:
                  collectionField: collection
                  allowNone: true
                  placeholder: "$t:field_options.directus_collections.archive_field_placeholder"
                width: half
              archive_app_filter:
                type: boolean
                nullable: false
                default: true
                interface: boolean
                options: { label: "$t:field_options.directus_collections.archive_app_filter" }
                width: half
              archive_value:
                type: string
                interface: input
                options: { font: monospace, iconRight: archive, placeholder: "$t:field_options.directus_collections.archive_value" }
                width: half
              unarchive_value:
                type: string
                interface: input
                options: { font: monospace, iconRight: unarchive, placeholder: "$t:field_options.directus_collections.unarchive_value" }
                width: half
              sort_divider:
                type: alias
                interface: presentation-divider
                options: { icon: sort, title: "$t:field_options.directus_collections.sort_divider" }
              sort_field:
                type: string(64)
                interface: system-field
                options:
                  collectionField: collection
                  placeholder: "$t:field_options.directus_collections.sort_field"
                  typeAllowList: [float, decimal, integer]
                  allowNone: true
                  allowPrimaryKey: false
                  allowForeignKeys: false
                width: half
              accountability_divider:
                type: alias
                interface: presentation-divider
                options: { icon: admin_panel_settings, title: "$t:field_options.directus_collections.accountability_divider" }
              accountability:
                type: string
                default: all
                interface: select-dropdown
                options:
                  choices:
                    - { text: "$t:field_options.directus_collections.track_activity_revisions", value: all }
                    - { text: "$t:field_options.directus_collections.only_track_activity", value: activity }
                    - { text: "$t:field_options.directus_collections.do_not_track_anything", value: null }
                width: half
              duplication_divider:
                type: alias
                interface: presentation-divider
                options: { icon: content_copy, title: "$t:field_options.directus_collections.duplication_divider" }
              item_duplication_fields: { type: json, interface: system-field-tree, options: { collectionField: collection } }
              sort: { type: integer, hidden: true }
              group: { to: self, on_delete: no action, special: [], hidden: true }
              collapse: { type: string, nullable: false, default: open, hidden: true }
            """#)
}
