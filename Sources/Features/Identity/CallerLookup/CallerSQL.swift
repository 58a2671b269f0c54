internal import SQLText

/// Whom a name means. Table and column names are Directus' own.
enum CallerSQL {
    /// Columns: id, role, email, status.
    static func user(withEmail email: String) -> SQLStatement {
        let fragment: SQLFragment =
            "SELECT id, role, email, status FROM directus_users WHERE lower(email) = lower(\(bind: .text(email), as: .text)) ORDER BY id"
        return fragment.statement
    }

    /// The same by the key.
    static func user(_ key: String) -> SQLStatement {
        let fragment: SQLFragment = "SELECT id, role, email, status FROM directus_users WHERE id = \(bind: .text(key), as: .uuid)"
        return fragment.statement
    }

    /// Columns: id, name.
    static let roles: SQLStatement = SQLFragment("SELECT id, name FROM directus_roles ORDER BY name, id").statement
}
