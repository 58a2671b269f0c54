import JSONText
import Testing

/// What the database refuses leaves neither the row nor its history behind, whether it is refused at once or at the end of the transaction.
@Suite struct RefusedWriteTests {
    private static func located(_ code: String, _ field: String, _ value: String, _ message: String) -> String {
        #"{"errors":[{"message":"\#(message)","extensions":{"collection":"strict","field":"\#(field)","value":\#(value),"code":"\#(code)"}}]}"#
    }

    private static func unique(_ field: String, _ value: String, _ told: String) -> String {
        located(
            "RECORD_NOT_UNIQUE", field, value, #"Value \"\#(told)\" for field \"\#(field)\" in collection \"strict\" has to be unique."#)
    }

    private static func foreign(_ field: String) -> String {
        located("INVALID_FOREIGN_KEY", field, "99", #"Invalid foreign key \"99\" for field \"\#(field)\" in collection \"strict\"."#)
    }

    private static let missing = """
        {"errors":[{"message":"Value for field \\"must\\" in collection \\"strict\\" can't be null.",\
        "extensions":{"collection":"strict","field":"must","code":"NOT_NULL_VIOLATION"}}]}
        """

    static let payloads: [(body: String, answer: String)] = [
        (#"{"code":"a"}"#, unique("code", #""a""#, "a")), (#"{"must":null}"#, missing),
        (#"{"n":0}"#, Refused.payload(#"A value violates "strict_n_check""#)),
        (#"{"pair":1}"#, Refused.payload(#"A value violates "strict_row_exclude""#)),
        (
            #"{"code":"long"}"#,
            located("VALUE_TOO_LONG", "code", #""long""#, #"Value \"long\" for field \"code\" in collection \"strict\" is too long."#)
        ),
        (
            #"{"n":2147483648}"#,
            located(
                "VALUE_OUT_OF_RANGE", "n", "2147483648", #"Numeric value \"2147483648\" for field \"n\" in collection \"strict\" is out of range."#)
        ),
        (#"{"shelf":99}"#, foreign("shelf")),
        // Found at the end of the statement's own transaction, after it has answered.
        (#"{"late":1}"#, unique("late", "1", "1")), (#"{"later":99}"#, foreign("later")),
    ]

    @Test func itLeavesNothing() async throws {
        let texts = StatementTexts()
        var setup = TestAPI.Setup()
        setup.trace = { texts.add($0) }
        try await withAPI(Shelves.model, setup: setup) { api in
            try await api.client.run("UPDATE strict SET pair = 1; INSERT INTO strict (id, n) VALUES (20, 5)")
            let before = try await api.rows(Shelves.state)
            for (body, answer) in Self.payloads {
                for request in ["POST /items/strict", "PATCH /items/strict/20"] {
                    _ = texts.take()
                    let refused = try await api.raw(request, TypeValues.boss, body)
                    #expect(refused.status == 400 && refused.text == answer, "\(request) \(body): \(refused.status) \(refused.text)")
                    #expect(!texts.take().contains { $0.hasPrefix("BEGIN") || $0.hasPrefix("ROLLBACK") }, "\(request) \(body)")
                    #expect(try await api.rows(Shelves.state) == before, "\(request) \(body)")
                }
            }
            let changed = try await api.raw("PATCH /items/strict/20?fields=n", TypeValues.boss, #"{"n":6}"#)
            #expect(changed.text == #"{"data":{"n":6}}"#)
            #expect(
                try await api.rows(Shelves.history) == #"update|strict|20|{"id":20,"code":null,"must":"m","n":6,"late":null,"pair":null}|{"n":6}|-|-"#
            )
        }
    }

    /// The history is part of the statement: what refuses it refuses the row.
    @Test func aHistoryThatCanNotBeWrittenLeavesNoRow() async throws {
        try await withAPI(Shelves.model) { api in
            let before = try await api.rows(Shelves.state)
            for table in ["directus_activity", "directus_revisions"] {
                try await api.client.run("ALTER TABLE \(table) ADD CONSTRAINT never CHECK (false) NOT VALID")
                for (request, body) in [("POST /items/shelves", #"{"name":"x"}"#), ("PATCH /items/shelves/1", #"{"name":"x"}"#)] {
                    #expect(try await api.raw(request, TypeValues.boss, body).status >= 400)
                }
                try await api.client.run("ALTER TABLE \(table) DROP CONSTRAINT never")
                #expect(try await api.rows(Shelves.state) == before)
            }
        }
    }

    /// `cached plan must not change result type`.
    @Test func aStatementThatWentStaleIsTriedAgain() async throws {
        try await withAPI(Shelves.model) { api in
            func write() async throws {
                let made = try await api.raw("POST /items/notes?fields=title", TypeValues.boss, #"{"title":"x"}"#)
                #expect(made.text == #"{"data":{"title":"x"}}"#)
                let changed = try await api.raw("PATCH /items/notes/1?fields=title", TypeValues.boss, #"{"title":"y"}"#)
                #expect(changed.text == #"{"data":{"title":"y"}}"#)
            }
            for change in [
                "ALTER COLUMN id TYPE bigint", "ADD COLUMN further integer", "ALTER COLUMN title TYPE text", "ALTER COLUMN id TYPE integer",
            ] {
                try await write()
                try await api.client.run("ALTER TABLE notes \(change)")
                try await write()
            }
            #expect(try await api.rows("SELECT count(*) FROM notes") == "10")
            #expect(try await api.rows("SELECT action, count(*) FROM directus_activity GROUP BY action ORDER BY action") == "create|8\nupdate|8")
            #expect(try await api.rows("SELECT count(*) FROM directus_revisions") == "16")
        }
    }
}
