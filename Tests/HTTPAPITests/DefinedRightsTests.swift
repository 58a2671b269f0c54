import JSONText
import Testing

/// What a file defines is shown by the API and changed in the file.
@Suite struct DefinedRightsTests {
    private static let model = TestModel(
        name: "defined",
        files: [
            (
                "Schemas/notes.yaml",
                """
                collection: notes
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  text: text
                permissions:
                  editors: { read: all }
                """
            ),
            (
                "Schemas/access.yaml",
                """
                roles:
                  editor: { id: b0000000-0000-4000-8000-000000000011, name: Editor, policies: [editors] }
                policies:
                  editors: { id: c0000000-0000-4000-8000-000000000011, name: Editors, app: true }
                """
            ),
        ],
        rows: """
            INSERT INTO directus_users (id, email, token, role)
              SELECT 'a0000000-0000-4000-8000-000000000011', 'boss@example.com', 'boss', id FROM directus_roles WHERE name = 'Administrator';
            """)

    private static let role = "b0000000-0000-4000-8000-000000000011"
    private static let policy = "c0000000-0000-4000-8000-000000000011"

    private func refused(_ name: String, _ place: String, _ request: String, _ body: String? = nil) -> APIScenario {
        let text = "This is defined in \(place) and can't be changed through the API."
        return APIScenario(name, as: "boss", request, body, status: 403, refusal("FORBIDDEN", text, reason: text), untouched: Newsroom.rights)
    }

    @Test func staysAsTheFileSays() async throws {
        try await withAPI(Self.model) { api in
            let permission = try await api.rows("SELECT id FROM directus_permissions WHERE collection = 'notes'")
            let access = try await api.rows("SELECT id FROM directus_access WHERE role = '\(Self.role)'")
            let scenarios = [
                refused("a role", "Schemas/access.yaml:2", "PATCH /roles/\(Self.role)", #"{"name":"x"}"#),
                refused("a role goes", "Schemas/access.yaml:2", "DELETE /roles/\(Self.role)"),
                refused("a policy", "Schemas/access.yaml:4", "PATCH /policies/\(Self.policy)", #"{"app_access":false}"#),
                refused("a policy goes", "Schemas/access.yaml:4", "DELETE /policies/\(Self.policy)"),
                refused("an attachment goes", "Schemas/access.yaml:2", "DELETE /access/\(access)"),
                refused("an attachment by its role", "Schemas/access.yaml:2", "PATCH /roles/\(Self.role)", #"{"policies":[]}"#),
                refused("a permission", "Schemas/notes.yaml:6", "PATCH /permissions/\(permission)", #"{"fields":[]}"#),
                refused("a permission goes", "Schemas/notes.yaml:6", "DELETE /permissions/\(permission)"),
                APIScenario(
                    "what stands beside it may change", as: "boss", "PATCH /roles/\(Self.role)?fields=name,users.email",
                    #"{"users":[{"email":"new@example.com"}]}"#, status: 200,
                    #"{"data":{"name":"Editor","users":[{"email":"new@example.com"}]}}"#),
                APIScenario(
                    "a permission more", as: "boss", "POST /permissions?fields=action",
                    #"{"policy":"\#(Self.policy)","collection":"notes","action":"create","fields":["*"]}"#, status: 200,
                    #"{"data":{"action":"create"}}"#),
            ]
            for scenario in scenarios { try await scenario.run(on: api) }
        }
    }
}
