extension SystemCollections {
    /// `directus_settings`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let settings = SourceFile(
        path: "<system>/directus_settings.yaml",
        text: #"""
            collection: directus_settings
            note: "$t:directus_collection.directus_settings"
            singleton: true
            form: plain
            behaviors: [settings]

            fields:
              id: { type: integer, hidden: true }
              project_name:
                type: string(100)
                nullable: false
                default: Directus
                interface: input
                options: { iconRight: title, placeholder: "$t:field_options.directus_settings.project_name_placeholder" }
                width: half
              project_descriptor:
                type: string(100)
                interface: input
                options: { iconRight: title, placeholder: "$t:field_options.directus_settings.project_name_placeholder" }
                width: half
              project_url:
                type: string
                interface: input
                options: { iconRight: link, placeholder: "https://example.com" }
                width: half
              default_language:
                type: string
                nullable: false
                default: en-US
                interface: system-language
                options: { iconRight: language, placeholder: en-US }
                width: half
              project_owner: { type: string, interface: system-owner, width: half }
              project_usage: { type: string, hidden: true }
              org_name: { type: string, hidden: true }
              product_updates: { type: boolean, hidden: true }
              project_status: { type: string, hidden: true }
              modules_divider: { type: alias, interface: presentation-divider, options: { icon: menu_open, title: "$t:modules" } }
              module_bar: { type: json, interface: system-modules }
              visual_editor_divider:
                type: alias
                interface: presentation-divider
                options: { icon: edit_square, title: "$t:visual_editor" }
              visual_editor_urls:
                type: json
                interface: list
                options:
                  template: "{{ url }}"
                  fields:
                    - field: url
                      name: "$t:url"
                      schema: { is_nullable: false }
                      meta:
                        interface: system-display-template
                        required: true
                        options:
                          placeholder: "https://example.com/?version={{$version}}"
                          fields: [{ field: "$version", name: "$t:version", collection: "", key: "$version", path: "$version", type: string }]
              security_divider: { type: alias, interface: presentation-divider, options: { icon: shield, title: "$t:security" } }
              auth_password_policy:
                type: string(100)
                interface: select-dropdown
                options:
                  choices:
                    - { value: null, text: "$t:field_options.directus_settings.auth_password_policy.none_text" }
                    - { value: "/^.{8,}$/", text: "$t:field_options.directus_settings.auth_password_policy.weak_text" }
                    - value: "/(?=^.{8,}$)(?=.*\\d)(?=.*[a-z])(?=.*[A-Z])(?=.*[!@#$%^&*()_+}{';'?>.<,])(?!.*\\s).*$/"
                      text: "$t:field_options.directus_settings.auth_password_policy.strong_text"
                  allowOther: true
                width: half
              auth_login_attempts:
                type: integer
                default: 25
                interface: input
                options: { iconRight: lock, placeholder: "$t:unlimited" }
                width: half
              public_registration_divider:
                type: alias
                interface: presentation-divider
                options: { icon: person_add, title: "$t:fields.directus_settings.public_registration" }
              public_registration:
                type: boolean
                nullable: false
                default: false
                interface: boolean
                options: { label: "$t:enabled" }
                width: half
                note: "$t:fields.directus_settings.public_registration_note"
              public_registration_role:
                to: directus_roles
                interface: select-dropdown-m2o
                options: { template: "{{ name }}" }
                display: related-values
                display_options: { template: "{{ name }}" }
                width: half
                note: "$t:fields.directus_settings.public_registration_role_note"
              public_registration_verify_email:
                type: boolean
                nullable: false
                default: true
                interface: boolean
                options: { label: "$t:enabled" }
                width: half
                note: "$t:fields.directus_settings.public_registration_verify_email_note"
              public_registration_email_filter:
                type: json
                interface: system-filter
                options: { collectionName: directus_users, collectionField: email, fieldName: email }
                width: half
                note: "$t:fields.directus_settings.public_registration_email_filter_note"
              files_divider:
                type: alias
                interface: presentation-divider
                options: { icon: folder, title: "$t:fields.directus_settings.files_and_thumbnails" }
              storage_asset_transform:
                type: string(7)
                default: all
                interface: select-dropdown
                options:
                  choices:
                    - { value: all, text: "$t:fields.directus_settings.transformations_all" }
                    - { value: none, text: "$t:fields.directus_settings.transformations_none" }
                    - { value: presets, text: "$t:fields.directus_settings.transformations_presets" }
                width: half
              storage_default_folder:
                to: directus_folders
                special: []
                interface: system-folder
                width: half
                note: "$t:interfaces.system-folder.field_hint"
              storage_asset_presets:
                type: json
                interface: list
                options:
                  fields:
                    - field: key
                      name: "$t:key"
                      type: string
                      schema: { is_nullable: false }
                      meta: { interface: input, options: { slug: true, onlyOnCreate: false }, width: full, required: true }
                    - field: fit
                      name: "$t:field_options.directus_settings.storage_asset_presets.fit_label"
                      type: string
                      schema: { is_nullable: false }
                      meta:
                        interface: select-dropdown
                        options:
                          choices:
                            - { value: contain, text: "$t:field_options.directus_settings.storage_asset_presets.fit.contain_text" }
                            - { value: cover, text: "$t:field_options.directus_settings.storage_asset_presets.fit.cover_text" }
                            - { value: inside, text: "$t:field_options.directus_settings.storage_asset_presets.fit.fit_text" }
                            - { value: outside, text: "$t:field_options.directus_settings.storage_asset_presets.fit.outside_text" }
                        width: half
                    - field: width
                      name: "$t:width"
                      type: integer
                      schema: { is_nullable: false }
                      meta: { interface: input, width: half }
                    - field: height
                      name: "$t:height"
                      type: integer
                      schema: { is_nullable: false }
                      meta: { interface: input, width: half }
                    - field: quality
                      type: integer
                      name: "$t:quality"
                      schema: { default_value: 80, is_nullable: false }
                      meta: { interface: slider, options: { max: 100, min: 0, step: 1 }, width: half }
                    - field: withoutEnlargement
                      name: "$t:field_options.directus_settings.storage_asset_presets.upscaling"
                      type: boolean
                      schema: { default_value: false }
                      meta: { interface: boolean, width: half, options: { label: "$t:no_upscale" } }
                    - field: format
                      name: "$t:format"
                      type: string
                      schema: { is_nullable: false, default_value: "" }
                      meta:
                        interface: select-dropdown
                        options:
                          allowNone: true
                          choices:
                            - { value: auto, text: Auto }
                            - { value: jpeg, text: JPEG }
                            - { value: png, text: PNG }
                            - { value: webp, text: WebP }
                            - { value: tiff, text: Tiff }
                            - { value: avif, text: AVIF }
                        width: half
                    - field: transforms
                      name: "$t:field_options.directus_settings.additional_transforms"
                      type: json
                      schema: { is_nullable: false, default_value: [] }
                      meta:
                        note: "$t:field_options.directus_settings.transforms_note"
                        interface: json
                        options:
                          template: |
                            [
                              ["blur", 45],
                              ["grayscale"],
                              ["extend", { "right": 500, "background": "rgb(255, 0, 0)" }]
                            ]
                          placeholder: |
                            [
                              ["blur", 45],
                              ["grayscale"],
                              ["extend", { "right": 500, "background": "rgb(255, 0, 0)" }]
                            ]
                        width: full
                  template: "{{ key }}"
              reporting_divider:
                type: alias
                interface: presentation-divider
                options: { icon: feedback, title: "$t:fields.directus_settings.reporting" }
              report_feature_url:
                type: string
                interface: input
                options: { iconRight: link, placeholder: "https://example.com/feature" }
                width: half
              report_bug_url:
                type: string
                interface: input
                options: { iconRight: link, placeholder: "https://example.com/bug" }
                width: half
              report_error_url:
                type: string
                interface: system-display-template
                options:
                  placeholder: "https://example.com/error"
                  fields:
                    - name: Error
                      field: error
                      key: error
                      path: error
                      children:
                        - { name: Name, field: name, key: error.name, path: error.name }
                        - { name: Message, field: message, key: error.message, path: error.message }
                    - name: Navigator
                      field: navigator
                      key: navigator
                      path: navigator
                      children:
                        - { name: Language, field: language, key: navigator.language, path: navigator.language }
                        - { name: User Agent, field: userAgent, key: navigator.userAgent, path: navigator.userAgent }
                    - name: Route
                      field: route
                      key: route
                      path: route
                      children:
                        - { name: Full Path, field: fullPath, key: route.fullPath, path: route.fullPath }
                        - { name: Hash, field: hash, key: route.hash, path: route.hash }
                        - { name: Name, field: name, key: route.name, path: route.name }
                        - { name: Path, field: path, key: route.path, path: route.path }
                        - { name: Query, field: query, key: route.query, path: route.query }
                    - name: User
                      field: user
                      key: user
                      path: user
                      children:
                        - { name: ID, field: id, key: user.id, path: user.id }
                        - { name: First Name, field: first_name, key: user.first_name, path: user.first_name }
                        - { name: Last Name, field: last_name, key: user.last_name, path: user.last_name }
                        - { name: Status, field: status, key: user.status, path: user.status }
                        - { name: Title, field: title, key: user.title, path: user.title }
                        - { name: Description, field: description, key: user.description, path: user.description }
                        - { name: Location, field: location, key: user.location, path: user.location }
                    - name: Role
                      field: role
                      key: role
                      path: role
                      children: [{ name: ID, field: id, key: role.id, path: role.id }, { name: Name, field: name, key: role.name, path: role.name }]
              collaborative_editing_divider:
                type: alias
                interface: presentation-divider
                options: { icon: podcasts, title: "$t:fields.directus_settings.collaborative_editing" }
              collaborative_editing_enabled:
                type: boolean
                nullable: false
                default: false
                interface: boolean
                options: { label: "$t:enabled" }
                width: half
                note: "$t:fields.directus_settings.collaborative_editing_note"
              map_divider:
                type: alias
                interface: presentation-divider
                options: { icon: map, title: "$t:fields.directus_settings.mapping" }
              mapbox_key:
                type: string
                interface: input
                options:
                  icon: key
                  title: "$t:field_options.directus_settings.mapbox_key"
                  placeholder: "$t:field_options.directus_settings.mapbox_placeholder"
                  iconLeft: vpn_key
                  font: monospace
              basemaps:
                type: json
                interface: list
                options:
                  template: "{{ name }}"
                  fields:
                    - field: name
                      name: "$t:name"
                      schema: { is_nullable: false }
                      meta:
                        interface: text-input
                        required: true
                        options: { placeholder: "$t:field_options.directus_settings.basemaps_name_placeholder" }
                    - field: type
                      name: "$t:type"
                      meta:
                        interface: select-dropdown
                        options:
                          choices:
                            - { value: raster, text: "$t:field_options.directus_settings.basemaps_raster" }
                            - { value: tile, text: "$t:field_options.directus_settings.basemaps_tile" }
                            - { value: style, text: "$t:field_options.directus_settings.basemaps_style" }
                    - field: url
                      name: "$t:url"
                      schema: { is_nullable: false }
                      meta: { interface: text-input, options: { placeholder: "http://{a-c}.tile.openstreetmap.org/{z}/{x}/{y}.png" } }
                    - field: tileSize
                      name: "$t:tile_size"
                      type: integer
                      schema: { is_nullable: true }
                      meta:
                        interface: input
                        options: { placeholder: "512" }
                        conditions: [{ name: typeNeqRaster, rule: { type: { _neq: raster } }, hidden: true }]
                    - field: attribution
                      name: "$t:fields.directus_settings.attribution"
                      type: string
                      schema: { is_nullable: true }
                      meta: { interface: input, options: { placeholder: "$t:fields.directus_settings.attribution_placeholder" } }
              image_editor:
                type: alias
                interface: presentation-divider
                options: { icon: image, title: "$t:fields.directus_settings.image_editor" }
              custom_aspect_ratios:
                type: json
                interface: list
                options:
                  template: "{{ text }}"
                  fields:
                    - field: text
                      name: "$t:text"
                      type: string
                      meta: { interface: text-input, width: half, required: true, options: { placeholder: "$t:text" } }
                    - field: value
                      name: "$t:value"
                      type: float
                      meta: { interface: input, width: half, required: true, options: { placeholder: "$t:value" } }
              project_id: { type: uuid, hidden: true }
              theming_group: { type: alias, interface: group-raw }
              branding_divider:
                type: alias
                form_sort: 40
                interface: presentation-divider
                options: { icon: palette, title: "$t:fields.directus_settings.branding" }
                group: theming_group
              project_color:
                type: string
                nullable: false
                default: "#6644FF"
                form_sort: 41
                interface: select-color
                width: half
                note: "$t:field_options.directus_settings.project_color_note"
                group: theming_group
              project_logo:
                to: directus_files
                on_delete: no action
                special: []
                form_sort: 42
                interface: file
                width: half
                note: "$t:field_options.directus_settings.project_logo_note"
                group: theming_group
              public_foreground:
                to: directus_files
                on_delete: no action
                special: []
                form_sort: 43
                interface: file
                width: half
                group: theming_group
              public_background:
                to: directus_files
                on_delete: no action
                special: []
                form_sort: 44
                interface: file
                width: half
                group: theming_group
              public_favicon:
                to: directus_files
                on_delete: no action
                special: []
                form_sort: 45
                interface: file
                width: half
                note: "$t:field_options.directus_settings.project_favicon_note"
                group: theming_group
              public_note:
                type: text
                form_sort: 46
                interface: input
                options: { placeholder: "$t:field_options.directus_settings.public_note_placeholder", iconRight: info }
                width: half
                group: theming_group
              theming_divider:
                type: alias
                form_sort: 47
                interface: presentation-divider
                options: { icon: palette, title: "$t:fields.directus_settings.theming" }
                group: theming_group
              default_appearance:
                type: string
                nullable: false
                default: auto
                form_sort: 48
                interface: select-dropdown
                options:
                  choices:
                    - { value: auto, text: "$t:appearance_auto" }
                    - { value: light, text: "$t:appearance_light" }
                    - { value: dark, text: "$t:appearance_dark" }
                width: half
                group: theming_group
              default_theme_light:
                type: string
                form_sort: 49
                interface: system-theme
                options: { appearance: light }
                group: theming_group
              theme_light_overrides:
                type: json
                form_sort: 50
                interface: system-theme-overrides
                options: { appearance: light }
                group: theming_group
              default_theme_dark:
                type: string
                form_sort: 51
                interface: system-theme
                options: { appearance: dark }
                group: theming_group
              theme_dark_overrides:
                type: json
                form_sort: 52
                interface: system-theme-overrides
                options: { appearance: dark }
                group: theming_group
              custom_css:
                type: text
                form_sort: 53
                interface: input-code
                options: { language: css, lineNumber: true }
                group: theming_group
              ai_group: { type: alias, form_sort: 54, interface: group-raw }
              ai_divider:
                type: alias
                form_sort: 55
                interface: presentation-divider
                options: { icon: chat, title: "$t:ai_assistant" }
                group: ai_group
              ai_notice:
                type: alias
                form_sort: 56
                interface: presentation-notice
                options: { icon: info, text: "$t:fields.directus_settings.ai_notice" }
                group: ai_group
              ai_openai_api_key:
                type: text
                special: [encrypt]
                form_sort: 57
                interface: input-hash
                options: { iconRight: lock, masked: true, autocomplete: "off" }
                width: half
                group: ai_group
              ai_openai_allowed_models:
                type: json
                form_sort: 58
                interface: select-multiple-dropdown
                options:
                  allowOther: true
                  choices:
                    - { text: GPT-4o Mini, value: gpt-4o-mini }
                    - { text: GPT-4.1 Nano, value: gpt-4.1-nano }
                    - { text: GPT-4.1 Mini, value: gpt-4.1-mini }
                    - { text: GPT-4.1, value: gpt-4.1 }
                    - { text: GPT-5 Nano, value: gpt-5-nano }
                    - { text: GPT-5 Mini, value: gpt-5-mini }
                    - { text: GPT-5, value: gpt-5 }
                    - { text: GPT-5.2, value: gpt-5.2 }
                    - { text: GPT-5.2 Chat, value: gpt-5.2-chat-latest }
                    - { text: GPT-5.2 Pro, value: gpt-5.2-pro }
                    - { text: GPT-5.4, value: gpt-5.4 }
                    - { text: GPT-5.4 Pro, value: gpt-5.4-pro }
                width: half
                group: ai_group
              ai_anthropic_api_key:
                type: text
                special: [encrypt]
                form_sort: 59
                interface: input-hash
                options: { iconRight: lock, masked: true, autocomplete: "off" }
                width: half
                group: ai_group
              ai_anthropic_allowed_models:
                type: json
                form_sort: 60
                interface: select-multiple-dropdown
                options:
                  allowOther: true
                  choices:
                    - { text: Claude Haiku 4.5, value: claude-haiku-4-5 }
                    - { text: Claude Sonnet 4.5, value: claude-sonnet-4-5 }
                    - { text: Claude Opus 4.5, value: claude-opus-4-5 }
                    - { text: Claude Sonnet 4.6, value: claude-sonnet-4-6 }
                    - { text: Claude Opus 4.6, value: claude-opus-4-6 }
                width: half
                group: ai_group
              ai_google_api_key:
                type: text
                special: [encrypt]
                form_sort: 61
                interface: input-hash
                options: { iconRight: lock, masked: true, autocomplete: "off" }
                width: half
                group: ai_group
              ai_google_allowed_models:
                type: json
                form_sort: 62
                interface: select-multiple-dropdown
                options:
                  allowOther: true
                  choices:
                    - { text: Gemini 3 Pro Preview, value: gemini-3-pro-preview }
                    - { text: Gemini 3 Flash Preview, value: gemini-3-flash-preview }
                    - { text: Gemini 2.5 Pro, value: gemini-2.5-pro }
                    - { text: Gemini 2.5 Flash, value: gemini-2.5-flash }
                    - { text: Gemini 3.1 Pro Preview, value: gemini-3.1-pro-preview }
                    - { text: Gemini 3.1 Flash Lite Preview, value: gemini-3.1-flash-lite-preview }
                    - { text: Gemini 2.5 Flash Lite, value: gemini-2.5-flash-lite }
                width: half
                group: ai_group
              ai_system_prompt:
                type: text
                form_sort: 63
                interface: input-rich-text-md
                options: { label: "$t:fields.directus_settings.ai_system_prompt" }
                note: "$t:fields.directus_settings.ai_system_prompt_note"
                group: ai_group
              ai_openai_compatible_divider:
                type: alias
                form_sort: 64
                interface: presentation-divider
                options:
                  inlineTitle: true
                  color: var(--theme--foreground-subdued)
                  title: "$t:fields.directus_settings.ai_openai_compatible"
                group: ai_group
              ai_openai_compatible_name:
                type: text
                form_sort: 65
                interface: input
                options: { placeholder: "LM Studio, Ollama, etc." }
                width: half
                group: ai_group
              ai_openai_compatible_base_url:
                type: text
                form_sort: 66
                interface: input
                options: { placeholder: "http://localhost:1234/v1" }
                width: half
                group: ai_group
              ai_openai_compatible_api_key:
                type: text
                special: [encrypt]
                form_sort: 67
                interface: input-hash
                options: { iconRight: lock, masked: true, autocomplete: "off" }
                width: half
                group: ai_group
              ai_openai_compatible_headers:
                type: json
                form_sort: 68
                interface: list
                options:
                  template: "{{ header }}"
                  fields:
                    - field: header
                      name: "$t:fields.directus_settings.ai_header_name"
                      type: string
                      schema: { is_nullable: false }
                      meta: { interface: input, required: true, width: half, options: { placeholder: X-Custom-Header } }
                    - field: value
                      name: "$t:value"
                      type: string
                      schema: { is_nullable: false }
                      meta: { interface: input, required: true, width: half, options: { placeholder: header-value } }
                width: half
                group: ai_group
              ai_openai_compatible_models:
                type: json
                form_sort: 69
                interface: list
                options:
                  template: "{{ id }}"
                  fields:
                    - field: id
                      name: "$t:fields.directus_settings.ai_model_id"
                      type: string
                      schema: { is_nullable: false }
                      meta: { interface: input, required: true, width: half, options: { placeholder: llama3.2 } }
                    - field: name
                      name: "$t:name"
                      type: string
                      schema: { is_nullable: false }
                      meta: { interface: input, required: true, width: half, options: { placeholder: Llama 3.2 } }
                    - field: context
                      name: "$t:fields.directus_settings.ai_context_limit"
                      type: integer
                      schema: { is_nullable: true }
                      meta: { interface: input, width: half, options: { placeholder: "128000" } }
                    - field: output
                      name: "$t:fields.directus_settings.ai_output_limit"
                      type: integer
                      schema: { is_nullable: true }
                      meta: { interface: input, width: half, options: { placeholder: "16000" } }
                    - field: attachment
                      name: "$t:fields.directus_settings.ai_supports_attachments"
                      type: boolean
                      schema: { is_nullable: true, default_value: false }
                      meta: { interface: boolean, width: half }
                    - field: reasoning
                      name: "$t:fields.directus_settings.ai_supports_reasoning"
                      type: boolean
                      schema: { is_nullable: true, default_value: false }
                      meta: { interface: boolean, width: half }
                    - field: providerOptions
                      name: "$t:fields.directus_settings.ai_provider_options"
                      type: json
                      schema: { is_nullable: true }
                      meta:
                        interface: input-code
                        width: full
                        options: { language: json, placeholder: "{ \"customOption\": \"value\" }" }
                        note: "$t:fields.directus_settings.ai_provider_options_note"
                group: ai_group
              mcp_group: { type: alias, form_sort: 70, interface: group-raw }
              mcp_divider:
                type: alias
                form_sort: 71
                interface: presentation-divider
                options: { icon: automation, title: "$t:model_context_protocol" }
                group: mcp_group
              mcp_notice:
                type: alias
                form_sort: 72
                interface: presentation-notice
                options: { icon: info, text: "$t:fields.directus_settings.mcp_notice" }
                group: mcp_group
              mcp_enabled:
                type: boolean
                nullable: false
                default: false
                form_sort: 73
                interface: boolean
                options: { label: "$t:enabled" }
                width: half
                note: "$t:fields.directus_settings.mcp_enabled_note"
                group: mcp_group
              mcp_allow_deletes:
                type: boolean
                nullable: false
                default: false
                form_sort: 74
                interface: boolean
                options: { label: "$t:fields.directus_settings.mcp_allow_deletes" }
                width: half
                note: "$t:fields.directus_settings.mcp_allow_deletes_note"
                conditions: [{ name: mcp_enabled, rule: { mcp_enabled: { _neq: true } }, readonly: true }]
                group: mcp_group
              mcp_prompts_collection:
                type: string
                form_sort: 75
                interface: system-collection
                options: { includeSingleton: false, allowNone: true }
                width: half
                note: "$t:fields.directus_settings.mcp_prompts_collection_note"
                conditions: [{ name: mcp_enabled, rule: { mcp_enabled: { _neq: true } }, readonly: true }]
                group: mcp_group
              mcp_prompts_collection_validation:
                type: alias
                form_sort: 76
                interface: system-mcp-prompts-collection-validation
                width: half
                conditions: [{ name: mcp_enabled, rule: { mcp_enabled: { _neq: true } }, hidden: true }]
                group: mcp_group
              mcp_system_prompt_divider:
                type: alias
                form_sort: 77
                interface: presentation-divider
                options:
                  inlineTitle: true
                  color: var(--theme--foreground-subdued)
                  title: "$t:fields.directus_settings.mcp_system_prompt_divider"
                group: mcp_group
              mcp_system_prompt_enabled:
                type: boolean
                nullable: false
                default: true
                form_sort: 78
                interface: boolean
                options: { label: "$t:enabled" }
                width: half-left
                note: "$t:fields.directus_settings.mcp_system_prompt_enabled_note"
                conditions: [{ name: mcp_enabled, rule: { mcp_enabled: { _neq: true } }, readonly: true }]
                group: mcp_group
              mcp_system_prompt:
                type: text
                form_sort: 79
                interface: input-rich-text-md
                options: { label: "$t:fields.directus_settings.mcp_system_prompt" }
                note: "$t:fields.directus_settings.mcp_system_prompt_note"
                conditions:
                  - { name: mcp_enabled, rule: { mcp_enabled: { _neq: true } }, readonly: true }
                  - { name: mcp_system_prompt_enabled, rule: { mcp_system_prompt_enabled: { _neq: true } }, readonly: true }
                group: mcp_group
            """#)
}
