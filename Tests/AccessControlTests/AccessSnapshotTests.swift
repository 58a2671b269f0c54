import AccessControl
import JSONText
import SchemaModel
import Testing

@Suite struct AppliedPolicyTests {
    static let snapshot = AccessSnapshot.build(
        roles: [
            Rows.role("root"), Rows.role("middle", parent: "root"), Rows.role("leaf", parent: "middle"), Rows.role("egg", parent: "hen"),
            Rows.role("hen", parent: "egg"), Rows.role("lost", parent: "gone"),
        ],
        policies: [
            Rows.policy("public"), Rows.policy("a"), Rows.policy("b", app: true), Rows.policy("c", tfa: true), Rows.policy("boss", admin: true),
            Rows.policy("here", addresses: ["10.0.0.0/8", "nonsense"]), Rows.policy("nowhere", addresses: ["nonsense"]),
            Rows.policy("office", admin: true, addresses: ["10.0.0.1"]),
        ],
        attachments: [
            Rows.attach("c", role: "leaf"), Rows.attach("a", role: "root", sort: 2), Rows.attach("b", role: "root", sort: 1),
            Rows.attach("public", sort: 1), Rows.attach("boss", sort: 9), Rows.attach("a", user: "ann"), Rows.attach("here", user: "ann"),
            Rows.attach("nowhere", user: "ann"), Rows.attach("office", user: "eve"), Rows.attach("boss", user: "bob"),
            Rows.attach("a", role: "egg"), Rows.attach("b", role: "hen"), Rows.attach("missing", role: "lost"),
        ],
        permissions: [])

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let principal: Principal
        var address: String?
        let policies: [PolicyID]
        var isAdmin = false
        var hasAppAccess = false
    }

    static let cases = [
        Case(testDescription: "nobody has the public's, without its flags", principal: .public, policies: ["public", "boss"]),
        Case(
            testDescription: "a user without role has the public's and own, without the public's flags", principal: Rows.user("ann"),
            address: "10.1.1.1", policies: ["public", "boss", "a", "here"]),
        Case(
            testDescription: "a public policy that the user has too counts with its flags", principal: Rows.user("bob"),
            policies: ["public", "boss"], isAdmin: true, hasAppAccess: true),
        Case(
            testDescription: "root first, by sort, then down to the leaf", principal: Rows.user("x", role: "leaf"), policies: ["b", "a", "c"],
            hasAppAccess: true),
        Case(
            testDescription: "a policy of role and user stands at the user's place", principal: Rows.user("ann", role: "leaf"),
            policies: ["b", "c", "a"], hasAppAccess: true),
        Case(testDescription: "a cycle of roles ends", principal: Rows.user("x", role: "egg"), policies: ["b", "a"], hasAppAccess: true),
        Case(testDescription: "a policy without row is nothing", principal: Rows.user("x", role: "lost"), policies: []),
        Case(testDescription: "outside the addresses", principal: Rows.user("eve", role: "none"), address: "10.0.0.2", policies: []),
        Case(
            testDescription: "inside the addresses", principal: Rows.user("eve", role: "none"), address: "::ffff:10.0.0.1",
            policies: ["office"], isAdmin: true, hasAppAccess: true),
        Case(testDescription: "an unknown address", principal: Rows.user("eve", role: "none"), address: nil, policies: []),
        Case(testDescription: "no address at all", principal: Rows.user("eve", role: "none"), address: "unix", policies: []),
    ]

    @Test(arguments: cases) func `applies the right policies in order`(_ test: Case) {
        let applied = Self.snapshot.appliedPolicies(to: test.principal, at: test.address)
        #expect(applied.policies == test.policies)
        #expect(applied.isAdmin == test.isAdmin)
        #expect(applied.hasAppAccess == test.hasAppAccess)
        let caller = Self.snapshot.caller(test.principal, origin: RequestOrigin(address: test.address))
        #expect(caller.access.policies == test.policies)
        #expect(caller.isAdmin == test.isAdmin)
    }

    @Test func `gives roles root first`() {
        #expect(Self.snapshot.caller(Rows.user("x", role: "leaf"), origin: RequestOrigin()).roles.map(\.text) == ["root", "middle", "leaf"])
    }

    @Test func `shares rights among callers with the same policies, and not across addresses`() {
        let one = Self.snapshot.caller(Rows.user("x", role: "leaf"), origin: RequestOrigin())
        let two = Self.snapshot.caller(Rows.user("y", role: "leaf"), origin: RequestOrigin(address: "1.2.3.4"))
        #expect(one.access === two.access)
        #expect(Self.snapshot.caller(Rows.user("eve", role: "none"), origin: RequestOrigin(address: "10.0.0.1")).isAdmin)
        #expect(!Self.snapshot.caller(Rows.user("eve", role: "none"), origin: RequestOrigin(address: "10.0.0.2")).isAdmin)
    }

    @Test func `reports addresses that are none`() {
        #expect(Self.snapshot.problems.count == 2)
    }

    @Test func `the server itself may do everything`() {
        #expect(Self.snapshot.caller(.system(reason: "test"), origin: RequestOrigin()).access === EffectiveAccess.full)
    }
}

