import JSONText
import Testing

/// Rows that tell of items show no more than the items themselves (C16, contract/attacks.md).
@Suite struct HistoryTests {
    private typealias N = Newsroom

    /// As a boss: both articles changed, commented and given a version, one deleted; a user changed.
    private func makeHistory(_ api: TestAPI) async throws {
        for key in [1, 2] {
            _ = try await api.send("PATCH /items/articles/\(key)", as: "boss", ["title": "New", "secret": "changed"])
            _ = try await api.send(
                "POST /comments", as: "boss", ["collection": "articles", "item": .string("\(key)"), "comment": .string("On \(key)")])
            try await api.client.run(
                """
                INSERT INTO directus_versions (id, key, collection, item, delta) VALUES ('e0000000-0000-4000-8000-00000000000\(key)', 'draft', \
                'articles', '\(key)', '{"title":"V","secret":"in version"}')
                """)
        }
        _ = try await api.send("POST /items/articles", as: "boss", ["id": 3, "title": "Gone", "status": "published", "secret": "s3"])
        _ = try await api.send("DELETE /items/articles/3", as: "boss")
        _ = try await api.send("PATCH /users/\(N.reader)", as: "boss", ["title": "Dr"])
    }

    @Test func `C16 history shows what the item shows`() async throws {
        try await withAPI(Newsroom.model) { api in
            try await makeHistory(api)
            let scenarios = [
                APIScenario(
                    "activity", as: "reader", "GET /activity?fields=action,collection,item&sort=id", status: 200,
                    """
                    {"data":[{"action":"update","collection":"articles","item":"1"},
                      {"action":"create","collection":"directus_comments","item":"\(try await comment(on: 1, api))"},
                      {"action":"create","collection":"articles","item":"3"},{"action":"delete","collection":"articles","item":"3"}]}
                    """),
                APIScenario(
                    "revisions: members that the item's fields allow; of a row that is gone those granted without a rule", as: "reader",
                    "GET /revisions?fields=collection,item,data,delta&filter[collection][_eq]=articles&sort=id", status: 200,
                    """
                    {"data":[{"collection":"articles","item":"1","data":{"id":1,"title":"New","status":"published"},"delta":{"title":"New"}},
                      {"collection":"articles","item":"3","data":null,"delta":null}]}
                    """),
                APIScenario(
                    "comments", as: "reader", "GET /comments?fields=item,comment", status: 200,
                    #"{"data":[{"item":"1","comment":"On 1"}]}"#),
                APIScenario(
                    "versions", as: "reader", "GET /versions?fields=item,delta", status: 200,
                    #"{"data":[{"item":"1","delta":{"title":"V"}}]}"#),
                APIScenario(
                    "counted alike", as: "reader", "GET /versions?aggregate[count]=*", status: 200, #"{"data":[{"count":"1"}]}"#),
                APIScenario(
                    "a hidden one by its key", as: "reader", "GET /versions/e0000000-0000-4000-8000-000000000002", status: 403,
                    refusal("FORBIDDEN", "You don't have permission to access this.")),
                APIScenario(
                    "through a relation", as: "reader",
                    "GET /activity?fields=item,revisions.delta&filter[action][_eq]=update&filter[collection][_eq]=articles", status: 200,
                    #"{"data":[{"item":"1","revisions":[{"delta":{"title":"New"}}]}]}"#),
                APIScenario(
                    "all of it for an administrator", as: "boss", "GET /revisions?fields=item,delta&filter[collection][_eq]=articles&sort=id",
                    status: 200,
                    """
                    {"data":[{"item":"1","delta":{"title":"New","secret":"changed"}},{"item":"2","delta":{"title":"New","secret":"changed"}},
                      {"item":"3","delta":{"id":3,"title":"Gone","status":"published","secret":"s3"}}]}
                    """),
            ]
            for scenario in scenarios { try await scenario.run(on: api) }
        }
    }

    private func comment(on key: Int, _ api: TestAPI) async throws -> String {
        try await api.rows("SELECT id FROM directus_comments WHERE item = '\(key)'")
    }
}
