import JSONText
import Testing

/// Who has write rights on users, roles, policies, attachments and permissions, but no admin access, comes by none (system.md, 5.7; attack D4).
@Suite struct AdminAccessTests {
    private typealias N = Newsroom

    private static let text = "Only an administrator may give or change admin access."

    private static func refused(_ name: String, as caller: String = "security", _ request: String, _ body: String? = nil) -> APIScenario {
        APIScenario(name, as: caller, request, body, status: 403, refusal("FORBIDDEN", text, reason: text), untouched: N.rights)
    }

    private static let policies = [
        refused("a new policy with admin access", "POST /policies", #"{"name":"Mine","admin_access":true}"#),
        refused("the flag as text", "POST /policies", #"{"name":"Mine","admin_access":"true"}"#),
        refused("one of several", "POST /policies", #"[{"name":"Plain"},{"name":"Mine","admin_access":true}]"#),
        refused("the own policy", "PATCH /policies/\(N.securityPolicy)", #"{"admin_access":true}"#),
        refused("the own policy, by keys", "PATCH /policies", #"{"keys":["\#(N.securityPolicy)"],"data":{"admin_access":true}}"#),
        refused("the own policy, by query", "PATCH /policies", #"{"query":{"filter":{"name":{"_eq":"Security"}}},"data":{"admin_access":true}}"#),
        refused("an admin policy's name", "PATCH /policies/\(N.adminPolicy)", #"{"name":"x"}"#),
        refused("taking the flag away", "PATCH /policies/\(N.adminPolicy)", #"{"admin_access":false}"#),
        refused("an admin policy's addresses", "PATCH /policies/\(N.walledPolicy)", #"{"ip_access":null}"#),
        refused("an admin policy goes", "DELETE /policies/\(N.adminPolicy)"),
        refused("an admin policy's users", "PATCH /policies/\(N.adminPolicy)", #"{"users":{"create":[{"user":"\#(N.security)"}]}}"#),
        refused("a permission of an admin policy", "POST /permissions", #"{"policy":"\#(N.adminPolicy)","collection":"articles","action":"read"}"#),
        refused("a permission moved to an admin policy", "PATCH /permissions/1", #"{"policy":"\#(N.adminPolicy)"}"#),
        refused("a permission of an admin policy changed", "PATCH /permissions/107", #"{"fields":[]}"#),
        refused("a permission of an admin policy goes", "DELETE /permissions/107"),
    ]

    private static let attachments = [
        refused("an admin policy for oneself", "POST /access", #"{"user":"\#(N.security)","policy":"\#(N.adminPolicy)"}"#),
        refused("one bound to addresses", "POST /access", #"{"user":"\#(N.security)","policy":"\#(N.walledPolicy)"}"#),
        refused("for the own role", "POST /access", #"{"role":"\#(N.securityRole)","policy":"\#(N.adminPolicy)"}"#),
        refused("for the public", "POST /access", #"{"policy":"\#(N.adminPolicy)"}"#),
        refused("a nested policy", "POST /access", #"{"user":"\#(N.security)","policy":{"name":"Mine","admin_access":true}}"#),
        refused("another policy in an attachment", "PATCH /access/\(N.securityAccess)", #"{"policy":"\#(N.adminPolicy)"}"#),
        refused("another role in an admin's attachment", "PATCH /access/\(N.adminAccess)", #"{"role":"\#(N.securityRole)"}"#),
        refused("an attachment goes", "DELETE /access/\(N.adminAccess)"),
        refused("a policy for an administrator", "POST /access", #"{"user":"\#(N.walled)","policy":"\#(N.readerPolicy)"}"#),
        refused("by the own role's list", "PATCH /roles/\(N.securityRole)", #"{"policies":[{"policy":"\#(N.adminPolicy)"}]}"#),
        refused("by the own list", "PATCH /users/me", #"{"policies":{"create":[{"policy":"\#(N.adminPolicy)"}],"update":[],"delete":[]}}"#),
        refused("by a policy made in the own list", "PATCH /users/me", #"{"policies":[{"policy":{"name":"Mine","admin_access":true}}]}"#),
    ]

    private static let roles = [
        refused("a new role below an admin role", "POST /roles", #"{"name":"Mine","parent":"\#(N.adminRole)"}"#),
        refused("the own role below an admin role", "PATCH /roles/\(N.securityRole)", #"{"parent":"\#(N.adminRole)"}"#),
        refused("the parent as an object", "PATCH /roles/\(N.securityRole)", #"{"parent":{"id":"\#(N.adminRole)"}}"#),
        refused("from above", "PATCH /roles/\(N.adminRole)", #"{"children":["\#(N.securityRole)"]}"#),
        refused("an admin role's users", "PATCH /roles/\(N.adminRole)", #"{"users":{"update":[{"id":"\#(N.security)"}],"create":[],"delete":[]}}"#),
        refused("an admin role without users", "PATCH /roles/\(N.adminRole)", #"{"users":[]}"#),
        refused("an admin role without policies", "PATCH /roles/\(N.adminRole)", #"{"policies":[]}"#),
        refused("an admin role goes", "DELETE /roles/\(N.adminRole)"),
        refused("a role whose user is an administrator goes", "DELETE /roles/\(N.securityRole)"),
        refused("the role of those who register", "PATCH /settings", #"{"public_registration_role":"\#(N.adminRole)"}"#),
        refused("the same as an object", "PATCH /settings", #"{"public_registration_role":{"id":"\#(N.adminRole)"}}"#),
    ]

    private static let users = [
        refused("a new administrator", "POST /users", #"{"email":"new@example.com","role":"\#(N.adminRole)"}"#),
        refused("an admin role for oneself", "PATCH /users/me", #"{"role":"\#(N.adminRole)"}"#),
        refused("the role as an object", "PATCH /users/me", #"{"role":{"id":"\#(N.adminRole)"}}"#),
        refused(
            "a new role with admin access", "PATCH /users/me", #"{"role":{"name":"Mine","policies":[{"policy":"\#(N.adminPolicy)"}]}}"#),
        refused("an administrator's address", "PATCH /users/\(N.boss)", #"{"email":"mine@example.com"}"#),
        refused("an administrator's token", "PATCH /users/\(N.boss)", #"{"token":"mine"}"#),
        refused("an administrator's password", "PATCH /users/\(N.boss)", #"{"password":"mine"}"#),
        refused("an administrator's role", "PATCH /users/\(N.boss)", #"{"role":null}"#),
        refused("several, an administrator among them", "PATCH /users", #"{"keys":["\#(N.reader)","\#(N.boss)"],"data":{"title":"x"}}"#),
        refused("one bound to an address", "PATCH /users/\(N.walled)", #"{"token":"mine"}"#),
        refused("an administrator goes", "DELETE /users/\(N.boss)"),
        refused("from another address an administrator is none", as: "walled", "PATCH /users/me", #"{"role":"\#(N.adminRole)"}"#),
    ]

    @Test(arguments: policies + attachments + roles + users) func refuses(_ scenario: APIScenario) async throws {
        try await withAPI(Newsroom.model) { try await scenario.run(on: $0) }
    }

    /// Everything else follows the permissions.
    @Test func leavesOtherRightsAlone() async throws {
        let scenarios = [
            APIScenario(
                "a policy", as: "security", "POST /policies?fields=name,admin_access",
                #"{"id":"c0000000-0000-4000-8000-000000000009","name":"Guests","permissions":[{"collection":"articles","action":"read"}]}"#,
                status: 200, #"{"data":{"name":"Guests","admin_access":false}}"#),
            APIScenario(
                "its attachment", as: "security", "POST /access?fields=role",
                #"{"role":"\#(N.plainRole)","policy":"c0000000-0000-4000-8000-000000000009"}"#, status: 200,
                #"{"data":{"role":"\#(N.plainRole)"}}"#),
            APIScenario(
                "a role's parent", as: "security", "PATCH /roles/\(N.plainRole)?fields=parent", #"{"parent":"\#(N.readerRole)"}"#, status: 200,
                #"{"data":{"parent":"\#(N.readerRole)"}}"#),
            APIScenario(
                "a user's role", as: "security", "PATCH /users/\(N.reader)?fields=role", #"{"role":"\#(N.plainRole)"}"#, status: 200,
                #"{"data":{"role":"\#(N.plainRole)"}}"#),
            APIScenario(
                "the own record, also for whom admin access does not hold here", as: "walled", "PATCH /users/me?fields=title",
                #"{"title":"Dr"}"#, status: 200, #"{"data":{"title":"Dr"}}"#),
            APIScenario(
                "an admin policy, by an administrator", as: "boss", "PATCH /policies/\(N.walledPolicy)?fields=name", #"{"name":"W"}"#,
                status: 200, #"{"data":{"name":"W"}}"#),
        ]
        try await withAPI(Newsroom.model) { api in
            for scenario in scenarios { try await scenario.run(on: api) }
        }
    }
}
