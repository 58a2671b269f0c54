import JSONText
import Testing

/// Lists that are too long for one piece: the same answer as in one, in every format (`AnswerPieces`).
@Suite struct LongListTests {
    /// 1203 notes; 500 of them are answered in one piece.
    private static let model = TestModel(
        name: "notes",
        files: [
            (
                "Schemas/notes.yaml",
                """
                collection: notes
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  text: string
                  price: decimal(10,2)
                  made: timestamp
                  is_kept: boolean
                  place: json
                  author: { to: authors }
                """
            ),
            (
                "Schemas/authors.yaml",
                """
                collection: authors
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  name: string
                """
            ),
        ],
        rows: """
            INSERT INTO directus_policies (id, name, admin_access, app_access) VALUES
              ('c0000000-0000-4000-8000-000000000010', 'All', true, true), ('c0000000-0000-4000-8000-000000000011', 'Even', false, false);
            INSERT INTO directus_users (id, email, token) VALUES
              ('a0000000-0000-4000-8000-000000000010', 'boss@example.com', 'boss'), ('a0000000-0000-4000-8000-000000000011', 'eve@example.com', 'eve');
            INSERT INTO directus_access (id, "user", policy) VALUES
              ('d0000000-0000-4000-8000-000000000010', 'a0000000-0000-4000-8000-000000000010', 'c0000000-0000-4000-8000-000000000010'),
              ('d0000000-0000-4000-8000-000000000011', 'a0000000-0000-4000-8000-000000000011', 'c0000000-0000-4000-8000-000000000011');
            INSERT INTO directus_permissions (policy, collection, action, fields, permissions) VALUES
              ('c0000000-0000-4000-8000-000000000011', 'notes', 'read', 'id,text', '{"is_kept":{"_eq":true}}');
            INSERT INTO authors (id, name) SELECT a, 'Author ' || a FROM generate_series(1, 7) AS a;
            INSERT INTO notes (text, price, made, is_kept, place, author)
              SELECT CASE n % 4 WHEN 0 THEN '=' || n WHEN 1 THEN 'a "b", ' || n WHEN 2 THEN E'line\\nbreak' END, n * -1.5,
                timestamptz '2024-01-01 00:00:00+00' + n * interval '1 minute', n % 2 = 0,
                CASE WHEN n > 1100 THEN '{"late":1}' WHEN n % 3 = 0 THEN '{"x":{"y":2}}' WHEN n % 3 = 1 THEN '[1]' END::json, nullif(n % 8, 0)
              FROM generate_series(1, 1203) AS n;
            """)

    private static let boss = [(name: "Authorization", value: "Bearer boss")]
    private static let eve = [(name: "Authorization", value: "Bearer eve")]
    private static let fields = ["id,text,price,made,is_kept", "*,author.name", ""]

    /// The rows by pages of 400, each of them one piece.
    private func pages(_ query: String, _ headers: [(name: String, value: String)], _ api: TestAPI) async throws -> [JSONValue] {
        var rows: [JSONValue] = []
        for page in 1...4 {
            let answer = try await api.raw("GET /items/notes?limit=400&page=\(page)\(query)", headers)
            rows += try #require(try JSONParser.parse(answer.text)["data"]?.array)
        }
        return rows
    }

    @Test(arguments: LongListTests.fields) func aListHasAllItsRows(_ fields: String) async throws {
        let query = "&fields=\(fields)&sort=-price"
        try await withAPI(Self.model) { api in
            let answer = try await api.raw("GET /items/notes?limit=-1\(query)", Self.boss)
            #expect(answer.headers["etag"] == nil)
            let rows = try JSONParser.parse(answer.text)["data"]?.array
            #expect(rows?.count == 1203)
            #expect(rows == (try await pages(query, Self.boss, api)))
        }
    }

    @Test func countsStandInFront() async throws {
        try await withAPI(Self.model) { api in
            let answer = try await api.raw("GET /items/notes?limit=1000&offset=100&fields=id&meta=*", Self.boss)
            #expect(answer.text.hasPrefix(#"{"meta":{"total_count":1203,"filter_count":1203},"data":[{"id":101},{"id":102},"#))
            #expect(answer.text.hasSuffix(#"{"id":1100}]}"#))
        }
    }

    @Test func rightsHoldInEveryPiece() async throws {
        try await withAPI(Self.model) { api in
            let answer = try await api.raw("GET /items/notes?limit=-1&meta=*", Self.eve)
            let rows = try JSONParser.parse(answer.text)["data"]?.array
            #expect(rows?.count == 601)
            #expect(rows == (try await pages("", Self.eve, api)))
            #expect(rows?.allSatisfy { $0["text"] != nil && $0["price"] == nil } == true)
            let refused = try await api.raw("GET /items/notes?limit=-1&fields=price&export=csv", Self.eve)
            #expect(refused.status == 403)
        }
    }

    @Test(arguments: ["csv", "csv_utf8", "json", "xml", "yaml"], LongListTests.fields)
    func aDownloadIsTheOneOfItsRows(_ format: String, _ fields: String) async throws {
        try await withAPI(Self.model) { api in
            let long = try await api.raw("GET /items/notes?limit=-1&fields=\(fields)&export=\(format)", Self.boss)
            // The download of the same rows in one piece: asked for by their keys.
            let keys = (1...1203).map { String($0) }.joined(separator: ",")
            let short = try await api.raw(
                "SEARCH /items/notes?export=\(format)", Self.boss,
                #"{"query":{"fields":"\#(fields.isEmpty ? "*" : fields)","limit":-1,"export":"\#(format)"},"keys":[\#(keys)]}"#)
            #expect(long.status == 200)
            #expect(long.headers == short.headers)
            #expect(long.text == short.text)
        }
    }
}
