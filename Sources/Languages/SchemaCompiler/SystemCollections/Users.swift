extension SystemCollections {
    /// `directus_users`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let users = SourceFile(
        path: "<system>/directus_users.yaml",
        text: #"""
            collection: directus_users
            note: "$t:directus_collection.directus_users"
            icon: people_alt
            display: "{{ first_name }} {{ last_name }}"
            archive: { field: status, value: archived, restore: draft }
            form: plain
            behaviors: [users]

            fields:
              first_name: { type: string(50), interface: input, options: { iconRight: account_circle }, width: half }
              last_name: { type: string(50), interface: input, options: { iconRight: account_circle }, width: half }
              email: { type: string(128), unique: true, interface: input, options: { iconRight: email }, width: half }
              password: { type: hash, interface: input-hash, options: { iconRight: lock, masked: true }, width: half }
              avatar: { to: directus_files, foreign_key: false, special: [], interface: file, display: image }
              location: { type: string, interface: input, options: { iconRight: place }, width: half }
              title: { type: string(50), interface: input, options: { iconRight: work }, width: half }
              description: { type: text, interface: input-multiline }
              tags:
                type: json
                interface: tags
                options: { iconRight: local_offer }
                display: labels
                display_options: { choices: null, format: false }
              preferences_divider:
                type: alias
                interface: presentation-divider
                options: { icon: face, title: "$t:fields.directus_users.user_preferences" }
              language: { type: string, interface: system-language, options: { includeProjectDefault: true }, width: half }
              text_direction:
                type: string
                nullable: false
                default: auto
                interface: select-dropdown
                options:
                  choices:
                    - { value: auto, text: "$t:text_direction_auto" }
                    - { value: ltr, text: "$t:text_direction_ltr" }
                    - { value: rtl, text: "$t:text_direction_rtl" }
                width: half
              tfa_secret: { type: string, special: [conceal], interface: system-mfa-setup, width: half }
              email_notifications: { type: boolean, default: true, interface: boolean, width: half }
              theming_divider: { type: alias, interface: presentation-divider, options: { icon: palette, title: "$t:theme" } }
              appearance:
                type: string
                interface: select-dropdown
                options:
                  choices:
                    - { value: null, text: "$t:default_sync_with_project" }
                    - { value: auto, text: "$t:appearance_auto" }
                    - { value: light, text: "$t:appearance_light" }
                    - { value: dark, text: "$t:appearance_dark" }
                width: half
              theme_light: { type: string, interface: system-theme, options: { appearance: light, includeNull: true } }
              theme_light_overrides: { type: json, interface: system-theme-overrides, options: { appearance: light } }
              theme_dark: { type: string, interface: system-theme, options: { appearance: dark, includeNull: true } }
              theme_dark_overrides: { type: json, interface: system-theme-overrides, options: { appearance: dark } }
              admin_divider:
                type: alias
                interface: presentation-divider
                options: { icon: verified_user, title: "$t:fields.directus_users.admin_options", color: var(--theme--danger) }
              status:
                type: string(16)
                nullable: false
                default: active
                interface: select-dropdown
                options:
                  choices:
                    - { text: "$t:fields.directus_users.status_draft", value: draft }
                    - { text: "$t:fields.directus_users.status_invited", value: invited }
                    - { text: "$t:fields.directus_users.status_unverified", value: unverified }
                    - { text: "$t:fields.directus_users.status_active", value: active }
                    - { text: "$t:fields.directus_users.status_suspended", value: suspended }
                    - { text: "$t:fields.directus_users.status_archived", value: archived }
                width: half
              role:
                to: directus_roles
                interface: select-dropdown-m2o
                options: { template: "{{ name }}" }
                display: related-values
                display_options: { template: "{{ name }}" }
                width: half
              policies:
                many: directus_policies
                through: directus_access
                here: user
                there: policy
                sort: sort
                on_deselect: delete
                interface: list-m2m
                options: { layout: list }
                display: related-values
              token: { type: string, unique: true, special: [conceal], interface: system-token }
              id: { type: uuid, interface: input, options: { iconRight: vpn_key } }
              last_page: { type: string, width: half }
              last_access: { type: timestamp, display: datetime, readonly: true, width: half }
              provider:
                type: string(128)
                nullable: false
                default: default
                interface: select-dropdown
                options: { choices: [] }
                width: half
              external_identifier: { type: string, unique: true, interface: input, options: { iconRight: account_circle }, width: half }
              auth_data: { type: json, special: [], hidden: true }
            """#)
}
