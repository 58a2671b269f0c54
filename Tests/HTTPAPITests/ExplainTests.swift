import AccessControl
import HTTPAPI
import Identity
import Items
import JSONText
import Postgres
import QueryEngine
import QueryLanguage
import Snapshots
import Testing

/// `POST /utils/explain`: administrators see how a read is answered to somebody; nobody else does, and nothing is written.
@Suite struct ExplainTests {
    private typealias N = Newsroom

    private static let forbidden = refusal("FORBIDDEN", "You don't have permission to access this.")
    private static let read = #"{"request":"GET /items/articles"}"#

    private static func wrong(_ body: String, _ message: String) -> APIScenario {
        let reason = "Invalid payload. \(message)."
        return APIScenario(
            body, as: "boss", "POST /utils/explain", body, status: 400, refusal("INVALID_PAYLOAD", reason, reason: message), untouched: state)
    }

    private static let state = "SELECT (SELECT json_agg(a ORDER BY id) FROM articles a), (SELECT count(*) FROM directus_activity)"

    @Test("only administrators are answered") func otherCallers() async throws {
        let callers: [String?] = [nil, "reader", "security", "walled"]
        try await callers.map { caller in
            APIScenario(
                caller ?? "the public", as: caller, "POST /utils/explain", Self.read, status: 403, Self.forbidden, untouched: Self.state)
        }.run(on: N.model)
    }

