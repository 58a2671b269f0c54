import Testing

/// The default order of a collection whose field of the manual order is shown for some rows only (contract/items.md, 5.3): what is not shown
/// does not sort either. Found by `OracleTests`.
@Suite struct MaskedOrderTests {
    private static let model = TestModel(
        name: "masked-order",
        files: [
            (
                "Schemas/pages.yaml",
                """
                collection: pages
                sort: place
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  place: integer
                  isOpen: boolean
                """
            )
        ],
        rows: """
            INSERT INTO directus_permissions (policy, collection, action, fields, permissions) VALUES
              ('abf8a154-5b1c-4a46-ac9c-7300570f4f17', 'pages', 'read', 'id', NULL),
              ('abf8a154-5b1c-4a46-ac9c-7300570f4f17', 'pages', 'read', 'place', '{"isOpen":{"_eq":true}}');
            INSERT INTO pages (id, place, "isOpen") VALUES (1, 5, true), (2, 1, false), (3, 4, true);
            """)

    @Test("hidden places sort as null") func order() async throws {
        let scenario = APIScenario(
            "list", as: nil, "GET /items/pages?fields=id,place", status: 200,
            #"{"data":[{"id":3,"place":4},{"id":1,"place":5},{"id":2,"place":null}]}"#)
        try await withAPI(Self.model) { try await scenario.run(on: $0) }
    }
}
