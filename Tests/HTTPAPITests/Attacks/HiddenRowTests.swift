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
            "C15 counts", as: "ann", "GET /items/ships?fields=id&limit=0&meta=*", status: 200,
            #"{"meta":{"total_count":2,"filter_count":2},"data":[]}"#),
        APIScenario(
            "C15 counts of a filter", as: "ann", "GET /items/ships?fields=id&meta=*&filter[tenant][_eq]=2", status: 200,
            #"{"meta":{"total_count":2,"filter_count":0},"data":[]}"#),
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

    @Test(arguments: doors) func `E1 rows of another tenant are at no door`(_ door: APIScenario) async throws {
        try await withAPI(Harbour.model) { try await door.run(on: $0) }
    }

    /// Whatever is hidden, the answers are the same bytes.
    @Test func `E1 C1 nothing that is hidden shows in any answer`() async throws {
        try await withAPI(Harbour.model) { api in
            let doors = Self.doors.filter { $0.caller == "ann" && !$0.request.contains("ships_ports") }
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

    /// The hidden row's key and one that nobody has.
    @Test(
        arguments: [
            "GET /items/ships/KEY", "GET /items/ships/KEY?fields=id", "GET /items/ships/KEY?export=csv", "GET /items/ships/KEY?version=x",
            "GET /items/ships/KEY?aggregate[count]=*", "PATCH /items/ships/KEY", "DELETE /items/ships/KEY", "GET /items/crew/KEY",
            "DELETE /items/crew/KEY", "GET /items/tenants/KEY",
        ])
    func `B5 a hidden row and one that is not there get the same bytes`(_ request: String) async throws {
        try await withAPI(Harbour.model) { api in
            let hidden = request.contains("ships") ? "3" : "2"
            let body: JSONValue? = request.hasPrefix("PATCH") ? ["name": "x"] : nil
            let before = try await api.rows(Harbour.state)
            let answers = [
                try await api.send(request.replacing("KEY", with: hidden), as: "ann", body),
                try await api.send(request.replacing("KEY", with: "99"), as: "ann", body),
            ]
            #expect(answers[0].status == answers[1].status && answers[0].body == answers[1].body)
            let isCount = request.contains("aggregate")
            #expect(answers[0].status == (isCount ? 200 : 403))
            let expected =
                switch request.prefix(6) {
                case _ where isCount: #"{"data":{"count":"0"}}"#
                case "PATCH ": Refused.action("update", "ships", fields: ["name"])
                case "DELETE": Refused.action("delete", request.contains("ships") ? "ships" : "crew")
                default: Refused.plain
                }
            #expect(answers[0].body == (try JSONParser.parse(expected)))
            #expect(try await api.rows(Harbour.state) == before)
        }
    }

    /// Every verb, of a collection without rights and of one that is not there.
    @Test(
        arguments: [
            ("GET", "", nil), ("GET", "/1", nil), ("SEARCH", "", "{}"), ("POST", "", #"{"label":"x"}"#), ("POST", "", #"[{"label":"x"}]"#),
            ("PATCH", "/1", #"{"label":"x"}"#), ("PATCH", "", #"{"keys":[1],"data":{"label":"x"}}"#),
            ("PATCH", "", #"{"query":{},"data":{"label":"x"}}"#), ("DELETE", "/1", nil), ("DELETE", "", "[1]"), ("DELETE", "", #"{"query":{}}"#),
            ("GET", "?filter[label][_eq]=ruby", nil), ("GET", "?sort=label&meta=*", nil), ("GET", "?export=csv", nil),
        ] as [(String, String, String?)], [String?.none, "ann"])
    func `B4 a collection without rights and one that is not there get the same bytes`(
        _ door: (verb: String, rest: String, body: String?), _ caller: String?
    ) async throws {
        try await withAPI(Harbour.model) { api in
            var answers: [TestAPI.Answer] = []
            let before = try await api.rows(Harbour.state)
            for name in ["vaults", "vaulty"] {
                let body = try door.body.map { try JSONParser.parse($0) }
                answers.append(try await api.send("\(door.verb) /items/\(name)\(door.rest)", as: caller, body))
            }
            #expect(answers[0].status == 403 && answers[1].status == 403)
            #expect(answers[0].body == (try JSONParser.parse(Refused.collection("vaults"))))
            #expect(answers[1].body == (try JSONParser.parse(Refused.collection("vaulty"))))
            #expect(try await api.rows(Harbour.state) == before)
        }
    }

    @Test(arguments: [
        "POST /utils/sort/NAME", "GET /permissions/me/NAME/1", "GET /permissions/me/NAME", "POST /versions", "POST /comments", "POST /shares",
    ])
    func `B4 so do they at the other doors`(_ door: String) async throws {
        try await withAPI(Harbour.model) { api in
            var texts: [String] = []
            for name in ["vaults", "vaulty"] {
                let body: JSONValue = ["item": "1", "to": 1, "collection": .string(name), "key": "k", "comment": "c"]
                let answer = try await api.send(door.replacing("NAME", with: name), as: "ann", door.hasPrefix("POST") ? body : nil)
                texts.append("\(answer.status) \(answer.body?.text ?? "")".replacing("vaulty", with: "vaults"))
            }
            #expect(texts[0] == texts[1])
            #expect(texts[0].hasPrefix(door.hasPrefix("GET") ? "200 " : "4"), "\(texts[0])")
        }
    }

    /// Hints are for those who write schema files; answers have none.
    @Test(arguments: [
        "/items/vault", "/items/ships?fields=ledge", "/items/ships?sort=ledgr", "/items/ships?filter[ledgerr][_eq]=1", "/items/crew?fields=rnk",
    ])
    func `B7 no answer guesses at a name that the caller can't see`(_ target: String) async throws {
        try await withAPI(Harbour.model) { api in
            let text = try await api.raw("GET \(target)", [("Authorization", "Bearer ann")]).text
            #expect(text.contains("or it does not exist"))
            for hidden in ["\"vaults", "\"ledger\\", "\"rank"] { #expect(!text.contains(hidden), "\(text)") }
        }
    }
}
