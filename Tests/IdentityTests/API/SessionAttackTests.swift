import Identity
import JSONText
import Testing

/// Attacks on sessions (contract/attacks.md, group A).
@Suite struct SessionAttackTests {
    @Test func `A1 the token of a session is dead after logout`() async throws {
        try await withAPI { server in
            let session = try await server.session("mia")
            let other = try await server.session("mia")
            for _ in 0..<2 { #expect(try await server.me(session) == .data(TestUsers.mia)) }
            let logout = try await server.send("POST", "/auth/logout", cookie: "directus_session_token=\(session)", ["mode": "session"])
            #expect(logout.status == 204 && logout.body == nil && logout.cookie("directus_session_token") == "")
            #expect(try await server.me(session) == .invalidCredentials)
            #expect(try await server.meByCookie(session) == .staleCookie)
            #expect(try await server.renew(session) == .staleCookie)
            #expect(try await server.me(other) == .data(TestUsers.mia))
        }
    }

    @Test func `A1 so are the ones that it had replaced a moment ago`() async throws {
        try await withAPI { server in
            let first = try await server.session("mia")
            let second = try #require(try await server.renew(first).cookie("directus_session_token"))
            #expect(try await server.me(first) == .data(TestUsers.mia))
            _ = try await server.send("POST", "/auth/logout", cookie: "directus_session_token=\(second)", ["mode": "session"])
            #expect(try await server.me(first) == .invalidCredentials)
            #expect(try await server.me(second) == .invalidCredentials)
            #expect(try await server.client.value("SELECT count(*) FROM directus_sessions") == "0")
        }
    }

    /// Recorded: an access token without a session lives until it expires; what ends is the refresh token.
    @Test func `A1 a refresh token is dead after logout`() async throws {
        try await withAPI { server in
            let tokens = try await server.tokens("mia")
            #expect(try await server.send("POST", "/auth/logout", ["refresh_token": .string(tokens.refresh)]) == .empty)
            #expect(try await server.refresh(tokens.refresh) == .invalidCredentials)
            #expect(try await server.send("POST", "/auth/logout", ["refresh_token": .string(tokens.refresh)]) == .empty)
        }
    }

    struct Change: CustomTestStringConvertible {
        let testDescription: String
        let body: JSONValue?
    }

    static let changes = [
        Change(testDescription: "suspended", body: ["status": "suspended"]), Change(testDescription: "archived", body: ["status": "archived"]),
        Change(testDescription: "draft", body: ["status": "draft"]), Change(testDescription: "deleted", body: nil),
    ]

    @Test(arguments: changes) func `A2 a user who goes loses everything at once`(_ change: Change) async throws {
        try await withAPI { server in
            let tokens = try await server.tokens("mia")
            let session = try await server.session("mia")
            for token in [tokens.access, session, "token-mia"] { #expect(try await server.me(token) == .data(TestUsers.mia)) }
            let target = "/users/\(TestUsers.keys["mia"] ?? "")?fields=id"
            if let body = change.body {
                #expect(try await server.asAdmin("PATCH", target, body) == .data(TestUsers.mia))
            } else {
                #expect(try await server.asAdmin("DELETE", target) == .empty)
            }
            for token in [tokens.access, session, "token-mia"] { #expect(try await server.me(token) == .invalidCredentials) }
            #expect(try await server.refresh(tokens.refresh) == .invalidCredentials)
            #expect(try await server.renew(session) == .staleCookie)
            #expect(try await server.login("mia") == .invalidCredentials)
        }
    }

    @Test func `A2 a user who was suspended in the database can't refresh`() async throws {
        try await withAPI { server in
            let tokens = try await server.tokens("mia")
            try await server.client.run("UPDATE directus_users SET status = 'suspended' WHERE email = 'mia@example.com'")
            #expect(try await server.refresh(tokens.refresh) == .error(401, "USER_SUSPENDED", "User suspended."))
            #expect(try await server.refresh(tokens.refresh) == .invalidCredentials)
        }
    }

    @Test func `A2 tokens of a role end when the role is taken away`() async throws {
        try await withAPI { server in
            let tokens = try await server.tokens("mia")
            let session = try await server.session("mia")
            for token in [tokens.access, session] { #expect(try await server.me(token) == .data(TestUsers.mia)) }
            #expect(try await server.asAdmin("PATCH", "/users/\(TestUsers.keys["mia"] ?? "")?fields=role", ["role": nil]) == .data(["role": nil]))
            for token in [tokens.access, session] { #expect(try await server.me(token) == .invalidCredentials) }
            // The next token is of the user as they are now.
            let next = try await server.tokens(of: try await server.refresh(tokens.refresh))
            #expect(try await server.me(next.access) == .data(TestUsers.mia))
            #expect(
                try await server.send("GET", "/policies/me/globals", as: next.access)
                    == .data(["app_access": false, "admin_access": false, "enforce_tfa": false]))
        }
    }

    @Test func `A2 tokens of a role end when the role is deleted`() async throws {
        try await withAPI { server in
            let token = try await server.tokens("mia").access
            #expect(try await server.me(token) == .data(TestUsers.mia))
            #expect(try await server.asAdmin("DELETE", "/roles/\(TestUsers.role)") == .empty)
            #expect(try await server.me(token) == .invalidCredentials)
        }
    }

    @Test func `A3 a refresh token works once; used again later it ends its family, and no other`() async throws {
        try await withAPI { server in
            let other = try await server.tokens("mia")
            let first = try await server.tokens("mia")
            let second = try await server.tokens(of: try await server.refresh(first.refresh))
            // At the same time it may be another tab: refused, no alarm.
            #expect(try await server.refresh(first.refresh) == .invalidCredentials)
            let third = try await server.tokens(of: try await server.refresh(second.refresh))
            server.clock.move(by: .seconds(11))
            #expect(try await server.refresh(first.refresh) == .invalidCredentials)
            #expect(try await server.refresh(third.refresh) == .invalidCredentials)
            _ = try await server.tokens(of: try await server.refresh(other.refresh))
        }
    }

    @Test func `A3 what stands in the table, and what was guessed, is no refresh token`() async throws {
        try await withAPI { server in
            let token = try await server.tokens("mia").refresh
            let stored = try #require(try await server.client.value("SELECT token FROM directus_sessions"))
            #expect(stored != token && stored.count == 64)
            #expect(try await server.refresh(stored) == .invalidCredentials)
            #expect(try await server.refresh(String(token.dropLast()) + (token.hasSuffix("A") ? "B" : "A")) == .invalidCredentials)
            for text in [String(repeating: "x", count: 64), String(repeating: "x", count: 5000), "k1r", "\u{0}", "' OR ''='"] {
                #expect(try await server.refresh(text) == .invalidCredentials)
            }
            let session = try await server.session("leo")
            let key = try #require(try await server.client.value("SELECT token FROM directus_sessions WHERE token LIKE 'k1s%'"))
            #expect(try await server.refresh(key) == .invalidCredentials)
            #expect(try await server.refresh(session) == .invalidCredentials)
            _ = try await server.tokens(of: try await server.refresh(token))
        }
    }

    @Test func `A4 of parallel refreshes with one token one wins`() async throws {
        try await withAPI { server in
            let token = try await server.tokens("mia").refresh
            let answers = try await parallel(12) { try await server.refresh(token) }
            let winners = answers.filter { $0.status == 200 }
            #expect(winners.count == 1)
            #expect(answers.filter { $0 == .invalidCredentials }.count == 11)
            #expect(try await server.client.value("SELECT count(*) FROM directus_sessions") == "1")
            _ = try await server.tokens(of: try await server.refresh(try await server.tokens(of: try #require(winners.first)).refresh))
        }
    }

    @Test func `A4 parallel renewals of a session get one successor`() async throws {
        try await withAPI { server in
            let session = try await server.session("mia")
            let answers = try await parallel(12) { try await server.renew(session) }
            #expect(answers.allSatisfy { $0.status == 200 })
            #expect(try await server.client.value("SELECT count(*) FROM directus_sessions") == "2")
            server.clock.move(by: .seconds(11))
            // The old one is over, and its successor alone is left.
            #expect(try await server.renew(session).status == 401)
            for answer in answers {
                let token = try #require(answer.cookie("directus_session_token"))
                #expect(try await server.me(token) == .data(TestUsers.mia))
            }
        }
    }

    private func parallel(_ count: Int, _ body: @escaping @Sendable () async throws -> TestAnswer) async throws -> [TestAnswer] {
        try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for _ in 0..<count { group.addTask { try await body() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func `A5 refreshing for ever ends with the family's lifetime`() async throws {
        try await withAPI { server in
            var tokens = try await server.tokens("mia")
            for _ in 0..<14 {
                server.clock.move(by: .seconds(6 * 86_400))
                tokens = try await server.tokens(of: try await server.refresh(tokens.refresh))
            }
            // Day 84: the last token is good until day 90, not 91.
            server.clock.move(by: .seconds(6 * 86_400 - 300))
            let last = try await server.refresh(tokens.refresh)
            #expect(last.body?["data"]?["expires"] == 300_000)
            tokens = try await server.tokens(of: last)
            server.clock.move(by: .seconds(300))
            #expect(try await server.refresh(tokens.refresh) == .invalidCredentials)
            #expect(try await server.me(tokens.access) == .expired)
        }
    }

    @Test func `A5 renewing a session for ever ends with its lifetime`() async throws {
        var options = TestAPIOptions()
        options.sessions.maximum = .seconds(3 * 86_400)
        try await withAPI(options) { server in
            var session = try await server.session("mia")
            for _ in 0..<3 {
                server.clock.move(by: .seconds(20 * 3600))
                session = try #require(try await server.renew(session).cookie("directus_session_token"))
            }
            server.clock.move(by: .seconds(12 * 3600 - 1))
            #expect(try await server.renew(session).cookies["directus_session_token"]?.contains("Max-Age=1;") == true)
            server.clock.move(by: .seconds(1))
            #expect(try await server.renew(session).status == 401)
        }
    }

    /// [GHSA-26rv-h2hf-3fw4]
    @Test func `A6 tokens of a deleted user are not the next one's`() async throws {
        try await withAPI { server in
            let tokens = try await server.tokens("mia")
            let session = try await server.session("mia")
            #expect(try await server.me(tokens.access) == .data(TestUsers.mia))
            #expect(try await server.asAdmin("DELETE", "/users/\(TestUsers.keys["mia"] ?? "")") == .empty)
            let made = try await server.asAdmin(
                "POST", "/users?fields=id", ["email": "mia@example.com", "password": "pass-mia", "role": .string(TestUsers.role)])
            #expect(made.status == 200)
            for token in [tokens.access, session, "token-mia"] { #expect(try await server.me(token) == .invalidCredentials) }
            #expect(try await server.refresh(tokens.refresh) == .invalidCredentials)
            let key = try #require(made.body?["data"]?["id"])
            #expect(key != TestUsers.mia["id"])
            #expect(try await server.me(try await server.tokens("mia").access) == .data(["id": key]))
        }
    }

    @Test func `sessions of a database that came from Directus go on, and become ours`() async throws {
        try await withAPI { server in
            let foreign = "V1StGXR8_Z5jdHi6B-myTV1StGXR8_Z5jdHi6B-myTV1StGXR8_Z5jdHi6B-myTV"
            let row = "'\(TestUsers.keys["mia"] ?? "")', '2027-02-01T00:00:00Z')"
            try await server.client.run(
                "INSERT INTO directus_sessions (token, \"user\", expires) VALUES ('\(foreign)', \(row), ('S\(foreign.dropFirst())', \(row)")
            let tokens = try await server.tokens(of: try await server.refresh(foreign))
            #expect(try await server.refresh(foreign) == .invalidCredentials)
            _ = try await server.tokens(of: try await server.refresh(tokens.refresh))
            let session = Forging.token(Forging.claims([("session", .string("S\(foreign.dropFirst())"))]))
            #expect(try await server.me(session) == .data(TestUsers.mia))
            let next = try #require(try await server.renew(session).cookie("directus_session_token"))
            #expect(try await server.me(next) == .data(TestUsers.mia))
            #expect(try await server.client.value("SELECT count(*) FROM directus_sessions WHERE token LIKE 'k1%'") == "2")
        }
    }

    @Test func `A23 a new password or address ends the other sessions`() async throws {
        try await withAPI { server in
            for change: JSONValue in [["password": "pass-mia"], ["email": "mia@example.com"]] {
                let (own, other) = (try await server.session("mia"), try await server.session("mia"))
                let refresh = try await server.tokens("mia").refresh
                _ = try await server.asAdmin(
                    "POST", "/permissions", ["policy": .string(TestUsers.policy), "collection": "directus_users", "action": "update", "fields": "*"])
                #expect(try await server.send("PATCH", "/users/me?fields=id", as: own, change) == .data(TestUsers.mia))
                #expect(try await server.me(own) == .data(TestUsers.mia))
                #expect(try await server.me(other) == .invalidCredentials)
                #expect(try await server.refresh(refresh) == .invalidCredentials)
                #expect(try await server.asAdmin("PATCH", "/users/\(TestUsers.keys["mia"] ?? "")?fields=id", change) == .data(TestUsers.mia))
                #expect(try await server.me(own) == .invalidCredentials)
            }
        }
    }
}
