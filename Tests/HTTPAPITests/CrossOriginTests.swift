import HTTPAPI
import Testing

/// What pages of other origins may do (contract/system.md, 1.1, row 4).
@Suite struct CrossOriginTests {
    private static let shop = "https://shop.example.com"
    private static let evil = "https://evil.example.net"
    private static let preflight = [
        (name: "Access-Control-Request-Method", value: "PATCH"), (name: "Access-Control-Request-Headers", value: "content-type"),
    ]

    private func setup(_ origins: CrossOriginPolicy.Origins) -> TestAPI.Setup {
        var setup = TestAPI.Setup()
        setup.crossOrigin = CrossOriginPolicy(origins: origins)
        return setup
    }

    /// The fields of CORS alone.
    private func granted(_ answer: TestAPI.RawAnswer) -> [String: String] { answer.headers.filter { $0.key.hasPrefix("access-control-") } }

    private func from(_ origin: String, token: String? = nil) -> [(name: String, value: String)] {
        [(name: "Origin", value: origin)] + (token.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? [])
    }

    private func simple(_ origin: String) -> [String: String] {
        [
            "access-control-allow-origin": origin, "access-control-allow-credentials": "true", "access-control-expose-headers": "Content-Range",
        ]
    }

    @Test func `a preflight is answered on any path`() async throws {
        try await withAPI(Library.model, setup: setup(.listed([Self.shop, "https://b.example.com"]))) { api in
            for target in ["/items/books", "/items/nope/1", "/nowhere/at/all", "/assets/%zz", "/auth/login"] {
                let answer = try await api.raw("OPTIONS \(target)", from(Self.shop) + Self.preflight)
                #expect(answer.status == 204 && answer.text.isEmpty)
                #expect(answer.headers["vary"] == "Origin")
                #expect(
                    granted(answer)
                        == simple(Self.shop).merging([
                            "access-control-allow-methods": "GET,POST,PATCH,DELETE", "access-control-allow-headers": "Content-Type,Authorization",
                            "access-control-max-age": "18000",
                        ]) { $1 })
                let other = try await api.raw("OPTIONS \(target)", from(Self.evil) + Self.preflight)
                #expect(other.status == 204 && granted(other).isEmpty && other.headers["vary"] == "Origin")
            }
        }
    }

    @Test func `every answer tells a known origin, and no other`() async throws {
        try await withAPI(Library.model, setup: setup(.listed([Self.shop]))) { api in
            let tag = try #require(try await api.raw("GET /items/books", from(Self.shop, token: "boss")).headers["etag"])
            let requests: [(String, String?, [(name: String, value: String)], Int)] = [
                ("GET /items/books", "boss", [], 200), ("GET /items/books", "boss", [("If-None-Match", tag)], 304),
                ("GET /items/nope", "boss", [], 403), ("GET /items/books?limit=x", "boss", [], 400), ("GET /items/books", "nobody", [], 401),
                ("GET /nowhere", nil, [], 404), ("GET /server/ping", nil, [], 200), ("DELETE /items/books/2", "boss", [], 204),
            ]
            for (request, token, headers, status) in requests {
                let answer = try await api.raw(request, from(Self.shop, token: token) + headers)
                #expect(answer.status == status, "\(request): \(answer.text)")
                #expect(granted(answer) == simple(Self.shop), "\(request)")
                #expect(answer.headers["vary"]?.contains("Origin") == true, "\(request)")
                for origin in [Self.evil, "null", "https://shop.example.com.evil.net", "http://shop.example.com", "\(Self.shop):8443"] {
                    let other = try await api.raw(request, from(origin, token: token) + headers)
                    #expect(granted(other).isEmpty, "\(request) \(origin)")
                    #expect(other.headers["vary"]?.contains("Origin") == true, "\(request)")
                }
            }
        }
    }

    @Test func `one origin is sent to everybody`() async throws {
        try await withAPI(Library.model, setup: setup(.fixed(Self.shop))) { api in
            for headers in [from(Self.shop), from(Self.evil), []] {
                let answer = try await api.raw("GET /server/ping", headers)
                #expect(granted(answer) == simple(Self.shop))
            }
        }
    }

    @Test func `off by default`() async throws {
        try await withAPI(Library.model) { api in
            let options = try await api.raw("OPTIONS /items/books", from(Self.shop) + Self.preflight)
            #expect(options.status == 200 && granted(options).isEmpty)
            for request in ["GET /items/books", "GET /nowhere", "GET /server/ping"] {
                let answer = try await api.raw(request, from(Self.shop, token: "boss"))
                #expect(granted(answer).isEmpty, "\(request)")
            }
        }
    }

    @Test(arguments: [CrossOriginPolicy.Origins.reflected, .fixed("*")])
    func `I6 an origin that nobody named gets no credentials`(_ origins: CrossOriginPolicy.Origins) async throws {
        try await withAPI(Library.model, setup: setup(origins)) { api in
            for origin in [Self.shop, Self.evil, "null"] {
                for request in ["OPTIONS /items/books", "GET /items/books", "GET /nowhere"] {
                    let answer = granted(try await api.raw(request, from(origin)))
                    #expect(answer["access-control-allow-origin"] == (origins == .reflected ? origin : "*"), "\(request)")
                    #expect(answer["access-control-allow-credentials"] == nil, "\(request)")
                }
            }
            let nobody = granted(try await api.raw("GET /nowhere"))
            #expect(nobody["access-control-allow-origin"] == (origins == .reflected ? nil : "*"))
        }
    }

    @Test func `while there is no database the page is told so too`() async throws {
        var policy = CrossOriginPolicy(origins: .fixed(Self.shop))
        policy.allowsCredentials = false
        policy.exposedHeaders = []
        let answer = try await TestAPI.closedDoor(policy, "GET /items/books", from(Self.shop))
        #expect(answer.status == 503)
        #expect(granted(answer) == ["access-control-allow-origin": Self.shop])
        let preflight = try await TestAPI.closedDoor(policy, "OPTIONS /items/books", from(Self.shop))
        #expect(preflight.status == 204)
    }
}
