internal import AccessControl
internal import SQLText
internal import SchemaModel

/// The statements of a login.
enum LoginSQL {
    /// The user of an address as it is written, or in small ASCII letters, by index.
    /// Columns: id, role, status, provider, password, tfa_secret, how many failures are allowed (NULL = no limit).
    static func user(withAddress email: String) -> SQLStatement {
        let address = SQLFragment(bind: .text(email), as: .text)
        let fragment: SQLFragment = """
            \(selection) WHERE email IN (\(address), lower(\(address) COLLATE "C")) ORDER BY email = \(address) DESC LIMIT 1
            """
        return fragment.statement
    }

    /// The user of an address, told apart by the case of ASCII letters alone: characters that only look alike are others (attack A25).
    static func user(withAddressLike email: String) -> SQLStatement {
        let address = SQLFragment(bind: .text(email), as: .text)
        let fragment: SQLFragment = """
            \(selection) WHERE lower(email COLLATE "C") = lower(\(address) COLLATE "C") ORDER BY id LIMIT 1
            """
        return fragment.statement
    }

    /// A user who is logged in already. Columns: email, password, provider, tfa_secret, how many failures are allowed, the project's name.
    static func account(_ user: UserID) -> SQLStatement {
        let fragment: SQLFragment = """
            SELECT u.email, u.password, u.provider, u.tfa_secret, s.auth_login_attempts, s.project_name FROM directus_users u
            LEFT JOIN (SELECT auth_login_attempts, project_name FROM directus_settings ORDER BY id LIMIT 1) s ON true
            WHERE u.id = \(bind: .text(user.text), as: .uuid) AND u.status = 'active'
            """
        return fragment.statement
    }

    private static let selection: SQLFragment = """
        SELECT id, role, status, provider, password, tfa_secret, (SELECT auth_login_attempts FROM directus_settings ORDER BY id LIMIT 1)
        FROM directus_users
        """

    /// Locks an active user after too many failures, with activity and revision as if they had done it themselves. Columns: revision.
    static func suspend(_ user: UserID, from origin: RequestOrigin) -> SQLStatement {
        func text(_ value: String?) -> SQLFragment { SQLFragment(bind: value.map { .text($0) } ?? .null, as: .text) }
        let fragment: SQLFragment = """
            WITH locked AS (
              UPDATE directus_users SET status = 'suspended' WHERE id = \(bind: .text(user.text), as: .uuid) AND status = 'active'
              RETURNING id, first_name, last_name, email, status, provider
            ), told AS (
              INSERT INTO directus_activity (action, "user", ip, user_agent, origin, collection, item)
              SELECT 'update', id, \(text(origin.address)), \(text(origin.userAgent.map { String($0.prefix(1024)) })),
                \(text(origin.origin.map { String($0.prefix(255)) })), 'directus_users', id::text FROM locked RETURNING id
            )
            INSERT INTO directus_revisions (activity, collection, item, data, delta)
            SELECT told.id, 'directus_users', locked.id::text, row_to_json(locked), '{"status":"suspended"}'::json FROM told, locked RETURNING id
            """
        return fragment.statement
    }
}
