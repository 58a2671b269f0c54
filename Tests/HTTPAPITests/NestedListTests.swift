import JSONText
import Testing

/// Lists of many parents at once: whole, cut for each parent, in order, whichever statement reads them (`PlainLists`).
@Suite struct NestedListTests {
    /// Shelves 1 to 20. Shelf 1 has 3 books, 2 has 60, 3 has 120, 4 has none, the others 100 each.
    private static let model = TestModel(
        name: "shelves",
        files: [
            (
                "Schemas/shelves.yaml",
                """
                collection: shelves
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  books: { many: books, by: shelf }
                """
            ),
            (
                "Schemas/books.yaml",
                """
                collection: books
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  place: integer
                  shelf: { to: shelves }
                  author: { to: authors }
                """
            ),
            (
                "Schemas/authors.yaml",
                """
                collection: authors
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                """
            ),
        ],
        rows: """
            INSERT INTO directus_policies (id, name, admin_access, app_access) VALUES ('c0000000-0000-4000-8000-000000000010', 'All', true, true);
            INSERT INTO directus_users (id, email, token) VALUES ('a0000000-0000-4000-8000-000000000010', 'boss@example.com', 'boss');
            INSERT INTO directus_access (id, "user", policy) VALUES
              ('d0000000-0000-4000-8000-000000000010', 'a0000000-0000-4000-8000-000000000010', 'c0000000-0000-4000-8000-000000000010');
            INSERT INTO shelves (id) SELECT s FROM generate_series(1, 20) AS s;
            INSERT INTO authors (id) VALUES (1);
            INSERT INTO books (place, shelf, author) SELECT p, s, 1 FROM generate_series(1, 20) AS s, generate_series(1, 120) AS p
              WHERE p <= CASE s WHEN 1 THEN 3 WHEN 2 THEN 60 WHEN 3 THEN 120 WHEN 4 THEN 0 ELSE 100 END;
            """)

    private static func count(of shelf: Int) -> Int {
        switch shelf {
        case 1: 3
        case 2: 60
        case 3: 120
        case 4: 0
        default: 100
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let shelves: [Int]
        /// `deep[books]`; nil = the default of 100.
        let limit: Int?
        let testDescription: String

        init(_ name: String, _ shelves: [Int], limit: Int? = nil) {
            self.shelves = shelves
            self.limit = limit
            testDescription = name
        }
    }

    private static let cases: [Case] = [
        Case("all short", [1, 2, 4]), Case("more than a parent may have, of two together", [2, 5]), Case("one too long", [1, 3]),
        Case("just as many as may be read at once", [5, 6, 7, 8, 9, 10, 11, 12, 13, 14]), Case("too many in all", Array(1...20)),
        Case("at the limit asked for", [1, 2], limit: 60), Case("above it", [1, 2], limit: 59), Case("a short limit", [1, 2, 5], limit: 2),
        Case("no limit", [3, 5], limit: -1),
    ]

    /// Known as quick from the beginning, or never: by one statement for all, where that can be, or by one for each level.
    @Test("lists are whole and cut by parent", arguments: cases, [0, Int.max]) func lists(_ entry: Case, provenAfter: Int) async throws {
        let ids = entry.shelves.map { String($0) }.joined(separator: ",")
        let deep = entry.limit.map { "&deep[books][_limit]=\($0)" } ?? ""
        let query = "sort=id&limit=400&fields=id,books.place,books.author.id&filter[id][_in]=\(ids)&deep[books][_sort]=-place\(deep)"
        let limit = entry.limit.map { $0 < 0 ? Int.max : $0 } ?? 100
        let expected = entry.shelves.map { shelf -> JSONValue in
            let places = (0..<min(limit, Self.count(of: shelf))).map { Self.count(of: shelf) - $0 }
            return ["id": .integer(shelf), "books": .array(places.map { ["place": .integer($0), "author": ["id": 1]] })]
        }
        try await withAPI(Self.model, setup: TestAPI.Setup(provenAfter: provenAfter)) { api in
            // The second time it is known how long the lists are.
            for _ in 0..<2 {
                let answer = try await api.send("GET /items/shelves?\(query.replacing("[", with: "%5B").replacing("]", with: "%5D"))", as: "boss")
                #expect(answer.status == 200)
                #expect(answer.body?.text == (["data": .array(expected)] as JSONValue).text)
            }
        }
    }
}
