extension SystemCollections {
    /// `directus_roles`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let roles = SourceFile(
        path: "<system>/directus_roles.yaml",
        text: #"""
            collection: directus_roles
            note: "$t:directus_collection.directus_roles"
            icon: supervised_user_circle
            form: plain
            behaviors: [roles]

            fields:
              id: { type: uuid, interface: input, hidden: true }
              name:
                type: string(100)
                required: true
                interface: input
                options: { placeholder: "$t:field_options.directus_roles.name" }
                display: formatted-value
                display_options: { translate: true }
                width: half
              icon:
                type: string(64)
                nullable: false
                default: supervised_user_circle
                interface: select-icon
                display: icon
                width: half
              description:
                type: text
                interface: input
                options: { placeholder: "$t:field_options.directus_roles.description" }
                display: formatted-value
                display_options: { translate: true }
              parent:
                to: self
                on_delete: no action
                interface: select-dropdown-m2o
                options: { template: "{{ name }}", filter: { id: { _neq: "{{ id }}" } } }
                display: related-values
                display_options: { template: "{{ name }}" }
                width: half
                note: "$t:field_options.directus_roles.parent_note"
              children:
                many: directus_roles.parent
                interface: list-o2m-tree-view
                options: { displayTemplate: "{{ name }}", enableCreate: false, fields: [name], filter: { id: { _neq: "{{ id }}" } } }
                display: related-values
                display_options: { template: "{{ name }}" }
                hidden: true
                note: "$t:field_options.directus_roles.children_note"
              policies:
                many: directus_policies
                through: directus_access
                here: role
                there: policy
                sort: sort
                on_deselect: delete
                interface: list-m2m
                options: { layout: list }
                display: related-values
              users_group: { type: alias, interface: group-raw }
              users_divider:
                type: alias
                form_sort: 9
                interface: presentation-divider
                options: { icon: people_alt, title: "$t:users" }
                group: users_group
              users:
                many: directus_users.role
                form_sort: 10
                interface: list-o2m
                options: { fields: [first_name, last_name] }
                group: users_group
            """#)
}
