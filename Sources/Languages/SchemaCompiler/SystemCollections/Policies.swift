extension SystemCollections {
    /// `directus_policies`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let policies = SourceFile(
        path: "<system>/directus_policies.yaml",
        text: #"""
            collection: directus_policies
            note: "$t:directus_collection.directus_policies"
            icon: admin_panel_settings
            form: plain
            behaviors: [policies]

            fields:
              id: { type: uuid, hidden: true }
              name: { type: string(100), required: true, display: formatted-value, display_options: { translate: true }, width: half }
              icon: { type: string(64), nullable: false, default: badge, interface: select-icon, display: icon, width: half }
              description:
                type: text
                interface: input
                options: { placeholder: "$t:field_options.directus_policies.description" }
                display: formatted-value
                display_options: { translate: true }
              permissions: { many: directus_permissions.policy, on_deselect: delete, interface: system-permissions }
              app_access: { type: boolean, nullable: false, default: false, interface: boolean, width: half }
              admin_access: { type: boolean, nullable: false, default: false, interface: boolean, width: half }
              ip_access: { type: csv, interface: tags, options: { placeholder: "$t:field_options.directus_policies.ip_access" } }
              enforce_tfa:
                type: boolean
                nullable: false
                default: false
                interface: boolean
                width: half
                note: "$t:field_options.directus_policies.enforce_tfa"
              assigned_to_divider:
                type: alias
                interface: presentation-divider
                options: { title: "$t:field_options.directus_policies.assigned_to" }
              roles:
                many: directus_roles
                through: directus_access
                here: policy
                there: role
                on_deselect: delete
                form_sort: 12
                interface: list-m2m
                options: { template: "{{ role.name }}", junctionFilter: { role: { _nnull: true } } }
              users:
                many: directus_users
                through: directus_access
                here: policy
                there: user
                on_deselect: delete
                form_sort: 11
                interface: list-m2m
                options: { template: "{{ user.first_name }} {{ user.last_name }}", junctionFilter: { user: { _nnull: true } } }
            """#)
}