    @Test("what is no read, or no such body, is refused") func wrongBodies() async throws {
        let none = "is none"
        try await [
            Self.wrong(#"{"request":"POST /items/articles"}"#, #""request": only reads are explained (GET, SEARCH), and POST \#(none)"#),
            Self.wrong(#"{"request":"DELETE /items/articles/1"}"#, #""request": only reads are explained (GET, SEARCH), and DELETE \#(none)"#),
            Self.wrong(#"{"request":"patch /items/articles/1"}"#, #""request": only reads are explained (GET, SEARCH), and PATCH \#(none)"#),
            Self.wrong(#"{"request":"GET /nothing/here"}"#, #""request": there is no route GET /nothing/here"#),
            Self.wrong(#"{"request":"GET /server/info"}"#, #""request": GET /server/info is no read of a collection's items"#),
            Self.wrong(
                #"{"request":"GET /items/articles?access_token=boss"}"#,
                #""request": leave the token out: who asks is said beside the request"#),
            Self.wrong(#"{"request":"articles"}"#, #""request": a request is a method and a path, such as "GET /items/articles?limit=5""#),
            Self.wrong(#"{"request":1}"#, #""request" must be a string"#), Self.wrong(#"{}"#, #""request" must be a string"#),
            Self.wrong(#"[]"#, "The body has to be an object"),
            Self.wrong(#"{"request":"GET /items/articles","analyse":true}"#, #""analyse" is not allowed"#),
            Self.wrong(#"{"request":"GET /items/articles","analyze":"no"}"#, #""analyze" must be a boolean"#),
            Self.wrong(#"{"request":"GET /items/articles","as":1}"#, #""as" must be a string"#),
            Self.wrong(#"{"request":"SEARCH /items/articles","body":"x"}"#, #""body" must be an object"#),
            Self.wrong(#"{"request":"GET /items/articles","as":"Reader"}"#, #""as": there is no role or user "Reader"; did you mean "Readers"?"#),
            Self.wrong(#"{"request":"GET /items/articles","as":"no@example.com"}"#, #""as": there is no user "no@example.com""#),
        ].run(on: N.model)
    }

    private static func explain(_ request: String, as who: String?, _ more: [(String, JSONValue)] = [], on api: TestAPI) async throws -> JSONValue {
        var body = JSONObject([("request", .string(request))] + more)
        if let who { body["as"] = .string(who) }
        let answer = try await api.send("POST /utils/explain", as: "boss", .object(body))
        #expect(answer.status == 200, "\(answer.body?.text ?? "")")
        return try #require(answer.body?["data"])
    }

    @Test(
        "a read runs with the rights of whom it is explained for",
        arguments: [
            ("Readers", 1), (N.readerRole, 1), ("reader@example.com", 1), (N.reader, 1), (nil, 2), ("admin", 2),
        ] as [(String?, Int)])
    func rows(_ who: String?, _ count: Int) async throws {
        try await withAPI(N.model) { api in
            let before = try await api.rows(Self.state)
            let data = try await Self.explain("GET /items/articles?fields=*&sort=title", as: who, on: api)
            let level = try #require(data["answer"])
            #expect(level["statement"]?["rows"] == .integer(count))
            #expect(level["statement"]?["plan"]?["rows"] == .integer(count))
            if count == 1 {
                #expect(level["rows"] == #"status _eq "published""#)
                #expect(level["left_out"] == ["secret", "code"])
                #expect(level["permissions"]?.array?.count == 1)
                #expect(level["permissions"]?.array?.first?["place"] == "row 101 of directus_permissions (made through the API)")
                #expect(data["as"]?["policies"]?.array?.first?["through"] == ["role Readers"])
            }
            #expect(try await api.rows(Self.state) == before)
        }
    }

    @Test("what a request is refused for is explained") func refused() async throws {
        try await withAPI(N.model) { api in
            let data = try await Self.explain("GET /items/articles?fields=title,secret", as: "Readers", on: api)
            #expect(data["answer"] == .null)
            #expect(data["refusal"]?["stage"] == "rights")
            #expect(data["refusal"]?["code"] == "FORBIDDEN")
            let missing = try #require(data["refusal"]?["missing"]?.array?.first)
            #expect(missing["field"] == "secret")
            #expect(missing["granted_by"] == ["Everything (row 107 of directus_permissions (made through the API))"])
            let open = try await Self.explain("GET /items/articles", as: "public", on: api)
            #expect(open["refusal"]?["missing"]?.array?.map { $0["collection"] } == ["articles"])
            let query = try await Self.explain("GET /items/articles?limit=x", as: "public", on: api)
            #expect(query["refusal"]?["stage"] == "query")
            let gone = try await Self.explain("GET /items/artikles", as: nil, on: api)
            #expect(gone["refusal"]?["missing"]?.array?.first?["did_you_mean"] == "articles")
            let own = try await Self.explain("GET /users/me", as: "public", on: api)
            #expect(own["refusal"]?["code"] == "INVALID_CREDENTIALS")
        }
    }

    @Test("levels below are asked with the keys of real rows, unless nothing is to be run") func levels() async throws {
        try await withAPI(N.model) { api in
            let request = "GET /users?fields=email,token,role.name,role.description&filter[id][_eq]=\(N.reader)"
            let run = try await Self.explain(request, as: nil, on: api)
            let role = try #require(run["answer"]?["below"]?.array?.first)
            #expect(role["path"] == ["role"])
            #expect(role["statement"]?["rows"] == 1)
            #expect(role["statement"]?["binds"]?.array?.last?["value"]?.string?.contains(N.readerRole) == true)
            #expect(run["answer"]?["fields"]?.array?.first { $0["key"] == "token" }?["concealed"] == true)
            let planned = try await Self.explain(request, as: nil, [("analyze", false)], on: api)
            #expect(planned["answer"]?["statement"]?["rows"] == .null)
            #expect(planned["answer"]?["statement"]?["plan"]?["step"] != nil)
            #expect(planned["answer"]?["below"]?.array?.first?["statement"]?["plan"]?["rows"] == .null)
            let joined = try await Self.explain("GET /users?fields=email,role.name&filter[id][_eq]=\(N.reader)", as: nil, on: api)
            let above = try #require(joined["answer"]?["below"]?.array?.first)
            #expect(above["path"] == ["role"])
            #expect(above["fields"]?.array?.map { $0["key"] } == ["name"])
            #expect(above["statement"]?["sql"] == "")
            #expect(above["statement"]?["notes"] == ["read by the statement of the level above"])
            let search = try await Self.explain(
                "SEARCH /items/articles", as: "Readers", [("body", ["keys": [1, 2], "query": ["fields": ["title"]]])], on: api)
            #expect(search["answer"]?["statement"]?["rows"] == 1)
        }
    }

    @Test("a statement that takes too long is stopped, and all else is told") func timeout() async throws {
        try await withAPI(N.model) { api in
            let snapshot = EngineSnapshot(
                schema: try N.model.compile(), access: try await StoredAccess.load(using: api.client), generation: 1)
            let explainer = RequestExplainer(
                database: api.client, snapshot: snapshot, limits: QueryLimits(), attributes: AttributeLoader(), now: Moment(milliseconds: 0))
            let explanation = try await api.client.withSession { session in
                _ = try await session.execute("BEGIN; LOCK TABLE articles IN ACCESS EXCLUSIVE MODE")
                let request = try ExplainedRequest("/items/articles?fields=title", body: nil)
                let who = try await NamedCaller.find("Readers", in: snapshot, using: api.client)
                return try await explainer.explain(request, as: who, .measured, timeout: .milliseconds(50))
            }
            let root = try #require(explanation.root)
            #expect(root.rows == #"status _eq "published""#)
            #expect(root.statement.plan == nil)
            #expect(root.statement.notes == ["stopped: it ran longer than 0.05 seconds"])
            #expect(try await api.rows("SELECT count(*) FROM articles") == "2", "the lock is gone, and the connection works")
        }
    }
}
