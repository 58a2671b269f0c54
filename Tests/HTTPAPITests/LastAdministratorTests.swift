import JSONText
import Testing

/// The last active user with admin access from everywhere stays (D22, contract/attacks.md). There is another in the model, but bound to an address.
@Suite struct LastAdministratorTests {
    private typealias N = Newsroom

    private static func stays(_ name: String, _ request: String, _ body: String? = nil) -> APIScenario {
        let reason = "Cannot remove the last admin user from the system"
        return APIScenario(
            name, as: "boss", request, body, status: 422, refusal("UNPROCESSABLE_CONTENT", "Can't process content. \(reason).", reason: reason),
            untouched: N.rights)
    }

    private static let scenarios = [
        stays("suspended", "PATCH /users/\(N.boss)", #"{"status":"suspended"}"#),
        stays("archived by themselves", "PATCH /users/me", #"{"status":"archived"}"#),
        stays("without a role", "PATCH /users/\(N.boss)", #"{"role":null}"#),
        stays("with another role", "PATCH /users/\(N.boss)", #"{"role":"\#(N.plainRole)"}"#),
        stays("deleted", "DELETE /users/\(N.boss)"),
        stays("deleted with others", "DELETE /users", #"["\#(N.reader)","\#(N.boss)"]"#),
        stays("deleted by a query", "DELETE /users", #"{"query":{"filter":{"email":{"_starts_with":"boss"}}}}"#),
        stays("the role is deleted", "DELETE /roles/\(N.adminRole)"),
        stays("the role has no users", "PATCH /roles/\(N.adminRole)", #"{"users":[]}"#),
        stays("the role has no policies", "PATCH /roles/\(N.adminRole)", #"{"policies":[]}"#),
        stays("the policy gives no admin access", "PATCH /policies/\(N.adminPolicy)", #"{"admin_access":false}"#),
        stays("the policy is bound to an address", "PATCH /policies/\(N.adminPolicy)", #"{"ip_access":["10.1.1.1"]}"#),
        stays("the policy is deleted", "DELETE /policies/\(N.adminPolicy)"),
        stays("the attachment is deleted", "DELETE /access/\(N.adminAccess)"),
        stays("the attachment is another role's", "PATCH /access/\(N.adminAccess)", #"{"role":"\#(N.plainRole)"}"#),
    ]

    @Test(arguments: scenarios) func `D22 the last administrator stays`(_ scenario: APIScenario) async throws {
        try await withAPI(Newsroom.model) { try await scenario.run(on: $0) }
    }

    @Test func `D22 one of two may go`() async throws {
        try await withAPI(Newsroom.model) { api in
            try await APIScenario(
                "a second one", as: "boss", "PATCH /users/\(N.reader)?fields=role", #"{"role":"\#(N.adminRole)"}"#, status: 200,
                #"{"data":{"role":"\#(N.adminRole)"}}"#
            ).run(on: api)
            try await APIScenario("the first goes", as: "boss", "DELETE /users/\(N.boss)", status: 204, nil).run(on: api)
        }
    }

    @Test func `D22 two that remove each other at once leave one`() async throws {
        try await withAPI(Newsroom.model) { api in
            _ = try await api.send("PATCH /users/\(N.reader)", as: "boss", ["role": .string(N.adminRole)])
            async let first = api.send("DELETE /users/\(N.reader)", as: "boss")
            async let second = api.send("DELETE /users/\(N.boss)", as: "reader")
            let statuses = try await [first.status, second.status].sorted()
            #expect(statuses == [204, 422] || statuses == [204, 401])
            let left = try await api.rows("SELECT count(*) FROM directus_users WHERE role = '\(N.adminRole)' AND status = 'active'")
            #expect(left == "1")
        }
    }
}
