/// The tables that Directus 11.17.4 leaves in PostgreSQL, from the facts of contract/system.md, section 18, in a short notation of our own.
///
/// One line a table: name, then columns as `name type`, with `!` for NOT NULL, `=x` for a default, `->table` for a foreign key and its action
/// (`c` cascade, `n` set null), `u` unique, `i` indexed; the first column is the key.
enum DirectusDatabase {
    static let tables = """
        directus_collections: collection v64! | icon v64 | note text | display_template v255 | hidden bool!=false | singleton bool!=false | translations json | archive_field v64 | archive_app_filter bool!=true | archive_value v255 | unarchive_value v255 | sort_field v64 | accountability v255='all' | color v255 | item_duplication_fields json | sort int | group v64->directus_collections | collapse v255!='open' | preview_url v255 | versioning bool!=false
        directus_roles: id uuid! | name v100! | icon v64!='supervised_user_circle' | description text | parent uuid->directus_roles
        directus_policies: id uuid! | name v100! | icon v64!='badge' | description text | ip_access text | enforce_tfa bool!=false | admin_access bool!=false | app_access bool!=false
        directus_users: id uuid! | first_name v50 | last_name v50 | email v128 u | password v255 | location v255 | title v50 | description text | tags json | avatar uuid | language v255=NULL::character varying | tfa_secret v255 | status v16!='active' | role uuid->directus_roles n | token v255 u | last_access tz | last_page v255 | provider v128!='default' | external_identifier v255 u | auth_data json | email_notifications bool=true | appearance v255 | theme_dark v255 | theme_light v255 | theme_light_overrides json | theme_dark_overrides json | text_direction v255!='auto'
        directus_access: id uuid! | role uuid->directus_roles c | user uuid->directus_users c | policy uuid!->directus_policies c | sort int
        directus_permissions: id serial! | collection v64! | action v10! | permissions json | validation json | presets json | fields text | policy uuid!->directus_policies c
        directus_folders: id uuid! | name v255! | parent uuid->directus_folders
        directus_files: id uuid! | storage v255! | filename_disk v255 | filename_download v255! | title v255 | type v255 | folder uuid->directus_folders n | uploaded_by uuid->directus_users | created_on tz!=CURRENT_TIMESTAMP | modified_by uuid->directus_users | modified_on tz!=CURRENT_TIMESTAMP | charset v50 | filesize bigint | width int | height int | duration int | embed v200 | description text | location text | tags text | metadata json | focal_point_x int | focal_point_y int | tus_id v64 | tus_data json | uploaded_on tz
        directus_fields: id serial! | collection v64! | field v64! | special v64 | interface v64 | options json | display v64 | display_options json | readonly bool!=false | hidden bool!=false | sort int | width v30='full' | translations json | note text | conditions json | required bool=false | group v64 | validation json | validation_message text | searchable bool!=true
        directus_relations: id serial! | many_collection v64! | many_field v64! | one_collection v64 | one_field v64 | one_collection_field v64 | one_allowed_collections text | junction_field v64 | sort_field v64 | one_deselect_action v255!='nullify'
        directus_activity: id serial! | action v45! | user uuid | timestamp tz!=CURRENT_TIMESTAMP i | ip v50 | user_agent text | collection v64! | item v255! | origin v255
        directus_versions: id uuid! | key v64! | name v255 | collection v64!->directus_collections c | item v255! | hash v255 | date_created tz=CURRENT_TIMESTAMP | date_updated tz=CURRENT_TIMESTAMP | user_created uuid->directus_users n | user_updated uuid->directus_users | delta json
        directus_revisions: id serial! | activity int!->directus_activity c i | collection v64! | item v255! | data json | delta json | parent int->directus_revisions i | version uuid->directus_versions c
        directus_comments: id uuid! | collection v64! | item v255! | comment text! | date_created tz=CURRENT_TIMESTAMP | date_updated tz=CURRENT_TIMESTAMP | user_created uuid->directus_users n | user_updated uuid->directus_users
        directus_notifications: id serial! | timestamp tz=CURRENT_TIMESTAMP | status v255='inbox' | recipient uuid!->directus_users c | sender uuid->directus_users | subject v255! | message text | collection v64 | item v255
        directus_presets: id serial! | bookmark v255 | user uuid->directus_users c | role uuid->directus_roles c | collection v64 | search v100 | layout v100='tabular' | layout_query json | layout_options json | refresh_interval int | filter json | icon v64='bookmark' | color v255
        directus_translations: id uuid! | language v255! | key v255! | value text!
        directus_dashboards: id uuid! | name v255! | icon v64!='dashboard' | note text | date_created tz=CURRENT_TIMESTAMP | user_created uuid->directus_users n | color v255
        directus_panels: id uuid! | dashboard uuid!->directus_dashboards c | name v255 | icon v64=NULL::character varying | color v10 | show_header bool!=false | note text | type v255! | position_x int! | position_y int! | width int! | height int! | options json | date_created tz=CURRENT_TIMESTAMP | user_created uuid->directus_users n
        directus_flows: id uuid! | name v255! | icon v64 | color v255 | description text | status v255!='active' | trigger v255 | accountability v255='all' | options json | operation uuid u | date_created tz=CURRENT_TIMESTAMP | user_created uuid->directus_users n
        directus_operations: id uuid! | name v255 | key v255! | type v255! | position_x int! | position_y int! | options json | resolve uuid->directus_operations u | reject uuid->directus_operations u | flow uuid!->directus_flows c | date_created tz=CURRENT_TIMESTAMP | user_created uuid->directus_users n
        directus_shares: id uuid! | name v255 | collection v64!->directus_collections c | item v255! | role uuid->directus_roles c | password v255 | user_created uuid->directus_users n | date_created tz=CURRENT_TIMESTAMP | date_start tz | date_end tz | times_used int=0 | max_uses int
        directus_sessions: token v64! | user uuid->directus_users c | expires tz! | ip v255 | user_agent text | share uuid->directus_shares c | origin v255 | next_token v64
        directus_extensions: id uuid! | enabled bool!=true | folder v255! | source v255! | bundle uuid
        directus_migrations: version v255! | name v255! | timestamp tz=CURRENT_TIMESTAMP
        directus_settings: id serial! | project_name v100!='Directus' | project_descriptor v100 | project_url v255 | project_color v255!='#6644FF' | project_logo uuid->directus_files | public_foreground uuid->directus_files | public_background uuid->directus_files | public_favicon uuid->directus_files | public_note text | default_language v255!='en-US' | default_appearance v255!='auto' | default_theme_light v255 | default_theme_dark v255 | theme_light_overrides json | theme_dark_overrides json | custom_css text | module_bar json | auth_login_attempts int=25 | auth_password_policy v100 | public_registration bool!=false | public_registration_verify_email bool!=true | public_registration_role uuid->directus_roles n | public_registration_email_filter json | storage_asset_transform v7='all' | storage_asset_presets json | storage_default_folder uuid->directus_folders n | basemaps json | mapbox_key v255 | custom_aspect_ratios json | report_error_url v255 | report_bug_url v255 | report_feature_url v255 | visual_editor_urls json | project_id uuid | project_owner v255 | project_usage v255 | org_name v255 | project_status v255 | product_updates bool | mcp_enabled bool!=false | mcp_allow_deletes bool!=false | mcp_prompts_collection v255=NULL::character varying | mcp_system_prompt_enabled bool!=true | mcp_system_prompt text | ai_openai_api_key text | ai_anthropic_api_key text | ai_google_api_key text | ai_openai_compatible_api_key text | ai_openai_compatible_base_url text | ai_openai_compatible_name text | ai_openai_compatible_models json | ai_openai_compatible_headers json | ai_openai_allowed_models json | ai_anthropic_allowed_models json | ai_google_allowed_models json | ai_system_prompt text | collaborative_editing_enabled bool!=false
        directus_deployments: id uuid! | provider v255! u | credentials text | options text | date_created tz=CURRENT_TIMESTAMP | user_created uuid->directus_users n | webhook_ids json | webhook_secret v255 | last_synced_at tz
        directus_deployment_projects: id uuid! | deployment uuid!->directus_deployments c | external_id v255! | name v255! | date_created tz=CURRENT_TIMESTAMP | user_created uuid->directus_users n | url v255 | framework v255 | deployable bool!=true
        directus_deployment_runs: id uuid! | project uuid!->directus_deployment_projects c | external_id v255! | target v255! | date_created tz=CURRENT_TIMESTAMP | user_created uuid->directus_users n | status v255 | url v255 | started_at tz | completed_at tz
        """

