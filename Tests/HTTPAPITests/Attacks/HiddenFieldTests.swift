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
    ]

    /// [GHSA-p8v3-m643-4xqx]
    private static let otherNames = [
        APIScenario(
            "masked fields", as: "ann", "GET /items/ships?filter[id][_eq]=1&alias[x]=charm&alias[y]=pin&fields=x,y", status: 200,
            #"{"data":[{"x":"**********","y":"**********"}]}"#),
        APIScenario(
            "below a relation", as: "ann",
            "GET /items/crew?filter[id][_eq]=1&fields=ship.x,ship.y&deep[ship][_alias][x]=charm&deep[ship][_alias][y]=pin",
            status: 200, #"{"data":[{"ship":{"x":"**********","y":"**********"}}]}"#),
        APIScenario(
            "a field that is null for this row", as: "ann", "GET /items/ships?alias[x]=wage&fields=id,x&sort=id", status: 200,
            #"{"data":[{"id":1,"x":10},{"id":2,"x":null}]}"#),
        APIScenario(
            "secrets of a user, for an administrator", as: "boss",
            "GET /users?filter[first_name][_eq]=Ann&alias[x]=token&alias[y]=password&fields=x,y", status: 200,
            #"{"data":[{"x":"**********","y":null}]}"#),
        APIScenario(
            "a field without a right", as: "ann", "GET /users?alias[x]=token&fields=x", status: 403, Refused.field("token", "directus_users")),
    ]

    @Test func `C7 another name shows no more of a field`() async throws {
        try await Self.otherNames.run(on: Harbour.model)
    }

    /// [GHSA-f6fm-r26q-p747]
    private static let users = [
        APIScenario(
            "by a relation", as: "ann", "GET /items/ships?filter[id][_eq]=1&fields=owner.*", status: 200,
            #"{"data":[{"owner":{"id":"\#(Harbour.ann)","first_name":"Ann"}}]}"#),
        APIScenario(
            "there and back", as: "ann", "GET /items/ships?filter[id][_eq]=1&fields=crew.ship.owner.*", status: 200,
            #"{"data":[{"crew":[{"ship":{"owner":{"id":"\#(Harbour.ann)","first_name":"Ann"}}}]}]}"#),
        APIScenario(
            "somebody else", as: "ann", "GET /items/ships?filter[id][_eq]=2&fields=owner.*", status: 200, #"{"data":[{"owner":null}]}"#),
        APIScenario(
            "the secrets", as: "boss", "GET /items/ships?filter[id][_eq]=1&fields=owner.token,owner.password,owner.tfa_secret,owner.auth_data",
            status: 200, #"{"data":[{"owner":{"token":"**********","password":null,"tfa_secret":null,"auth_data":null}}]}"#),
        APIScenario(
            "by a field that is not granted", as: "ann", "GET /items/ships?filter[id][_eq]=1&fields=owner.email", status: 403,
            Refused.field("email", "directus_users", in: "\"owner\"")),
        APIScenario(
            "the author of a version", as: "ann", "GET /versions?fields=user_created.*", status: 200,
            #"{"data":[{"user_created":{"id":"\#(Harbour.ann)","first_name":"Ann"}}]}"#),
        APIScenario(
            "the secrets of that author", as: "ann", "GET /versions?fields=user_created.token", status: 403,
            Refused.field("token", "directus_users", in: "\"user_created\"")),
    ]

    @Test func `C19 a user that a relation leads to shows no more`() async throws {
        try await withAPI(Harbour.model) { api in
            try await api.client.run(
                """
                INSERT INTO directus_versions (id, key, collection, item, user_created)
                  VALUES ('e0000000-0000-4000-8000-000000000021', 'draft', 'ships', '1', '\(Harbour.ann)')
                """)
            for scenario in Self.users { try await scenario.run(on: api) }
        }
    }

    /// [GHSA-mvv8-v4jj-g47j] See also `HistoryTests`.
    private static let exports = [
        APIScenario(
            "a list", as: "ann", "GET /items/ships?fields=id,charm,pin,wage&export=json", status: 200,
            """
            [{"id":1,"charm":"**********","pin":"**********","wage":10},{"id":2,"charm":"**********","pin":"**********","wage":null}]
            """),
        APIScenario(
            "wildcards", as: "ann", "GET /items/ships?filter[id][_eq]=2&fields=*&export=json", status: 200,
            """
            [{"id":2,"name":"Beagle","code":"B1","charm":"**********","pin":"**********","wage":null,"sailed":"2021-01-02","position":2,
              "tenant":1,"owner":"\(Harbour.cid)","crew":[3],"ports":[],"cargo":[]}]
            """),
        APIScenario("hidden fields", as: "ann", "GET /items/ships?fields=ledger&export=csv", status: 403, Refused.field("ledger", "ships")),
    ]

    @Test func `C16 an export shows what the list shows`() async throws {
        try await Self.exports.run(on: Harbour.model)
    }

    @Test func `C8 wildcards and functions leave out what can't be read`() async throws {
        try await Self.wildcards.run(on: Harbour.model)
    }
}
