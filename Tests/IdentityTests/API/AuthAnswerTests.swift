import JSONText
import Testing

/// What `/auth` answers beside tokens: how long it is kept.
@Suite struct AuthAnswerTests {
    @Test func `J2 nobody on the way keeps an answer of auth, and one field says so`() async throws {
        try await withAPI { server in
            let token = try await server.tokens("mia").refresh
            let requests: [(String, JSONValue, Int)] = [
                ("POST /auth/login", ["email": "mia@example.com", "password": "pass-mia"], 200),
                ("POST /auth/login", ["email": "mia@example.com", "password": "pass-mia", "mode": "session"], 200),
                ("POST /auth/login", ["email": "mia@example.com", "password": "wrong"], 401),
                ("POST /auth/login", ["email": "nobody"], 400), ("POST /auth/login", "no object", 400),
                ("POST /auth/refresh", ["refresh_token": .string(token)], 200), ("POST /auth/refresh", ["refresh_token": "unknown"], 401),
                ("POST /auth/refresh", [:], 400), ("POST /auth/logout", ["refresh_token": "unknown"], 204), ("POST /auth/logout", [:], 400),
            ]
            for (request, body, status) in requests {
                let answer = try await server.field("Cache-Control", of: request, body)
                #expect(answer == (status, ["no-store"]), "\(request) \(body.text)")
            }
            #expect(try await server.field("Cache-Control", of: "GET /auth").values == ["no-cache"])
        }
    }
}