    static var sql: String {
        var creates: [String] = []
        var keys: [String] = []
        for line in tables.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let table = String(line[..<colon])
            var columns: [String] = []
            for (index, column) in line[line.index(after: colon)...].split(separator: " | ").enumerated() {
                let parsed = Part(String(column.drop { $0 == " " }))
                columns.append(parsed.definition)
                if index == 0 { keys.append("ALTER TABLE \(table) ADD CONSTRAINT \(table)_pkey PRIMARY KEY (\"\(parsed.name)\")") }
                if parsed.isUnique { keys.append("ALTER TABLE \(table) ADD CONSTRAINT \(table)_\(parsed.name)_unique UNIQUE (\"\(parsed.name)\")") }
                if parsed.isIndexed { keys.append("CREATE INDEX \(table)_\(parsed.name)_index ON \(table) (\"\(parsed.name)\")") }
                if let target = parsed.target {
                    let key = target == "directus_collections" ? "collection" : "id"
                    keys.append(
                        "ALTER TABLE \(table) ADD CONSTRAINT \(table)_\(parsed.name)_foreign FOREIGN KEY (\"\(parsed.name)\") REFERENCES \(target) (\(key)) \(parsed.action)"
                    )
                }
            }
            creates.append("CREATE TABLE \(table) (\(columns.joined(separator: ", ")))")
        }
        let unique =
            "ALTER TABLE directus_deployment_projects ADD CONSTRAINT directus_deployment_projects_deployment_external_id_unique UNIQUE (deployment, external_id)"
        // Keys before what points at them.
        return (creates + keys.filter { !$0.contains("FOREIGN") } + keys.filter { $0.contains("FOREIGN") } + [unique]).joined(separator: ";\n")
    }

    private struct Part {
        var name: String
        var definition: String
        var isUnique = false
        var isIndexed = false
        var target: String?
        var action = ""

        init(_ text: String) {
            var words = text.split(separator: " ", maxSplits: 1).map(String.init)
            name = words[0]
            var rest = words.count > 1 ? words[1] : ""
            while let flag = rest.suffixFlag {
                rest.removeLast(2)
                switch flag {
                case "u": isUnique = true
                case "i": isIndexed = true
                case "c": action = "ON DELETE CASCADE"
                default: action = "ON DELETE SET NULL"
                }
            }
            words = rest.components(at: "->")
            rest = words[0]
            if words.count > 1 { target = words[1] }
            words = rest.components(at: "=")
            let isNotNull = words[0].hasSuffix("!")
            let word = isNotNull ? String(words[0].dropLast()) : words[0]
            let types = ["v": "varchar(\(word.dropFirst()))", "tz": "timestamptz", "int": "integer", "bool": "boolean"]
            let type = types[word] ?? (word.first == "v" && word.dropFirst().allSatisfy(\.isNumber) ? "varchar(\(word.dropFirst()))" : word)
            definition = "\"\(name)\" \(type)" + (isNotNull ? " NOT NULL" : "") + (words.count > 1 ? " DEFAULT \(words[1])" : "")
        }
    }
}

extension String {
    /// `u`, `i`, `c` or `n` after a space at the end.
    fileprivate var suffixFlag: Character? {
        guard let last, "uicn".contains(last), dropLast().last == " " else { return nil }
        return last
    }

    fileprivate func components(at separator: String) -> [String] {
        guard let range = firstRange(of: separator) else { return [self] }
        return [String(self[..<range.lowerBound]), String(self[range.upperBound...])]
    }
}
