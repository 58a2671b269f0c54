import Digests
import SQLText
import SchemaModel

/// The rows that an empty database gets with its system tables, as Directus' install makes them: the public policy with its access row, the
/// Administrator role with its policy, the settings' one row. The admin user is made elsewhere.
/// - Source: contract/items.md, 5.1; contract/system.md, 5.5.
enum FirstRows {
    static func statements(schema: SQLIdentifier, snapshot: SchemaSnapshot) -> [SQLStatement] {
        let (role, policy) = (UUIDText.v4(), UUIDText.v4())
        let publicPolicy: SQLFragment = "\(bind: .text(PolicyID.public.text), as: .uuid)"
        let adminPolicy: SQLFragment = "\(bind: .text(policy), as: .uuid)"
        let adminRole: SQLFragment = "\(bind: .text(role), as: .uuid)"
        let access: SQLFragment = "INSERT INTO \(schema).directus_access (id, role, policy, sort) VALUES "
        var fragments: [SQLFragment] = [
            """
            INSERT INTO \(schema).directus_policies (id, name, icon, description, enforce_tfa, admin_access, app_access) VALUES \
            (\(publicPolicy), '$t:public_label', 'public', '$t:public_description', false, false, false), \
            (\(adminPolicy), 'Administrator', 'verified', '$t:admin_description', false, true, true)
            """,
            """
            INSERT INTO \(schema).directus_roles (id, name, icon, description) VALUES \
            (\(adminRole), 'Administrator', 'verified', '$t:admin_description')
            """,
            "\(access)(\(bind: .text(UUIDText.v4()), as: .uuid), NULL, \(publicPolicy), 1)",
            "\(access)(\(bind: .text(UUIDText.v4()), as: .uuid), \(adminRole), \(adminPolicy), 1)",
        ]
        if snapshot.field("project_id", of: "directus_settings") != nil {
            fragments.append("INSERT INTO \(schema).directus_settings (project_id) VALUES (\(bind: .text(UUIDText.v4()), as: .uuid))")
        }
        return fragments.map(\.statement)
    }

    /// The role that the first admin gets: one with a policy of full access, `Administrator` first.
    static func administratorRole(schema: SQLIdentifier) -> SQLFragment {
        """
        SELECT r.id FROM \(schema).directus_roles r JOIN \(schema).directus_access a ON a.role = r.id \
        JOIN \(schema).directus_policies p ON p.id = a.policy WHERE p.admin_access ORDER BY r.name <> 'Administrator', r.id LIMIT 1
        """
    }
}
