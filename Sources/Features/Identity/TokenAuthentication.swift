package import AccessControl
package import Postgres
package import SchemaModel

/// Text of a token -> who acts.
///
/// - Static tokens only: a token that nobody active has is an error, never the public (contract/items.md, section 8).
/// - Cost: a look into the cache; else one statement by index.
package struct TokenAuthentication: Sendable {
    package let cache: TokenCache
    private let clock = ContinuousClock()

    package init(cache: TokenCache = TokenCache()) { self.cache = cache }

    /// - Throws: `WireError` `INVALID_CREDENTIALS`; `PostgresError`.
    package func principal(of text: String, using database: PostgresClient) async throws -> Principal {
        guard let token = StaticToken(text) else { throw WireError.invalidCredentials }
        let (known, ticket) = cache.principal(of: token, now: clock.now)
        if let known { return known }
        let found = try await database.query(IdentitySQL.activeUser(withTokenIn: token.storedForms), lane: .fast)
        for row in 0..<found.rowCount {
            guard let id = found.string(row, 0), let stored = found.string(row, 2), token.matches(stored: stored) else { continue }
            let principal = Principal.user(UserID(id), role: found.string(row, 1).map { RoleID($0) })
            cache.keep(principal, for: token, ticket, now: clock.now)
            return principal
        }
        throw WireError.invalidCredentials
    }
}

extension WireError {
    package static let invalidCredentials = WireError(.invalidCredentials, message: "Invalid user credentials.")
}
