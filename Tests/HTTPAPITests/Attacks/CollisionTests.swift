import JSONText
import Testing

/// What a refused value tells of rows that can't be seen: B8, B9, C18, E2 (contract/attacks.md).
@Suite struct CollisionTests {
    private static func told(_ value: String, field: String = "code") -> String {
        """
        {"errors":[{"message":"Value \\"\(value)\\" for field \\"\(field)\\" in collection \\"ships\\" has to be unique.",
          "extensions":{"collection":"ships","field":"\(field)","value":"\(value)","code":"RECORD_NOT_UNIQUE"}}]}
        """
    }

    private static let kept = Refused.payload("A value is not unique")

    private static func refused(_ name: String, as caller: String = "ann", _ request: String, _ body: String, _ answer: String) -> APIScenario {
        APIScenario(name, as: caller, request, body, status: 400, answer, untouched: Harbour.state)
    }

    private static let unique = [
        refused("a row that is seen", "POST /items/ships", #"{"code":"A1"}"#, told("A1")),
        refused("one of another tenant", "POST /items/ships", #"{"code":"C1"}"#, kept),
        refused("by an update", "PATCH /items/ships/1", #"{"code":"C1"}"#, kept),
        refused("by an update of a row that is seen", "PATCH /items/ships/1", #"{"code":"B1"}"#, told("B1")),
        refused("by a batch", "PATCH /items/ships", #"[{"id":1,"code":"C1"}]"#, kept),
        refused("by several", "POST /items/ships", #"[{"code":"D1"},{"code":"C1"}]"#, kept),
        refused("nested", "PATCH /items/crew/1", #"{"ship":{"id":1,"code":"C1"}}"#, kept),
        refused("nested, of a row that is seen", "PATCH /items/crew/1", #"{"ship":{"id":1,"code":"B1"}}"#, told("B1")),
        refused("a field that can't be read, of one's own", "POST /items/ships", #"{"slip":"s1"}"#, kept),
        refused("the same of another tenant", "POST /items/ships", #"{"slip":"s3"}"#, kept),
        refused("who sees all is told", as: "boss", "POST /items/ships", #"{"slip":"s3"}"#, told("s3", field: "slip")),
    ]

    @Test func `B8 E2 a collision with a row or field that can't be seen is not told`() async throws {
        try await Self.unique.run(on: Harbour.model)
    }

    @Test func `E2 a constraint of each tenant lets the same value stand in another`() async throws {
        try await withAPI(Harbour.model) { api in
            try await api.client.run("ALTER TABLE ships DROP CONSTRAINT IF EXISTS ships_code_unique; DROP INDEX IF EXISTS ships_code_unique")
            try await api.client.run("CREATE UNIQUE INDEX ships_tenant_code_unique ON ships (tenant, code)")
            try await APIScenario(
                "of another", as: "ann", "POST /items/ships?fields=code", #"{"code":"C1"}"#, status: 200, #"{"data":{"code":"C1"}}"#
            ).run(on: api)
            try await Self.refused("of one's own", "POST /items/ships", #"{"code":"A1"}"#, Self.kept).run(on: api)
        }
    }

    /// Accepted (contract/items.md, 1.9): who may write a foreign key learns from the refusal whether the row is there. Nobody else does.
    @Test(arguments: [
        ("POST /items/ships", #"{"name":"x","owner":"KEY"}"#, "owner"), ("PATCH /items/ships/1", #"{"owner":"KEY"}"#, "owner"),
        ("PATCH /items/ships", #"{"keys":[1],"data":{"owner":"KEY"}}"#, "owner"),
    ])
    func `B9 a key that may not be written tells nothing of the row`(_ request: String, _ body: String, _ field: String) async throws {
        try await withAPI(Harbour.model) { api in
            for key in [Harbour.bob, "a0000000-0000-4000-8000-0000000000ff", "no key"] {
                try await APIScenario(
                    key, as: "ann", request, body.replacing("KEY", with: key), status: 403, Refused.field(field, "ships"), untouched: Harbour.state
                ).run(on: api)
            }
        }
    }

    @Test func `B9 a deletion does not tell who points at the row`() async throws {
        try await withAPI(Harbour.model) { api in
            try await api.client.run(
                "ALTER TABLE vaults DROP CONSTRAINT vaults_ship_foreign, ADD CONSTRAINT vaults_ship_foreign FOREIGN KEY (ship) REFERENCES ships")
            try await APIScenario(
                "by a field that can't be seen", as: "ann", "DELETE /items/ships/1", status: 400, Refused.payload("The item is in use"),
                untouched: Harbour.state
            ).run(on: api)
            try await APIScenario(
                "an administrator", as: "boss", "DELETE /items/ships/1", status: 400,
                """
                {"errors":[{"message":"Invalid foreign key for field \\"ship\\" in collection \\"ships\\".",
                  "extensions":{"collection":"ships","field":"ship","code":"INVALID_FOREIGN_KEY"}}]}
                """, untouched: Harbour.state
            ).run(on: api)
        }
    }

    private static let long = String(repeating: "x", count: 256)

    /// The rule of a field that the caller neither reads nor writes, and a preset that breaks it.
    @Test func `C18 a rule about a hidden field does not tell its value`() async throws {
        try await withAPI(Harbour.model) { api in
            try await api.client.run(
                """
                UPDATE directus_permissions SET presets = '{"tenant":"$CURRENT_USER.tenant","ledger":"gold"}',
                  validation = '{"ledger":{"_in":["silver","bronze"]}}' WHERE collection = 'ships' AND action = 'create'
                """)
            try await api.reloadRights()
            try await APIScenario(
                "broken by a preset", as: "ann", "POST /items/ships", #"{"name":"x"}"#, status: 400,
                """
                {"errors":[{"message":"Validation failed for field \\"ledger\\".",
                  "extensions":{"field":"ledger","path":[],"type":"in","code":"FAILED_VALIDATION"}}]}
                """, untouched: Harbour.state
            ).run(on: api)
            try await api.client.run(
                """
                UPDATE directus_permissions SET presets = '{"rank":"\(Self.long)"}' WHERE collection = 'crew' AND action = 'create';
                ALTER TABLE ships ADD CONSTRAINT ships_ledger_check CHECK (ledger <> 'bad');
                UPDATE directus_permissions SET fields = 'name,ledger' WHERE collection = 'ships' AND action = 'update'
                """)
            try await api.reloadRights()
            try await APIScenario(
                "a preset of a hidden field that does not fit", as: "ann", "POST /items/crew", #"{"name":"x"}"#, status: 400,
                """
                {"errors":[{"message":"Value for field \\"rank\\" in collection \\"crew\\" is too long.",
                  "extensions":{"collection":"crew","field":"rank","code":"VALUE_TOO_LONG"}}]}
                """, untouched: Harbour.state
            ).run(on: api)
            try await Self.refused(
                "one's own value is told", "POST /items/crew", #"{"name":"\#(Self.long)"}"#,
                """
                {"errors":[{"message":"Value \\"\(Self.long)\\" for field \\"name\\" in collection \\"crew\\" is too long.",
                  "extensions":{"collection":"crew","field":"name","value":"\(Self.long)","code":"VALUE_TOO_LONG"}}]}
                """
            ).run(on: api)
            try await APIScenario(
                "a constraint's name tells of fields", as: "ann", "PATCH /items/ships/1", #"{"ledger":"bad"}"#, status: 400,
                Refused.payload("A value violates a constraint"), untouched: Harbour.state
            ).run(on: api)
        }
    }
}
