import AccessControl
import Identity
import Postgres
import SchemaModel
import Testing

@Suite struct TokenAuthenticationTests {
    private static let users = """
        INSERT INTO directus_roles (id, name) VALUES ('\(key(9))', 'r');
        INSERT INTO directus_users (id, token, role, status) VALUES
          ('\(key(1))', 'plain-token', '\(key(9))', 'active'), ('\(key(2))', '\(StaticToken.storedForm(of: "hashed-token"))', NULL, 'active'),
          ('\(key(3))', 'sleeping', NULL, 'suspended'), ('\(key(4))', NULL, NULL, 'active');
        """

    /// Expects the token to be this user's, or nobody's.
    private func expect(
        _ token: String, is user: Principal?, _ authentication: TokenAuthentication, _ client: PostgresClient,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws {
        var found: Principal?
        do {
            found = try await authentication.principal(of: token, using: client)
        } catch let error as WireError {
            #expect(error == .invalidCredentials, sourceLocation: sourceLocation)
        }
        #expect(found == user, "\(token.prefix(80))", sourceLocation: sourceLocation)
    }

    private static let plain = Principal.user(UserID(key(1)), role: RoleID(key(9)))

    @Test func `finds active users by plain and hashed tokens and nobody else`() async throws {
        try await withSystemTables(Self.users) { client in
            let authentication = TokenAuthentication()
            for _ in 0..<2 {
                try await expect("plain-token", is: Self.plain, authentication, client)
                try await expect("hashed-token", is: .user(UserID(key(2)), role: nil), authentication, client)
            }
            for token in [
                "", "Plain-Token", "plain-token ", "sleeping", "null", "undefined", "a\0b", StaticToken.storedForm(of: "hashed-token"),
                String(repeating: "x", count: 2000), "' OR ''='",
            ] {
                try await expect(token, is: nil, authentication, client)
            }
        }
    }

    @Test func `remembers a token until it is told to forget`() async throws {
        try await withSystemTables(Self.users) { client in
            let authentication = TokenAuthentication(cache: TokenCache(lifetime: .seconds(600)))
            try await expect("plain-token", is: Self.plain, authentication, client)
            try await client.run("UPDATE directus_users SET status = 'suspended'")
            try await expect("plain-token", is: Self.plain, authentication, client)
            authentication.cache.removeAll()
            try await expect("plain-token", is: nil, authentication, client)
        }
    }

    @Test func `forgets by itself after its lifetime, and never remembers strangers`() async throws {
        try await withSystemTables(Self.users) { client in
            let authentication = TokenAuthentication(cache: TokenCache(lifetime: .zero))
            try await expect("plain-token", is: Self.plain, authentication, client)
            try await client.run("UPDATE directus_users SET token = 'other' WHERE token = 'plain-token'")
            try await expect("plain-token", is: nil, authentication, client)
            try await expect("new", is: nil, authentication, client)
            try await client.run("UPDATE directus_users SET token = 'new' WHERE token IS NULL")
            try await expect("new", is: .user(UserID(key(4)), role: nil), authentication, client)
        }
    }

    @Test func `drops an answer that a change overtook`() async throws {
        try await withSystemTables(Self.users) { client in
            let authentication = TokenAuthentication(cache: TokenCache(lifetime: .seconds(600)))
            // The lock holds the look-up back until the cache has been emptied.
            try await client.withTransaction { transaction in
                _ = try await transaction.execute("LOCK TABLE directus_users IN ACCESS EXCLUSIVE MODE")
                async let answer = authentication.principal(of: "plain-token", using: client)
                while try await client.value("SELECT count(*) FROM pg_locks WHERE NOT granted") != "1" {}
                authentication.cache.removeAll()
                _ = try await transaction.commit(with: [])
                _ = try await answer
            }
            try await client.run("UPDATE directus_users SET status = 'suspended'")
            try await expect("plain-token", is: nil, authentication, client)
        }
    }
}
