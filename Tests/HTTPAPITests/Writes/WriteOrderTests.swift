import JSONText
import Testing

/// Whether a row may be changed is told before what is wrong with its new values, and one that may not be is as one that isn't there.
@Suite struct WriteOrderTests {
    private static func clerk(_ request: String, _ body: String, on api: TestAPI) async throws -> TestAPI.RawAnswer {
        try await api.raw(request, [("Authorization", "Bearer clerk")], body)
    }

    private static func located(_ code: String, _ field: String, _ value: String, _ message: String) -> String {
        #"{"errors":[{"message":"\#(message)","extensions":{"collection":"notes","field":"\#(field)","value":\#(value),"code":"\#(code)"}}]}"#
    }

    private static let tooMany = """
        {"errors":[{"message":"Validation failed for field \\"views\\". Value has to be less than \\"100\\".",\
        "extensions":{"field":"views","path":[],"type":"lt","valid":100,"code":"FAILED_VALIDATION"}}]}
        """

    private static func invalid(_ field: String) -> String { Refused.payload("Invalid value for field \"\(field)\"") }

    /// What is wrong with each, on a row that may be changed.
    private static let payloads: [(fields: [String], body: String, answer: String)] = [
        (["views"], #"{"views":100}"#, tooMany),
        (["title"], #"{"title":"\u0000"}"#, invalid("title")),
        (["moment"], #"{"moment":"x"}"#, Refused.payload("Invalid DateTime format in field \"moment\"")),
        // What only the database finds.
        (
            ["views"], #"{"views":-2147483649}"#,
            located(
                "VALUE_OUT_OF_RANGE", "views", "-2147483649",
                #"Numeric value \"-2147483649\" for field \"views\" in collection \"notes\" is out of range."#)
        ),
        (
            ["title"], #"{"title":"much too long"}"#,
            located(
                "VALUE_TOO_LONG", "title", #""much too long""#,
                #"Value \"much too long\" for field \"title\" in collection \"notes\" is too long."#)
        ),
        (["moment"], #"{"moment":"2024-01-31T13:45:00+16:00"}"#, Refused.payload("A value can't be stored in its field")),
        (["code"], #"{"code":"taken"}"#, Refused.payload("A value is not unique")),
    ]

    @Test func rowsComeBeforeValues() async throws {
        try await withAPI(Shelves.model) { api in
            try await api.client.run("UPDATE notes SET code = 'taken' WHERE id = 2; INSERT INTO notes (id, code) VALUES (30, 'mine too')")
            let before = try await api.rows(Shelves.state)
            for (fields, body, answer) in Self.payloads {
                for key in ["2", "99"] {
                    let hidden = try await Self.clerk("PATCH /items/notes/\(key)", body, on: api)
                    #expect(
                        hidden.status == 403 && hidden.text == Refused.action("update", "notes", fields: fields), "\(key) \(body): \(hidden.text)")
                }
                let refused = try await Self.clerk("PATCH /items/notes/1", body, on: api)
                #expect(refused.status == 400 && refused.text == answer, "\(body): \(refused.text)")
                #expect(try await api.rows(Shelves.state) == before, "\(body)")
            }
            // Fields come before rows.
            for key in ["1", "2", "99"] {
                let refused = try await Self.clerk("PATCH /items/notes/\(key)", #"{"author":"x","views":100}"#, on: api)
                #expect(refused.status == 403 && refused.text.contains("author"), "\(key): \(refused.text)")
            }
            #expect(try await api.rows(Shelves.state) == before)
        }
    }

    /// Domains check their values as they come in, before a row is looked for.
    @Test func rowsComeBeforeValuesOfDomains() async throws {
        try await withAPI(Shelves.model) { api in
            let before = try await api.rows(Shelves.state)
            for (key, status, answer) in [
                ("2", 403, Refused.action("update", "worded", fields: ["word"])), ("99", 403, Refused.action("update", "worded", fields: ["word"])),
                ("1", 400, Refused.payload("A value violates a constraint")),
            ] {
                let refused = try await Self.clerk("PATCH /items/worded/\(key)", #"{"word":"two words"}"#, on: api)
                #expect(refused.status == status && refused.text == answer, "\(key): \(refused.text)")
            }
            #expect(try await api.rows(Shelves.state) == before)
        }
    }

    /// An administrator has no rows that are hidden: what is wrong with the payload is told, whatever row it is for.
    @Test func anAdministratorIsToldOfTheValue() async throws {
        try await withAPI(Shelves.model) { api in
            let before = try await api.rows(Shelves.state)
            for key in ["1", "99"] {
                for body in [#"{"views":"x"}"#, #"{"views":-2147483649}"#, #"{"title":"\u0000"}"#] {
                    #expect(try await api.raw("PATCH /items/notes/\(key)", TypeValues.boss, body).status == 400, "\(key) \(body)")
                }
            }
            #expect(try await api.rows(Shelves.state) == before)
        }
    }

    @Test func aRowThatMayNotBeChangedIsNotThere() async throws {
        try await withAPI(Shelves.model) { api in
            let before = try await api.rows(Shelves.state)
            for (fields, body) in [
                (["title"], #"{"title":"x"}"#), (["title"], #"{"title":null}"#), (["code"], #"{"code":"free"}"#), (["status"], #"{"status":"x"}"#),
                (["title", "views"], #"{"title":"x","views":1}"#),
            ] {
                for key in ["2", "99"] {
                    let refused = try await Self.clerk("PATCH /items/notes/\(key)", body, on: api)
                    #expect(refused.status == 403 && refused.text == Refused.action("update", "notes", fields: fields), "\(key) \(body)")
                }
            }
            // One of the rules admits the row, but not for the field.
            let other = try await Self.clerk("PATCH /items/notes/1", #"{"status":"x"}"#, on: api)
            #expect(other.status == 403 && other.text == Refused.action("update", "notes", fields: ["status"]))
            #expect(try await api.rows(Shelves.state) == before)
        }
    }

    @Test func presetsAreInTheRowAndItsHistory() async throws {
        try await withAPI(Shelves.model) { api in
            let made = try await Self.clerk("POST /items/notes", #"{"title":"new","views":3}"#, on: api)
            #expect(
                made.text == #"{"data":{"id":3,"title":"new","status":"new","views":3,"author":"\#(Shelves.clerk)"}}"#)
            let changed = try await Self.clerk("PATCH /items/notes/3?fields=title,status", #"{"title":"old"}"#, on: api)
            #expect(changed.text == #"{"data":{"title":"old","status":"touched"}}"#)
            let told = try await api.rows(Shelves.history).split(separator: "\n").map { String($0) }
            let payload = #"{"title":"new","views":3,"author":"\#(Shelves.clerk)","status":"new"}"#
            let state = #"{"id":3,"title":"old","status":"touched","views":3,"moment":null,"code":null,"author":"\#(Shelves.clerk)"}"#
            #expect(
                told == ["create|notes|3|\(payload)|\(payload)|-|-", #"update|notes|3|\#(state)|{"title":"old","status":"touched"}|-|-"#])
            #expect(try await api.rows("SELECT DISTINCT \"user\" FROM directus_activity") == Shelves.clerk)
        }
    }

    /// The new state isn't judged by the rule again: a row may be changed out of one's own reach, and is not shown then.
    @Test func aRowMayBeMovedOutOfReach() async throws {
        try await withAPI(Shelves.model) { api in
            try await api.client.run("UPDATE notes SET author = '\(Shelves.clerk)' WHERE id = 1")
            let moved = try await Self.clerk("PATCH /items/notes/1", #"{"status":"locked"}"#, on: api)
            #expect(moved.status == 204 && moved.text == "")
            #expect(try await api.rows("SELECT status FROM notes WHERE id = 1") == "locked")
            #expect(try await api.rows("SELECT count(*) FROM directus_revisions") == "1")
        }
    }
}
