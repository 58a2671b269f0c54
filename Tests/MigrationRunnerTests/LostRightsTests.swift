import MigrationPlanning
import MigrationRunner
import SchemaModel
import Testing

/// Roles and policies that leave the files while somebody has them.
@Suite struct LostRightsTests {
    private static let clerk = RoleID("22222222-2222-4222-8222-222222222222")
    private static let clerks = PolicyID("11111111-1111-4111-8111-111111111111")
    private static let place = SourceLocation(file: "Schemas/access.yaml", line: 2, column: 3)
    private static let user = "44444444-4444-4444-8444-444444444444"

    private static let bare = Model(collection("posts", field("title")))
    private static let policyAlone = bare.editing { $0.access.policies = [PolicyDefinition(key: "clerks", id: clerks, name: "Clerks")] }
    private static let model = policyAlone.editing {
        $0.access.roles = [RoleDefinition(key: "clerk", id: clerk, name: "Clerk", policies: [clerks], origin: place)]
        $0.access.permissions = [PermissionDefinition(policy: clerks, collection: "posts", action: .read, fields: ["*"])]
    }
    private static let insertUser = "INSERT INTO directus_users (id, email, role) VALUES ('\(user)', 'a@example.com', '\(clerk)')"

    private func role(_ harness: Harness) async throws -> String {
        try await harness.value("SELECT role FROM directus_users WHERE id = '\(Self.user)'")
    }

    @Test func aRoleThatSomebodyHasIsNotRemovedWithoutItsWord() async throws {
        try await withHarness { harness in
            try await harness.apply(Self.model)
            try await harness.sql(
                """
                \(Self.insertUser);
                INSERT INTO directus_roles (id, name, parent) VALUES ('33333333-3333-4333-8333-333333333333', 'API', '\(Self.clerk)')
                """)
            let less = Self.model.editing { $0.access.roles = [] }
            let refusal = await harness.refusal { try await harness.runner().apply(less.snapshot) }
            guard case .destructive(let plan, let missing) = refusal else {
                Issue.record("\(String(describing: refusal))")
                return
            }
            #expect(missing == ["drop_role:clerk"])
            var loss = RightsLoss(.role, key: "clerk", id: Self.clerk.text, cause: Self.place)
            loss.dependents = [
                .init(.users, count: 1, keys: [Self.user]), .init(.childRoles, count: 1, keys: ["33333333-3333-4333-8333-333333333333"]),
            ]
            #expect(plan.losses == [loss])
            #expect(try await role(harness) == Self.clerk.text)
            #expect(try await harness.value("SELECT max(id) FROM kerege.migrations") == "1")

            try await harness.apply(less, "drop_role:clerk")
            #expect(try await role(harness) == "-")
            #expect(try await harness.value("SELECT count(*) FROM directus_roles WHERE id = '\(Self.clerk)'") == "0")
        }
    }

    @Test func aPolicyThatTheAPIGaveIsNotRemovedWithoutItsWord() async throws {
        try await withHarness { harness in
            try await harness.apply(Self.model)
            try await harness.sql(
                """
                INSERT INTO directus_users (id, email) VALUES ('\(Self.user)', 'a@example.com');
                INSERT INTO directus_access (id, "user", policy) VALUES (gen_random_uuid(), '\(Self.user)', '\(Self.clerks)');
                INSERT INTO directus_permissions (collection, action, policy) VALUES ('posts', 'delete', '\(Self.clerks)')
                """)
            let refusal = await harness.refusal { try await harness.runner().apply(Self.bare.snapshot) }
            guard case .destructive(let plan, let missing) = refusal else {
                Issue.record("\(String(describing: refusal))")
                return
            }
            // The role goes too, but nothing of the API's is on it.
            #expect(missing == ["drop_policy:clerks"])
            #expect(plan.losses.first?.dependents.map(\.kind) == [.attachments, .permissions])
            #expect(plan.losses.first?.dependents.first?.keys == ["user \(Self.user)"])
            try await harness.apply(Self.bare, "drop_policy:clerks")
            #expect(try await harness.value("SELECT count(*) FROM directus_access WHERE policy = '\(Self.clerks)'") == "0")
        }
    }

    @Test func whatNobodyRefersToGoesAndIsTold() async throws {
        try await withHarness { harness in
            try await harness.apply(Self.model)
            guard case .applied(_, let plan) = try await harness.runner().apply(Self.bare.snapshot) else {
                Issue.record("nothing applied")
                return
            }
            #expect(
                plan.rights.map { "\($0.object): \($0.detail)" } == [
                    "role clerk: removed", "policy clerks: removed", "read posts of clerks: removed",
                ])
            #expect(plan.losses.isEmpty && !plan.changesNothing)
        }
    }

    @Test func aRoleGivenWhileThePlanRunsIsSeenToo() async throws {
        try await withHarness { harness in
            try await harness.apply(Self.model)
            let less = Self.policyAlone.editing { $0.collections[0].fields.append(field("lead")) }
            let runner = harness.runner {
                $0.probe = { point in
                    if case .inTransaction = point { try await harness.sql(Self.insertUser) }
                }
            }
            let refusal = await harness.refusal { try await runner.apply(less.snapshot) }
            guard case .destructive(_, let missing) = refusal else {
                Issue.record("\(String(describing: refusal))")
                return
            }
            #expect(missing == ["drop_role:clerk"])
            #expect(try await role(harness) == Self.clerk.text)
        }
    }

    @Test func aWayBackThatTakesARoleNeedsTheSameWord() async throws {
        try await withHarness { harness in
            try await harness.apply(Self.policyAlone)
            try await harness.apply(Self.model)
            try await harness.sql(Self.insertUser)
            let refusal = await harness.refusal { try await harness.runner().rollback() }
            #expect(refusal == .rollbackRefused(.wouldLoseData(missing: ["drop_role:clerk"])))
            #expect(try await role(harness) == Self.clerk.text)
            guard case .applied(_, let plan) = try await harness.runner().rollback(allowing: ["drop_role:clerk"]) else {
                Issue.record("nothing taken back")
                return
            }
            #expect(plan.rights.map(\.object) == ["role clerk", "read posts of clerks"])
            #expect(try await role(harness) == "-")
        }
    }
}
