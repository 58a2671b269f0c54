package import AccessControl
package import Postgres
internal import SchemaModel

extension Sessions {
    /// A refresh token -> another, and an access token. The old one is spent at once.
    ///
    /// - Of several uses of one token at a time, one wins. A token that was replaced longer ago than the grace period has been stolen from
    ///   somebody: its whole family ends (attacks A3, A4).
    /// - Throws: `INVALID_CREDENTIALS`; `USER_SUSPENDED`.
    package func refresh(
        _ token: String, from origin: RequestOrigin, access: AccessSnapshot, using database: PostgresClient
    ) async throws -> SessionGrant {
        let moment = now()
        guard let stored = SessionKey.stored(ofRefreshToken: token) else { throw WireError.invalidCredentials }
        guard let user = try await holder(of: stored, moment, using: database) else {
            try await endStolenFamily(of: token, moment, using: database)
            throw WireError.invalidCredentials
        }
        let next = SessionKey(.refresh, continuing: SessionKey(token), now: moment)
        let end = self.end(of: next, .tokens, now: moment)
        guard end > moment else {
            _ = try await database.query(SessionSQL.end(stored))
            throw WireError.invalidCredentials
        }
        let grant = try grant(.tokens, key: next, user, end: end, from: origin, access, now: moment)
        let results = try await database.batch([
            SessionSQL.rotate(stored, to: next.stored, until: end, now: moment), SessionSQL.noteAccess(of: user.id.text, now: moment),
        ])
        guard results.first?.rowCount == 1 else { throw WireError.invalidCredentials }
        return grant
    }

    /// A session -> its successor. The old one lives on for the grace period; whoever renews it again meanwhile gets the same successor.
    /// - Throws: `INVALID_CREDENTIALS`; `USER_SUSPENDED`.
    package func renew(
        _ session: String, from origin: RequestOrigin, access: AccessSnapshot, using database: PostgresClient
    ) async throws -> SessionGrant {
        let moment = now()
        guard let user = try await holder(of: session, moment, using: database) else { throw WireError.invalidCredentials }
        let next = SessionKey(.session, continuing: SessionKey(session), now: moment)
        let end = self.end(of: next, .session, now: moment)
        guard end > moment else {
            _ = try await database.query(SessionSQL.end(session))
            throw WireError.invalidCredentials
        }
        let grace = Moment(milliseconds: moment.milliseconds + settings.grace.milliseconds)
        let results = try await database.batch([
            SessionSQL.renew(session, to: next.stored, until: end, grace: grace, from: origin, now: moment),
            SessionSQL.successor(of: session, now: moment), SessionSQL.noteAccess(of: user.id.text, now: moment),
        ])
        if results[0].rowCount == 1 { return try grant(.session, key: next, user, end: end, from: origin, access, now: moment) }
        // Somebody else was faster, or this is the second time: their successor is ours.
        guard let text = results[1].string(0, 0), let key = SessionKey(text) else { throw WireError.invalidCredentials }
        return try grant(
            .session, key: key, user, end: self.end(of: key, .session, now: moment), from: origin, access, now: moment)
    }

    /// - Returns: nil where no such session lives.
    /// - Throws: what a user who is no longer active is told; the session has ended then.
    private func holder(of stored: String, _ moment: Moment, using database: PostgresClient) async throws -> KnownUser? {
        let found = try await database.query(SessionSQL.session(stored, now: moment))
        guard found.rowCount == 1 else { return nil }
        guard let id = found.string(0, 1), found.isNull(0, 2) else { throw WireError.invalidCredentials }
        guard found.string(0, 3) == "active" else {
            _ = try await database.query(SessionSQL.end(stored))
            await didEnd(database)
            throw found.string(0, 3) == "suspended" ? WireError.userSuspended : WireError.invalidCredentials
        }
        return KnownUser(id: UserID(id), role: found.string(0, 4).map { RoleID($0) }, hasSecondFactor: found.bool(0, 5) ?? false)
    }

    private func endStolenFamily(of token: String, _ moment: Moment, using database: PostgresClient) async throws {
        guard let key = SessionKey(token), key.kind == .refresh else { return }
        let family = try await database.query(SessionSQL.family(key.familyRange))
        guard let current = family.string(0, 0).flatMap({ SessionKey($0) }) else { return }
        // Two tabs may well have used it at the same time.
        if (moment.seconds - current.issued) * 1000 <= settings.grace.milliseconds { return }
        _ = try await database.query(SessionSQL.endFamily(key.familyRange))
    }

    /// Ends a session for good, and records the logout. One that is not there is no error.
    package func end(_ token: String, _ mode: SessionMode, from origin: RequestOrigin, using database: PostgresClient) async throws {
        let stored = mode == .tokens ? SessionKey.stored(ofRefreshToken: token) : token
        guard let stored else { return }
        var user = try await database.query(SessionSQL.end(stored)).string(0, 0)
        if mode == .session, let key = SessionKey(token), key.kind == .session {
            // With it those that it replaced a moment ago.
            let others = try await database.query(SessionSQL.endFamily(key.familyRange))
            user = user ?? others.string(0, 0)
        }
        guard let user else { return }
        _ = try await database.query(Sessions.activity("logout", of: user, from: origin))
        if mode == .session { await didEnd(database) }
    }
}
