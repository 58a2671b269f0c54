import AccessControl
import Identity
import JSONText
import SchemaModel
import Telemetry
import Testing

/// Attacks on tokens (contract/attacks.md, group A). Where its status differs from the recorded answers of Directus, the recorded ones hold.
@Suite struct TokenAttackTests {
    struct Token: CustomTestStringConvertible {
        let testDescription: String
        let token: String
        let answer: TestAnswer

        init(_ name: String, _ token: String, _ answer: TestAnswer = .invalidToken) {
            testDescription = name
            self.token = token
            self.answer = answer
        }
    }

    /// [GHSA-xv3q-jrmm-4fxv]
    static let forged: [Token] = {
        let good = Forging.token()
        return [
            Token("good", good, .data(TestUsers.mia)),
            Token("alg none", Forging.replacing(2, of: Forging.token(header: ["alg": "none", "typ": "JWT"]), with: "")),
            Token("alg none with a signature", Forging.token(header: ["alg": "none", "typ": "JWT"])),
            Token("alg None", Forging.token(header: ["alg": "None", "typ": "JWT"])),
            Token("alg RS256 signed with the secret", Forging.token(header: ["alg": "RS256", "typ": "JWT"])),
            Token("alg HS512 signed as HS256", Forging.token(header: ["alg": "HS512", "typ": "JWT"])),
            Token("no alg", Forging.token(header: ["typ": "JWT"])),
            Token("critical extension", Forging.token(header: ["alg": "HS256", "crit": ["b64"], "b64": false])),
            Token("other secret", Forging.token(secret: "another")),
            Token("no signature", Forging.replacing(2, of: good, with: "")),
            Token("signature of another", Forging.replacing(2, of: good, with: String(Forging.token(secret: "another").suffix(43)))),
            Token("signature with padding", good + "="),
            Token("signature cut short", String(good.dropLast(4))),
            Token("changed payload", Forging.replacing(1, of: good, with: Forging.part(Forging.claims([("id", .string(key(8)))])))),
            Token("changed header", Forging.replacing(0, of: good, with: Forging.part(["typ": "JWT", "alg": "HS256"]))),
            Token("other issuer", Forging.token(Forging.claims([("iss", "somebody")])), .invalidCredentials),
            Token("no issuer", Forging.token(Forging.claims([("iss", nil)])), .invalidCredentials),
            Token("issuer in a list", Forging.token(Forging.claims([("iss", ["directus"])])), .invalidCredentials),
            // Recorded: audiences are not looked at, and a token without an end is accepted.
            Token("other audience", Forging.token(Forging.claims([("aud", "x")])), .data(TestUsers.mia)),
            Token("no exp", Forging.token(Forging.claims([("exp", nil)])), .data(TestUsers.mia)),
            Token("exp is text", Forging.token(Forging.claims([("exp", "4102444800")]))),
            Token("exp is null", Forging.token(Forging.claims([("exp", .some(.null))]))),
            Token("nbf in the future", Forging.token(Forging.claims([("nbf", 1_800_000_001)]))),
            Token("nbf is text", Forging.token(Forging.claims([("nbf", "now")]))),
            Token("no role", Forging.token(Forging.claims([("role", nil)]))),
            Token("role is a list", Forging.token(Forging.claims([("role", [])]))),
            Token("no flags", Forging.token(Forging.claims([("app_access", nil), ("admin_access", nil)]))),
            Token("nobody", Forging.token(Forging.claims([("id", nil)]))),
            Token("user and share", Forging.token(Forging.claims([("share", "x")]))),
            Token("session is a number", Forging.token(Forging.claims([("session", 1)]))),
            Token("id is no key", Forging.token(Forging.claims([("id", "' OR true")])), .invalidCredentials),
            Token("unknown user", Forging.token(Forging.claims([("id", .string(key(8)))])), .invalidCredentials),
            Token("unknown session", Forging.token(Forging.claims([("session", "nope")])), .invalidCredentials),
            Token("suspended user", Forging.token(Forging.claims([("id", .string(TestUsers.keys["sue"] ?? ""))])), .invalidCredentials),
            Token("oversized", Forging.token(Forging.claims([("x", .string(String(repeating: "x", count: 5000)))])), .invalidCredentials),
            Token("two parts", good.split(separator: ".").prefix(2).joined(separator: "."), .invalidCredentials),
            Token("four parts", good + ".x", .invalidCredentials),
            Token("payload is a list", Forging.token([]), .invalidCredentials),
        ]
    }()

    @Test func `A7 tokens that were tampered with are refused, by header, query and cookie`() async throws {
        try await withAPI { server in
            for token in Self.forged {
                #expect(try await server.me(token.token) == token.answer, "\(token.testDescription)")
                if token.token.utf8.allSatisfy({ $0 != UInt8(ascii: "=") }) {
                    let target = "/users/me?fields=id&access_token=\(token.token)"
                    #expect(try await server.send("GET", target) == token.answer, "\(token.testDescription), in the query")
                }
                let byCookie = try await server.meByCookie(token.token)
                #expect(byCookie.status == token.answer.status && byCookie.body == token.answer.body, "\(token.testDescription), in the cookie")
                #expect((byCookie.cookie("directus_session_token") == "") == (token.answer.status != 200), "\(token.testDescription), cookie cleared")
            }
        }
    }

