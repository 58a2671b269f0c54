import JSONText
import Testing

/// Writes beyond the rows and fields that a caller has, at every door: D1 to D4, D8, D9 (contract/attacks.md).
@Suite struct WriteDoorTests {
    /// Refused in full, with nothing changed. `KEY` is the other tenant's row, then one that nobody has.
    private struct Door {
        let name: String
        let request: String
        let body: String?
        let answer: String
        let hidden: String

        init(_ name: String, _ request: String, _ body: String? = nil, hidden: String = "3", _ answer: String) {
            self.name = name
            self.request = request
            self.body = body
            self.answer = answer
            self.hidden = hidden
        }
    }

    private static let noUpdate = Refused.action("update", "ships", fields: ["name"])
    private static let noDelete = Refused.action("delete", "ships")
    private static let noLink = Refused.action("update", "crew", fields: ["ship"])

    private static let rows: [Door] = [
        Door("by key", "PATCH /items/ships/KEY", #"{"name":"x"}"#, noUpdate),
        Door("by keys", "PATCH /items/ships", #"{"keys":[KEY],"data":{"name":"x"}}"#, noUpdate),
        Door("among one's own", "PATCH /items/ships", #"{"keys":[1,KEY],"data":{"name":"x"}}"#, noUpdate),
        Door("as a batch", "PATCH /items/ships", #"[{"id":1,"name":"x"},{"id":KEY,"name":"x"}]"#, noUpdate),
        Door("deleted by key", "DELETE /items/ships/KEY", nil, noDelete), Door("deleted by keys", "DELETE /items/ships", "[1,KEY]", noDelete),
        Door("deleted by an object", "DELETE /items/ships", #"{"keys":[KEY]}"#, noDelete),
        Door("sorted", "POST /utils/sort/ships", #"{"item":KEY,"to":1}"#, Refused.action("update", "ships", fields: ["position"])),
        Door("sorted to its place", "POST /utils/sort/ships", #"{"item":1,"to":KEY}"#, Refused.plain),
        Door("linked by its key", "PATCH /items/ships/1", #"{"crew":[1,KEY]}"#, hidden: "2", noLink),
        Door("linked at creation", "POST /items/ships", #"{"name":"x","crew":[KEY]}"#, hidden: "2", noLink),
        Door("a version of it", "POST /versions", #"{"key":"k","collection":"ships","item":"KEY"}"#, Refused.plain),
        Door("a share of it", "POST /shares", #"{"collection":"ships","item":"KEY"}"#, Refused.action("share", "ships")),
    ]

    @Test func `D1 D2 D8 rows of others stay, as if they were not there`() async throws {
        try await Self.rows.flatMap { door in
            [door.hidden, "99"].map { key in
                APIScenario(
                    "\(door.name) \(key)", as: "ann", door.request.replacing("KEY", with: key), door.body?.replacing("KEY", with: key), status: 403,
                    door.answer, untouched: Harbour.state)
            }
        }.run(on: Harbour.model)
    }

    private static let queries = [
        (
            APIScenario(
                "all that match", as: "ann", "PATCH /items/ships?fields=id,name",
                #"{"query":{"filter":{"name":{"_nnull":true}},"limit":-1},"data":{"name":"x"}}"#,
                status: 200, #"{"data":[{"id":1,"name":"x"},{"id":2,"name":"x"}]}"#), "x|x|Cutty"
        ),
        (
            APIScenario(
                "none of the other tenant", as: "ann", "PATCH /items/ships", #"{"query":{"filter":{"tenant":{"_eq":2}}},"data":{"name":"x"}}"#,
                status: 200, #"{"data":[]}"#), "Argo|Beagle|Cutty"
        ),
        (APIScenario("deleted", as: "ann", "DELETE /items/ships", #"{"query":{"limit":-1}}"#, status: 204, nil), "Cutty"),
        (
            APIScenario("none deleted", as: "ann", "DELETE /items/ships", #"{"query":{"filter":{"tenant":{"_eq":2}}}}"#, status: 204, nil),
            "Argo|Beagle|Cutty"
        ),
        (
            APIScenario("searched for", as: "ann", "DELETE /items/ships", #"{"query":{"search":"cutty"}}"#, status: 204, nil), "Argo|Beagle|Cutty"
        ),
        (
            APIScenario(
                "of those that may be read, those that may be changed", as: "ann", "PATCH /items/crew?fields=id",
                #"{"query":{"limit":-1},"data":{"name":"x"}}"#,
                status: 200, #"{"data":[{"id":1},{"id":3}]}"#), "Argo|Beagle|Cutty"
        ),
    ]

    @Test(arguments: queries) func `D1 a query chooses among the rows that may be changed`(_ door: APIScenario, _ left: String) async throws {
        try await withAPI(Harbour.model) { api in
            try await door.run(on: api)
            #expect(try await api.rows("SELECT string_agg(name, '|' ORDER BY id) FROM ships") == left)
            #expect(try await api.rows("SELECT name FROM crew WHERE id = 2") == "Fay")
        }
    }

    private static func refused(_ name: String, _ request: String, _ body: String, status: Int = 403, _ answer: String) -> APIScenario {
        APIScenario(name, as: "ann", request, body, status: status, answer, untouched: Harbour.state)
    }

    private static let nested = [
        refused(
            "a crew of another ship", "PATCH /items/ships/1", #"{"crew":[{"id":2,"name":"x"}]}"#,
            Refused.action("update", "crew", fields: ["name", "ship"])),
        refused(
            "the same by changes", "PATCH /items/ships/1", #"{"crew":{"update":[{"id":2,"name":"x"}]}}"#,
            Refused.action("update", "crew", fields: ["name", "ship"])),
        refused(
            "a field that can't be written", "PATCH /items/ships/1", #"{"crew":{"create":[{"name":"x","rank":"r"}]}}"#, Refused.field("rank", "crew")),
        refused(
            "a key of one's own choice", "PATCH /items/ships/1", #"{"crew":{"create":[{"id":7,"name":"x"}]}}"#, Refused.field("id", "crew")),
        refused("the same of one's own", "PATCH /items/ships/1", #"{"crew":[{"id":1,"rank":"r"}]}"#, Refused.field("rank", "crew")),
        refused(
            "the ship of a new hand", "POST /items/crew", #"{"name":"x","ship":{"id":3,"name":"taken"}}"#,
            Refused.action("update", "ships", fields: ["name"])),
        refused(
            "a new ship for it", "POST /items/crew", #"{"name":"x","ship":{"name":"new","owner":"\#(Harbour.ann)"}}"#, Refused.field("owner", "ships")
        ),
        refused(
            "the port behind a junction", "PATCH /items/ships/1", #"{"ports":[{"ports_id":{"id":2,"name":"x"}}]}"#, Refused.collection("ports")),
        refused("a new port", "PATCH /items/ships/1", #"{"ports":{"create":[{"ports_id":{"name":"x"}}]}}"#, Refused.collection("ports")),
        refused("taking one out", "PATCH /items/ships/1", #"{"ports":[]}"#, Refused.collection("ships_ports")),
        refused(
            "a beast behind any", "PATCH /items/ships/1", #"{"cargo":{"create":[{"collection":"beasts","item":{"label":"x"}}]}}"#,
            Refused.collection("beasts")),
        refused(
            "an item of a collection that is not allowed", "PATCH /items/ships/1",
            #"{"cargo":{"create":[{"collection":"vaults","item":{"label":"x"}}]}}"#,
            status: 400, Refused.payload(#""ships_cargo.item" can't be linked to collection "vaults""#)),
        refused("a list that is not granted", "PATCH /items/ships/1", #"{"vaults":[]}"#, Refused.field("vaults", "ships")),
        refused(
            "the third level", "POST /items/crew", #"{"name":"x","ship":{"name":"y","crew":[{"name":"z","rank":"r"}]}}"#,
            Refused.field("rank", "crew")),
        refused(
            "a user by a relation", "PATCH /items/ships/1", #"{"owner":{"id":"\#(Harbour.ann)","tenant":2}}"#, Refused.field("owner", "ships")),
    ]

    @Test func `D2 nested writes have the rights of their own collection`() async throws {
        try await Self.nested.run(on: Harbour.model)
    }

    @Test func `D2 keys of others in a list of deletions are passed over`() async throws {
        try await withAPI(Harbour.model) { api in
            for key in [2, 99] {
                try await APIScenario(
                    "\(key)", as: "ann", "PATCH /items/ships/1?fields=crew", #"{"crew":{"delete":[\#(key)]}}"#, status: 200, #"{"data":{"crew":[1]}}"#
                ).run(on: api)
            }
            #expect(try await api.rows("SELECT ship FROM crew WHERE id = 2") == "3")
        }
    }

    private static let notTheirs = """
        {"errors":[{"message":"Validation failed for field \\"tenant\\". Value has to be one of \\"1\\", \\"1\\".",
          "extensions":{"field":"tenant","path":[],"type":"in","valid":[1,"1"],"code":"FAILED_VALIDATION"}}]}
        """

    /// The rule for the state after a write is its validation (contract/items.md, 5.6).
    private static let moves = [
        refused("by key", "PATCH /items/ships/1", #"{"tenant":2}"#, status: 400, notTheirs),
        refused("by keys", "PATCH /items/ships", #"{"keys":[1,2],"data":{"tenant":2}}"#, status: 400, notTheirs),
        refused("as a batch", "PATCH /items/ships", #"[{"id":1,"tenant":2}]"#, status: 400, notTheirs),
        refused("by a query", "PATCH /items/ships", #"{"query":{"limit":-1},"data":{"tenant":2}}"#, status: 400, notTheirs),
        refused("as text", "PATCH /items/ships/1", #"{"tenant":"2"}"#, status: 400, notTheirs),
        refused("to nobody", "PATCH /items/ships/1", #"{"tenant":null}"#, status: 400, notTheirs),
        refused(
            "nested", "PATCH /items/crew/1", #"{"ship":{"id":1,"tenant":2}}"#, status: 400,
            notTheirs.replacing("[]", with: #"["ship"]"#).replacing(#"\"tenant\"."#, with: #"\"tenant\" at \"ship\"."#)),
    ]

    @Test func `D3 a row is not moved out of one's scope`() async throws {
        try await Self.moves.run(on: Harbour.model)
    }

    private static let assigned = [
        refused("the key", "POST /items/ships", #"{"id":77,"name":"x"}"#, Refused.field("id", "ships")),
        refused("the owner", "POST /items/ships", #"{"name":"x","owner":"\#(Harbour.bob)"}"#, Refused.field("owner", "ships")),
        refused("the tenant", "POST /items/ships", #"{"name":"x","tenant":2}"#, Refused.field("tenant", "ships")),
        refused("a field that is hidden", "POST /items/ships", #"{"name":"x","ledger":"l"}"#, Refused.field("ledger", "ships")),
        refused("a field that is not there", "POST /items/ships", #"{"name":"x","bogus":"l"}"#, Refused.field("bogus", "ships")),
        refused("among several", "POST /items/ships", #"[{"name":"x"},{"name":"y","wage":1}]"#, Refused.field("wage", "ships")),
        refused("later", "PATCH /items/ships/1", #"{"owner":"\#(Harbour.bob)"}"#, Refused.field("owner", "ships")),
        refused("the key later", "PATCH /items/ships/1", #"{"id":77}"#, Refused.field("id", "ships")),
        refused("a hidden field later", "PATCH /items/ships", #"{"keys":[1],"data":{"ledger":"x"}}"#, Refused.field("ledger", "ships")),
        refused("one's own role", "PATCH /users/me", #"{"role":null}"#, Refused.collection("directus_users")),
        refused("one's own tenant", "PATCH /users/me", #"{"tenant":2}"#, Refused.collection("directus_users")),
        refused("one's own policies", "PATCH /users/me", #"{"policies":[]}"#, Refused.collection("directus_users")),
        refused("a user", "POST /users", #"{"email":"x@example.com"}"#, Refused.collection("directus_users")),
        refused(
            "rights", "POST /permissions", #"{"policy":"\#(Harbour.matePolicy)","collection":"vaults","action":"read"}"#,
            Refused.collection("directus_permissions")),
    ]

    @Test func `D4 fields that are not granted are not assigned`() async throws {
        try await Self.assigned.run(on: Harbour.model)
    }

    @Test func `D4 the preset decides where the field is not granted`() async throws {
        try await withAPI(Harbour.model) { api in
            try await APIScenario(
                "created", as: "bob", "POST /items/ships?fields=name,tenant", #"{"name":"x"}"#, status: 200, #"{"data":{"name":"x","tenant":2}}"#
            ).run(on: api)
        }
    }

    @Test func `D9 a revision is not reverted to beyond one's rights`() async throws {
        try await withAPI(Harbour.model) { api in
            for key in [1, 3] { _ = try await api.send("PATCH /items/ships/\(key)", as: "boss", ["name": "New", "ledger": "iron"]) }
            _ = try await api.send("PATCH /items/ships/1", as: "boss", ["name": "Newer", "ledger": "steel"])
            let ids = try await api.rows("SELECT string_agg(id::text, ' ' ORDER BY id) FROM directus_revisions WHERE collection = 'ships'")
                .split(separator: " ").map(String.init)
            try #require(ids.count == 3)
            let beyond =
                "You don't have permission to access fields \"ledger\", \"charm\", \"pin\", \"wage\", \"sailed\", \"papers\" in collection \"ships\" or they do not exist. Queried in root."
            try await APIScenario(
                "its data names columns that she can't write", as: "ann", "POST /utils/revert/\(ids[0])", status: 403,
                refusal("FORBIDDEN", beyond, reason: beyond), untouched: Harbour.state
            ).run(on: api)
            for hidden in [ids[1], "9999", "x"] {
                try await APIScenario("\(hidden)", as: "ann", "POST /utils/revert/\(hidden)", status: 403, Refused.plain, untouched: Harbour.state)
                    .run(on: api)
            }
            try await APIScenario("the public", as: nil, "POST /utils/revert/\(ids[0])", status: 403, Refused.collection("directus_revisions")).run(
                on: api)
            // Who may write all that it holds may go back.
            try await api.client.run("UPDATE directus_permissions SET fields = '*' WHERE collection = 'ships' AND action = 'update'")
            try await api.reloadRights()
            try await APIScenario("granted", as: "ann", "POST /utils/revert/\(ids[0])", status: 204, nil).run(on: api)
            #expect(try await api.rows("SELECT name, ledger, charm, pin FROM ships WHERE id = 1") == "New|iron|lucky|h1")
        }
    }

    /// [GHSA-7p53-c7p5-8j2j]
    @Test func `D3 D8 a version brings nothing over the border`() async throws {
        try await withAPI(Harbour.model) { api in
            let id = "e0000000-0000-4000-8000-000000000021"
            try await api.client.run("INSERT INTO directus_versions (id, key, collection, item) VALUES ('\(id)', 'v', 'ships', '1')")
            try await APIScenario(
                "a field that is not granted", as: "ann", "POST /versions/\(id)/save", #"{"owner":"\#(Harbour.bob)"}"#, status: 403,
                Refused.field("owner", "ships"), untouched: Harbour.state
            ).run(on: api)
            try await api.client.run(#"UPDATE directus_versions SET delta = '{"tenant":2}' WHERE id = '\#(id)'"#)
            let hash = try await api.send("GET /versions/\(id)/compare", as: "boss").body?["data"]?["mainHash"]?.string ?? ""
            try await APIScenario(
                "the row that it would be", as: "ann", "POST /versions/\(id)/promote", #"{"mainHash":"\#(hash)"}"#, status: 400, Self.notTheirs,
                untouched: Harbour.state
            ).run(on: api)
            try await api.client.run("UPDATE directus_versions SET item = '3'")
            for request in ["GET /versions/\(id)", "GET /versions/\(id)/compare", "POST /versions/\(id)/save", "POST /versions/\(id)/promote"] {
                try await APIScenario("of a hidden row", as: "ann", request, status: 403, Refused.plain, untouched: Harbour.state).run(on: api)
            }
            try await APIScenario("previewed", as: "ann", "GET /items/ships/3?version=v", status: 403, Refused.plain).run(on: api)
        }
    }
}
