internal import SQLText

/// The statements about users and their tokens. Table and column names are Directus' own (system.md, section 18).
enum IdentitySQL {
    /// One look into the unique index on `token` for both forms. Columns: id, role, token.
    static func activeUser(withTokenIn forms: [String]) -> SQLStatement {
        let binds = (0..<2).map { SQLFragment(bind: .text(forms[min($0, forms.count - 1)]), as: .text) }.joined(separator: ", ")
        let fragment: SQLFragment = """
            SELECT id, role, token FROM directus_users WHERE token IN (\(binds)) AND status = 'active'
            """
        return fragment.statement
    }

    static let bootstrapLock: SQLStatement = SQLFragment("SELECT pg_advisory_xact_lock(7318349395477652)").statement

    /// Active users with admin rights by any way: their own policies, their role's, or a parent role's. Columns: id, email.
    static let activeAdmins: SQLStatement = SQLFragment(
        """
        WITH RECURSIVE admin_roles (id) AS (
          SELECT a.role FROM directus_access a JOIN directus_policies p ON p.id = a.policy WHERE p.admin_access AND a.role IS NOT NULL
          UNION
          SELECT r.id FROM directus_roles r JOIN admin_roles ON r.parent = admin_roles.id
        )
        SELECT u.id, u.email FROM directus_users u
        WHERE u.status = 'active' AND (
          u.role IN (SELECT id FROM admin_roles)
          OR u.id IN (SELECT a."user" FROM directus_access a JOIN directus_policies p ON p.id = a.policy WHERE p.admin_access AND a."user" IS NOT NULL)
        )
        """
    ).statement

    /// Columns: id, token.
    static func user(withEmail email: String) -> SQLStatement {
        let fragment: SQLFragment = "SELECT id, token FROM directus_users WHERE lower(email) = lower(\(bind: .text(email), as: .text))"
        return fragment.statement
    }

    static func setToken(_ stored: String, of user: String) -> SQLStatement {
        let fragment: SQLFragment = """
            UPDATE directus_users SET token = \(bind: .text(stored), as: .text) WHERE id = \(bind: .text(user), as: .uuid)
            """
        return fragment.statement
    }
}

/// The keys and values of the first administrator's rows.
struct AdminRows {
    let roleID: String
    let policyID: String
    let accessID: String
    let userID: String
    let email: String
    let passwordHash: String
    let storedToken: String

    /// In the order that foreign keys need.
    var statements: [SQLStatement] {
        let role: SQLFragment = """
            INSERT INTO directus_roles (id, name, icon, description)
            VALUES (\(bind: .text(roleID), as: .uuid), 'Administrator', 'verified', '$t:admin_description')
            """
        let policy: SQLFragment = """
            INSERT INTO directus_policies (id, name, icon, description, enforce_tfa, admin_access, app_access)
            VALUES (\(bind: .text(policyID), as: .uuid), 'Administrator', 'verified', '$t:admin_description', false, true, true)
            """
        let access: SQLFragment = """
            INSERT INTO directus_access (id, role, policy)
            VALUES (\(bind: .text(accessID), as: .uuid), \(bind: .text(roleID), as: .uuid), \(bind: .text(policyID), as: .uuid))
            """
        return [role, policy, access].map(\.statement) + [userStatement]
    }

    var userStatement: SQLStatement {
        let user: SQLFragment = """
            INSERT INTO directus_users (id, first_name, last_name, email, password, token, role, status)
            VALUES (\(bind: .text(userID), as: .uuid), 'Admin', 'User', \(bind: .text(email), as: .text), \(bind: .text(passwordHash), as: .text),
              \(bind: .text(storedToken), as: .text), \(bind: .text(roleID), as: .uuid), 'active')
            """
        return user.statement
    }
}

/// What every installation has besides: the public's policy, and the row of settings (system.md, 5.5).
enum InstallationRows {
    static func statements(publicPolicy: String, accessID: String, projectID: String) -> [SQLStatement] {
        let policy: SQLFragment = """
            INSERT INTO directus_policies (id, name, icon, description, enforce_tfa, admin_access, app_access)
            VALUES (\(bind: .text(publicPolicy), as: .uuid), '$t:public_label', 'public', '$t:public_description', false, false, false)
            ON CONFLICT (id) DO NOTHING
            """
        let access: SQLFragment = """
            INSERT INTO directus_access (id, policy, sort)
            SELECT \(bind: .text(accessID), as: .uuid), \(bind: .text(publicPolicy), as: .uuid), 1
            WHERE NOT EXISTS (
              SELECT FROM directus_access WHERE role IS NULL AND "user" IS NULL AND policy = \(bind: .text(publicPolicy), as: .uuid))
            """
        let settings: SQLFragment = """
            INSERT INTO directus_settings (project_id)
            SELECT \(bind: .text(projectID), as: .uuid) WHERE NOT EXISTS (SELECT FROM directus_settings)
            """
        return [policy, access, settings].map(\.statement)
    }
}
