import AccessControl
import JSONText
import Testing

/// Rules as they stand in the database: wrong ones close, and what they compare with is read anew: D14 to D17, D23, E3 (contract/attacks.md).
@Suite struct SavedRuleTests {
    private static let everyShip = #"{"data":[{"id":1},{"id":2},{"id":3}]}"#

    /// Puts a rule in the place of the one by which mates read ships.
    private static func setRule(_ rule: String?, on api: TestAPI) async throws {
        let value = rule.map { "'\($0.replacing("'", with: "''"))'" } ?? "NULL"
        try await api.client.run("UPDATE directus_permissions SET permissions = \(value) WHERE id = \(Harbour.shipsRight)")
        try await api.reloadRights()
    }

    private static func expectNothing(_ rule: String, on api: TestAPI, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await setRule(rule, on: api)
        for scenario in [
            APIScenario("list", as: "ann", "GET /items/ships?fields=id", status: 200, #"{"data":[]}"#),
            APIScenario("SEARCH", as: "ann", "SEARCH /items/ships", #"{"keys":[1,2,3],"query":{"fields":["id"]}}"#, status: 200, #"{"data":[]}"#),
            APIScenario("item", as: "ann", "GET /items/ships/1?fields=id", status: 403, Refused.plain),
        ] {
            try await scenario.run(on: api, sourceLocation: sourceLocation)
        }
    }

    /// [GHSA-hxgm-ghmv-xjjm]
    @Test(arguments: [
        #"{"id":{"_in":[]}}"#, #"{"id":{"_nin":[]}}"#, #"{"id":{"_in":[null]}}"#, #"{"id":{"_nin":[null]}}"#, #"{"id":{"_nin":[9,null]}}"#,
        #"{"id":{"_in":null}}"#, #"{"name":{"_in":""}}"#, #"{"tenant":{"_eq":"$CURRENT_USER.location"}}"#.replacing("tenant", with: "name"),
        #"{"name":{"_neq":"$CURRENT_USER.location"}}"#, #"{"name":{"_in":"$CURRENT_USER.location"}}"#, #"{"name":{"_nin":"$CURRENT_USER.location"}}"#,
        #"{"name":{"_in":["$CURRENT_USER.location"]}}"#, #"{"name":{"_gt":"$CURRENT_USER.location"}}"#,
        #"{"name":{"_contains":"$CURRENT_USER.location"}}"#,
        #"{"name":{"_ncontains":"$CURRENT_USER.location"}}"#, #"{"name":{"_between":["$CURRENT_USER.location","z"]}}"#,
        #"{"name":{"_nbetween":["$CURRENT_USER.location","z"]}}"#, #"{"_or":[{"name":{"_eq":"$CURRENT_USER.location"}},{"id":{"_eq":99}}]}"#,
        #"{"owner":{"_in":"$CURRENT_USER.policies.role"}}"#,
    ])
    func `D14 a comparison with nothing is false for every row`(_ rule: String) async throws {
        try await withAPI(Harbour.model) { api in
            try await api.client.run("INSERT INTO ships (id, name, tenant) VALUES (50, NULL, NULL)")
            try await Self.expectNothing(rule, on: api)
        }
    }

    @Test(arguments: [#"{}"#, nil, #"{"_and":[]}"#]) func `D15 an empty rule is every row, no permission is none`(_ rule: String?) async throws {
        try await withAPI(Harbour.model) { api in
            try await Self.setRule(rule, on: api)
            try await APIScenario("every row", as: "ann", "GET /items/ships?fields=id", status: 200, Self.everyShip).run(on: api)
            try await api.client.run("DELETE FROM directus_permissions WHERE collection = 'ships' AND action = 'read'")
            try await api.reloadRights()
            try await APIScenario("none", as: "ann", "GET /items/ships?fields=id", status: 403, Refused.collection("ships")).run(on: api)
            #expect(try await api.rows("SELECT count(*) FROM directus_permissions WHERE collection = 'ships' AND action = 'update'") == "1")
            let before = try await api.rows("SELECT name FROM ships ORDER BY id")
            try await APIScenario(
                "nor by a query", as: "ann", "PATCH /items/ships", #"{"query":{},"data":{"name":"x"}}"#, status: 403, Refused.collection("ships")
            ).run(on: api)
            #expect(try await api.rows("SELECT name FROM ships ORDER BY id") == before)
        }
    }

    /// A rule, and what is told of it.
    static let broken: [(rule: String, fault: String)] = [
        (#"{"gone":{"_eq":1}}"#, #""gone" does not exist"#),
        (#"{"_or":[{"id":{"_nnull":true}},{"gone":{"_null":true}}]}"#, #""gone" does not exist"#),
        (#"{"crew":{"_none":{"gone":{"_eq":1}}}}"#, #""crew.gone" does not exist"#),
        (#"{"tenant":{"gone":{"_eq":1}}}"#, #""tenant.gone" does not exist"#),
        (#"{"year(gone)":{"_gt":1}}"#, #""gone" does not exist"#),
        (#"{"$FOLLOW(gone,ship)":{"id":{"_nnull":true}}}"#, #""$FOLLOW(gone,ship).ship" does not exist"#),
        (#"{"cargo":{"item:gone":{"id":{"_nnull":true}}}}"#, #""cargo.item:gone." does not exist"#),
        (#"{"id":{"_raw":"1"}}"#, #""_raw" is no operator"#),
        (#"{"_not":{"id":{"_eq":1}}}"#, #"Invalid query. The filter value for "_not" has to be a string, number, or boolean."#),
        (#"{"crew":{"_none":{"id":{"_regex":"."}}}}"#, #""_regex" is for validation only"#),
        (#"{"name":{"_eq":"$BOGUS"}}"#, #""$BOGUS" is no variable"#),
        (#"{"name":{"_neq":"$CURRENT_USERS.id"}}"#, #""$CURRENT_USERS.id" is no variable"#),
        (#"{"crew":{"_none":{"name":{"_eq":"$CURRENT_USER.gone"}}}}"#, #""$CURRENT_USER.gone" does not exist"#),
        (#"{"crew":{"_none":{"name":{"_eq":"$CURRENT_USER.tenant.gone"}}}}"#, #""$CURRENT_USER.tenant.gone" does not exist"#),
        (#"{"crew":{"_none":{"name":{"_in":["$CURRENT_ROLE.gone"]}}}}"#, #""$CURRENT_ROLE.gone" does not exist"#),
        (#"{"tenant":{}}"#, #""tenant" has no condition"#), (#"{"tenant":{"_and":[{},{}]}}"#, #""tenant" has no condition"#),
        (#"{"tenant":{"_or":[{"id":{"_eq":1}},{}]}}"#, #""tenant" has no condition"#),
        (#"{"_and":[{"id":{"_nnull":true}},{"name":{}}]}"#, #""name" has no condition"#),
        (#"{"name":{"id":{"_eq":1}}}"#, #"Invalid query. Invalid filter key "id" on "ships"."#),
        (#"{"papers":{"_eq":1}}"#, #"Invalid query. "json" field type does not contain the "_eq" filter operator."#),
        (#"{"id":{"_eq":"one"}}"#, "Invalid query. Invalid numeric value."),
        (#"{"_and":{"id":{"_nnull":true}}}"#, "Invalid query. Invalid filter object."),
        (#"["id"]"#, #"Invalid query. "filter" must be of type object."#),
        ("true", #"Invalid query. "filter" must be of type object."#), (#""all""#, #"Invalid query. "filter" must be of type object."#),
    ]

    @Test(arguments: broken) func `D16 a saved rule that can't be read is false for every row, and reported`(_ rule: String, _ fault: String)
        async throws
    {
        try await withAPI(Harbour.model) { api in
            #expect(api.problems == [])
            try await Self.expectNothing(rule, on: api)
            #expect(api.problems.map(\.permission) == [Harbour.shipsRight])
            #expect(api.problems.map(\.message) == ["The item rule is false for every row: \(fault)"])
        }
    }

    /// The permission still names its fields, as one does whose rule admits no row today (contract/items.md, 5.3). On rows that other permissions
    /// admit they are null, and nothing can be learnt of them.
    @Test(arguments: [#"{"gone":{"_eq":1}}"#, #"{"name":{"_eq":"$BOGUS"}}"#])
    func `D16 a saved rule that can't be read grants no field of a row that another admits`(_ rule: String) async throws {
        try await withAPI(Harbour.model) { api in
            try await api.client.run(
                """
                \(Right.sql([Right("read", "ships", "ledger,slip", rule: rule), Right("update", "ships", "wage", rule: rule)],
                    of: Harbour.matePolicy, from: 401))
                """)
            try await api.reloadRights()
            #expect(api.problems.map(\.permission) == [401, 402])
            let scenarios = [
                APIScenario(
                    "values", as: "ann", "GET /items/ships?fields=id,ledger,slip&sort=id", status: 200,
                    #"{"data":[{"id":1,"ledger":null,"slip":null},{"id":2,"ledger":null,"slip":null}]}"#),
                APIScenario("alone", as: "ann", "GET /items/ships?fields=ledger", status: 200, #"{"data":[]}"#),
                APIScenario("one item", as: "ann", "GET /items/ships/1?fields=ledger", status: 403, Refused.plain),
                APIScenario(
                    "below a relation", as: "ann", "GET /items/crew?fields=ship.id,ship.ledger&filter[id][_eq]=1", status: 200,
                    #"{"data":[{"ship":{"id":1,"ledger":null}}]}"#),
                APIScenario("filter", as: "ann", "GET /items/ships?fields=id&filter[ledger][_nnull]=true", status: 200, #"{"data":[]}"#),
                APIScenario("search", as: "ann", "GET /items/ships?fields=id&search=gold", status: 200, #"{"data":[]}"#),
                APIScenario(
                    "aggregate", as: "ann", "GET /items/ships?aggregate[countDistinct]=ledger", status: 200,
                    #"{"data":[{"countDistinct":{"ledger":"0"}}]}"#),
                APIScenario(
                    "write", as: "ann", "PATCH /items/ships/1", #"{"wage":1}"#, status: 403, Refused.action("update", "ships", fields: ["wage"]),
                    untouched: Harbour.state),
            ]
            for scenario in scenarios { try await scenario.run(on: api) }
        }
    }

    /// Of writes: the rows stay, and a validation that lost its field refuses instead of passing.
    @Test(arguments: [
        (
            column: "permissions", text: #"{"gone":{"_null":true}}"#, action: "update",
            told: #"The item rule is false for every row: "gone" does not exist"#
        ),
        ("permissions", #"{"gone":{"_null":true}}"#, "delete", #"The item rule is false for every row: "gone" does not exist"#),
        ("validation", #"{"gone":{"_eq":1}}"#, "update", #"The validation can't be satisfied: "gone" does not exist"#),
        ("validation", #"{"gone":{"_eq":1}}"#, "create", #"The validation can't be satisfied: "gone" does not exist"#),
        ("validation", #"{"tenant":{"gone":{"_eq":1}}}"#, "create", #"The validation can't be satisfied: "tenant.gone" does not exist"#),
        (
            "validation", #"{"name":{"_neq":"$CURRENT_USER.gone"}}"#, "create",
            #"The validation can't be satisfied: "$CURRENT_USER.gone" does not exist"#
        ),
        ("validation", #"{"name":{"_raw":1}}"#, "create", #"The validation can't be satisfied: "_raw" is no operator"#),
        (
            "presets", #"{"tenant":"$CURRENT_USER.gone"}"#, "create",
            #"Nothing can be written by this permission, because of its presets: "$CURRENT_USER.gone" does not exist"#
        ),
    ])
    func `D16 so is one about writes`(_ broken: (column: String, text: String, action: String, told: String)) async throws {
        try await withAPI(Harbour.model) { api in
            try await api.client.run(
                "UPDATE directus_permissions SET \(broken.column) = '\(broken.text)' WHERE collection = 'ships' AND action = '\(broken.action)'")
            try await api.reloadRights()
            #expect(api.problems.map(\.message) == [broken.told])
            let before = try await api.rows(Harbour.state)
            let answer =
                switch broken.action {
                case "create": try await api.send("POST /items/ships", as: "ann", ["name": "x"])
                case "delete": try await api.send("DELETE /items/ships/1", as: "ann")
                default: try await api.send("PATCH /items/ships/1", as: "ann", ["name": "x"])
                }
            let refused =
                broken.column == "permissions"
                ? Refused.action(broken.action, "ships", fields: broken.action == "update" ? ["name"] : [])
                : #"{"errors":[{"message":"Validation failed for field \"\".","extensions":{"field":"","path":[],"type":"rule","code":"FAILED_VALIDATION"}}]}"#
            #expect(answer.status == (broken.column == "permissions" ? 403 : 400))
            #expect(answer.body?.text == refused)
            #expect(try await api.rows(Harbour.state) == before)
        }
    }

    /// Names that open nothing are reported all the same, in the order of the permissions.
    @Test func `D16 what names something that is not there is reported by its permission`() async throws {
        try await withAPI(Harbour.model) { api in
            try await api.client.run(
                """
                \(Right.sql(
                    [
                        Right("read", "galleys", "*", rule: #"{"gone":{"_eq":1}}"#), Right("read", "ports", "id,lost"),
                        Right("create", "ports", "name", presets: #"{"lost":1}"#), Right("read", "crates", "*", rule: #"{"gone":{"_eq":1}}"#),
                        Right("update", "crates", "*", rule: #"{"gone":{"_eq":1}}"#), Right("fly", "ports", "*"),
                    ], of: Harbour.matePolicy, from: 401))
                """)
            try await api.reloadRights()
            #expect(
                api.problems.map { "\($0.permission ?? 0) \($0.message)" } == [
                    #"401 The collection "galleys" does not exist"#, #"402 "fields": "lost" does not exist"#,
                    #"403 "presets": "lost" does not exist"#,
                    #"404 The item rule is false for every row: "gone" does not exist"#,
                    #"405 The item rule is false for every row: "gone" does not exist"#, #"406 "fly" is no action"#,
                ])
            try await APIScenario("the rest holds", as: "ann", "GET /items/ports?fields=id&sort=id", status: 200, #"{"data":[{"id":1},{"id":2}]}"#)
                .run(on: api)
        }
    }

    @Test func `D17 E3 what a rule compares with is read for every request`() async throws {
        try await withAPI(Harbour.model) { api in
            try await Self.setRule(#"{"_and":[{"tenant":{"_eq":"$CURRENT_USER.tenant"}},{"sailed":{"_lt":"$NOW"}}]}"#, on: api)
            try await APIScenario("as it is", as: "ann", "GET /items/ships?fields=id", status: 200, #"{"data":[{"id":1},{"id":2}]}"#).run(on: api)
            // Past the API, so that nothing could have been told.
            try await api.client.run("UPDATE directus_users SET tenant = 2 WHERE id = '\(Harbour.ann)'")
            try await APIScenario("another tenant", as: "ann", "GET /items/ships?fields=id", status: 200, #"{"data":[{"id":3}]}"#).run(on: api)
            try await APIScenario(
                "for writes too", as: "ann", "PATCH /items/ships/1", #"{"name":"x"}"#, status: 403,
                Refused.action("update", "ships", fields: ["name"])
            ).run(on: api)
            try await api.client.run("UPDATE ships SET sailed = '2030-01-01' WHERE id = 3")
            try await APIScenario("another date", as: "ann", "GET /items/ships?fields=id", status: 200, #"{"data":[]}"#).run(on: api)
            try await api.client.run("UPDATE directus_users SET tenant = NULL WHERE id = '\(Harbour.ann)'; UPDATE ships SET tenant = NULL")
            try await APIScenario("none is no tenant", as: "ann", "GET /items/ships?fields=id", status: 200, #"{"data":[]}"#).run(on: api)
        }
    }

    @Test(arguments: [
        ("X-Forwarded-For", "10.9.9.9"), ("X-Forwarded-For", "10.9.9.9, 127.0.0.1"), ("X-Real-IP", "10.9.9.9"), ("Forwarded", "for=10.9.9.9"),
        ("CF-Connecting-IP", "10.9.9.9"), ("True-Client-IP", "10.9.9.9"), ("X-Client-IP", "10.9.9.9"), ("Client-IP", "10.9.9.9"),
    ])
    func `D23 a forwarded address opens no policy that is bound to one`(_ name: String, _ value: String) async throws {
        try await withAPI(Newsroom.model) { api in
            let bearer: [(name: String, value: String)] = [("Authorization", "Bearer walled")]
            for target in ["/policies/me/globals", "/items/articles", "/users/me?fields=role", "/permissions/me"] {
                let spoofed = try await api.raw("GET \(target)", bearer + [(name, value)])
                #expect(try await api.raw("GET \(target)", bearer) == spoofed)
            }
            let flags = try await api.raw("GET /policies/me/globals", bearer + [(name, value)])
            #expect(flags.text == #"{"data":{"app_access":false,"admin_access":false,"enforce_tfa":false}}"#)
            try await api.client.run("UPDATE directus_policies SET ip_access = '127.0.0.1' WHERE id = '\(Newsroom.walledPolicy)'")
            try await api.reloadRights()
            let inside = try await api.raw("GET /policies/me/globals", bearer + [(name, value)])
            #expect(inside.text == #"{"data":{"app_access":true,"admin_access":true,"enforce_tfa":false}}"#)
        }
    }
}
