import Testing

/// Grouped fields that are called like what is counted over them. Found by `OracleTests`.
@Suite struct GroupKeyTests {
    private static let model = TestModel(
        name: "group-keys",
        files: [
            (
                "Schemas/votes.yaml",
                """
                collection: votes
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  count: integer
                """
            )
        ],
        rows: """
            INSERT INTO directus_policies (id, name, admin_access, app_access) VALUES ('c0000000-0000-4000-8000-000000000010', 'All', true, true);
            INSERT INTO directus_users (id, email, token) VALUES ('a0000000-0000-4000-8000-000000000010', 'boss@example.com', 'boss');
            INSERT INTO directus_access (id, "user", policy) VALUES
              ('d0000000-0000-4000-8000-000000000010', 'a0000000-0000-4000-8000-000000000010', 'c0000000-0000-4000-8000-000000000010');
            INSERT INTO votes (count) VALUES (5), (5), (7);
            """)

    private static let scenarios = [
        APIScenario(
            "the function stands for the field", as: "boss", "GET /items/votes?groupBy=count&aggregate%5Bcount%5D=*&sort=count", status: 200,
            #"{"data":[{"count":"2"},{"count":"1"}]}"#),
        APIScenario(
            "grouped twice by one field", as: "boss", "GET /items/votes?groupBy=count,count", status: 200, #"{"data":[{"count":5},{"count":7}]}"#),
    ]

    @Test("a key stands once in a group's object", arguments: scenarios) func keys(_ scenario: APIScenario) async throws {
        try await withAPI(Self.model) { try await scenario.run(on: $0) }
    }
}
