import JSONText
import Testing

/// Singletons, shares, the same key in two collections, and what fails halfway: D6, D19, D21 (contract/attacks.md).
@Suite struct OtherDoorTests {
    private static let singleton = [
        APIScenario("read", as: "ann", "GET /items/lounge", status: 200, #"{"data":{"id":1,"motto":"Quiet"}}"#),
        APIScenario("a hidden field", as: "ann", "GET /items/lounge?fields=open", status: 403, Refused.field("open", "lounge")),
        APIScenario("by its key", as: "ann", "GET /items/lounge/1?fields=motto", status: 200, #"{"data":{"motto":"Quiet"}}"#),
        APIScenario("by another", as: "ann", "GET /items/lounge/2", status: 403, Refused.plain),
        APIScenario("by none", as: "ann", "GET /items/lounge/x", status: 403, Refused.plain),
        APIScenario("by none, whoever asks", as: "boss", "GET /items/lounge/2", status: 403, Refused.plain),
        APIScenario(
            "a field that is not granted", as: "ann", "PATCH /items/lounge", #"{"open":false}"#, status: 403, Refused.field("open", "lounge"),
            untouched: Harbour.state),
        APIScenario(
            "deleted", as: "ann", "DELETE /items/lounge/1", status: 403, Refused.collection("lounge"), untouched: Harbour.state),
        APIScenario("the public", as: nil, "GET /items/lounge", status: 403, Refused.collection("lounge")),
        APIScenario(
            "the public writes", as: nil, "PATCH /items/lounge", #"{"motto":"x"}"#, status: 403, Refused.collection("lounge"),
            untouched: Harbour.state),
        APIScenario("changed", as: "ann", "PATCH /items/lounge?fields=motto", #"{"motto":"x"}"#, status: 200, #"{"data":{"motto":"x"}}"#),
    ]

    @Test func `D21 a singleton has rules like every row`() async throws {
        try await Self.singleton.run(on: Harbour.model)
    }

    @Test func `D21 one that its rule hides is neither read nor changed`() async throws {
        try await withAPI(Harbour.model) { api in
            try await api.client.run("UPDATE lounge SET open = false")
            let scenarios = [
                APIScenario("by its key", as: "ann", "GET /items/lounge/1", status: 403, Refused.plain),
                APIScenario("counted", as: "ann", "GET /items/lounge?aggregate[count]=*", status: 200, #"{"data":{"count":"0"}}"#),
                APIScenario(
                    "changed", as: "ann", "PATCH /items/lounge", #"{"motto":"x"}"#, status: 403,
                    Refused.action("update", "lounge", fields: ["motto"]),
                    untouched: Harbour.state),
                // What it shows of no row at all: defaults, of which there are none.
                APIScenario("read", as: "ann", "GET /items/lounge", status: 200, #"{"data":{"id":null}}"#),
            ]
            for scenario in scenarios { try await scenario.run(on: api) }
        }
    }

    private static let shares = [
        APIScenario(
            "of a hidden row", as: "ann", "POST /shares", #"{"collection":"ships","item":"3"}"#, status: 403, Refused.action("share", "ships"),
            untouched: Harbour.state),
        APIScenario(
            "of a collection that may be read, not shared", as: "ann", "POST /shares", #"{"collection":"ports","item":"1"}"#, status: 403,
            Refused.collection("ports"), untouched: Harbour.state),
        APIScenario(
            "of a user", as: "ann", "POST /shares", #"{"collection":"directus_users","item":"\#(Harbour.ann)"}"#, status: 403,
            Refused.collection("directus_users"), untouched: Harbour.state),
        APIScenario(
            "one among several", as: "ann", "POST /shares", #"[{"collection":"ships","item":"1"},{"collection":"ships","item":"3"}]"#, status: 403,
            Refused.action("share", "ships"), untouched: Harbour.state),
        APIScenario(
            "the public", as: nil, "POST /shares", #"{"collection":"ships","item":"1"}"#, status: 403, Refused.collection("ships"),
            untouched: Harbour.state),
        APIScenario(
            "one's own", as: "ann", "POST /shares?fields=collection,item", #"{"collection":"ships","item":"1"}"#, status: 200,
            #"{"data":{"collection":"ships","item":"1"}}"#),
    ]

    /// Share tokens have no door yet; their rows do. [GHSA-pmf4-v838-29hg]
    @Test func `D6 who shares an item has the right to`() async throws {
        try await Self.shares.run(on: Harbour.model)
    }

    /// Item 1 of ships, crates and beasts, item 1 of two tenants. [GHSA-jq29-r496-r955]
    /// [GHSA-849r-qrwj-8rv4] What names nobody is the public; what names somebody wrongly is refused. Neither is ever the server itself.
    @Test func `D13 a caller who is nobody has the public's rights`() async throws {
        try await withAPI(Harbour.model) { api in
            let nobody: [[(name: String, value: String)]] = [
                [], [("Authorization", "")], [("Authorization", "Basic Ym9zczpib3Nz")], [("Cookie", "directus_session_token=")], [("Cookie", "")],
            ]
            let requests: [(request: String, body: String?)] = [
                ("GET /items/ships", nil), ("GET /items/ships/1", nil), ("PATCH /items/ships/1", #"{"name":"x"}"#), ("DELETE /items/ships/1", nil),
                ("POST /items/ships", #"{"name":"x"}"#), ("POST /items/ships?access_token=", #"{"name":"x"}"#),
            ]
            let before = try await api.rows(Harbour.state)
            for (request, body) in requests {
                for headers in nobody {
                    let answer = try await api.raw(request, headers, body)
                    #expect(answer.status == 403 && answer.text == Refused.collection("ships"), "\(request) \(headers)")
                }
            }
            for token in ["nobody", "null", "undefined", "system", "admin"] {
                let answer = try await api.raw("GET /items/ships", [("Authorization", "Bearer \(token)")])
                #expect(answer.status == 401)
                #expect(answer.text == refusal("INVALID_CREDENTIALS", "Invalid user credentials."))
            }
            #expect(try await api.rows(Harbour.state) == before)
        }
    }

    @Test func `D19 the same key in two collections is two items`() async throws {
        try await withAPI(Harbour.model) { api in
            for (collection, field) in [("crates", "label"), ("beasts", "label"), ("ships", "name")] {
                _ = try await api.send("PATCH /items/\(collection)/1", as: "boss", [field: .string("new \(collection)")])
            }
            try await api.client.run(
                "INSERT INTO directus_versions (id, key, collection, item) VALUES ('e0000000-0000-4000-8000-000000000021', 'v', 'ships', '1')")
            let scenarios = [
                APIScenario(
                    "revisions", as: "ann", "GET /revisions?fields=collection,item,delta&filter[item][_eq]=1&sort=id", status: 200,
                    """
                    {"data":[{"collection":"crates","item":"1","delta":{"label":"new crates"}},
                      {"collection":"ships","item":"1","delta":{"name":"new ships"}}]}
                    """),
                APIScenario(
                    "activity", as: "ann", "GET /activity?fields=collection&filter[item][_eq]=1&sort=id", status: 200,
                    #"{"data":[{"collection":"crates"},{"collection":"ships"}]}"#),
                APIScenario(
                    "an item of any collection", as: "ann", "GET /items/ships/1?fields=cargo.collection,cargo.item", status: 200,
                    #"{"data":{"cargo":[{"collection":"crates","item":"1"},{"collection":"beasts","item":"1"}]}}"#),
                APIScenario(
                    "its fields", as: "ann", "GET /items/ships/1?fields=cargo.item:crates.label", status: 200,
                    #"{"data":{"cargo":[{"item":{"label":"new crates"}},{"item":null}]}}"#),
                APIScenario("a version of another collection", as: "boss", "GET /items/crates/1?version=v", status: 403, Refused.plain),
                APIScenario("or of another item", as: "boss", "GET /items/ships/2?version=v", status: 403, Refused.plain),
            ]
            for scenario in scenarios { try await scenario.run(on: api) }
        }
    }

    private static let long = String(repeating: "x", count: 256)

    /// The fault is three levels down and more; what was written before it is not there.
    private static let halfway = [
        APIScenario(
            "a key that is not there", as: "boss", "POST /items/crew",
            #"{"name":"a","ship":{"name":"b","crew":[{"name":"d"}],"ports":{"create":[{"ports_id":1},{"ports_id":99}]}}}"#, status: 400,
            """
            {"errors":[{"message":"Invalid foreign key \\"99\\" for field \\"ports_id\\" in collection \\"ships_ports\\".",
              "extensions":{"collection":"ships_ports","field":"ports_id","value":99,"code":"INVALID_FOREIGN_KEY"}}]}
            """, untouched: Harbour.state),
        APIScenario(
            "a text that is too long", as: "boss", "POST /items/crew",
            #"{"name":"a","ship":{"name":"b","ports":{"create":[{"ports_id":{"name":"ok"}},{"ports_id":{"name":"\#(long)"}}]}}}"#, status: 400,
            """
            {"errors":[{"message":"Value \\"\(long)\\" for field \\"name\\" in collection \\"ports\\" is too long.",
              "extensions":{"collection":"ports","field":"name","value":"\(long)","code":"VALUE_TOO_LONG"}}]}
            """, untouched: Harbour.state),
        APIScenario(
            "no right", as: "ann", "POST /items/crew", #"{"name":"a","ship":{"name":"b","ports":{"create":[{"ports_id":{"name":"c"}}]}}}"#,
            status: 403, Refused.collection("ports"), untouched: Harbour.state),
        APIScenario(
            "in the second of two", as: "boss", "POST /items/crew",
            #"[{"name":"ok","ship":{"name":"fine"}},{"name":"a","ship":{"name":"b","cargo":[{"collection":"vaults","item":{"label":"c"}}]}}]"#,
            status: 400, Refused.payload(#""ships_cargo.item" can't be linked to collection "vaults""#), untouched: Harbour.state),
        APIScenario(
            "after rows were changed and taken out", as: "boss", "PATCH /items/ships",
            #"{"keys":[1,2],"data":{"name":"n","ports":[],"crew":{"create":[{"name":"x"}],"update":[{"id":1,"name":"y"},{"name":"no key"}],"delete":[3]}}}"#,
            status: 400, Refused.payload("Item in update misses primary key"), untouched: Harbour.state),
        APIScenario(
            "in a batch", as: "boss", "PATCH /items/ships",
            #"[{"id":1,"name":"n"},{"id":2,"owner":{"first_name":"New","role":{"name":"\#(long)"}}}]"#,
            status: 400,
            """
            {"errors":[{"message":"Value \\"\(long)\\" for field \\"name\\" in collection \\"directus_roles\\" is too long.",
              "extensions":{"collection":"directus_roles","field":"name","value":"\(long)","code":"VALUE_TOO_LONG"}}]}
            """, untouched: Harbour.state),
    ]

    @Test func `D2 a fault deep in a nested write leaves nothing of it`() async throws {
        try await Self.halfway.run(on: Harbour.model)
    }
}
