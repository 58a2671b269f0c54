import JSONText
import MigrationPlanning
import SchemaModel
import Testing

/// What a plan says of rights.
@Suite struct RightsTests {
    private static let clerks = PolicyID("11111111-1111-4111-8111-111111111111")
    private static let clerk = RoleID("22222222-2222-4222-8222-222222222222")
    private static let place = SourceLocation(file: "Schemas/posts.yaml", line: 31, column: 5)

    private static let old: AccessDefinitions = {
        var access = AccessDefinitions()
        access.policies = [PolicyDefinition(key: "clerks", id: clerks, name: "Clerks")]
        access.roles = [RoleDefinition(key: "clerk", id: clerk, name: "Clerk", policies: [clerks])]
        access.permissions = [
            PermissionDefinition(
                policy: .public, collection: "posts", action: .read, fields: ["*"], permissions: ["status": ["_eq": "published"]], origin: place),
            PermissionDefinition(policy: clerks, collection: "posts", action: .read, fields: ["id", "title"]),
        ]
        return access
    }()

    private func changes(_ edit: (inout AccessDefinitions) -> Void) -> [String] {
        var new = Self.old
        edit(&new)
        return RightsDiffer.diff(from: Self.old, to: new).map { "\($0.object): \($0.detail)" + ($0.cause.map { " \($0)" } ?? "") }
    }

    @Test func eachFactThatDiffersIsTold() {
        #expect(changes { _ in } == [])
        #expect(
            changes { $0.permissions[0].permissions = [:] } == [
                #"read posts of public: where {"status":{"_eq":"published"}} → every row Schemas/posts.yaml:31:5"#
            ])
        #expect(changes { $0.permissions[1].fields = ["*"] } == ["read posts of clerks: fields id, title → every field"])
        #expect(changes { $0.policies[0].adminAccess = true } == ["policy clerks: no admin access → admin access"])
        #expect(changes { $0.roles[0].policies = [.public] } == ["role clerk: policies clerks → policies public"])
        #expect(
            changes { $0.permissions[1].validation = ["title": ["_nnull": true]] } == [
                #"read posts of clerks: no validation → validation {"title":{"_nnull":true}}"#
            ])
    }

    @Test func whatIsNewOrGoneIsTold() {
        #expect(
            changes {
                $0.permissions = [$0.permissions[0]]
                $0.permissions.append(PermissionDefinition(policy: Self.clerks, collection: "posts", action: .delete, fields: ["*"]))
            } == ["delete posts of clerks: new, every row, every field", "read posts of clerks: removed"])
        #expect(changes { $0.roles = [] } == ["role clerk: removed"])
    }

    @Test func labelsAreNoRights() {
        #expect(changes { $0.roles[0].icon = "edit" }.isEmpty)
    }

    @Test func aLostRoleNeedsAWordWhereSomebodyHasIt() {
        var without = Self.old
        without.roles = []
        var plan = plan(from: [], to: desired([])).plan
        plan.leaving = RightsLoss.leaving(from: Self.old, to: without)
        #expect(plan.leaving.map(\.key) == ["clerk"] && plan.allowTokens.isEmpty && plan.losses.isEmpty)
        plan.leaving[0].dependents = [.init(.users, count: 5, keys: ["a", "b", "c"])]
        #expect(plan.allowTokens == ["drop_role:clerk"])
        #expect(
            plan.text.contains(
                "role clerk is in no file any more, and what no file owns goes with it:\n  5 users lose the role, for example a, b, c\n"))
        #expect(plan.json["losses"]?.array?.first?["allow"]?.string == "drop_role:clerk")
    }

    @Test func nothingToDoIsSaidOnlyWhereNothingChanges() {
        var plan = plan(from: [], to: desired([])).plan
        plan.definitionsBefore = plan.definitions
        #expect(plan.text.contains("nothing to do in the database"))
        plan.definitionsBefore = "other"
        #expect(!plan.text.contains("nothing to do"))
        plan.rights = RightsDiffer.diff(from: AccessDefinitions(), to: Self.old)
        #expect(plan.text.contains("the tables stay, rights change\n"))
        #expect(plan.text.contains("\nrights:\n  role clerk: new, policies clerks\n"))
        #expect(plan.json["rights"]?.array?.count == 4)
    }
}