@Suite struct EffectiveAccessTests {
    private func access(_ permissions: [StoredPermission], app: Bool = false, admin: Bool = false) -> (AccessSnapshot, EffectiveAccess) {
        let snapshot = AccessSnapshot.build(
            roles: [Rows.role("r")], policies: [Rows.policy("p", admin: admin, app: app), Rows.policy("q"), Rows.policy("other")],
            attachments: [Rows.attach("p", role: "r", sort: 1), Rows.attach("q", role: "r", sort: 2)], permissions: permissions)
        return (snapshot, snapshot.caller(Rows.user("u", role: "r"), origin: RequestOrigin()).access)
    }

    @Test func `merges rows with the same rule into one case`() throws {
        let (snapshot, access) = access([
            Rows.allow(4, "q", fields: ["salary"], rule: #"{"owner":{"_eq":"$CURRENT_USER"}}"#),
            Rows.allow(1, "p", fields: ["id", "title"]),
            Rows.allow(2, "p", fields: ["phone", "id"], rule: #"{"owner":{"_eq":"$CURRENT_USER"}}"#),
            Rows.allow(3, "q", fields: ["note"], rule: "{}"),
            Rows.allow(5, "other", fields: ["secret"]),
        ])
        let read = try #require(access.access(to: "articles", for: .read))
        #expect(read.cases.count == 2)
        #expect(read.cases[0].rule == nil)
        #expect(read.cases[0].fields == .some(["id", "title", "note"]))
        #expect(read.cases[1].fields == .some(["phone", "id", "salary"]))
        #expect(read.orderedFields == ["id", "title", "phone", "note", "salary"])
        #expect(read.rows.count == 4)
        let rule = try #require(read.cases[1].rule)
        #expect(snapshot.rules[rule.index].collection == "articles")
        #expect(access.access(to: "articles", for: .update) == nil)
        #expect(access.access(to: "tags", for: .read) == nil)
    }

    @Test func `takes an empty conjunction for no condition but remembers that one was written`() throws {
        let (_, access) = access([Rows.allow(1, "p", rule: #"{"_and":[]}"#)])
        let read = try #require(access.access(to: "articles", for: .read))
        #expect(read.cases[0].rule == nil)
        #expect(read.rows[0].hasCondition)
    }

    @Test func `a star grants every field and no fields none`() throws {
        let (_, access) = access([Rows.allow(1, "p", fields: ["id", "*"]), Rows.allow(2, "p", "delete", fields: [])])
        #expect(access.access(to: "articles", for: .read)?.fields == .all)
        #expect(access.access(to: "articles", for: .delete)?.fields.isEmpty == true)
    }

    @Test func `ignores the item rule of a create permission`() {
        let (_, access) = access([Rows.allow(1, "p", "create", rule: #"{"x":{"_eq":1}}"#)])
        #expect(access.access(to: "articles", for: .create)?.cases.map(\.rule) == [nil])
        #expect(access.access(to: "articles", for: .create)?.rows[0].hasCondition == true)
    }

    @Test func `app access brings the built-in rights, admin access none`() {
        let (_, app) = access([], app: true)
        #expect(app.access(to: "directus_settings", for: .read)?.fields.contains("project_name") == true)
        #expect(app.access(to: "directus_settings", for: .read)?.fields.contains("ai_openai_api_key") == false)
        #expect(app.access(to: "directus_presets", for: .create)?.rows.first?.validation != nil)
        #expect(app.access(to: "directus_users", for: .update) == nil)
        let (_, plain) = access([])
        #expect(plain.access(to: "directus_settings", for: .read) == nil)
        let (_, admin) = access([Rows.allow(1, "p")], admin: true)
        #expect(admin.isAdmin && admin.hasAppAccess && admin.access(to: "articles", for: .read) == nil)
    }

    @Test func `says which attributes reads and writes need`() {
        let (snapshot, access) = access([
            Rows.allow(1, "p", rule: #"{"desk":{"_eq":"$CURRENT_USER.desk"},"at":{"_lt":"$NOW"},"by":{"_eq":"$CURRENT_USER"}}"#),
            Rows.allow(2, "q", "create", validation: #"{"a":{"_in":["$CURRENT_ROLE.name"]}}"#, presets: #"{"x":{"y":["$CURRENT_USER.pager"]}}"#),
            Rows.allow(3, "other", "update", rule: #"{"_or":[{"p":{"_in":"$CURRENT_POLICIES.name"}}]}"#),
        ])
        #expect(access.variables(for: .reads).map(\.text) == ["$CURRENT_USER.desk"])
        #expect(access.variables(for: .writes).map(\.text) == ["$CURRENT_ROLE.name", "$CURRENT_USER.desk", "$CURRENT_USER.pager"])
        #expect(snapshot.mentionedVariables.count == 4)
    }
}

struct FaultyRule: CustomTestStringConvertible, Sendable {
    let json: String
    var testDescription: String { json }
}

@Suite struct FailClosedTests {
    static let rules = [
        "[]", #""text""#, #"{"a":null}"#, #"{"a":{"_lookup":1}}"#, #"{"a":{"_in":[]}}"#, #"{"_or":[{"a":{"_eq":1}},{"b":{"_raw":"x"}}]}"#,
        #"{"a":{"_eq":"$CURRENT_USR"}}"#, #"{"a":{"_in":["x","$BOGUS.y"]}}"#, #"{"a":{"_eq":"$NOW(-1 day"}}"#, #"{"a":{"_regex":"x"}}"#,
        #"{"a":{"_submitted":true}}"#, #"{"_or":{"a":1}}"#, #"{"a":{"_eq":{"b":1}}}"#,
    ].map { FaultyRule(json: $0) }

    @Test(arguments: rules) func `an item rule that can't be read is false for every row and reported`(_ rule: FaultyRule) throws {
        let snapshot = AccessSnapshot.build(
            roles: [], policies: [Rows.policy("p")], attachments: [Rows.attach("p")], permissions: [Rows.allow(7, "p", rule: rule.json)])
        let read = try #require(snapshot.caller(.public, origin: RequestOrigin()).access.access(to: "articles", for: .read))
        let id = try #require(read.cases[0].rule)
        #expect(snapshot.rules[id.index].filter == nil)
        #expect(snapshot.problems.map(\.permission) == [7])
    }

    @Test(arguments: [
        "[]", #"{"a":{"_lookup":1}}"#, #"{"a":{"_regex":"("}}"#, #"{"tags":{"_some":{"x":{"_eq":1}}}}"#, #"{"item:x":{"y":{"_eq":1}}}"#,
        #"{"a":{"_eq":"$BOGUS"}}"#,
    ])
    func `a validation that can't be read is never satisfied and reported`(_ json: String) throws {
        let snapshot = AccessSnapshot.build(
            roles: [], policies: [Rows.policy("p")], attachments: [Rows.attach("p")],
            permissions: [Rows.allow(7, "p", "create", validation: json)])
        let access = snapshot.caller(.public, origin: RequestOrigin()).access
        let rules = try #require(access.access(to: "articles", for: .create)).rows.compactMap(\.validation)
        let values = DynamicValues(caller: Caller(principal: .public, access: access), now: Moment(milliseconds: 0))
        #expect(PayloadValidation(requirements: [], rules: rules, values: values).failures(in: JSONObject()).count == 1)
        #expect(snapshot.problems.count == 1)
    }

    @Test func `presets that are no object stop writes, an unknown action grants nothing`() {
        let snapshot = AccessSnapshot.build(
            roles: [], policies: [Rows.policy("p")], attachments: [Rows.attach("p")],
            permissions: [Rows.allow(1, "p", "create", presets: "[1]"), Rows.allow(2, "p", "erase")])
        #expect(snapshot.problems.map(\.permission) == [1, 2])
        let access = snapshot.caller(.public, origin: RequestOrigin()).access
        #expect(access.access(to: "articles", for: .create)?.rows[0].validation != nil)
    }

    @Test func `plain texts with a dollar are no variables`() {
        let snapshot = AccessSnapshot.build(
            roles: [], policies: [Rows.policy("p")], attachments: [],
            permissions: [Rows.allow(1, "p", rule: #"{"a":{"_in":["$5","$usd","$US","$"]},"b":{"_eq":""}}"#)])
        #expect(snapshot.problems == [])
    }

    @Test func `identical rules of a collection share one id`() {
        let snapshot = AccessSnapshot.build(
            roles: [], policies: [Rows.policy("p")], attachments: [],
            permissions: [
                Rows.allow(1, "p", rule: #"{"a":{"_eq":1},"b":{"_eq":2}}"#), Rows.allow(2, "p", "update", rule: #"{"b":{"_eq":2},"a":{"_eq":1}}"#),
                Rows.allow(3, "p", rule: #"{"a":{"_eq":1},"b":{"_eq":2}}"#, collection: "tags"),
            ])
        let own = snapshot.rules.filter { !$0.collection.hasSystemPrefix }
        #expect(own.map(\.collection) == ["articles", "tags"])
    }
}
