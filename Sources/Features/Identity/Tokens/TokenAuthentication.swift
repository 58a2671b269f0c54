package import AccessControl
internal import Digests
package import Postgres
package import SchemaModel
internal import Telemetry

/// Text of a token -> who acts.
///
/// - Access tokens of our own, else static tokens (contract/system.md, 1.3). A token that nobody active has is an error, never the public.
/// - The user's row decides: status, role. Of the token's claims only key, session and an absent role count (less rights than the row's never
///   hurt; a role that the user has lost ends the token, attack A2).
/// - Cost: a look into the cache; else one statement by index.
package struct TokenAuthentication: Sendable {
    package let cache: TokenCache
    private let tokens: AccessTokens?
    private let now: @Sendable () -> Moment
    private let clock = ContinuousClock()

    /// - Parameters:
    ///   - tokens: nil = static tokens only.
    ///   - now: the wall clock.
    package init(
        cache: TokenCache = TokenCache(), tokens: AccessTokens? = nil,
        now: @escaping @Sendable () -> Moment = { Moment(milliseconds: WallClock.now().milliseconds) }
    ) {
        self.cache = cache
        self.tokens = tokens
        self.now = now
    }

    /// The holder as remembered; nil = ask `holder(of:using:)`.
    package func knownHolder(of text: String) -> TokenHolder? { cache.holder(of: text, now: clock.now).0 }

    /// - Throws: `WireError` `INVALID_CREDENTIALS`, `INVALID_TOKEN`, `TOKEN_EXPIRED`; `PostgresError`.
    package func holder(of text: String, using database: PostgresClient) async throws -> TokenHolder {
        let (known, ticket) = cache.holder(of: text, now: clock.now)
        if let known { return known }
        if let tokens, let token = CompactToken(text), token.isOurs {
            return try await holder(of: try tokens.read(token, now: now()), text, ticket, using: database)
        }
        guard let token = StaticToken(text) else { throw WireError.invalidCredentials }
        let found = try await database.query(IdentitySQL.activeUser(withTokenIn: token.storedForms), lane: .fast)
        for row in 0..<found.rowCount {
            guard let id = found.string(row, 0), let stored = found.string(row, 2), token.matches(stored: stored) else { continue }
            let holder = TokenHolder(principal: .user(UserID(id), role: found.string(row, 1).map { RoleID($0) }))
            cache.keep(holder, for: text, ticket, now: clock.now)
            return holder
        }
        throw WireError.invalidCredentials
    }

    package func principal(of text: String, using database: PostgresClient) async throws -> Principal {
        try await holder(of: text, using: database).principal
    }

    /// The session that a token belongs to, whoever it belongs to and whether or not it still lives.
    /// - Returns: nil for a static token, one without a session, and anything else.
    /// - Throws: `TOKEN_EXPIRED`, `INVALID_TOKEN`.
    package func session(of text: String) throws(WireError) -> String? {
        guard let tokens, let token = CompactToken(text), token.isOurs else { return nil }
        return try tokens.read(token, now: now()).session
    }

    private func holder(
        of claims: AccessClaims, _ text: String, _ ticket: TokenCache.Ticket, using database: PostgresClient
    ) async throws -> TokenHolder {
        let moment = now()
        // Shares have no door yet: nobody is let in by their tokens.
        guard case .user(let id) = claims.subject, UUIDText.isValid(id) else { throw WireError.invalidCredentials }
        let found = try await database.query(SessionSQL.holder(id, session: claims.session, now: moment), lane: .fast)
        guard let key = found.string(0, 0), claims.session == nil || !found.isNull(0, 2) else { throw WireError.invalidCredentials }
        let stored = found.string(0, 1)
        if claims.role != nil, stored == nil { throw WireError.invalidCredentials }
        let role = claims.role == nil ? nil : stored.map { RoleID($0) }
        let holder = TokenHolder(principal: .user(UserID(key), role: role), session: claims.session)
        let ends = [claims.expires, found.int(0, 2)].compactMap { $0 }.min()
        cache.keep(holder, for: text, ticket, remaining: ends.map { .milliseconds($0 - moment.milliseconds) }, now: clock.now)
        return holder
    }
}
