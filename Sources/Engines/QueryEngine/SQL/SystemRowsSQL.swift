package import SQLText

/// Which rows can be defined in files.
package enum DefinedRowKind: Sendable {
    case roles, policies, access, permissions
}

/// What behaviours of system collections ask and write beside the rows of the request itself. Table and column names are Directus' own.
package enum SystemRowsSQL {
    private static func uuids(_ keys: [String]) -> SQLFragment { "\(bind: .text(ValueText.array(keys)), as: .uuid.array)" }

    // MARK: Users

    /// The pattern for passwords; one row at most.
    package static let passwordPolicy: SQLStatement = SQLFragment("SELECT auth_password_policy FROM directus_settings LIMIT 1").statement

    /// One lock for each address, in an order that all keep.
    package static func lockAddresses(of users: [String]) -> SQLStatement {
        ("""
        SELECT pg_advisory_xact_lock(hashtextextended(a.address, 7318349395477654)) FROM (SELECT lower(email) AS address FROM directus_users \
        WHERE id = ANY(\(uuids(users))) AND email IS NOT NULL GROUP BY 1 ORDER BY 1) AS a
        """ as SQLFragment).statement
    }

    /// A row when one of these users has the address of another, whatever the letter case.
    package static func sharedAddress(of users: [String]) -> SQLStatement {
        ("""
        SELECT u.email FROM directus_users u JOIN directus_users o ON lower(o.email) = lower(u.email) AND o.id <> u.id \
        WHERE u.id = ANY(\(uuids(users))) LIMIT 1
        """ as SQLFragment).statement
    }

    /// Takes users off the rows that would keep them from being deleted: who changed a comment or version, who sent a notification, whose files
    /// they are.
    package static func forgetAuthors(_ users: [String]) -> [SQLStatement] {
        [
            "UPDATE directus_comments SET user_updated = NULL WHERE user_updated = ANY(\(uuids(users)))",
            "UPDATE directus_versions SET user_updated = NULL WHERE user_updated = ANY(\(uuids(users)))",
            "UPDATE directus_notifications SET sender = NULL WHERE sender = ANY(\(uuids(users)))",
            "UPDATE directus_files SET uploaded_by = NULL WHERE uploaded_by = ANY(\(uuids(users)))",
            "UPDATE directus_files SET modified_by = NULL WHERE modified_by = ANY(\(uuids(users)))",
        ].map { (fragment: SQLFragment) in fragment.statement }
    }

    /// Columns: id, role.
    package static func activeUsers(_ keys: [String]) -> SQLStatement {
        ("SELECT id, role FROM directus_users WHERE id = ANY(\(uuids(keys))) AND status = 'active' ORDER BY id" as SQLFragment).statement
    }

    /// Ends the sessions of users, but for one.
    package static func endSessions(of users: [String], except session: String?) -> SQLStatement {
        ("""
        DELETE FROM directus_sessions WHERE "user" = ANY(\(uuids(users))) \
        AND token IS DISTINCT FROM \(bind: session.map { .text($0) } ?? .null, as: .text)
        """ as SQLFragment).statement
    }

    package static func track(page: String, of user: String) -> SQLStatement {
        ("""
        UPDATE directus_users SET last_page = \(bind: .text(page), as: .text) WHERE id = \(bind: .text(user), as: .uuid)
        """ as SQLFragment).statement
    }

    // MARK: Roles

    /// Users of roles that go are suspended, roles below them become roots. Attachments and presets go by foreign key.
    package static func leaveRoles(_ roles: [String]) -> [SQLStatement] {
        [
            "UPDATE directus_users SET role = NULL, status = 'suspended' WHERE role = ANY(\(uuids(roles)))",
            "UPDATE directus_roles SET parent = NULL WHERE parent = ANY(\(uuids(roles)))",
        ].map { (fragment: SQLFragment) in fragment.statement }
    }

    /// The least number of steps up in which one of these roles comes back to itself; null when none does. Circles of others end after 100.
    package static func circle(ofRoles roles: [String]) -> SQLStatement {
        ("""
        WITH RECURSIVE above (start, id, steps) AS (SELECT id, parent, 1 FROM directus_roles WHERE id = ANY(\(uuids(roles))) \
        AND parent IS NOT NULL UNION SELECT a.start, r.parent, a.steps + 1 FROM above a JOIN directus_roles r ON r.id = a.id \
        WHERE r.parent IS NOT NULL AND a.id <> a.start AND a.steps < 100) SELECT min(steps) FROM above WHERE id = start
        """ as SQLFragment).statement
    }

    // MARK: What files define

    /// Where a file defines one of these rows. Columns: file, line.
    package static func origin(of kind: DefinedRowKind, _ keys: [String]) -> SQLStatement {
        let text: SQLFragment = "\(bind: .text(ValueText.array(keys)), as: .text.array)"
        let found: SQLFragment
        switch kind {
        case .roles: found = "WHERE o.kind = 'role' AND o.key = ANY(\(text))"
        case .policies: found = "WHERE o.kind = 'policy' AND o.key = ANY(\(text))"
        case .access:
            found = """
                JOIN directus_access t ON o.key = t.role::text || '/' || t.policy::text WHERE o.kind = 'access' AND t.id = ANY(\(uuids(keys)))
                """
        case .permissions: found = "WHERE o.kind = 'permission' AND o.row_id = ANY(\(text))"
        }
        return ("SELECT o.file, o.line FROM kerege.origins o \(found) LIMIT 1" as SQLFragment).statement
    }

    // MARK: Comments, translations

    package static func notify(
        _ recipients: [String], from sender: String?, subject: String, message: String, collection: String, item: String
    ) -> SQLStatement {
        ("""
        INSERT INTO directus_notifications (recipient, sender, subject, message, collection, item) \
        SELECT r.id, \(bind: sender.map { .text($0) } ?? .null, as: .uuid), \(bind: .text(subject), as: .text), \
        \(bind: .text(message), as: .text), \(bind: .text(collection), as: .text), \(bind: .text(item), as: .text) \
        FROM unnest(\(uuids(recipients))) AS r(id)
        """ as SQLFragment).statement
    }

    package static let lockTranslations: SQLStatement = SQLFragment("SELECT pg_advisory_xact_lock(7318349395477655)").statement

    /// A row when one of these translations has the key and language of another.
    package static func sharedTranslation(of keys: [String]) -> SQLStatement {
        ("""
        SELECT 1 FROM directus_translations t JOIN directus_translations o ON o.key = t.key AND o.language = t.language AND o.id <> t.id \
        WHERE t.id = ANY(\(uuids(keys))) LIMIT 1
        """ as SQLFragment).statement
    }
}

extension SystemRowsSQL {
    /// Columns: collection, item, data.
    package static func revision(_ id: String) -> SQLStatement {
        ("SELECT collection, item, data FROM directus_revisions WHERE id = \(bind: .text(id), as: .integer)" as SQLFragment).statement
    }
}
