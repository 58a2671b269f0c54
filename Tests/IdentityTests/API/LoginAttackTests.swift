import Identity
import JSONText
import Postgres
import TestSupport
import Testing

/// Attacks on the login itself (contract/attacks.md, groups A, B and L).
@Suite struct LoginAttackTests {
    /// [GHSA-jgf4-vwc3-r46v]
    @Test func `B1 whoever can't log in gets the same answer`() async throws {
        try await withAPI { server in
            let refused: [(String, String)] = [
                ("zoe", "nope"), ("mia", "nope"), ("mia", "PASS-MIA"), ("mia", "pass-mia "), ("sue", "pass-sue"), ("sue", "nope"),
                ("eve", "pass-eve"), ("eve", "nope"), ("ned", "pass-ned"), ("mia", String(repeating: "x", count: 5000)), ("mia", "pass-mia\u{0}"),
                ("mía", "pass-mia"), ("%", "pass-mia"),
            ]
            for mode in ["json", "cookie", "session"] {
                for (name, password) in refused {
                    #expect(try await server.login(name, password: password, mode: mode) == .invalidCredentials, "\(name), \(mode)")
                }
            }
            for name in ["mia", "MIA", "Mia"] { _ = try await server.tokens(of: try await server.login(name, password: "pass-mia")) }
        }
    }

    @Test func `B1 the dummy's hash costs what a real one costs`() async throws {
        let hasher = PasswordHasher(cost: .init(memory: 64, passes: 2, lanes: 1))
        let (dummy, real) = (hasher.impossibleHash, try hasher.hashNow("x"))
        func shape(_ hash: String) -> [Int] { hash.split(separator: "$", omittingEmptySubsequences: false).map(\.count) }
        #expect(shape(dummy) == shape(real))
        #expect(dummy.split(separator: "$").prefix(3) == real.split(separator: "$").prefix(3))
        try await onLoop { _ in
            for password in ["", "x", "A"] {
                let isRight = try await hasher.verify(password, against: dummy)
                #expect(!isRight)
            }
        }
    }

    @Test func `B1 success and failure take the stall's time at least`() async throws {
        var options = TestAPIOptions()
        options.stall = .milliseconds(60)
        try await withAPI(options) { server in
            for (name, password) in [("mia", "pass-mia"), ("mia", "nope"), ("zoe", "nope"), ("", "")] {
                let start = ContinuousClock.now
                _ = try await server.login(name, password: password)
                #expect(ContinuousClock.now - start >= .milliseconds(60))
            }
        }
    }

    /// [GHSA-2cjv-6wg9-f4f3]
    @Test func `A10 every byte of a password counts, and one that is too long is refused when it is set`() async throws {
        try await withAPI { server in
            let long = String(repeating: "p", count: 4096)
            let target = "/users/\(TestUsers.keys["mia"] ?? "")?fields=id"
            let tooLong = TestAnswer.invalidPayload("A text to be hashed may have at most 4096 bytes")
            #expect(try await server.asAdmin("PATCH", target, ["password": .string(long + "p")]) == tooLong)
            _ = try await server.tokens("mia")
            #expect(try await server.asAdmin("PATCH", target, ["password": .string(long)]) == .data(TestUsers.mia))
            for count in [72, 73, 255, 4095] {
                #expect(try await server.login("mia", password: String(long.prefix(count))) == .invalidCredentials)
            }
            #expect(try await server.login("mia", password: long + "p") == .invalidCredentials)
            _ = try await server.tokens(of: try await server.login("mia", password: long))
        }
    }

    @Test func `A25 addresses that only look alike are others`() async throws {
        try await withAPI { server in
            _ = try await server.asAdmin("PATCH", "/users/\(TestUsers.keys["mia"] ?? "")", ["email": "kim@example.com"])
            _ = try await server.tokens(of: try await server.login("KIM", password: "pass-mia"))
            // KELVIN SIGN, whose small letter is `k`; LATIN CAPITAL LETTER I WITH DOT ABOVE; Cyrillic і.
            for name in ["\u{212A}im", "K\u{130}m", "k\u{456}m", "ｋim"] {
                #expect(try await server.login(name, password: "pass-mia") == .invalidCredentials)
            }
        }
    }

