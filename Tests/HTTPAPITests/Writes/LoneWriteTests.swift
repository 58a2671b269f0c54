import JSONText
import Testing

/// A write of one row that nothing else hangs on is one statement, history and all; every other write is a transaction of several.
@Suite struct LoneWriteTests {
    private struct Write: Sendable {
        let request: String
        let body: String
        var isAlone = true
        var caller = "boss"

        init(_ request: String, _ body: String, isAlone: Bool = true, as caller: String = "boss") {
            self.request = request
            self.body = body
            self.isAlone = isAlone
            self.caller = caller
        }
    }

    private static let writes: [Write] = [
        Write("POST /items/shelves", #"{"name":"x"}"#), Write("POST /items/shelves", "{}"), Write("POST /items/brief", #"{"name":"x"}"#),
        Write("POST /items/quiet", #"{"name":"x"}"#), Write("POST /items/books", #"{"title":"x","shelf":1}"#),
        Write("POST /items/books", #"{"id":"e0000000-0000-4000-8000-000000000049"}"#), Write("POST /items/named", #"{"id":"k","n":1}"#),
        Write("POST /items/listed", #"{"tags":["a"]}"#), Write("POST /items/notes", #"{"title":"x"}"#, as: "clerk"),
        Write("PATCH /items/shelves/1", #"{"name":"y"}"#), Write("PATCH /items/brief/1", #"{"name":"y"}"#),
        Write("PATCH /items/quiet/1", #"{"name":"y"}"#), Write("PATCH /items/books/\(Shelves.book)", #"{"shelf":null}"#),
        Write("PATCH /items/named/k", #"{"id":"other","n":2}"#), Write("PATCH /items/notes/1", #"{"title":"y"}"#, as: "clerk"),
        // A key that the sequence must follow, rows of other collections.
        Write("POST /items/shelves", #"{"id":50}"#, isAlone: false), Write("POST /items/shelves", #"{"books":[{"title":"x"}]}"#, isAlone: false),
        Write("POST /items/books", #"{"shelf":{"name":"x"}}"#, isAlone: false), Write("POST /items/books", #"{"shelf":{"id":1}}"#, isAlone: false),
        Write("PATCH /items/shelves/1", #"{"name":"z","books":[]}"#, isAlone: false),
        Write("PATCH /items/books/\(Shelves.book)", #"{"shelf":{"id":2,"name":"z"}}"#, isAlone: false),
        // Several rows are one statement where they are alike (`BatchWriteTests`). One in a list, the state of a list, nothing to write.
        Write("POST /items/shelves", #"[{"name":"x"}]"#, isAlone: false),
        Write("PATCH /items/shelves", #"{"keys":[1],"data":{"name":"x"}}"#, isAlone: false),
        Write("PATCH /items/listed/1", #"{"tags":["b"]}"#, isAlone: false), Write("PATCH /items/shelves/1", "{}", isAlone: false),
        // Behaviors.
        Write("POST /users", #"{"email":"x@example.com"}"#, isAlone: false),
        Write("PATCH /users/\(Shelves.clerk)", #"{"title":"x"}"#, isAlone: false),
        Write("PATCH /files/\(Shelves.file)", #"{"title":"x"}"#, isAlone: false), Write("POST /roles", #"{"name":"x"}"#, isAlone: false),
        Write("PATCH /settings", #"{"project_name":"x"}"#, isAlone: false),
    ]

    @Test func oneStatementWritesOneRow() async throws {
        let texts = StatementTexts()
        var setup = TestAPI.Setup()
        setup.trace = { texts.add($0) }
        try await withAPI(Shelves.model, setup: setup) { api in
            for write in Self.writes {
                let name = "\(write.request) \(write.body)"
                _ = texts.take()
                let answer = try await api.raw(write.request, [("Authorization", "Bearer \(write.caller)")], write.body)
                #expect(answer.status == 200, "\(name): \(answer.text)")
                let sent = texts.take()
                // The answer is read in a transaction of its own where it takes several statements.
                let begun = sent.filter { $0.hasPrefix("BEGIN") && !$0.contains("READ ONLY") }.count
                #expect(begun == (write.isAlone ? 0 : 1), "\(name): \(sent)")
                if write.isAlone {
                    #expect(sent.filter { $0.contains("INSERT INTO") || $0.contains("UPDATE ") }.count == 1, "\(name): \(sent)")
                }
            }
        }
    }

    @Test func valuesThatDifferShareAStatement() async throws {
        let texts = StatementTexts()
        var setup = TestAPI.Setup()
        setup.trace = { texts.add($0) }
        try await withAPI(Shelves.model, setup: setup) { api in
            for (request, bodies) in [
                ("PATCH /items/notes/1", [#"{"title":"a"}"#, #"{"title":null}"#, #"{"title":"b"}"#]),
                ("POST /items/notes", [#"{"title":"a","views":1}"#, #"{"title":"b","views":2}"#]),
            ] {
                var seen: Set<String> = []
                for body in bodies {
                    _ = texts.take()
                    _ = try await api.raw(request, [("Authorization", "Bearer clerk")], body)
                    seen.formUnion(texts.take().filter { $0.contains("kerege_row") })
                }
                #expect(seen.count == 1, "\(request): \(seen)")
            }
        }
    }

    private static let told: [(request: String, body: String, history: String)] = [
        (
            "POST /items/shelves", #"{"name":"x"}"#, #"create|shelves|3|{"name":"x"}|{"name":"x"}|-|-"#
        ),
        ("POST /items/shelves", "{}", "create|shelves|4|-|-|-|-"),
        (
            "PATCH /items/shelves/1", #"{"name":"y"}"#, #"update|shelves|1|{"id":1,"name":"y"}|{"name":"y"}|-|-"#
        ),
        (
            "PATCH /items/shelves/1", #"{"name":null}"#, #"update|shelves|1|{"id":1,"name":null}|{"name":null}|-|-"#
        ),
        (
            "PATCH /items/books/\(Shelves.book)", #"{"shelf":2}"#,
            #"update|books|\#(Shelves.book)|{"id":"\#(Shelves.book)","title":"One"}|{"shelf":2}|-|-"#
        ),
        (
            "PATCH /items/listed/1", #"{"tags":["b",""]}"#, #"update|listed|1|{"id":1,"tags":["b",""]}|{"tags":["b",""]}|-|-"#
        ),
        ("POST /items/brief", #"{"name":"x"}"#, "create|brief|2|-|-|-|-"), ("PATCH /items/brief/1", #"{"name":"x"}"#, "update|brief|1|-|-|-|-"),
        ("POST /items/quiet", #"{"name":"x"}"#, ""), ("PATCH /items/quiet/1", #"{"name":"x"}"#, ""),
        // No row was changed, or no column of one.
        ("PATCH /items/shelves/99", #"{"name":"y"}"#, ""), ("PATCH /items/brief/99", #"{"name":"y"}"#, ""),
        ("PATCH /items/listed/99", #"{"tags":[]}"#, ""), ("PATCH /items/shelves/99", "{}", ""),
        ("PATCH /items/shelves/1", "{}", "update|shelves|1|-|-|-|-"), ("PATCH /items/shelves/1", #"{"id":7}"#, "update|shelves|1|-|-|-|-"),
        ("PATCH /items/shelves/1", #"{"nothing":7}"#, "update|shelves|1|-|-|-|-"), ("PATCH /items/quiet/1", #"{"nothing":7}"#, ""),
        ("PATCH /items/books/\(Shelves.book)", "{}", "update|books|\(Shelves.book)|-|-|-|-"),
    ]

    @Test func theHistoryTellsWhatWasWritten() async throws {
        try await withAPI(Shelves.model) { api in
            try await api.client.run("INSERT INTO listed (tags) VALUES ('a')")
            for (request, body, history) in Self.told {
                try await api.client.run("DELETE FROM directus_revisions; DELETE FROM directus_activity")
                let answer = try await api.raw(request, TypeValues.boss, body)
                #expect(answer.status == (request.hasSuffix("/99") ? 204 : 200), "\(request) \(body): \(answer.text)")
                #expect(try await api.rows(Shelves.history) == history, "\(request) \(body)")
            }
        }
    }

    private static let callers = "SELECT \"user\", ip, user_agent, origin FROM directus_activity ORDER BY id DESC LIMIT 1"

    @Test func theHistoryTellsWhoItWas() async throws {
        try await withAPI(Shelves.model) { api in
            let headers = [("User-Agent", "Agent/1 (é)"), ("Origin", "https://a.example")]
            for (request, body) in [
                ("POST /items/shelves", #"{"name":"x"}"#), ("PATCH /items/shelves/1", #"{"name":"x"}"#), ("POST /items/brief", #"{"name":"x"}"#),
                ("PATCH /items/brief/1", #"{"name":"x"}"#), ("PATCH /items/shelves/1", "{}"),
            ] {
                _ = try await api.raw(request, TypeValues.boss + headers, body)
                #expect(try await api.rows(Self.callers) == "\(Shelves.boss)|127.0.0.1|Agent/1 (é)|https://a.example", "\(request) \(body)")
                _ = try await api.raw(request, TypeValues.boss, body)
                #expect(try await api.rows(Self.callers) == "\(Shelves.boss)|127.0.0.1|-|-", "\(request) \(body)")
            }
            let long = [("User-Agent", String(repeating: "a", count: 2000)), ("Origin", String(repeating: "é", count: 300))]
            let made = try await api.raw("POST /items/brief", long, #"{"name":"x"}"#)
            #expect(made.status == 200, "\(made.text)")
            #expect(
                try await api.rows(Self.callers)
                    == "-|127.0.0.1|\(String(repeating: "a", count: 1024))|\(String(repeating: "é", count: 255))")
        }
    }

    /// What PostgreSQL's rules add to a write they add to a statement of its own alone.
    @Test func tablesWithRulesAreWritten() async throws {
        try await withAPI(Shelves.model) { api in
            try await api.client.run(
                """
                CREATE TABLE seen (name text);
                CREATE RULE made AS ON INSERT TO shelves DO ALSO INSERT INTO seen VALUES ('made ' || NEW.name);
                CREATE RULE changed AS ON UPDATE TO shelves DO ALSO INSERT INTO seen VALUES ('changed ' || NEW.name);
                """)
            for _ in 0..<2 {
                let changed = try await api.raw("PATCH /items/shelves/1?fields=name", TypeValues.boss, #"{"name":"x"}"#)
                #expect(changed.text == #"{"data":{"name":"x"}}"#)
                let made = try await api.raw("POST /items/shelves?fields=name", TypeValues.boss, #"{"name":"y"}"#)
                #expect(made.text == #"{"data":{"name":"y"}}"#)
            }
            #expect(try await api.rows("SELECT name FROM seen") == "changed x\nmade y\nchanged x\nmade y")
            #expect(try await api.rows("SELECT action FROM directus_activity ORDER BY id") == "update\ncreate\nupdate\ncreate")
            #expect(try await api.rows("SELECT count(*) FROM directus_revisions") == "4")
        }
    }

    /// The history's column holds 255 characters, whichever way it is written.
    @Test func longKeysAreCut() async throws {
        let key = String(repeating: "é", count: 300)
        let path = String(repeating: "%C3%A9", count: 300)
        let items = "SELECT DISTINCT item FROM (SELECT item FROM directus_activity UNION ALL SELECT item FROM directus_revisions) AS t"
        for body in ["{\"id\":\"\(key)\",\"n\":1}", "[{\"id\":\"\(key)\",\"n\":1}]"] {
            try await withAPI(Shelves.model) { api in
                let made = try await api.raw("POST /items/named", TypeValues.boss, body)
                #expect(made.status == 200)
                let changed = try await api.raw("PATCH /items/named/\(path)", TypeValues.boss, #"{"n":2}"#)
                #expect(changed.text == "{\"data\":{\"id\":\"\(key)\",\"n\":2}}")
                #expect(try await api.rows(items) == String(repeating: "é", count: 255))
                #expect(try await api.rows("SELECT count(*) FROM directus_revisions") == "2")
            }
        }
    }
}
