import Postgres
import SchemaModel
import Templates
import Testing

@Suite struct TemplateLoaderTests {
    private static let everything = """
        SELECT json_agg(s ORDER BY id) FROM (SELECT id, name, teacher, favourite, account, since AT TIME ZONE 'UTC' AS since, added_by FROM singers) s
        UNION ALL SELECT json_agg(s ORDER BY id) FROM (SELECT id, singer, sheet, catalogue, voices, tempo FROM songs) s
        UNION ALL SELECT json_agg(s ORDER BY id) FROM (SELECT id, songs_id, languages_code, title FROM songs_translations) s
        UNION ALL SELECT json_agg(s ORDER BY id) FROM (SELECT id, songs_id, labels_id FROM songs_labels) s
        UNION ALL SELECT json_agg(s ORDER BY id) FROM (SELECT id, programmes_id, collection, item FROM programmes_parts) s
        UNION ALL SELECT json_agg(s ORDER BY id) FROM hall s
        UNION ALL SELECT json_agg(s ORDER BY id) FROM (SELECT id, name, parent FROM directus_roles WHERE id::text LIKE '10000000-%') s
        """

    @Test func bringsRowsWithKeysDatesAndAuthors() async throws {
        let (a, d, f) = (Choir.key("a", 1), Choir.key("d", 1), Choir.key("5", 1))
        let b = ["", Choir.key("b", 1), Choir.key("b", 2), Choir.key("b", 3)]
        try await withTemplateServer { server in
            let report = try await server.load()
            let rows = try await server.rows(Self.everything).filter { !$0.isWhitespace }
            #expect(
                rows
                    == """
                    [{"id":"\(b[1])","name":"Ada","teacher":"\(b[2])","favourite":7,"account":"\(a)","since":"2019-01-02T03:04:05","added_by":"\(a)"},
                    {"id":"\(b[2])","name":"Bea","teacher":"\(b[3])","favourite":null,"account":null,"since":null,"added_by":null},
                    {"id":"\(b[3])","name":"Cleo","teacher":"\(b[2])","favourite":7,"account":null,"since":null,"added_by":null}]
                    [{"id":7,"singer":"\(b[1])","sheet":"\(f)","catalogue":"C7","voices":["alto",{"tenor":2}],"tempo":92.50},
                    {"id":9,"singer":"\(b[2])","sheet":null,"catalogue":"C9","voices":null,"tempo":null}]
                    [{"id":1,"songs_id":7,"languages_code":"en","title":"Evening"},{"id":2,"songs_id":7,"languages_code":"de","title":"Abend"}]
                    [{"id":1,"songs_id":7,"labels_id":1},{"id":2,"songs_id":7,"labels_id":2}]
                    [{"id":1,"programmes_id":"\(d)","collection":"songs","item":"7"},
                    {"id":2,"programmes_id":"\(d)","collection":"pauses","item":"\(Choir.key("c", 1))"}]
                    [{"id":1,"name":"Oldmill","seats":120}]
                    [{"id":"\(Choir.key("1", 1))","name":"Singers","parent":null},{"id":"\(Choir.key("1", 2))","name":"Altos","parent":"\(Choir.key("1", 1))"}]
                    """.filter { !$0.isWhitespace })
            #expect(report.summary == "39 of 41 rows written")
        }
    }

    @Test func saysWhatIsLeftOutAndWhy() async throws {
        try await withTemplateServer { server in
            let report = try await server.load()
            let notes = report.notes.map { $0.replacing(uuid: Choir.key("a", 9)) }
            #expect(
                notes.filter { !$0.contains("stands for") } == [
                    "permissions.json: 1 row: the row is left out: it has no `policy`",
                    "users.json: 1 row: a password comes along: whoever knows it gets in",
                    "users.json: `token` left out of 2 rows: static tokens are not taken over: give the user a new one",
                    "users.json: `password` left out of 1 row: passwords are taken over as Argon2 hashes alone",
                    "users.json: `password` left out of 1 row: the template masks it",
                    "settings.json: `project_hymn` left out of 1 row: there is no such field",
                    "extensions.json: Kerege runs no extensions: they are listed, interfaces and operations of theirs do nothing",
                    "content/singers.json: `songs` left out of 1 row: there is no such field",
                    "content/singers.json: `door_code` left out of 1 row: the template masks it", "notes.json: not a file of a template: left out",
                    "files.json: the storage `cloud` is not configured: `local` is used",
                    "files.json: the template has no bytes for 1 of 2 files: their rows alone are written",
                ])
            #expect(notes.filter { $0.contains("stands for") }.count == 2)
        }
    }

    @Test func changesNothingTheSecondTime() async throws {
        try await withTemplateServer { server in
            _ = try await server.load()
            let before = try await server.state()
            let report = try await server.load()
            #expect(report.touched.isEmpty)
            #expect(report.summary == "nothing to do: all 41 rows are there already, or left out")
            #expect(try await server.state() == before)
        }
    }

    @Test func leavesWhatSomebodyHasChangedSince() async throws {
        try await withTemplateServer { server in
            _ = try await server.load()
            try await server.run(
                """
                UPDATE songs SET catalogue = 'mine' WHERE id = 7; UPDATE directus_policies SET name = 'Ours' WHERE name = 'Listeners';
                UPDATE directus_permissions SET fields = 'id' WHERE action = 'read'; UPDATE directus_settings SET project_name = 'Ours';
                UPDATE hall SET seats = 3; UPDATE directus_presets SET layout = 'cards' WHERE bookmark IS NULL;
                """)
            let before = try await server.state()
            #expect(try await server.load().touched == [])
            #expect(try await server.state() == before)
        }
    }

    @Test func completesWhatTheInstallationLeftOpen() async throws {
        try await withTemplateServer { server in
            _ = try await server.load()
            let settings = "SELECT project_name, storage_default_folder, project_color FROM directus_settings"
            #expect(try await server.rows(settings) == "Choir|\(Choir.key("f", 1))|#6644FF")
            let policy = "SELECT name, icon, description, admin_access FROM directus_policies WHERE id = 'abf8a154-5b1c-4a46-ac9c-7300570f4f17'"
            #expect(try await server.rows(policy) == "Listeners|hearing|Whoever passes by|f")
            #expect(try await server.rows("SELECT count(*) FROM directus_access WHERE role IS NULL AND \"user\" IS NULL") == "1")
        }
    }

    @Test func keepsHashesAndNothingElseThatLetsAnybodyIn() async throws {
        try await withTemplateServer { server in
            _ = try await server.load()
            let users = "SELECT email, password, token FROM directus_users WHERE email LIKE '_e_@%' OR email LIKE '_d_@%' ORDER BY email"
            #expect(try await server.rows(users) == "ada@example.com|\(Choir.hash)|-\nbea@example.com|-|-")
            #expect(try await server.rows("SELECT door_code FROM singers WHERE name = 'Ada'") == Choir.hash)
            #expect(try await server.rows("SELECT count(*) FROM directus_users WHERE email = 'admin@example.com'") == "1")
        }
    }

    @Test func letsTheUserOfTheSameAddressStandForTheTemplates() async throws {
        try await withTemplateServer { server in
            _ = try await server.load()
            let author = "SELECT u.email FROM directus_flows f JOIN directus_users u ON u.id = f.user_created"
            #expect(try await server.rows(author) == "admin@example.com")
        }
    }

    @Test func bringsTheBytesOfFiles() async throws {
        try await withTemplateServer { server in
            _ = try await server.load()
            #expect(try await server.asset(Choir.key("5", 1)) == "la la la")
            let rows = "SELECT id, storage, filesize, created_on AT TIME ZONE 'UTC', uploaded_by FROM directus_files ORDER BY id"
            #expect(
                try await server.rows(rows)
                    == """
                    \(Choir.key("5", 1))|local|8|2020-02-03 04:05:06|\(Choir.key("a", 1))
                    \(Choir.key("5", 2))|local|12|2020-02-03 04:05:06|-
                    """)
            await #expect(throws: WireError.self) { try await server.asset(Choir.key("5", 2)) }
        }
    }

    @Test func bringsBytesLaterWhereATemplateHadNone() async throws {
        try await withTemplateServer { server in
            _ = try await server.load(assets: [:])
            let before = try await server.state()
            let report = try await server.load()
            #expect(try await server.asset(Choir.key("5", 1)) == "la la la")
            #expect(report.notes.contains("files.json: [0]: the row was there, its bytes are new"))
            #expect(try await server.state() == before)
        }
    }

    @Test func writesHistoryAsForAnyWrite() async throws {
        try await withTemplateServer { server in
            _ = try await server.load()
            let entries = "SELECT action, item, (SELECT count(*) FROM directus_revisions r WHERE r.activity = a.id) FROM directus_activity a"
            let songs = try await server.rows(entries + " WHERE collection = 'songs' ORDER BY id")
            #expect(songs == "create|7|1\ncreate|9|1")
            // Bea and Cleo teach each other: one of them is completed at the end.
            let singers = " WHERE collection = 'singers' AND action = 'update'"
            #expect(try await server.rows("SELECT count(*) FROM directus_activity" + singers) == "2")
        }
    }
}

extension TemplateServer {
    func run(_ script: String) async throws { _ = try await client.withSession { try await $0.execute(script) } }
}

extension String {
    fileprivate func replacing(uuid: String) -> String { split(separator: uuid, omittingEmptySubsequences: false).joined(separator: "<uuid>") }
}
