import JSONText
import Testing

/// Values that may be known to be there, but not seen: concealed and hashed fields, fields readable in some rows (C3 to C6, C14 of
/// contract/attacks.md).
@Suite struct SecretValueTests {
    private static let valueOperators = [
        "_eq": #""lucky""#, "_neq": #""lucky""#, "_contains": #""l""#, "_ncontains": #""l""#, "_icontains": #""L""#, "_starts_with": #""l""#,
        "_nstarts_with": #""l""#, "_istarts_with": #""l""#, "_ends_with": #""y""#, "_nends_with": #""y""#, "_iends_with": #""y""#, "_lt": #""m""#,
        "_lte": #""m""#, "_gt": #""a""#, "_gte": #""a""#, "_between": #"["a","z"]"#, "_nbetween": #"["a","z"]"#, "_in": #"["lucky"]"#,
        "_nin": #"["lucky"]"#,
    ]

    private static func reason(_ op: String, _ field: String) -> String {
        if field == "pin" { return "\"hash\" field type does not contain the \"\(op)\" filter operator" }
        let isOfText = !op.contains("between") && !["_lt", "_lte", "_gt", "_gte"].contains(op)
        if !isOfText { return "\"string\" field type does not contain the \"\(op)\" filter operator" }
        return "Field with \"conceal\" special does not allow the \"\(op)\" filter operator"
    }

    @Test(arguments: ["charm", "pin"]) func `C4 C5 a concealed or hashed field is not compared by its value, for nobody`(_ field: String) async throws
    {
        try await withAPI(Harbour.model) { api in
            for (op, value) in Self.valueOperators {
                let filter = "{\"\(field)\":{\"\(op)\":\(value)}}"
                let answer = Refused.query(Self.reason(op, field))
                for caller in ["ann", "boss"] {
                    for request in [
                        "GET /items/ships?filter=\(filter)", #"GET /items/ships?filter={"_or":[\#(filter)]}&limit=0&meta=*"#,
                        #"GET /items/crew?filter={"ship":\#(filter)}"#, #"GET /items/crew?fields=ship.id&deep={"ship":{"_filter":\#(filter)}}"#,
                        "GET /items/ships?aggregate[count]=*&filter=\(filter)",
                    ] {
                        try await APIScenario(request, as: caller, request, status: 400, answer).run(on: api)
                    }
                    try await APIScenario(
                        "chosen by \(filter)", as: caller, "PATCH /items/ships", "{\"query\":{\"filter\":\(filter)},\"data\":{\"name\":\"x\"}}",
                        status: 400,
                        answer, untouched: Harbour.state
                    ).run(on: api)
                }
            }
        }
    }

