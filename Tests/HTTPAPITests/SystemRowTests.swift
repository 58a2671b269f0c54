import JSONText
import Testing

/// Rules of single system collections that recorded answers don't hold, or that go beyond them.
@Suite struct SystemRowTests {
    private typealias N = Newsroom

    private static let forbiddenToken =
        "You don't have permission to access field \"token\" in collection \"directus_users\" or it does not exist. Queried in root."

    /// `security` may read and write all fields of users.
    private static let secrets = [
        APIScenario(
            "masked", as: "security", "GET /users/\(N.boss)?fields=email,token,password,tfa_secret,auth_data", status: 200,
            #"{"data":{"email":"boss@example.com","token":"**********","password":null,"tfa_secret":null,"auth_data":null}}"#),
        APIScenario(
            "masked under another name", as: "security", "GET /users/\(N.boss)?fields=x&alias[x]=token", status: 200,
            #"{"data":{"x":"**********"}}"#),
        APIScenario(
            "not compared", as: "security", "GET /users?filter[token][_eq]=boss", status: 400,
            refusal(
                "INVALID_QUERY", #"Invalid query. Field with "conceal" special does not allow the "_eq" filter operator."#,
                reason: #"Field with "conceal" special does not allow the "_eq" filter operator"#)),
        APIScenario(
            "not sorted by", as: "security", "GET /users?sort=token", status: 403,
            refusal("FORBIDDEN", forbiddenToken, reason: forbiddenToken)),
        APIScenario("not found by", as: "security", "GET /users?search=boss&fields=email", status: 200, #"{"data":[{"email":"boss@example.com"}]}"#),
        APIScenario("not searched", as: "security", "GET /users?search=walled&fields=token", status: 200, #"{"data":[{"token":"**********"}]}"#),
        APIScenario(
            "what a provider said is not written", as: "boss", "PATCH /users/\(N.reader)?fields=auth_data", #"{"auth_data":{"a":1}}"#, status: 200,
            #"{"data":{"auth_data":null}}"#),
        APIScenario(
            "nor a second factor", as: "boss", "PATCH /users/\(N.reader)", #"{"tfa_secret":"x"}"#, status: 400,
            refusal(
                "INVALID_PAYLOAD", #"Invalid payload. You can't change the "tfa_secret" value manually."#,
                reason: #"You can't change the "tfa_secret" value manually"#), untouched: N.rights),
        APIScenario(
            "nor when users are made", as: "boss", "POST /users", #"{"email":"x@example.com","tfa_secret":"x"}"#, status: 400,
            refusal(
                "INVALID_PAYLOAD", #"Invalid payload. You can't change the "tfa_secret" value manually."#,
                reason: #"You can't change the "tfa_secret" value manually"#), untouched: N.rights),
        APIScenario(
            "the provider is an administrator's to say", as: "security", "PATCH /users/me", #"{"provider":"acme"}"#, status: 400,
            refusal(
                "INVALID_PAYLOAD", #"Invalid payload. You can't change the "provider" value manually."#,
                reason: #"You can't change the "provider" value manually"#), untouched: N.rights),
    ]

    /// `reader` can't read `code`.
    private static let unique = [
        APIScenario(
            "a field that can't be read is not told", as: "reader", "POST /items/articles", #"{"title":"x","code":"c2"}"#, status: 400,
            refusal("INVALID_PAYLOAD", "Invalid payload. A value is not unique.", reason: "A value is not unique")),
        APIScenario(
            "one that can be read is", as: "boss", "POST /items/articles", #"{"title":"x","code":"c2"}"#, status: 400,
            """
            {"errors":[{"message":"Value \\"c2\\" for field \\"code\\" in collection \\"articles\\" has to be unique.",
              "extensions":{"collection":"articles","field":"code","value":"c2","code":"RECORD_NOT_UNIQUE"}}]}
            """),
        APIScenario(
            "addresses, whatever the letter case", as: "boss", "POST /users", #"{"email":"READER@Example.com"}"#, status: 400,
            """
            {"errors":[{"message":"Value \\"READER@Example.com\\" for field \\"email\\" in collection \\"directus_users\\" has to be unique.",
              "extensions":{"collection":"directus_users","field":"email","value":"READER@Example.com","code":"RECORD_NOT_UNIQUE"}}]}
            """, untouched: N.rights),
        APIScenario(
            "the own address in other letters", as: "boss", "PATCH /users/\(N.reader)?fields=email", #"{"email":"Reader@example.com"}"#, status: 200,
            #"{"data":{"email":"Reader@example.com"}}"#),
    ]

    private static let presets = [
        APIScenario(
            "theirs", as: "app", "POST /presets?fields=user,collection", #"{"collection":"articles","user":"\#(app)"}"#, status: 200,
            #"{"data":{"user":"\#(app)","collection":"articles"}}"#),
        APIScenario(
            "not everybody's, when nothing is said", as: "app", "POST /presets", #"{"collection":"articles"}"#, status: 403,
            Refused.action("create", "directus_presets", fields: ["user"]), untouched: "SELECT * FROM directus_presets"),
        APIScenario(
            "nor one among several", as: "app", "POST /presets", #"[{"collection":"articles","user":"\#(app)"},{"collection":"articles"}]"#,
            status: 403, Refused.action("create", "directus_presets", fields: ["user"]), untouched: "SELECT * FROM directus_presets"),
        APIScenario(
            "nor somebody else's", as: "app", "POST /presets", #"{"collection":"articles","user":"\#(N.boss)"}"#, status: 400, notTheirs,
            untouched: "SELECT * FROM directus_presets"),
        APIScenario(
            "not everybody's", as: "app", "POST /presets", #"{"collection":"articles","user":null}"#, status: 400, notTheirs,
            untouched: "SELECT * FROM directus_presets"),
        APIScenario(
            "not somebody else's", as: "app", "PATCH /presets/1", #"{"user":"\#(N.boss)"}"#, status: 400, notTheirs,
            untouched: "SELECT * FROM directus_presets"),
        APIScenario(
            "an administrator's own can't be taken over", as: "app", "PATCH /presets/2", #"{"user":"\#(app)"}"#, status: 403,
            Refused.action("update", "directus_presets", fields: ["user"]), untouched: "SELECT * FROM directus_presets"),
        APIScenario(
            "nor deleted", as: "app", "DELETE /presets/2", status: 403, Refused.action("delete", "directus_presets"),
            untouched: "SELECT * FROM directus_presets"),
        APIScenario("nor read", as: "app", "GET /presets?fields=id,user", status: 200, #"{"data":[{"id":1,"user":"\#(app)"}]}"#),
        APIScenario(
            "everybody's, when an administrator says nothing", as: "boss", "POST /presets?fields=user", #"{"collection":"articles"}"#, status: 200,
            #"{"data":{"user":null}}"#),
    ]

    private static let app = "a0000000-0000-4000-8000-000000000009"
    private static let notTheirs = """
        {"errors":[{"message":"Validation failed for field \\"user\\". Value has to be \\"\(app)\\".",
          "extensions":{"field":"user","path":[],"type":"eq","valid":"\(app)","code":"FAILED_VALIDATION"}}]}
        """

    private static let others = [
        APIScenario(
            "a folder with folders below stays", as: "boss", "DELETE /folders/f0000000-0000-4000-8000-000000000001", status: 400,
            """
            {"errors":[{"message":"Invalid foreign key for field \\"parent\\" in collection \\"directus_folders\\".",
              "extensions":{"collection":"directus_folders","field":"parent","code":"INVALID_FOREIGN_KEY"}}]}
            """, untouched: "SELECT * FROM directus_folders"),
        APIScenario(
            "a pattern for passwords that can't be used is not kept", as: "boss", "PATCH /settings", #"{"auth_password_policy":"/(/"}"#, status: 400,
            refusal(
                "INVALID_PAYLOAD", #"Invalid payload. "auth_password_policy" is no regular expression that is supported."#,
                reason: #""auth_password_policy" is no regular expression that is supported"#), untouched: N.rights),
        APIScenario(
            "keys of services are masked", as: "boss", "PATCH /settings?fields=ai_openai_api_key", #"{"ai_openai_api_key":"sk-1"}"#, status: 200,
            #"{"data":{"ai_openai_api_key":"**********"}}"#),
    ]

    /// The project has keys of services.
    private static let settings = [
        APIScenario("all that is granted", as: "app", "GET /settings", status: 200, publicSettings),
        APIScenario(
            "a key of a service", as: "app", "GET /settings?fields=ai_openai_api_key", status: 403,
            refusal("FORBIDDEN", forbiddenKey, reason: forbiddenKey)),
        APIScenario(
            "one under another name", as: "app", "GET /settings?fields=x&alias[x]=ai_openai_api_key", status: 403,
            refusal("FORBIDDEN", forbiddenKey, reason: forbiddenKey)),
        APIScenario("the public", as: nil, "GET /settings", status: 403, Refused.collection("directus_settings")),
        APIScenario(
            "no right to change them", as: "app", "PATCH /settings", #"{"project_name":"x"}"#, status: 403,
            Refused.collection("directus_settings"), untouched: "SELECT * FROM directus_settings"),
    ]

    private static let publicSettings = """
        {"data":{"id":1,"project_name":"News","project_descriptor":null,"project_url":null,"default_language":"en-US","module_bar":null,
          "visual_editor_urls":null,"auth_password_policy":null,"public_registration":false,"public_registration_role":null,
          "public_registration_verify_email":true,"storage_asset_transform":"all","storage_default_folder":null,"storage_asset_presets":null,
          "report_feature_url":null,"report_bug_url":null,"report_error_url":null,"collaborative_editing_enabled":false,"mapbox_key":null,
          "basemaps":null,"custom_aspect_ratios":null,"project_id":null,"project_color":"#6644FF","project_logo":null,"public_foreground":null,
          "public_background":null,"public_favicon":null,"public_note":null,"default_appearance":"auto","default_theme_light":null,
          "theme_light_overrides":null,"default_theme_dark":null,"theme_dark_overrides":null,"custom_css":null}}
        """

    private static let ownPage = [
        APIScenario("no right is asked", as: "app", "PATCH /users/me/track/page", #"{"last_page":"/content"}"#, status: 204, nil),
        APIScenario(
            "nobody's page", as: nil, "PATCH /users/me/track/page", #"{"last_page":"/content"}"#, status: 401,
            refusal("INVALID_CREDENTIALS", "Invalid user credentials.")),
        APIScenario(
            "no page", as: "app", "PATCH /users/me/track/page", #"{"last_page":null}"#, status: 400,
            refusal("INVALID_PAYLOAD", #"Invalid payload. "last_page" key is required."#, reason: #""last_page" key is required"#)),
    ]

    private static let forbiddenKey =
        "You don't have permission to access field \"ai_openai_api_key\" in collection \"directus_settings\" or it does not exist. Queried in root."

    @Test(arguments: secrets) func `D25 rights on all fields of users open no secret`(_ scenario: APIScenario) async throws {
        try await run(scenario)
    }

    @Test(arguments: unique) func `B8 a value that has to be unique is told to those who may read it`(_ scenario: APIScenario) async throws {
        try await run(scenario)
    }

    /// [GHSA-3fff-gqw3-vj86]
    @Test(arguments: presets) func `D5 a preset is the own one`(_ scenario: APIScenario) async throws { try await run(scenario) }

    @Test(arguments: settings) func `D24 app users read of the settings what the app needs`(_ scenario: APIScenario) async throws {
        try await run(scenario)
    }

    @Test(arguments: others + ownPage) func holds(_ scenario: APIScenario) async throws { try await run(scenario) }

    private func run(_ scenario: APIScenario) async throws {
        try await withAPI(Newsroom.model) { api in
            try await api.client.run(
                """
                INSERT INTO directus_users (id, email, token) VALUES ('\(Self.app)', 'app@example.com', 'app');
                INSERT INTO directus_policies (id, name, app_access) VALUES ('c0000000-0000-4000-8000-000000000007', 'App', true);
                INSERT INTO directus_access (id, "user", policy) VALUES ('d0000000-0000-4000-8000-000000000007', '\(Self.app)',
                  'c0000000-0000-4000-8000-000000000007');
                INSERT INTO directus_presets (id, "user", collection) VALUES (1, '\(Self.app)', 'articles'), (2, '\(N.boss)', 'articles');
                DELETE FROM directus_settings;
                INSERT INTO directus_settings (id, project_name, ai_openai_api_key) VALUES (1, 'News', 'sk-1');
                SELECT setval('directus_presets_id_seq', 10);
                INSERT INTO directus_folders (id, name, parent) VALUES ('f0000000-0000-4000-8000-000000000001', 'Above', NULL),
                  ('f0000000-0000-4000-8000-000000000002', 'Below', 'f0000000-0000-4000-8000-000000000001');
                """)
            try await api.reloadRights()
            try await scenario.run(on: api)
        }
    }

    @Test func deletedUsersLeaveWhatTheyWrote() async throws {
        try await withAPI(Newsroom.model) { api in
            try await api.client.run(
                """
                INSERT INTO directus_comments (id, collection, item, comment, user_created, user_updated) VALUES
                  ('f0000000-0000-4000-8000-000000000001', 'articles', '1', 'x', '\(N.reader)', '\(N.reader)');
                INSERT INTO directus_notifications (recipient, sender, subject) VALUES ('\(N.boss)', '\(N.reader)', 'Hi');
                INSERT INTO directus_versions (id, key, collection, item, user_created, user_updated) VALUES
                  ('f0000000-0000-4000-8000-000000000002', 'k', 'articles', '1', '\(N.reader)', '\(N.reader)');
                """)
            try await APIScenario("deleted", as: "boss", "DELETE /users/\(N.reader)", status: 204, nil).run(on: api)
            let left = try await api.rows(
                """
                SELECT c.user_created, c.user_updated, n.sender, v.user_created, v.user_updated
                FROM directus_comments c, directus_notifications n, directus_versions v
                """)
            #expect(left == "-|-|-|-|-")
        }
    }

    @Test func usersOfADeletedRoleAreSuspended() async throws {
        try await withAPI(Newsroom.model) { api in
            try await api.client.run("UPDATE directus_roles SET parent = '\(N.readerRole)' WHERE id = '\(N.plainRole)'")
            try await APIScenario("deleted", as: "boss", "DELETE /roles/\(N.readerRole)", status: 204, nil).run(on: api)
            #expect(try await api.rows("SELECT status, role FROM directus_users WHERE id = '\(N.reader)'") == "suspended|-")
            #expect(try await api.rows("SELECT parent FROM directus_roles WHERE id = '\(N.plainRole)'") == "-")
            #expect(try await api.rows("SELECT count(*) FROM directus_access WHERE policy = '\(N.readerPolicy)'") == "0")
            let refused = try await api.send("GET /users/me", as: "reader")
            #expect(refused.status == 401)
        }
    }

    @Test func mentionsNotifyThoseWhoMayReadTheItem() async throws {
        try await withAPI(Newsroom.model) { api in
            for key in [1, 2] {
                _ = try await api.send(
                    "POST /comments", as: "boss",
                    ["collection": "articles", "item": .string("\(key)"), "comment": .string("See @\(N.reader), @\(N.reader) and @\(N.adminRole)")])
            }
            let told = try await api.rows("SELECT recipient, sender, subject, collection, item, status FROM directus_notifications")
            #expect(told == "\(N.reader)|\(N.boss)|You were mentioned in articles|articles|1|inbox")
        }
    }
}
