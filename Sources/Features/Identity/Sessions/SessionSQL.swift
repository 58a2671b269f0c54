internal import AccessControl
internal import SQLText

/// The statements about `directus_sessions`. Moments are the server's own, so that all that compares them uses one clock.
enum SessionSQL {
    private static func at(_ moment: Moment) -> SQLFragment { SQLFragment(bind: .text(moment.isoText), as: .timestamptz) }
    private static func text(_ value: String?) -> SQLFragment { SQLFragment(bind: value.map { .text($0) } ?? .null, as: .text) }
    private static func uuid(_ value: String) -> SQLFragment { SQLFragment(bind: .text(value), as: .uuid) }

    /// An active user, and whether the session is theirs and lives. Columns: id, role, end of the session (milliseconds since 1970; NULL = none).
    static func holder(_ user: String, session: String?, now: Moment) -> SQLStatement {
        let fragment: SQLFragment
        if let session {
            fragment = """
                SELECT u.id, u.role, floor(extract(epoch FROM s.expires) * 1000)::int8 FROM directus_users u
                LEFT JOIN directus_sessions s ON s.token = \(text(session)) AND s."user" = u.id AND s.share IS NULL AND s.expires > \(at(now))
                WHERE u.id = \(uuid(user)) AND u.status = 'active'
                """
        } else {
            fragment = "SELECT u.id, u.role, NULL::int8 FROM directus_users u WHERE u.id = \(uuid(user)) AND u.status = 'active'"
        }
        return fragment.statement
    }

    static func open(_ key: String, of user: String, until end: Moment, from origin: RequestOrigin) -> SQLStatement {
        let fragment: SQLFragment = """
            INSERT INTO directus_sessions (token, "user", expires, ip, user_agent, origin)
            VALUES (\(text(key)), \(uuid(user)), \(at(end)), \(text(origin.address)), \(text(origin.userAgent?.limited(1024))),
              \(text(origin.origin?.limited(255))))
            """
        return fragment.statement
    }

    /// A live session with its user. Columns: token, user, share, user's status, role, whether there is a second factor.
    static func session(_ key: String, now: Moment) -> SQLStatement {
        let fragment: SQLFragment = """
            SELECT s.token, s."user", s.share, u.status, u.role, u.tfa_secret IS NOT NULL
            FROM directus_sessions s LEFT JOIN directus_users u ON u.id = s."user"
            WHERE s.token = \(text(key)) AND s.expires > \(at(now))
            """
        return fragment.statement
    }

    /// Gives a session another token in place. Of several at once, one finds the row.
    static func rotate(_ key: String, to next: String, until end: Moment, now: Moment) -> SQLStatement {
        let fragment: SQLFragment = """
            UPDATE directus_sessions SET token = \(text(next)), expires = \(at(end))
            WHERE token = \(text(key)) AND next_token IS NULL AND expires > \(at(now)) RETURNING token
            """
        return fragment.statement
    }

    /// Opens the successor of a session, which itself lives on until `grace`. Of several at once, one finds the row without a successor.
    static func renew(_ key: String, to next: String, until end: Moment, grace: Moment, from origin: RequestOrigin, now: Moment) -> SQLStatement {
        let fragment: SQLFragment = """
            WITH former AS (
              UPDATE directus_sessions SET next_token = \(text(next)), expires = least(expires, \(at(grace)))
              WHERE token = \(text(key)) AND next_token IS NULL AND expires > \(at(now)) RETURNING "user"
            )
            INSERT INTO directus_sessions (token, "user", expires, ip, user_agent, origin)
            SELECT \(text(next)), former."user", \(at(end)), \(text(origin.address)), \(text(origin.userAgent?.limited(1024))),
              \(text(origin.origin?.limited(255)))
            FROM former RETURNING token
            """
        return fragment.statement
    }

    /// The successor that a session was given. Columns: token.
    static func successor(of key: String, now: Moment) -> SQLStatement {
        let fragment: SQLFragment = """
            SELECT n.token FROM directus_sessions s JOIN directus_sessions n ON n.token = s.next_token
            WHERE s.token = \(text(key)) AND s.expires > \(at(now)) AND n.expires > \(at(now))
            """
        return fragment.statement
    }

    /// Columns: user.
    static func end(_ key: String) -> SQLStatement {
        let fragment: SQLFragment = "DELETE FROM directus_sessions WHERE token = \(text(key)) RETURNING \"user\""
        return fragment.statement
    }

    /// The texts of a family. Columns: token.
    static func family(_ range: (from: String, to: String)) -> SQLStatement {
        let fragment: SQLFragment = "SELECT token FROM directus_sessions WHERE \(isOf(range))"
        return fragment.statement
    }

    /// Columns: user.
    static func endFamily(_ range: (from: String, to: String)) -> SQLStatement {
        let fragment: SQLFragment = "DELETE FROM directus_sessions WHERE \(isOf(range)) RETURNING \"user\""
        return fragment.statement
    }

    private static func isOf(_ range: (from: String, to: String)) -> SQLFragment {
        """
        token >= \(text(range.from)) AND token < \(text(range.to)) AND starts_with(token, \(text(range.from)))
        """
    }

    /// Removes what has expired, some at a time, beside others that do the same.
    static func sweep(now: Moment) -> SQLStatement {
        let fragment: SQLFragment = """
            DELETE FROM directus_sessions WHERE token IN (
              SELECT token FROM directus_sessions WHERE expires < \(at(now)) ORDER BY token LIMIT 1000 FOR UPDATE SKIP LOCKED)
            """
        return fragment.statement
    }

    static func noteAccess(of user: String, now: Moment) -> SQLStatement {
        let fragment: SQLFragment = "UPDATE directus_users SET last_access = \(at(now)) WHERE id = \(uuid(user))"
        return fragment.statement
    }
}

extension String {
    /// At most so many characters.
    fileprivate func limited(_ count: Int) -> String { String(prefix(count)) }
}
