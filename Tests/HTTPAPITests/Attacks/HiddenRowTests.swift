import JSONText
import Testing

/// Rows that a caller may not see, at every door that reads: B4, B5, C15, E1 (contract/attacks.md).
@Suite struct HiddenRowTests {
    /// What Ann reads, and all that she gets.
    private static let doors = [
        APIScenario(
            "the list", as: "ann", "GET /items/ships?fields=id,name", status: 200, #"{"data":[{"id":1,"name":"Argo"},{"id":2,"name":"Beagle"}]}"#),
        APIScenario(
            "SEARCH", as: "ann", "SEARCH /items/ships", #"{"query":{"fields":["id"],"limit":-1}}"#, status: 200, #"{"data":[{"id":1},{"id":2}]}"#),
        APIScenario(
            "SEARCH by keys", as: "ann", "SEARCH /items/ships", #"{"keys":[1,3,99],"query":{"fields":["id"]}}"#, status: 200,
            #"{"data":[{"id":1}]}"#),
        APIScenario(
            "a filter that asks for them", as: "ann", "GET /items/ships?fields=id&filter[tenant][_eq]=2", status: 200, #"{"data":[]}"#),
        APIScenario(
            "a filter that is true for all", as: "ann", #"GET /items/ships?fields=id&filter={"_or":[{"id":{"_nnull":true}},{}]}"#, status: 200,
            #"{"data":[{"id":1},{"id":2}]}"#),
        APIScenario("a search", as: "ann", "GET /items/ships?fields=id&search=cutty", status: 200, #"{"data":[]}"#),
        APIScenario(
            "aggregates", as: "ann", "GET /items/ships?aggregate[count]=*&aggregate[max]=sailed", status: 200,
            #"{"data":[{"count":"2","max":{"sailed":"2021-01-02"}}]}"#),
        APIScenario(
            "groups", as: "ann", "GET /items/ships?groupBy[]=tenant&aggregate[count]=id", status: 200,
            #"{"data":[{"tenant":1,"count":{"id":"2"}}]}"#),
        APIScenario("beyond the end", as: "ann", "GET /items/ships?fields=id&offset=2", status: 200, #"{"data":[]}"#),
        APIScenario(
            "an export", as: "ann", "GET /items/ships?fields=id,name&export=json", status: 200, #"[{"id":1,"name":"Argo"},{"id":2,"name":"Beagle"}]"#),
        APIScenario(
            "a list below another", as: "ann", "GET /items/ports?fields=id,ships_ports", status: 403, Refused.field("ships_ports", "ports")),
        APIScenario(
            "the other side of a junction", as: "ann", "GET /items/ships_ports?fields=id,ships_id.name&sort=id", status: 200,
            #"{"data":[{"id":1,"ships_id":{"name":"Argo"}},{"id":2,"ships_id":null}]}"#),
        APIScenario(
            "a filter through a junction", as: "ann", "GET /items/ships_ports?fields=id&filter[ships_id][name][_eq]=Cutty", status: 200,
            #"{"data":[]}"#),
        APIScenario(
            "a filter that follows a key back", as: "ann",
            #"GET /items/ports?fields=id&filter={"$FOLLOW(ships_ports,ports_id)":{"ships_id":{"name":{"_eq":"Cutty"}}}}"#,
            status: 200, #"{"data":[]}"#),
        APIScenario(
            "a sort through it", as: "ann", "GET /items/ships_ports?fields=id&sort=-ships_id.name,id", status: 200, #"{"data":[{"id":2},{"id":1}]}"#),
        APIScenario(
            "crews of such ships", as: "ann", "GET /items/crew?fields=id,ship&sort=id", status: 200,
            #"{"data":[{"id":1,"ship":1},{"id":3,"ship":2}]}"#),
        APIScenario(
            "a count of related rows", as: "ann", "GET /items/ships?fields=id,count(crew)", status: 200,
            #"{"data":[{"id":1,"crew_count":"1"},{"id":2,"crew_count":"1"}]}"#),
        APIScenario("the tenants", as: "ann", "GET /items/tenants?fields=id", status: 200, #"{"data":[{"id":1}]}"#),
        APIScenario("the other side sees its own", as: "bob", "GET /items/ships?fields=id,wage", status: 200, #"{"data":[{"id":3,"wage":30}]}"#),
        APIScenario("the public sees none", as: nil, "GET /items/ships", status: 403, Refused.collection("ships")),
    ]

    private static let counts = [
        APIScenario(
            "without rows", as: "ann", "GET /items/ships?fields=id&limit=0&meta=*", status: 200,
            #"{"meta":{"total_count":2,"filter_count":2},"data":[]}"#),
        APIScenario(
            "of a filter", as: "ann", "GET /items/ships?fields=id&meta=*&filter[tenant][_eq]=2", status: 200,
            #"{"meta":{"total_count":2,"filter_count":0},"data":[]}"#),
        APIScenario(
            "of a search", as: "ann", "GET /items/ships?fields=id&meta=*&search=u", status: 200,
            #"{"meta":{"total_count":2,"filter_count":0},"data":[]}"#),
        APIScenario(
            "of a page beyond the end", as: "ann", "GET /items/ships?fields=id&meta=*&page=9", status: 200,
            #"{"meta":{"total_count":2,"filter_count":2},"data":[]}"#),
        APIScenario(
            "of a field that is null for hidden rows", as: "ann", "GET /items/ships?fields=id&meta=*&filter[wage][_gt]=0", status: 200,
            #"{"meta":{"total_count":2,"filter_count":1},"data":[{"id":1}]}"#),
        APIScenario(
            "through a relation", as: "ann", "GET /items/ships_ports?fields=id&meta=*&filter[ships_id][name][_eq]=Cutty", status: 200,
            #"{"meta":{"total_count":2,"filter_count":0},"data":[]}"#),
        APIScenario(
            "of a hidden field", as: "ann", "GET /items/ships?fields=id&meta=*&filter[ledger][_eq]=wool", status: 403,
            Refused.field("ledger", "ships")),
        APIScenario(
            "of a hidden field below a relation", as: "ann", "GET /items/ships?fields=id&meta=filter_count&filter[crew][rank][_eq]=cook", status: 403,
            Refused.field("rank", "crew", in: "\"crew\"")),
        APIScenario(
            "an administrator's", as: "boss", "GET /items/ships?fields=id&meta=*&filter[tenant][_eq]=2", status: 200,
            #"{"meta":{"total_count":3,"filter_count":1},"data":[{"id":3}]}"#),
    ]

    @Test func `C15 counts are of rows that may be seen`() async throws {
        try await Self.counts.run(on: Harbour.model)
    }

    @Test func `E1 rows of another tenant are at no door`() async throws {
        try await Self.doors.run(on: Harbour.model)
    }

    /// Whatever is hidden, the answers are the same bytes.
    @Test func `E1 C1 nothing that is hidden shows in any answer`() async throws {
        try await withAPI(Harbour.model) { api in
            let doors = (Self.doors + Self.counts).filter { $0.caller == "ann" && !$0.request.contains("ships_ports") }
            var before: [TestAPI.Answer] = []
            for door in doors { before.append(try await api.send(door.request, as: "ann", try door.body.map { try JSONParser.parse($0) })) }
            try await api.client.run(Harbour.changeOfWhatIsHidden)
            for (door, answer) in zip(doors, before) {
                let after = try await api.send(door.request, as: "ann", try door.body.map { try JSONParser.parse($0) })
                #expect(after.status == answer.status && after.body?.text == answer.body?.text, "\(door.testDescription)")
            }
            #expect(before.count >= 15)
        }
    }

    private static let keyed: [(request: String, collection: String, hidden: String)] = [
        ("GET /items/ships/KEY", "ships", "3"), ("GET /items/ships/KEY?fields=id", "ships", "3"), ("GET /items/ships/KEY?export=csv", "ships", "3"),
        ("GET /items/ships/KEY?version=x", "ships", "3"), ("PATCH /items/ships/KEY", "ships", "3"), ("DELETE /items/ships/KEY", "ships", "3"),
        ("GET /items/crew/KEY", "crew", "2"), ("DELETE /items/crew/KEY", "crew", "2"), ("GET /items/tenants/KEY", "tenants", "2"),
    ]

    @Test func `B5 a hidden row and one that is not there get the same bytes`() async throws {
        try await withAPI(Harbour.model) { api in
            for (request, collection, hidden) in Self.keyed {
                let answer =
                    switch request.prefix(3) {
                    case "PAT": Refused.action("update", collection, fields: ["name"])
                    case "DEL": Refused.action("delete", collection)
                    default: Refused.plain
                    }
                for key in [hidden, "99"] {
                    try await APIScenario(
                        request, as: "ann", request.replacing("KEY", with: key), request.hasPrefix("PATCH") ? #"{"name":"x"}"# : nil, status: 403,
                        answer, untouched: Harbour.state
                    ).run(on: api)
                }
            }
            for key in [3, 99] {
                try await APIScenario(
                    "counted", as: "ann", "GET /items/ships/\(key)?aggregate[count]=*", status: 200, #"{"data":{"count":"0"}}"#
                ).run(on: api)
            }
        }
    }

    /// Every verb.
    private static let verbs: [(verb: String, rest: String, body: String?)] = [
        ("GET", "", nil), ("GET", "/1", nil), ("SEARCH", "", "{}"), ("POST", "", #"{"label":"x"}"#), ("POST", "", #"[{"label":"x"}]"#),
        ("PATCH", "/1", #"{"label":"x"}"#), ("PATCH", "", #"{"keys":[1],"data":{"label":"x"}}"#),
        ("PATCH", "", #"{"query":{},"data":{"label":"x"}}"#),
        ("DELETE", "/1", nil), ("DELETE", "", "[1]"), ("DELETE", "", #"{"query":{}}"#), ("GET", "?filter[label][_eq]=ruby", nil),
        ("GET", "?sort=label&meta=*", nil), ("GET", "?export=csv", nil),
    ]

    @Test func `B4 a collection without rights and one that is not there get the same bytes`() async throws {
        try await withAPI(Harbour.model) { api in
            for (verb, rest, body) in Self.verbs {
                for name in ["vaults", "vaulty"] {
                    for caller in [nil, "ann"] {
                        try await APIScenario(
                            "\(verb) \(name)\(rest)", as: caller, "\(verb) /items/\(name)\(rest)", body, status: 403, Refused.collection(name),
                            untouched: Harbour.state
                        ).run(on: api)
                    }
                }
            }
        }
    }

    private static let otherDoors = [
        "POST /utils/sort/NAME", "GET /permissions/me/NAME/1", "GET /permissions/me/NAME", "POST /versions", "POST /comments", "POST /shares",
    ]

    @Test func `B4 so do they at the other doors`() async throws {
        try await withAPI(Harbour.model) { api in
            for door in Self.otherDoors {
                var texts: [String] = []
                for name in ["vaults", "vaulty"] {
                    let body: JSONValue = ["item": "1", "to": 1, "collection": .string(name), "key": "k", "comment": "c"]
                    let answer = try await api.send(door.replacing("NAME", with: name), as: "ann", door.hasPrefix("POST") ? body : nil)
                    texts.append("\(answer.status) \(answer.body?.text ?? "")".replacing("vaulty", with: "vaults"))
                }
                #expect(texts[0] == texts[1], "\(door)")
                #expect(texts[0].hasPrefix(door.hasPrefix("GET") ? "200 " : "4"), "\(door): \(texts[0])")
            }
        }
    }

    /// Hints are for those who write schema files; answers have none.
    private static let misspelt: [(target: String, answer: String)] = [
        ("/items/vault", Refused.collection("vault")), ("/items/ships?fields=ledge", Refused.field("ledge", "ships")),
        ("/items/ships?sort=ledgr", Refused.field("ledgr", "ships")), ("/items/ships?filter[ledgerr][_eq]=1", Refused.field("ledgerr", "ships")),
        ("/items/crew?fields=rnk", Refused.field("rnk", "crew")), ("/items/ships?fields=nme", Refused.field("nme", "ships")),
    ]

    @Test func `B7 no answer guesses at a name`() async throws {
        try await Self.misspelt.map { APIScenario($0.target, as: "ann", "GET \($0.target)", status: 403, $0.answer) }.run(on: Harbour.model)
    }
}
