extension SystemCollections {
    /// `directus_files`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let files = SourceFile(
        path: "<system>/directus_files.yaml",
        text: #"""
            collection: directus_files
            note: "$t:directus_collection.directus_files"
            icon: folder
            display: "{{ $thumbnail }} {{ title }}"
            form: plain
            behaviors: [files]

            fields:
              id: { type: uuid, interface: input, hidden: true }
              title:
                type: string
                interface: input
                options: { iconRight: title, placeholder: "$t:field_options.directus_files.title" }
              description:
                type: text
                interface: input-multiline
                options: { placeholder: "$t:field_options.directus_files.description" }
              tags:
                type: json
                column: text
                interface: tags
                options: { iconRight: local_offer }
                display: labels
                display_options: { choices: null, format: false }
              location:
                type: text
                interface: input
                options: { iconRight: place, placeholder: "$t:field_options.directus_files.location" }
                width: half
              storage: { type: string, nullable: false, interface: input, options: { iconRight: storage }, readonly: true, width: half }
              focal_point_divider:
                type: alias
                interface: presentation-divider
                options: { icon: image_search, title: "$t:field_options.directus_files.focal_point_divider" }
              focal_point_x: { type: integer, width: half }
              focal_point_y: { type: integer, width: half }
              storage_divider:
                type: alias
                interface: presentation-divider
                options: { icon: insert_drive_file, title: "$t:field_options.directus_files.storage_divider" }
              filename_disk:
                type: string
                interface: input
                options: { iconRight: publish, placeholder: "$t:field_options.directus_files.filename_disk" }
                readonly: true
                width: half
              filename_download:
                type: string
                nullable: false
                interface: input
                options: { iconRight: get_app, placeholder: "$t:field_options.directus_files.filename_download" }
                width: half
              metadata: { type: json, hidden: true }
              type: { type: string, display: mime-type, readonly: true }
              filesize: { type: bigInteger, display: filesize, readonly: true }
              created_on:
                type: timestamp
                nullable: false
                default: now
                special: [date-created]
                interface: datetime
                display: datetime
                readonly: true
                width: half
              modified_by:
                to: directus_users
                on_delete: no action
                special: [user-updated]
                interface: select-dropdown-m2o
                options: { template: "{{avatar.$thumbnail}} {{first_name}} {{last_name}}" }
                display: user
                readonly: true
                width: half
              modified_on:
                type: timestamp
                nullable: false
                default: now
                special: [date-created, date-updated]
                interface: datetime
                display: datetime
                readonly: true
                width: half
              embed: { type: string(200), hidden: true, width: half }
              uploaded_by: { to: directus_users, on_delete: no action, special: [user-created], display: user, hidden: true, width: half }
              uploaded_on: { type: timestamp, display: datetime, hidden: true, width: half }
              folder:
                to: directus_folders
                display: related-values
                display_options: { template: "{{ name }}" }
                readonly: true
                width: half
              width: { type: integer, readonly: true, width: half }
              height: { type: integer, readonly: true, width: half }
              charset: { type: string(50), readonly: true, width: half }
              duration: { type: integer, readonly: true, width: half }
              tus_id: { type: string(64), hidden: true, width: half }
              tus_data: { type: json, hidden: true, width: half }
            """#)
}
