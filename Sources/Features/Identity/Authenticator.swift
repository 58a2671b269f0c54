package import AccessControl
package import Postgres
package import QueryEngine

/// Credentials of a request -> its caller: who acts, with roles, rights at that address, and the attributes that these rights mention.
package struct Authenticator: Sendable {
    package let tokens: TokenAuthentication
    package let attributes: AttributeLoader

    package init(tokens: TokenAuthentication = TokenAuthentication(), attributes: AttributeLoader = AttributeLoader()) {
        self.tokens = tokens
        self.attributes = attributes
    }

    /// - Parameters:
    ///   - token: nil = none was sent: the public.
    ///   - use: what the request may do; a write loads more attributes than a read.
    /// - Throws: `WireError` `INVALID_CREDENTIALS` (an invalid token never makes a request the public's); `PostgresError`.
    /// - Cost: no statement for a known token whose rights mention no attributes.
    package func caller(
        token: String?, origin: RequestOrigin, for use: AttributeUse, in snapshot: EngineSnapshot, using database: PostgresClient
    ) async throws -> Caller {
        let principal: Principal = if let token { try await tokens.principal(of: token, using: database) } else { .public }
        return try await attributes.load(snapshot.access.caller(principal, origin: origin), for: use, in: snapshot, using: database)
    }
}
