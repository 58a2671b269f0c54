import JSONText
import Testing

/// Fields that a caller may not see, at every door that names fields: B6, C1, C2, C8, C9, C10, C13 (contract/attacks.md).
@Suite struct HiddenFieldTests {
    /// A request with `NAME` in a place that takes a field.
    struct Door: Sendable, CustomTestStringConvertible {
        var request: String
        var body: String?
        /// Where the field would be.
        var collection = "ships"
        var place = "root"

        var testDescription: String { request + (body.map { " \($0)" } ?? "") }
    }

    private static func ofCrew(_ request: String, _ body: String? = nil, place: String = "\"crew\"") -> Door {
        Door(request: request, body: body, collection: "crew", place: place)
    }

    static let places = [
        "fields=NAME", "fields=id,NAME", "fields=*,NAME", "fields=year(NAME)", "fields=count(NAME)", "fields=json(NAME, a)", "alias[x]=NAME&fields=x",
        "alias[x]=year(NAME)&fields=x", "filter[NAME][_eq]=1", "filter[NAME]=1", "filter[NAME][_null]=true", "filter[year(NAME)][_eq]=1",
        #"filter={"_or":[{"name":{"_eq":"Argo"}},{"NAME":{"_nnull":true}}]}"#, #"filter={"_and":[{"_or":[{"NAME":{"_in":["a"]}}]}]}"#, "sort=NAME",
        "sort=-NAME", "sort=name,NAME", "sort=year(NAME)", "sort=NAME&limit=1&page=2", "sort=NAME&offset=1", "aggregate[count]=NAME",
        "aggregate[countDistinct]=NAME", "aggregate[min]=NAME", "aggregate[max]=NAME", "aggregate[sum]=NAME", "groupBy[]=NAME",
        "groupBy[]=name&groupBy[]=NAME", "groupBy[]=year(NAME)", "fields=NAME&export=csv", "sort=NAME&export=json", "filter[NAME][_eq]=1&meta=*",
        "fields=id&search=x&sort=NAME",
    ]

