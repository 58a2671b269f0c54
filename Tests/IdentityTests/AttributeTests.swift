import AccessControl
import Identity
import JSONText
import Postgres
import QueryEngine
import SchemaModel
import Testing

struct AttributeCase: CustomTestStringConvertible, Sendable {
    let variable: String
    let value: AttributeValue?
    var type: FieldType?
    var testDescription: String { variable }
}

@Suite struct AttributeTests {
    private static let rows = """
        INSERT INTO directus_roles (id, name, parent) VALUES ('\(key(8))', 'staff', NULL), ('\(key(9))', 'editors', '\(key(8))');
        INSERT INTO directus_policies (id, name) VALUES ('\(key(5))', 'edit'), ('\(key(6))', 'read');
        INSERT INTO desks VALUES (1, 'News', true), (2, 'Sport', false);
        INSERT INTO directus_users (id, email, desk, role, tags) VALUES
          ('\(key(1))', 'ann@example.com', 1, '\(key(9))', '["a", 2, null]'), ('\(key(2))', 'bob@example.com', 1, NULL, NULL),
          ('\(key(3))', NULL, NULL, NULL, NULL);
        """

    static let cases = [
        AttributeCase(variable: "$CURRENT_USER.desk", value: .single("1"), type: .integer),
        AttributeCase(variable: "$CURRENT_USER.email", value: .single("ann@example.com"), type: .string),
        AttributeCase(variable: "$CURRENT_USER.desk.name", value: .single("News"), type: .string),
        AttributeCase(variable: "$CURRENT_USER.desk.open", value: .single("true"), type: .boolean),
        AttributeCase(variable: "$CURRENT_USER.tags", value: .list(["a", "2"]), type: .json),
        AttributeCase(variable: "$CURRENT_USER.desk.people", value: .list([key(1), key(2)]), type: .uuid),
        AttributeCase(variable: "$CURRENT_USER.desk.people.email", value: .list(["ann@example.com", "bob@example.com"]), type: .string),
        AttributeCase(variable: "$CURRENT_ROLE.name", value: .single("editors"), type: .string),
        AttributeCase(variable: "$CURRENT_ROLE.parent", value: .single(key(8)), type: .uuid),
        AttributeCase(variable: "$CURRENT_ROLES.name", value: .list(["editors", "staff"]), type: .string),
        AttributeCase(variable: "$CURRENT_POLICIES.name", value: .list(["edit", "read"]), type: .string),
        AttributeCase(variable: "$CURRENT_USER.nothing", value: nil),
        AttributeCase(variable: "$CURRENT_USER.desk.nothing.name", value: nil),
        AttributeCase(variable: "$CURRENT_USER.email.name", value: nil),
        AttributeCase(variable: "$CURRENT_USER.desk\".name", value: nil),
    ]

    private func load(_ caller: Caller, _ variables: [String], _ client: PostgresClient) async throws -> Caller {
        let snapshot = EngineSnapshot(schema: identitySchema, access: .empty, generation: 1)
        return try await AttributeLoader().load(
            caller, for: .reads, further: variables.compactMap { DynamicVariable($0) }, in: snapshot, using: client)
    }

    @Test func `reads values through relations, with their types`() async throws {
        try await withSystemTables(Self.rows) { client in
            let access = EffectiveAccess(
                isAdmin: false, hasAppAccess: false, policies: [PolicyID(key(5)), PolicyID(key(6))], grants: [:])
            let ann = Caller(
                principal: .user(UserID(key(1)), role: RoleID(key(9))), roles: [RoleID(key(8)), RoleID(key(9))], access: access)
            let loaded = try await load(ann, Self.cases.map(\.variable), client)
            for test in Self.cases {
                let variable = try #require(DynamicVariable(test.variable))
                var value = loaded.attributes[variable]
                if case .list(let values) = value, test.variable != "$CURRENT_USER.tags" { value = .list(values.sorted()) }
                #expect(value == test.value, "\(test.variable)")
                #expect(loaded.attributeTypes[variable] == test.type, "\(test.variable)")
            }
        }
    }

    @Test func `gives null and empty lists to those who have nothing`() async throws {
        try await withSystemTables(Self.rows) { client in
            let variables = [
                "$CURRENT_USER.desk.name", "$CURRENT_USER.tags", "$CURRENT_USER.desk.people", "$CURRENT_ROLE.name", "$CURRENT_ROLES.name",
            ]
            let nobody = EffectiveAccess(isAdmin: false, hasAppAccess: false, policies: [PolicyID(key(5))], grants: [:])
            for caller in [Caller(principal: .user(UserID(key(3)), role: nil), access: .nothing), Caller(principal: .public, access: nobody)] {
                let values = DynamicValues(caller: try await load(caller, variables, client), now: Moment(milliseconds: 0))
                let found = variables.compactMap { DynamicVariable($0) }.map(values.value)
                #expect(found == [.single(nil), .single(nil), .list([]), .single(nil), .list([])])
            }
        }
    }

    @Test func `loads what the caller's rights mention, anew each time`() async throws {
        try await withSystemTables(Self.rows) { client in
            let access = AccessSnapshot.build(
                roles: [], policies: [PolicyRow(id: PolicyID(key(5)), ipAccess: [], enforceTFA: false, adminAccess: false, appAccess: false)],
                attachments: [AccessRow(policy: PolicyID(key(5)), role: nil, user: UserID(key(1)), sort: nil)],
                permissions: [
                    StoredPermission(
                        id: PermissionID(1), policy: PolicyID(key(5)), collection: "desks", action: "read", fields: ["*"],
                        permissions: ["id": ["_eq": "$CURRENT_USER.desk"]])
                ])
            let snapshot = EngineSnapshot(schema: identitySchema, access: access, generation: 1)
            let authenticator = Authenticator()
            try await client.run(
                "UPDATE directus_users SET token = 'ann' WHERE id = '\(key(1))'; UPDATE directus_users SET token = 'bob' WHERE id = '\(key(2))'")
            let desk = DynamicVariable.currentUser(path: ["desk"])
            func caller(_ token: String?) async throws -> Caller {
                try await authenticator.caller(token: token, origin: RequestOrigin(), for: .reads, in: snapshot, using: client)
            }
            #expect(try await caller("ann").attributes == [desk: .single("1")])
            try await client.run("UPDATE directus_users SET desk = 2")
            #expect(try await caller("ann").attributes == [desk: .single("2")])
            #expect(try await caller("bob").attributes.isEmpty)
            let forWrites = try await authenticator.caller(token: "bob", origin: RequestOrigin(), for: .writes, in: snapshot, using: client)
            #expect(forWrites.attributes == [.currentUser(path: ["email"]): .single("bob@example.com")])
            #expect(try await caller(nil).principal == .public)
            await #expect(throws: WireError.invalidCredentials) { try await caller("eve") }
        }
    }
}
