import JSONText
import Testing

/// Several plain rows, with their history, are one statement; where one of them is refused it is told which, and none is left.
@Suite struct BatchWriteTests {
    private static func bodies(_ count: Int, _ body: (Int) -> String) -> String { "[\((0..<count).map(body).joined(separator: ","))]" }

    @Test func oneStatementWritesThem() async throws {
        let texts = StatementTexts()
        var setup = TestAPI.Setup()
        setup.trace = { texts.add($0) }
        try await withAPI(Shelves.model, setup: setup) { api in
            for collection in ["shelves", "brief", "quiet"] {
                for count in [2, 100, 7] {
                    _ = texts.take()
                    let body = Self.bodies(count) { "{\"name\":\"\($0)\"}" }
                    let made = try await api.raw("POST /items/\(collection)?fields=name", TypeValues.boss, body)
                    #expect(made.text == "{\"data\":\(body)}")
                    let sent = texts.take().filter { $0.contains("INSERT") || $0.hasPrefix("BEGIN") || $0.contains(" WHERE (") }
                    #expect(sent.count == 1, "\(collection): \(sent)")
                }
            }
            // Of one form.
            #expect(try await api.rows("SELECT count(*) FROM shelves") == "111")
            #expect(try await api.rows("SELECT count(*) FROM directus_revisions") == "109")
            #expect(try await api.rows("SELECT count(*) FROM directus_activity") == "218")
        }
    }

    private static let wrongHistory = """
        SELECT count(*) FROM directus_activity a LEFT JOIN directus_revisions r ON r.activity = a.id LEFT JOIN shelves s ON s.id::text = a.item
          WHERE r.item IS DISTINCT FROM a.item OR r.collection <> 'shelves' OR r.data::text IS DISTINCT FROM r.delta::text
            OR r.data->>'name' IS DISTINCT FROM s.name
        """

    @Test func theHistoryTellsOfTheRightRows() async throws {
        try await withAPI(Shelves.model) { api in
            for count in [2, 1000] {
                let body = Self.bodies(count) { $0 % 3 == 1 ? "{\"name\":null}" : "{\"name\":\"\($0), \\\"\($0)\\\\\"}" }
                let made = try await api.raw("POST /items/shelves?fields=name&limit=-1", TypeValues.boss, body)
                #expect(made.text == "{\"data\":\(body)}")
                #expect(try await api.rows(Self.wrongHistory) == "0")
            }
            #expect(try await api.rows("SELECT count(*), count(DISTINCT item) FROM directus_revisions") == "1002|1002")
        }
    }

    /// Rows are answered in the order of their keys, whichever way they are written.
    @Test func keysOrderTheAnswer() async throws {
        try await withAPI(Shelves.model) { api in
            let keys = ["b", "é", "A", "a", "Z", "1"]
            let body = "[\(keys.enumerated().map { "{\"id\":\"\($1)\",\"n\":\($0)}" }.joined(separator: ","))]"
            let made = try await api.raw("POST /items/named", TypeValues.boss, body)
            let read = try await api.raw("GET /items/named", TypeValues.boss, "")
            #expect(made.status == 200 && made.text == read.text)
            let history = "SELECT count(*) FROM directus_revisions r JOIN named n ON n.id = r.item AND n.n::text = r.data->>'n'"
            #expect(try await api.rows(history) == "6")
            try await api.client.run("DELETE FROM books")
            let books = try await api.raw("POST /items/books", TypeValues.boss, Self.bodies(50) { "{\"title\":\"\($0)\"}" })
            #expect(books.text == (try await api.raw("GET /items/books", TypeValues.boss, "")).text)
            let titles = "SELECT count(*) FROM directus_revisions r JOIN books b ON b.id::text = r.item AND b.title = r.data->>'title'"
            #expect(try await api.rows(titles) == "50")
            // Sequences may run backwards.
            try await api.client.run("ALTER SEQUENCE shelves_id_seq INCREMENT -1 MAXVALUE 1000 MINVALUE -1000 RESTART 0")
            let shelves = try await api.raw("POST /items/shelves?fields=name", TypeValues.boss, #"[{"name":"a"},{"name":"b"}]"#)
            #expect(shelves.text == #"{"data":[{"name":"b"},{"name":"a"}]}"#)
        }
    }

    @Test func aLimitCutsTheAnswer() async throws {
        try await withAPI(Shelves.model) { api in
            for (query, shown) in [("limit=1", "a"), ("sort=-name", "b,a"), ("limit=2", "a,b"), ("offset=1", "b"), ("page=2&limit=1", "b")] {
                let made = try await api.raw("POST /items/brief?fields=name&\(query)", TypeValues.boss, #"[{"name":"a"},{"name":"b"}]"#)
                let rows = shown.split(separator: ",").map { "{\"name\":\"\($0)\"}" }.joined(separator: ",")
                #expect(made.text == "{\"data\":[\(rows)]}", "\(query)")
            }
        }
    }

    @Test func theRowAtFaultIsTold() async throws {
        try await withAPI(Shelves.model) { api in
            try await api.client.run("UPDATE strict SET pair = 1")
            let before = try await api.rows(Shelves.state)
            // Of what is found at the end of the transaction the row isn't known.
            for (wrong, answer) in RefusedWriteTests.payloads where !wrong.contains("late") {
                let name = wrong.split(separator: "\"").first { $0 != "{" } ?? ""
                let fine = ["code": "null", "must": #""m""#, "n": "1", "pair": "null", "shelf": "null"]
                let body = Self.bodies(100) { $0 == 56 ? wrong : "{\"\(name)\":\(fine[String(name)] ?? "null")}" }
                let refused = try await api.raw("POST /items/strict", TypeValues.boss, body)
                #expect(refused.status == 400 && refused.text == answer, "\(wrong): \(refused.status) \(refused.text)")
                #expect(try await api.rows(Shelves.state) == before, "\(wrong)")
            }
        }
    }

    @Test func twoRowsOfABatchMayConflict() async throws {
        try await withAPI(Shelves.model) { api in
            let before = try await api.rows(Shelves.state)
            let refused = try await api.raw("POST /items/strict", TypeValues.boss, #"[{"code":"x"},{"code":"y"},{"code":"x"}]"#)
            #expect(refused.status == 400 && refused.text.contains(#""value":"x""#), "\(refused.text)")
            #expect(try await api.rows(Shelves.state) == before)
        }
    }
}