    private static let doors: [Door] =
        places.map { Door(request: "GET /items/ships?\($0)") } + [
            Door(request: "GET /items/ships/1?fields=NAME"), Door(request: "GET /items/ships/1?version=main&fields=NAME"),
            Door(request: "SEARCH /items/ships", body: #"{"query":{"fields":["NAME"]}}"#),
            Door(request: "SEARCH /items/ships", body: #"{"query":{"filter":{"NAME":{"_eq":"1"}}}}"#),
            Door(request: "SEARCH /items/ships", body: #"{"keys":[1],"query":{"sort":["NAME"]}}"#),
            Door(request: "PATCH /items/ships", body: #"{"query":{"filter":{"NAME":{"_eq":"1"}}},"data":{"name":"x"}}"#),
            Door(request: "PATCH /items/ships", body: #"{"query":{"sort":["NAME"],"limit":1},"data":{"name":"x"}}"#),
            Door(request: "DELETE /items/ships", body: #"{"query":{"filter":{"NAME":{"_eq":"1"}}}}"#),
            ofCrew("GET /items/crew?fields=NAME", place: "root"), ofCrew("GET /items/ships?fields=crew.NAME"),
            ofCrew("GET /items/ships?filter[crew][NAME][_eq]=cook"), ofCrew("GET /items/ships?filter[crew][_some][NAME][_eq]=cook"),
            ofCrew("GET /items/ships?filter[crew][_none][NAME][_eq]=cook"), ofCrew("GET /items/ships?sort=crew.NAME"),
            ofCrew("GET /items/ships?fields=id,crew.id&deep[crew][_filter][NAME][_eq]=cook"),
            ofCrew("GET /items/ships?fields=id,crew.id&deep[crew][_sort]=NAME"),
            ofCrew("GET /items/ships?fields=id,crew.x&deep[crew][_alias][x]=NAME"),
            ofCrew("GET /items/ships?fields=crew&alias[c]=crew&fields=c.NAME", place: "\"c\""),
            ofCrew(#"GET /items/ships?filter={"$FOLLOW(crew,ship)":{"NAME":{"_eq":"cook"}}}"#, place: "\"$FOLLOW(crew,ship)\""),
            ofCrew("DELETE /items/ships", #"{"query":{"filter":{"crew":{"NAME":{"_eq":"cook"}}}}}"#),
            Door(request: "GET /items/crew?fields=ship.NAME", place: "\"ship\""), Door(request: "GET /items/crew?sort=ship.NAME", place: "\"ship\""),
            Door(request: "GET /items/crew?filter[ship][NAME][_eq]=1", place: "\"ship\""),
            Door(request: "GET /items/crew?fields=id,ship.id&deep[ship][_filter][NAME][_eq]=1", place: "\"ship\""),
            Door(request: "GET /items/ships_ports?fields=ships_id.NAME", place: "\"ships_id\""),
        ]

    @Test func `B6 C1 C2 C9 C13 an unreadable field and one that is not there get the same bytes`() async throws {
        try await withAPI(Harbour.model) { api in
            let before = try await api.rows(Harbour.state)
            for door in Self.doors {
                for name in (door.collection == "ships" ? ["ledger", "papers", "slip"] : ["rank"]) + ["bogus"] {
                    let body = try door.body.map { try JSONParser.parse($0.replacing("NAME", with: name)) }
                    let answer = try await api.send(door.request.replacing("NAME", with: name), as: "ann", body)
                    #expect(answer.status == 403, "\(name): \(door.testDescription)")
                    let expected = try JSONParser.parse(Refused.field(name, door.collection, in: door.place))
                    #expect(answer.body == expected, "\(name): \(door.testDescription)")
                }
            }
            #expect(try await api.rows(Harbour.state) == before)
        }
    }

    /// C2 to C13 of what can't be read at all: with `sort`, `offset` and `page` too.
    @Test(
        arguments: [
            "filter[vaults][label][_eq]=ruby", "filter[vaults][_some][label][_eq]=ruby", "filter[vaults][_none][id][_eq]=1",
            "filter[vaults][_null]=true",
            "sort=vaults.label", #"filter={"$FOLLOW(vaults,ship)":{"label":{"_eq":"ruby"}}}"#, "filter[cargo][item:beasts][label][_eq]=lion",
            "sort=cargo.item:beasts.label", "filter[owner][email][_eq]=x", "filter[owner][tenant][name][_eq]=x",
        ])
    func `C10 a path into a collection without rights is refused`(_ query: String) async throws {
        try await withAPI(Harbour.model) { api in
            let answer = try await api.send("GET /items/ships?fields=id&meta=*&\(query)", as: "ann")
            #expect(answer.status == 403, "\(answer.body?.text ?? "")")
            // The same as of a collection, or field, that is not there.
            let reason = answer.body?["errors"]?.array?.first?["extensions"]?["reason"]?.string ?? ""
            #expect(reason.contains("or it does not exist. Queried in "), "\(reason)")
            try await api.client.run("DELETE FROM vaults; DELETE FROM beasts")
            #expect(try await api.send("GET /items/ships?fields=id&meta=*&\(query)", as: "ann").body == answer.body)
        }
    }

    private static let wildcards = [
        APIScenario(
            "every field", as: "ann", "GET /items/ships?filter[id][_eq]=2&fields=*", status: 200,
            """
            {"data":[{"id":2,"name":"Beagle","code":"B1","charm":"**********","pin":"**********","wage":null,"sailed":"2021-01-02","position":2,
              "tenant":1,"owner":"\(Harbour.cid)","crew":[3],"ports":[],"cargo":[]}]}
            """),
        APIScenario(
            "two levels", as: "ann", "GET /items/crew?filter[id][_eq]=3&fields=*.*", status: 200,
            """
            {"data":[{"id":3,"name":"Gus","ship":{"id":2,"name":"Beagle","code":"B1","charm":"**********","pin":"**********","wage":null,
              "sailed":"2021-01-02","position":2,"tenant":1,"owner":"\(Harbour.cid)","crew":[3],"ports":[],"cargo":[]}}]}
            """),
        APIScenario(
            "functions of what is readable", as: "ann", "GET /items/ships?filter[id][_eq]=1&fields=year(sailed),count(crew)", status: 200,
            #"{"data":[{"sailed_year":"2020","crew_count":"1"}]}"#),
        APIScenario(
            "C19 a user by a relation", as: "ann", "GET /items/ships?filter[id][_eq]=1&fields=owner.*", status: 200,
            #"{"data":[{"owner":{"id":"\#(Harbour.ann)","first_name":"Ann"}}]}"#),
        APIScenario(
            "C19 the secrets of a user", as: "boss", "GET /items/ships?filter[id][_eq]=1&fields=owner.token,owner.password,owner.tfa_secret",
            status: 200, #"{"data":[{"owner":{"token":"**********","password":null,"tfa_secret":null}}]}"#),
        APIScenario(
            "C19 by a relation that is not named", as: "ann", "GET /items/ships?filter[id][_eq]=1&fields=owner.email", status: 403,
            Refused.field("email", "directus_users", in: "\"owner\"")),
        APIScenario(
            "C7 under another name", as: "ann", "GET /items/ships?filter[id][_eq]=1&alias[x]=charm&alias[y]=pin&fields=x,y", status: 200,
            #"{"data":[{"x":"**********","y":"**********"}]}"#),
        APIScenario(
            "C16 exported", as: "ann", "GET /items/ships?fields=id,charm,pin,wage&export=json", status: 200,
            """
            [{"id":1,"charm":"**********","pin":"**********","wage":10},{"id":2,"charm":"**********","pin":"**********","wage":null}]
            """),
    ]

    @Test func `C8 wildcards and functions leave out what can't be read`() async throws {
        try await Self.wildcards.run(on: Harbour.model)
    }
}