    @Test func `A13 guesses are counted, one after the other and many at once`() async throws {
        try await withAPI { server in
            _ = try await server.asAdmin("PATCH", "/settings", ["auth_login_attempts": 3])
            let session = try await server.session("leo")
            for _ in 0..<3 { #expect(try await server.login("leo", password: "nope") == .invalidCredentials) }
            _ = try await server.tokens("leo")
            try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                for _ in 0..<20 { group.addTask { try await server.login("leo", password: "nope") } }
                for try await answer in group { #expect(answer == .invalidCredentials) }
            }
            #expect(try await server.login("leo") == .invalidCredentials)
            #expect(try await server.me(session) == .invalidCredentials)
            #expect(try await server.me("token-leo") == .invalidCredentials)
            let key = TestUsers.keys["leo"] ?? ""
            let told = "/activity?filter[item][_eq]=\(key)&filter[action][_eq]=update&fields=user,collection,revisions.delta"
            #expect(
                try await server.asAdmin("GET", told)
                    == .data([["user": .string(key), "collection": "directus_users", "revisions": [["delta": ["status": "suspended"]]]]]))
            _ = try await server.asAdmin("PATCH", "/users/\(key)", ["status": "active"])
            for _ in 0..<3 { #expect(try await server.login("leo", password: "nope") == .invalidCredentials) }
            _ = try await server.tokens("leo")
        }
    }

    @Test func `A13 guessed codes of a second factor are counted like passwords`() async throws {
        try await withAPI { server in
            let refused = TestAnswer.error(401, "INVALID_OTP", "Invalid user OTP.")
            try await server.client.run("UPDATE directus_users SET tfa_secret = 'GEZDGNBVGY3TQOJQ' WHERE email = 'mia@example.com'")
            _ = try await server.asAdmin("PATCH", "/settings", ["auth_login_attempts": 2])
            #expect(try await server.login("mia") == refused)
            #expect(try await server.login("mia", password: "nope") == .invalidCredentials)
            let guess: JSONValue = ["email": "mia@example.com", "password": "pass-mia", "otp": "abcdef"]
            #expect(try await server.send("POST", "/auth/login", guess) == refused)
            #expect(try await server.send("POST", "/auth/login", guess) == .invalidCredentials)
            #expect(try await server.me("token-mia") == .invalidCredentials)
        }
    }

    @Test func `A15 a second factor is neither set up without the password nor taken away without its code`() async throws {
        try await withAPI { server in
            let wrong = TestAnswer.invalidPayload("\"otp\" is invalid")
            #expect(
                try await server.send("POST", "/users/me/tfa/generate", as: "token-mia", [:]) == .invalidPayload("\"password\" is required"))
            #expect(try await server.send("POST", "/users/me/tfa/generate", as: "token-mia", ["password": "nope"]) == .invalidCredentials)
            let secret: JSONValue = ["secret": "GEZDGNBVGY3TQOJQ", "otp": "000000x"]
            #expect(try await server.send("POST", "/users/me/tfa/enable", as: "token-mia", secret) == wrong)
            try await server.client.run("UPDATE directus_users SET tfa_secret = 'GEZDGNBVGY3TQOJQ' WHERE email = 'mia@example.com'")
            #expect(try await server.send("POST", "/users/me/tfa/disable", as: "token-mia", ["otp": "abcdef"]) == wrong)
            let other = "/users/\(TestUsers.keys["mia"] ?? "")/tfa/disable"
            let forbidden = TestAnswer.error(403, "FORBIDDEN", "You don't have permission to access this.")
            #expect(try await server.send("POST", other, as: "token-leo") == forbidden)
            #expect(try await server.send("PATCH", "/users/me", as: "token-mia", ["tfa_secret": nil]).status >= 400)
            #expect(try await server.client.value("SELECT count(tfa_secret) FROM directus_users") == "1")
            #expect(try await server.asAdmin("POST", other) == .empty)
            #expect(try await server.client.value("SELECT count(tfa_secret) FROM directus_users") == "0")
        }
    }

    @Test func `A13 the right password at once with as many wrong ones does not lock its owner out`() async throws {
        try await withAPI { server in
            try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                for _ in 0..<60 { group.addTask { try await server.login("mia") } }
                for try await answer in group { #expect(answer.status == 200) }
            }
        }
    }

    @Test func `L1 no secret gets into the log`() async throws {
        try await withAPI { server in
            let tokens = try await server.tokens("mia")
            let session = try await server.session("mia")
            _ = try await server.login("mia", password: "wrong-password-1")
            _ = try await server.send("POST", "/auth/login", ["email": "mia@example.com", "password": "wrong-password-2", "otp": "987654"])
            _ = try await server.refresh(tokens.refresh)
            _ = try await server.send("GET", "/users/me?access_token=secret-in-query", cookie: "directus_session_token=secret-in-cookie")
            _ = try await server.me("secret-in-header")
            _ = try await server.asAdmin("PATCH", "/users/\(TestUsers.keys["mia"] ?? "")", ["password": "new-password", "token": "new-token"])
            // A fault of the database is told in full, but for what was bound.
            try await server.client.run("ALTER TABLE directus_sessions RENAME TO hidden")
            #expect(try await server.login("mia", password: "new-password").status >= 500)
            let log = server.capture.text
            #expect(log.contains("/auth/login"))
            for secret in [
                tokens.access, tokens.refresh, session, "wrong-password", "987654", "secret-in", "new-password", "new-token", "pass-mia",
                TestAPI.adminToken, TestAPI.secret, "$argon2",
            ] {
                #expect(!log.contains(secret), "\(secret)")
            }
        }
    }
}
