import JSONText
import Testing

/// `GET /server/specs/oas` (attacks B10, L5): what the caller may do now, and nothing else.
@Suite struct SpecificationTests {
    private static func document(_ api: TestAPI, as token: String?) async throws -> JSONValue {
        let answer = try await api.send("GET /server/specs/oas", as: token)
        #expect(answer.status == 200)
        return try #require(answer.body)
    }

    private static func fields(_ document: JSONValue) -> [String]? {
        document["components"]?["schemas"]?["Articles"]?["properties"]?.object?.keys
    }

    @Test func `Each caller gets the document of their own rights`() async throws {
        try await withAPI(Newsroom.model) { api in
            let (boss, reader, nobody) = (
                try await Self.document(api, as: "boss"), try await Self.document(api, as: "reader"), try await Self.document(api, as: nil)
            )
            #expect(Self.fields(boss) == ["id", "title", "status", "secret", "code"])
            #expect(Self.fields(reader) == ["id", "title", "status"])
            #expect(reader["paths"]?["/items/articles"]?.object?.keys == ["get", "post"])
            #expect(!nobody.text.contains("articles"))
            #expect(!nobody.text.contains("Users"))
            #expect(try await Self.document(api, as: "reader") == reader)
        }
    }

    @Test func `A change of rights counts from the next request`() async throws {
        try await withAPI(Newsroom.model) { api in
            _ = try await Self.document(api, as: "reader")
            let answer = try await api.send("PATCH /permissions/101", as: "boss", ["fields": ["id", "code"]])
            #expect(answer.status == 200)
            #expect(Self.fields(try await Self.document(api, as: "reader")) == ["id", "code"])
        }
    }

    @Test func `Who has the document already is told so, who has another gets theirs`() async throws {
        try await withAPI(Newsroom.model) { api in
            func get(_ token: String, _ tag: String?) async throws -> TestAPI.RawAnswer {
                let known = tag.map { [(name: "If-None-Match", value: $0)] } ?? []
                return try await api.raw("GET /server/specs/oas", [(name: "Authorization", value: "Bearer \(token)")] + known)
            }
            let first = try await get("reader", nil)
            let tag = try #require(first.headers["etag"])
            let again = try await get("reader", tag)
            #expect(again.status == 304 && again.text.isEmpty && again.headers["etag"] == tag)
            let other = try await get("boss", tag)
            #expect(other.status == 200 && other.headers["etag"] != tag && other.text != first.text)
        }
    }
}