    private static let doors = [
        APIScenario(
            "whether there is a value", as: "ann", "GET /items/ships?fields=id&filter[charm][_nnull]=true&filter[pin][_nempty]=true", status: 200,
            #"{"data":[{"id":1},{"id":2}]}"#),
        APIScenario(
            "C3 not found by a hidden word", as: "ann", "GET /items/ships?search=gold&meta=*", status: 200,
            #"{"meta":{"total_count":2,"filter_count":0},"data":[]}"#),
        APIScenario("C3 nor by half of one", as: "ann", "GET /items/ships?search=ol&aggregate[count]=*", status: 200, #"{"data":[{"count":"0"}]}"#),
        APIScenario("C4 nor by a concealed one", as: "ann", "GET /items/ships?search=lucky", status: 200, #"{"data":[]}"#),
        APIScenario("C4 nor by a hash", as: "ann", "GET /items/ships?search=h1", status: 200, #"{"data":[]}"#),
        APIScenario("C4 for nobody", as: "boss", "GET /items/ships?search=lucky", status: 200, #"{"data":[]}"#),
        APIScenario("C2 not sorted by", as: "ann", "GET /items/ships?sort=charm", status: 403, Refused.field("charm", "ships")),
        APIScenario(
            "C2 nor through a relation", as: "boss", "GET /items/crew?sort=-ship.pin", status: 403, Refused.field("pin", "ships", in: "\"ship\"")),
        APIScenario(
            "C6 not grouped by", as: "ann", "GET /items/ships?groupBy[]=charm&aggregate[count]=*", status: 403, Refused.field("charm", "ships")),
        APIScenario(
            "C6 the least and the greatest are masked", as: "ann", "GET /items/ships?aggregate[min]=charm&aggregate[max]=pin&aggregate[count]=charm",
            status: 200, #"{"data":[{"min":{"charm":"**********"},"max":{"pin":"**********"},"count":{"charm":"2"}}]}"#),
        APIScenario(
            "C14 null where it may not be seen", as: "ann", "GET /items/ships?fields=id,wage", status: 200,
            #"{"data":[{"id":1,"wage":10},{"id":2,"wage":null}]}"#),
        APIScenario("C14 alone: only rows that have it", as: "ann", "GET /items/ships?fields=wage", status: 200, #"{"data":[{"wage":10}]}"#),
        APIScenario("C14 by key", as: "ann", "GET /items/ships/2?fields=wage", status: 403, Refused.plain),
        APIScenario(
            "C14 not filtered by where it may not be seen", as: "ann", "GET /items/ships?fields=id&filter[wage][_gt]=0", status: 200,
            #"{"data":[{"id":1}]}"#),
        APIScenario("C14 nor by its negation", as: "ann", "GET /items/ships?fields=id&filter[wage][_neq]=10", status: 200, #"{"data":[]}"#),
        APIScenario("C14 null is what it is", as: "ann", "GET /items/ships?fields=id&filter[wage][_null]=true", status: 200, #"{"data":[{"id":2}]}"#),
        APIScenario(
            "C14 sorted as null", as: "ann", "GET /items/ships?fields=id&sort=wage", status: 200, #"{"data":[{"id":1},{"id":2}]}"#),
        APIScenario(
            "C14 the other way round too", as: "ann", "GET /items/ships?fields=id&sort=-wage", status: 200, #"{"data":[{"id":2},{"id":1}]}"#),
        APIScenario(
            "C14 counted and summed as null", as: "ann", "GET /items/ships?aggregate[sum]=wage&aggregate[count]=wage&aggregate[max]=wage",
            status: 200,
            #"{"data":[{"sum":{"wage":"10"},"count":{"wage":"1"},"max":{"wage":10}}]}"#),
        APIScenario("C14 not found by", as: "ann", "GET /items/ships?fields=id&search=70", status: 200, #"{"data":[]}"#),
        APIScenario("C14 but where it may be seen", as: "ann", "GET /items/ships?fields=id&search=10", status: 200, #"{"data":[{"id":1}]}"#),
        APIScenario(
            "C14 by a relation", as: "ann", "GET /items/crew?fields=id,ship.wage&sort=id", status: 200,
            #"{"data":[{"id":1,"ship":{"wage":10}},{"id":3,"ship":null}]}"#),
        APIScenario(
            "C14 filtered by through it", as: "ann", "GET /items/crew?fields=id&filter[ship][wage][_gt]=0", status: 200, #"{"data":[{"id":1}]}"#),
        APIScenario(
            "C14 sorted by through it", as: "ann", "GET /items/crew?fields=id&sort=-ship.wage", status: 200, #"{"data":[{"id":3},{"id":1}]}"#),
    ]

    @Test func `C3 C4 C6 C14 a value shows where it may be seen and nowhere else`() async throws {
        try await withAPI(Harbour.model) { api in
            for door in Self.doors { try await door.run(on: api) }
            // Other values where they can't be seen: the same answers.
            try await api.client.run(Harbour.changeOfWhatIsHidden)
            for door in Self.doors where door.caller == "ann" { try await door.run(on: api) }
        }
    }

    @Test func `C14 a masked field tells nothing by the order or the links that it makes`() async throws {
        try await withAPI(Harbour.model) { api in
            try await api.client.run(
                """
                UPDATE ships SET position = 9 WHERE id = 1;
                UPDATE directus_permissions SET fields = 'id,name,crew' WHERE id = \(Harbour.shipsRight);
                UPDATE directus_permissions SET fields = 'position' WHERE id = \(Harbour.shipsRight + 1);
                UPDATE directus_permissions SET fields = 'id,name' WHERE collection = 'crew' AND action = 'read';
                \(Right.sql([Right("read", "crew", "ship", rule: #"{"name":{"_eq":"Eve"}}"#)], of: Harbour.matePolicy, from: 701))
                """)
            try await api.reloadRights()
            let follow = #"{"$FOLLOW(crew,ship)":{"id":{"_nnull":true}}}"#
            let scenarios = [
                APIScenario(
                    "the default order", as: "ann", "GET /items/ships?fields=id,name", status: 200,
                    #"{"data":[{"id":1,"name":"Argo"},{"id":2,"name":"Beagle"}]}"#),
                APIScenario("who is linked", as: "ann", "GET /items/ships?fields=id&filter=\(follow)", status: 200, #"{"data":[{"id":1}]}"#),
                APIScenario(
                    "who is not", as: "ann", #"GET /items/ships?fields=id&filter={"$FOLLOW(crew,ship)":{"_none":{"id":{"_nnull":true}}}}"#,
                    status: 200,
                    #"{"data":[{"id":2}]}"#),
            ]
            for scenario in scenarios { try await scenario.run(on: api) }
        }
    }

    @Test func `C14 an export says no more`() async throws {
        try await withAPI(Harbour.model) { api in
            let answer = try await api.raw("GET /items/ships?fields=id,wage&export=csv", [("Authorization", "Bearer ann")])
            #expect(answer.status == 200)
            #expect(answer.text == "\"id\",\"wage\"\n1,10\n2,")
        }
    }

    private static let chosen = #"{"query":{"filter":{"id":{"_eq":"$CURRENT_USER.tenant"}}},"data":{"name":"x"}}"#
    private static let found = #"{"query":{"filter":{"id":{"_eq":"$CURRENT_USER.tenant"}}}}"#

    /// The rules of this caller compare with `tenant` of its own row, which it can't read.
    private static let variables: [(String, String?)] = [
        (#"GET /items/ships?fields=id&filter={"id":{"_eq":"$CURRENT_USER.tenant"}}"#, nil),
        (#"GET /items/ships?fields=id&filter={"id":{"_eq":"$C%55RRENT_USER.tenant"}}"#, nil),
        (#"GET /items/ships?fields=id&filter={"id":{"_eq":"$\u0043URRENT_USER.tenant"}}"#, nil),
        ("GET /items/ships?fields=id&filter[id][_eq]=$CURRENT_USER.tenant.name", nil),
        ("GET /items/ships?fields=id&filter[name][_eq]=$CURRENT_USER.role.name", nil),
        ("GET /items/ships?fields=id&filter[name][_eq]=$CURRENT_ROLE.name", nil),
        (#"GET /items/ships?fields=id&filter={"name":{"_in":["$CURRENT_POLICIES.name","x"]}}"#, nil),
        ("GET /items/ships?fields=id&filter[name][_eq]=$CURRENT_USER.bogus", nil),
        (#"GET /items/ships?fields=id,crew.id&deep={"crew":{"_filter":{"id":{"_eq":"$CURRENT_USER.tenant"}}}}"#, nil),
        ("GET /items/ships?aggregate[count]=*&filter[id][_eq]=$CURRENT_USER.tenant", nil),
        ("PATCH /items/ships/1?filter[id][_eq]=$CURRENT_USER.tenant", #"{"name":"x"}"#),
        ("POST /items/ships?filter[id][_eq]=$CURRENT_USER.tenant", "{}"),
        ("PATCH /items/ships", chosen), ("DELETE /items/ships", found), ("SEARCH /items/ships", found),
    ]

    @Test func `C1 a variable reads no more of the caller's own row than a request could`() async throws {
        try await Self.variables.map { request, body in
            APIScenario(request, as: "ann", request, body, status: 400, Refused.query("Invalid filter object"), untouched: Harbour.state)
        }.run(on: Harbour.model)
    }

    @Test func `C1 a variable that the caller could read works at every door`() async throws {
        try await withAPI(Harbour.model) { api in
            try await api.client.run("UPDATE ships SET name = 'Ann' WHERE id = 2")
            for text in ["$CURRENT_USER.first_name", "$C%55RRENT_USER.first_name"] {
                let answer = try await api.send("GET /items/ships?fields=id&filter[name][_eq]=\(text)", as: "ann")
                #expect(answer.body?.text == #"{"data":[{"id":2}]}"#)
            }
            try await APIScenario(
                "chosen by it", as: "ann", "PATCH /items/ships?fields=id,name",
                #"{"query":{"filter":{"name":{"_eq":"$CURRENT_USER.first_name"}}},"data":{"name":"x"}}"#,
                status: 200, #"{"data":[{"id":2,"name":"x"}]}"#
            ).run(on: api)
        }
    }
}
