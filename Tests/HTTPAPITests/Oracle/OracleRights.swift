import JSONText

/// Who may read what: policies with rows of permissions, and the callers that hold them.
struct OracleRights: Sendable {
    struct Permission: Sendable {
        let collection: String
        /// nil = all.
        let fields: [String]?
        let rule: JSONValue?
    }

    struct Caller: Sendable {
        /// The static token; nil = the public.
        let token: String?
        /// Indexes of `policies`; nil = an administrator.
        let policies: [Int]?
    }

    var policies: [[Permission]] = []
    var callers: [Caller] = []

    static let administrator = Caller(token: "boss", policies: nil)

    /// The rows of policies, roles, users and permissions.
    var insertions: String {
        var script = """
            INSERT INTO directus_policies (id, name, admin_access, app_access) VALUES ('\(Self.id(1, 0))', 'All', true, true);
            INSERT INTO directus_users (id, email, token) VALUES ('\(Self.id(2, 0))', 'boss@example.com', 'boss');
            INSERT INTO directus_access (id, "user", policy) VALUES ('\(Self.id(3, 0))', '\(Self.id(2, 0))', '\(Self.id(1, 0))');

            """
        for (at, permissions) in policies.enumerated() {
            script += "INSERT INTO directus_policies (id, name, admin_access, app_access) VALUES ('\(Self.id(1, at + 1))', 'P\(at)', false, false);\n"
            for permission in permissions {
                let rule = permission.rule.map { "'\($0.text.replacing("'", with: "''"))'" } ?? "NULL"
                script += """
                    INSERT INTO directus_permissions (policy, collection, action, fields, permissions) VALUES ('\(Self.id(1, at + 1))',
                      '\(permission.collection)', 'read', '\(permission.fields?.joined(separator: ",") ?? "*")', \(rule));

                    """
            }
        }
        var attachments = 0
        func attach(_ policy: Int, _ column: String, _ id: String) {
            attachments += 1
            script += """
                INSERT INTO directus_access (id, role, "user", policy)
                  VALUES ('\(Self.id(3, attachments))', \(column == "role" ? id : "NULL"), \(column == "user" ? id : "NULL"), '\(Self.id(1, policy + 1))');

                """
        }
        for (at, caller) in callers.enumerated() {
            guard let token = caller.token, let held = caller.policies else {
                for policy in caller.policies ?? [] { attach(policy, "public", "NULL") }
                continue
            }
            let (role, user) = ("'\(Self.id(4, at + 1))'", "'\(Self.id(2, at + 1))'")
            script += """
                INSERT INTO directus_roles (id, name) VALUES (\(role), 'R\(at)');
                INSERT INTO directus_users (id, email, token, role) VALUES (\(user), '\(token)@example.com', '\(token)', \(role));

                """
            // The first by the role, the others by the user.
            for (number, policy) in held.enumerated() { attach(policy, number == 0 ? "role" : "user", number == 0 ? role : user) }
        }
        return script
    }

    static func id(_ kind: Int, _ number: Int) -> String { "\(kind)0000000-0000-4000-8000-0000000000\(number < 10 ? "0" : "")\(number)" }
}