    @Test func `A7 rights come from the user's row, whatever the claims say`() async throws {
        try await withAPI { server in
            let flags = Forging.token(Forging.claims([("admin_access", true)]))
            let expected = TestAnswer.data(["app_access": true, "admin_access": false, "enforce_tfa": false])
            #expect(try await server.send("GET", "/policies/me/globals", as: flags) == expected)
            let admins = try await server.asAdmin("GET", "/users/me?fields=role")
            let role = Forging.token(Forging.claims([("role", admins.body?["data"]?["role"])]))
            #expect(try await server.send("GET", "/policies/me/globals", as: role) == expected)
        }
    }

    @Test func `A8 the previous key counts inside its window and not after`() async throws {
        let clock = ManualClock()
        var options = TestAPIOptions()
        options.keys = SigningKey("a-new-secret").flatMap { current in
            SigningKey(Secret(TestAPI.secret)).map { former in
                TokenKeys(current: current, previous: .init(key: former, until: clock.now.milliseconds + 600_000))
            }
        }
        try await withAPI(options) { server in
            let old = Forging.token()
            let new = Forging.token(secret: "a-new-secret")
            #expect(try await server.me(old) == .data(TestUsers.mia))
            #expect(try await server.me(new) == .data(TestUsers.mia))
            server.clock.move(by: .seconds(600))
            // What was verified before is not remembered beyond the window: another text of the same claims, and the same one later.
            #expect(try await server.me(Forging.token(Forging.claims([("x", 1)]))) == .invalidToken)
            #expect(try await server.me(new) == .data(TestUsers.mia))
            let issued = try await server.tokens("mia")
            #expect(try await server.me(issued.access) == .data(TestUsers.mia))
        }
    }

    @Test(arguments: ["password-reset", "invite", "pending-registration", "temporary"])
    func `A9 tokens for one purpose give no access`(_ scope: String) async throws {
        try await withAPI { server in
            let mail: JSONValue = [
                "email": "mia@example.com", "scope": .string(scope), "iat": 1_799_999_000, "exp": 1_800_086_400, "iss": "directus",
            ]
            let answer = try await server.me(Forging.token(mail))
            #expect(answer == .invalidToken)
            #expect(try await server.me(Forging.token(Forging.claims([("scope", .string(scope))]))) == .invalidToken)
            #expect(try await server.refresh(Forging.token(mail)) == .invalidCredentials)
        }
    }

    @Test func `A9 tokens of shares and refresh tokens give no access`() async throws {
        try await withAPI { server in
            let share = Forging.token(Forging.claims([("id", nil), ("role", .some(.null)), ("share", .string(key(3)))]))
            let refresh = try await server.tokens("mia").refresh
            #expect(try await server.me(share) == .invalidCredentials)
            #expect(try await server.me(refresh) == .invalidCredentials)
        }
    }

    @Test func `A20 an expired token is told as expired, and its cookie is left alone`() async throws {
        try await withAPI { server in
            let token = try await server.tokens("mia").access
            #expect(try await server.me(token) == .data(TestUsers.mia))
            let expired = Forging.token(Forging.claims([("exp", 1_800_000_000)]))
            #expect(try await server.me(expired) == .expired)
            #expect(try await server.send("GET", "/users/me?access_token=\(expired)") == .expired)
            #expect(try await server.meByCookie(expired) == .expired)
            #expect(try await server.send("POST", "/auth/refresh", cookie: "directus_session_token=\(expired)", ["mode": "session"]) == .expired)
            let both = Forging.token(Forging.claims([("exp", 1_800_000_000)]), secret: "another")
            #expect(try await server.me(both) == .invalidToken)
            server.clock.move(by: .seconds(900))
            // The other text is not in the cache, which runs by another clock.
            #expect(try await server.me(Forging.token()) == .expired)
        }
    }

    @Test func `A21 a static token is stored as a digest, never shown, and its digest opens nothing`() async throws {
        try await withAPI { server in
            let stored = try #require(try await server.client.value("SELECT token FROM directus_users WHERE email = 'mia@example.com'"))
            #expect(stored == StaticToken.storedForm(of: "token-mia"))
            #expect(try await server.me("token-mia") == .data(TestUsers.mia))
            #expect(try await server.me(stored) == .invalidCredentials)
            #expect(try await server.me(String(stored.dropFirst("sha256:".count))) == .invalidCredentials)
            let key = TestUsers.keys["mia"] ?? ""
            #expect(try await server.asAdmin("GET", "/users/\(key)?fields=token") == .data(["token": "**********"]))
            #expect(try await server.asAdmin("PATCH", "/users/\(key)?fields=token", ["token": "another"]) == .data(["token": "**********"]))
            #expect(try await server.me("token-mia") == .invalidCredentials)
            #expect(try await server.me("another") == .data(TestUsers.mia))
        }
    }
}
