import JSONText
import Postgres
import Testing

/// Content versions: saving, previewing, comparing, promoting (contract/system.md, section 10), and who may (attack D8).
@Suite struct VersionTests {
    private typealias L = Library

    private func save(_ body: JSONValue, _ api: TestAPI) async throws {
        let answer = try await api.send("POST /versions/\(L.version)/save", as: "boss", body)
        #expect(answer.status == 200, "\(answer.body?.text ?? "")")
    }

    @Test func aSavedVersionIsPreviewedAndTheItemStays() async throws {
        try await withAPI(L.model) { api in
            try await save(["title": "Spring"], api)
            try await save(["author": ["name": "New"], "secret": "in version"], api)
            let before = try await api.rows(L.state)
            let scenarios = [
                APIScenario(
                    "applied; what exists in the version only has no key", as: "boss",
                    "GET /items/books/1?version=spring&fields=title,secret,author.id,author.name", status: 200,
                    #"{"data":{"title":"Spring","secret":"in version","author":{"id":null,"name":"New"}}}"#),
                APIScenario(
                    "read with the caller's rights", as: "looker", "GET /items/books/1?version=spring&fields=id,title,secret", status: 403, noSecret),
                APIScenario(
                    "raw, without what the caller can't read", as: "looker", "GET /items/books/1?version=spring&versionRaw=true&fields=title",
                    status: 200, #"{"data":{"title":"Spring","id":"1","author":{}}}"#),
                APIScenario(
                    "a list knows no versions", as: "boss", "GET /items/books?version=spring&fields=title&sort=id", status: 200,
                    #"{"data":[{"title":"Main"},{"title":"Other"}]}"#),
                APIScenario(
                    "another item has none", as: "boss", "GET /items/books/2?version=spring", status: 403,
                    refusal("FORBIDDEN", "You don't have permission to access this.")),
                APIScenario(
                    "the public may not read versions", as: nil, "GET /items/books/1?version=spring", status: 403, noVersions),
                APIScenario(
                    "the live item", as: "boss", "GET /items/books/1?version=main&fields=title", status: 200, #"{"data":{"title":"Main"}}"#),
            ]
            for scenario in scenarios { try await scenario.run(on: api) }
            #expect(try await api.rows(L.state) == before)
        }
    }

    private var noVersions: String {
        let reason = "You don't have permission to access collection \"directus_versions\" or it does not exist. Queried in root."
        return refusal("FORBIDDEN", reason, reason: reason)
    }

    private var noSecret: String {
        let reason = "You don't have permission to access field \"secret\" in collection \"books\" or it does not exist. Queried in root."
        return refusal("FORBIDDEN", reason, reason: reason)
    }

    @Test func promotingWritesTheItem() async throws {
        try await withAPI(L.model) { api in
            try await save(["title": "Spring", "pages": 99], api)
            let compared = try await api.send("GET /versions/\(L.version)/compare", as: "boss").body?["data"]
            #expect(compared?["current"] == ["id": "1", "title": "Spring", "pages": 99])
            #expect(compared?["main"] == ["id": 1, "title": "Main", "pages": 10, "secret": "s1", "author": 1])
            let hash = try #require(compared?["mainHash"]?.string)
            try await APIScenario(
                "some fields", as: "boss", "POST /versions/\(L.version)/promote", #"{"mainHash":"\#(hash)","fields":["title"]}"#, status: 200,
                #"{"data":"1"}"#
            ).run(on: api)
            #expect(try await api.rows("SELECT title, pages FROM books WHERE id = 1") == "Spring|10")
            let stale = "Main item has changed since this version was last updated"
            try await APIScenario(
                "with the hash of what was", as: "boss", "POST /versions/\(L.version)/promote", #"{"mainHash":"\#(hash)"}"#, status: 422,
                refusal("UNPROCESSABLE_CONTENT", "Can't process content. \(stale).", reason: stale), untouched: L.state
            ).run(on: api)
        }
    }

    @Test(.timeLimit(.minutes(2))) func aChangeThatIsBeingMadeIsNotOverwritten() async throws {
        try await withAPI(L.model) { api in
            try await save(["title": "Spring"], api)
            let compared = try await api.send("GET /versions/\(L.version)/compare", as: "boss")
            let hash = try #require(compared.body?["data"]?["mainHash"]?.string)
            let answer = try await api.client.withSession { session in
                _ = try await session.execute("BEGIN; UPDATE books SET title = 'Newer' WHERE id = 1")
                async let promoted = api.send("POST /versions/\(L.version)/promote", as: "boss", ["mainHash": .string(hash)])
                let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                while try await api.rows(waiting) == "0" {}
                _ = try await session.execute("COMMIT")
                return try await promoted
            }
            #expect(answer.status == 422, "\(answer.body?.text ?? "")")
            #expect(answer.body?["errors"]?.array?.first?["extensions"]?["code"] == "UNPROCESSABLE_CONTENT")
            #expect(try await api.rows("SELECT title FROM books WHERE id = 1") == "Newer")
        }
    }

    /// A row that leaves a list of the item, which touches nothing of the item itself, has left it also for the version.
    @Test(.timeLimit(.minutes(2))) func aRowThatIsLeavingTheItemIsNotWritten() async throws {
        try await withAPI(Harbour.model) { api in
            let made = try await api.send("POST /versions", as: "boss", ["key": "spring", "collection": "ships", "item": "1"])
            let version = try #require(made.body?["data"]?["id"]?.string)
            _ = try await api.send("POST /versions/\(version)/save", as: "boss", ["crew": [["id": 1, "name": "Renamed"]], "ports": []])
            let compared = try await api.send("GET /versions/\(version)/compare", as: "boss")
            let hash = try #require(compared.body?["data"]?["mainHash"]?.string)
            let stale = "Main item has changed since this version was last updated"
            for change in ["UPDATE crew SET ship = 2 WHERE id = 1", "DELETE FROM ships_ports WHERE id = 1"] {
                try await api.client.run("UPDATE crew SET ship = 1 WHERE id = 1")
                let answer = try await api.client.withSession { session in
                    _ = try await session.execute("BEGIN; \(change)")
                    async let promoted = api.send("POST /versions/\(version)/promote", as: "boss", ["mainHash": .string(hash)])
                    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                    while try await api.rows(waiting) == "0" {}
                    _ = try await session.execute("COMMIT")
                    return try await promoted
                }
                #expect(answer.status == 422)
                #expect(
                    answer.body?.text
                        == refusal("UNPROCESSABLE_CONTENT", "Can't process content. \(stale).", reason: stale))
                #expect(try await api.rows("SELECT name FROM crew WHERE id = 1") == "Eve")
            }
        }
    }

    /// Each would let somebody change, by way of a version, what they can't change themselves.
    @Test(
        arguments: [
            // Reads versions, no right to change them.
            ("looker", "POST /versions/\(Library.version)/save", #"{"title":"x"}"#),
            ("looker", "DELETE /versions/\(Library.version)", nil),
            // Every right on versions, none to change books.
            ("keeper", "POST /versions/\(Library.version)/save", #"{"title":"x"}"#),
            ("keeper", "POST /versions", #"{"key":"mine","collection":"books","item":"1"}"#),
            ("keeper", "PATCH /versions/\(Library.version)", #"{"name":"x"}"#),
            ("keeper", "DELETE /versions/\(Library.version)", nil),
            // Changes books, but not that field, and no authors.
            ("editor", "POST /versions/\(Library.version)/save", #"{"secret":"x"}"#),
            ("editor", "POST /versions/\(Library.version)/save", #"{"author":{"name":"New"}}"#),
            ("editor", "POST /versions/\(Library.version)/save", #"{"author":{"id":1,"name":"Renamed"}}"#),
        ] as [(String, String, String?)])
    func nobodyReachesBeyondTheirRights(_ caller: String, _ request: String, _ body: String?) async throws {
        try await withAPI(L.model) { api in
            let before = try await api.rows(L.state)
            let answer = try await api.send(request, as: caller, try body.map { try JSONParser.parse($0) })
            #expect(answer.status == 403)
            #expect(answer.body?["errors"]?.array?.first?["extensions"]?["code"] == "FORBIDDEN")
            #expect(try await api.rows(L.state) == before)
        }
    }

    @Test func whatMayNotBeWrittenIsNotPromoted() async throws {
        try await withAPI(L.model) { api in
            try await save(["secret": "x"], api)
            let hash = try await api.send("GET /versions/\(L.version)/compare", as: "boss").body?["data"]?["mainHash"]?.string
            let before = try await api.rows(L.state)
            let answer = try await api.send("POST /versions/\(L.version)/promote", as: "editor", ["mainHash": .string(hash ?? "")])
            #expect(answer.status == 403)
            #expect(try await api.rows(L.state) == before)
        }
    }

    @Test func whoMayChangeTheItemMayUseVersions() async throws {
        try await withAPI(L.model) { api in
            let made = try await api.send("POST /versions?fields=id,key", as: "editor", ["key": "mine", "collection": "books", "item": "2"])
            #expect(made.status == 200, "\(made.body?.text ?? "")")
            let id = try #require(made.body?["data"]?["id"]?.string)
            let saved = try await api.send("POST /versions/\(id)/save", as: "editor", ["title": "Mine"])
            #expect(saved.body?["data"]?["title"] == "Mine", "\(saved.body?.text ?? "")")
            let gone = try await api.send("DELETE /versions/\(id)", as: "editor")
            #expect(gone.status == 204)
        }
    }

    @Test func aVersionsKeyIsTakenOnce() async throws {
        try await withAPI(L.model) { api in
            let reason = "Version \"spring\" already exists for item \"1\" in collection \"books\""
            try await APIScenario(
                "again", as: "boss", "POST /versions", #"{"key":"spring","collection":"books","item":"1"}"#, status: 422,
                refusal("UNPROCESSABLE_CONTENT", "Can't process content. \(reason).", reason: reason), untouched: L.state
            ).run(on: api)
        }
    }
}
