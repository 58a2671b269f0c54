import JSONText
import Testing

/// What `/auth` answers beside tokens: how long it is kept, and what is said to a token of the wrong type.
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

    @Test func `A3 a refresh token of another type is an unknown one`() async throws {
        let values: [JSONValue] = [5, true, false, 0, ["x"], ["token": "x"]]
        let unknown = values.flatMap { value -> [JSONValue] in [["refresh_token": value], ["refresh_token": value, "mode": "json"]] }
        let none: [JSONValue] = [["refresh_token": nil], ["refresh_token": ""], ["refresh_token": 5, "mode": "cookie"], [:]]
        try await withAPI { server in
            for body in unknown {
                let refreshed = try await server.send("POST", "/auth/refresh", body)
                #expect(refreshed == .invalidCredentials, "\(body.text)")
                let ended = try await server.send("POST", "/auth/logout", body)
                #expect(ended == .empty, "\(body.text)")
            }
            let missing = TestAnswer.invalidPayload("The refresh token is required in either the payload or cookie")
            for body in none {
                let refreshed = try await server.send("POST", "/auth/refresh", body)
                #expect(refreshed == missing, "\(body.text)")
            }
        }
    }
}
