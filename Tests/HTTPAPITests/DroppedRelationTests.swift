import Testing

/// Relations to collections that the caller may not read at all (contract/items.md, 5.4). Found by `OracleTests`.
@Suite struct DroppedRelationTests {
    private static let model = TestModel(
        name: "dropped-relations",
        files: [
            (
                "Schemas/books.yaml",
                """
                collection: authors
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  name: string
                  notes: { many: notes.author }
                ---
                collection: notes
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  text: string
                  author: { to: authors }
                ---
                collection: books
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  author: { to: authors }
                """
            )
        ],
        rows: """
            INSERT INTO directus_permissions (policy, collection, action, fields) VALUES ('abf8a154-5b1c-4a46-ac9c-7300570f4f17', 'books', 'read', '*'),
                ('abf8a154-5b1c-4a46-ac9c-7300570f4f17', 'notes', 'read', 'text');
            INSERT INTO authors (id, name) VALUES (7, 'Ann');
            INSERT INTO books (id, author) VALUES (1, 7);
            """)

    private static let scenarios = [
        APIScenario(
            "the key that a wildcard brings stays", as: nil, "GET /items/books?fields=*,author.name", status: 200, #"{"data":[{"id":1,"author":7}]}"#),
        APIScenario("the key asked for stays", as: nil, "GET /items/books?fields=author,author.name", status: 200, #"{"data":[{"author":7}]}"#),
        APIScenario("what *.* brings goes away", as: nil, "GET /items/books?fields=*.*", status: 200, #"{"data":[{"id":1}]}"#),
        APIScenario(
            "a filter of the level goes with it, on hidden keys of a list too", as: nil,
            "GET /items/books?fields=id,author.name&deep[author][_filter][notes][_neq]=3", status: 200, #"{"data":[{"id":1}]}"#),
        APIScenario("nothing else was asked for", as: nil, "GET /items/books?fields=id,author.name", status: 200, #"{"data":[{"id":1}]}"#),
    ]

    @Test("what is dropped leaves the raw key that was asked for beside it", arguments: scenarios) func keys(_ scenario: APIScenario) async throws {
        try await withAPI(Self.model) { try await scenario.run(on: $0) }
    }
}
