package import SQLText

/// Who has admin access, as the rows of users, roles, policies and attachments stand in this transaction. Table and column names are Directus' own.
///
/// - Shape: a question about keys answers the keys of those rows among them that carry admin access, bound to addresses or not.
/// - Source: contract/system.md, 5.7.
package enum AdminAccessSQL {
    /// Held by the transaction that changes who is an administrator, until it ends.
    package static let lock: SQLStatement = SQLFragment("SELECT pg_advisory_xact_lock(7318349395477653)").statement

    /// A row when there is an active user with admin access from every address, these users not counted.
    package static func administrator(without leaving: [String]) -> SQLStatement {
        ("""
        WITH RECURSIVE \(adminRoles("p.admin_access AND coalesce(p.ip_access, '') = ''")) \
        SELECT 1 FROM directus_users u WHERE u.status = 'active' AND u.id <> ALL(\(list(leaving))) AND (u.role IN (SELECT id FROM admin_roles) \
        OR EXISTS (SELECT 1 FROM directus_access a JOIN directus_policies p ON p.id = a.policy \
        WHERE a."user" = u.id AND p.admin_access AND coalesce(p.ip_access, '') = '')) LIMIT 1
        """ as SQLFragment).statement
    }

    package static func users(_ keys: [String]) -> SQLStatement {
        ("""
        WITH RECURSIVE \(adminRoles("p.admin_access")) SELECT u.id FROM directus_users u WHERE u.id = ANY(\(list(keys))) AND \(isAdmin("u"))
        """ as SQLFragment).statement
    }

    package static func roles(_ keys: [String]) -> SQLStatement {
        ("""
        WITH RECURSIVE \(adminRoles("p.admin_access")) SELECT id FROM admin_roles WHERE id = ANY(\(list(keys)))
        """ as SQLFragment).statement
    }

    /// Users with admin access among those that have one of the roles.
    package static func members(ofRoles keys: [String]) -> SQLStatement {
        ("""
        WITH RECURSIVE \(adminRoles("p.admin_access")) SELECT u.id FROM directus_users u WHERE u.role = ANY(\(list(keys))) AND \(isAdmin("u"))
        """ as SQLFragment).statement
    }

    package static func policies(_ keys: [String]) -> SQLStatement {
        ("SELECT id FROM directus_policies WHERE id = ANY(\(list(keys))) AND admin_access" as SQLFragment).statement
    }

    /// Rows of `directus_access` of such a policy, or of such a user.
    package static func attachments(_ keys: [String]) -> SQLStatement {
        ("""
        WITH RECURSIVE \(adminRoles("p.admin_access")) \
        SELECT t.id FROM directus_access t JOIN directus_policies q ON q.id = t.policy LEFT JOIN directus_users u ON u.id = t."user" \
        WHERE t.id = ANY(\(list(keys))) AND (q.admin_access OR \(isAdmin("u")))
        """ as SQLFragment).statement
    }

    package static func permissions(_ keys: [String]) -> SQLStatement {
        ("""
        SELECT t.id FROM directus_permissions t JOIN directus_policies p ON p.id = t.policy \
        WHERE t.id = ANY(\(bind: .text(ValueText.array(keys)), as: .integer.array)) AND p.admin_access
        """ as SQLFragment).statement
    }

    private static func list(_ keys: [String]) -> SQLFragment { "\(bind: .text(ValueText.array(keys)), as: .uuid.array)" }

    /// Roles with such a policy, and all below them.
    private static func adminRoles(_ condition: SQLFragment) -> SQLFragment {
        """
        admin_roles (id) AS (SELECT a.role FROM directus_access a JOIN directus_policies p ON p.id = a.policy WHERE a.role IS NOT NULL AND \
        \(condition) UNION SELECT r.id FROM directus_roles r JOIN admin_roles x ON r.parent = x.id)
        """
    }

    private static func isAdmin(_ user: SQLFragment) -> SQLFragment {
        """
        (\(user).role IN (SELECT id FROM admin_roles) OR EXISTS (SELECT 1 FROM directus_access a JOIN directus_policies p ON p.id = a.policy \
        WHERE a."user" = \(user).id AND p.admin_access))
        """
    }
}
