import EventLoops
import HTTPAPI
import JSONText
import Postgres
import SQLText
import Telemetry
import TestSupport
import Testing

/// `GET /metrics` (contract/system.md, 14.3; attacks L1, L4).
@Suite struct MetricsTests {
    typealias Header = (name: String, value: String)

    private static let forbidden = TestAPI.RawAnswer(
        status: 403, headers: ["content-type": "application/json; charset=utf-8"],
        text: refusal("FORBIDDEN", "You don't have permission to access this."))

    private static func bearer(_ token: String) -> [Header] { [("Authorization", "Bearer \(token)")] }

    /// Who asks, and whether they get it.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String { "\(sent.map(\.value))" }
        var sent: [Header]
        var isLetIn: Bool
    }

    private static let cases = [
        Case(sent: [], isLetIn: false),
        Case(sent: bearer("boss"), isLetIn: true),
        Case(sent: bearer("reader"), isLetIn: false),
        Case(sent: bearer("security"), isLetIn: false),
        Case(sent: [("Authorization", "Metrics first")], isLetIn: true),
        Case(sent: [("Authorization", "metrics second")], isLetIn: true),
        Case(sent: [("Authorization", "Metrics third")], isLetIn: false),
        Case(sent: [("Authorization", "Metrics firs")], isLetIn: false),
        Case(sent: [("Authorization", "Metrics ")], isLetIn: false),
        Case(sent: [("Authorization", "Metrics")], isLetIn: false),
        Case(sent: [("Authorization", "Metrics  first")], isLetIn: false),
        Case(sent: [("Authorization", "Metrics first second")], isLetIn: false),
        Case(sent: [("Authorization", "Metrics first,second")], isLetIn: false),
        Case(sent: [("X-Authorization", "Metrics first")], isLetIn: false),
    ]

    @Test func `Administrators and holders of a metrics token read it, nobody else`() async throws {
        try await withAPI(Newsroom.model, metrics: ["first", "", "second"]) { api in
            for example in Self.cases {
                var answer = try await api.raw("GET /metrics", example.sent)
                if example.isLetIn {
                    #expect(answer.text.hasPrefix("# HELP kerege_http_requests_total "), "\(example.testDescription)")
                    answer.text = ""
                    #expect(
                        answer
                            == TestAPI.RawAnswer(
                                status: 200, headers: ["content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store"],
                                text: ""), "\(example.testDescription)")
                } else {
                    #expect(answer == Self.forbidden, "\(example.testDescription)")
                }
            }
        }
    }

    @Test func `A metrics token opens nothing else`() async throws {
        try await withAPI(Newsroom.model, metrics: ["first"]) { api in
            let bearer = try await api.raw("GET /metrics", Self.bearer("first"))
            #expect(bearer.status == 401)
            let withToken = try await api.raw("GET /users", [("Authorization", "Metrics first")])
            let without = try await api.raw("GET /users")
            #expect(withToken == without)
        }
    }

    @Test func `Without METRICS_ENABLED there is no such route, for anybody`() async throws {
        try await withAPI(Newsroom.model) { api in
            let body = #"{"errors":[{"message":"Route /metrics doesn't exist.","extensions":{"path":"/metrics","code":"ROUTE_NOT_FOUND"}}]}"#
            let expected = TestAPI.RawAnswer(status: 404, headers: ["content-type": "application/json; charset=utf-8"], text: body)
            for headers in [[], Self.bearer("boss"), [("Authorization", "Metrics first")]] {
                let answer = try await api.raw("GET /metrics", headers)
                #expect(answer == expected)
            }
        }
    }

    @Test func `Requests are counted by the template of their route, never by what was sent`() async throws {
        try await withAPI(Newsroom.model, metrics: ["first"]) { api in
            for (request, token) in [
                ("GET /items/articles", "boss"), ("HEAD /items/articles", "boss"), ("GET /items/articles/1", "reader"),
                ("GET /items/articles/77", "reader"), ("GET /items/nothing?access_token=s3cret", nil), ("GET /server/ping", nil),
                ("GET /no/such/s3cret", nil), ("GET /users/me", "s3cret"), ("DELETE /server/ping", nil), ("OPTIONS /users", nil),
            ] {
                _ = try await api.raw(request, token.map(Self.bearer) ?? [])
            }
            let text = try await api.raw("GET /metrics", [("Authorization", "Metrics first")]).text
            #expect(!text.contains("s3cret"))
            #expect(
                Self.lines(of: "kerege_http_requests_total", in: text) == """
                    kerege_http_requests_total{method="GET",route="/server/ping",status="2xx"} 1
                    kerege_http_requests_total{method="GET",route="/users/me",status="4xx"} 1
                    kerege_http_requests_total{method="GET",route="/items/{collection}",status="2xx"} 2
                    kerege_http_requests_total{method="GET",route="/items/{collection}",status="4xx"} 1
                    kerege_http_requests_total{method="GET",route="/items/{collection}/{id}",status="2xx"} 1
                    kerege_http_requests_total{method="GET",route="/items/{collection}/{id}",status="4xx"} 1
                    kerege_http_requests_total{method="any",route="none",status="2xx"} 1
                    kerege_http_requests_total{method="any",route="none",status="4xx"} 2
                    """)
            #expect(
                Self.lines(of: "kerege_http_request_duration_seconds_count", in: text) == """
                    kerege_http_request_duration_seconds_count{method="GET",route="/server/ping"} 1
                    kerege_http_request_duration_seconds_count{method="GET",route="/users/me"} 1
                    kerege_http_request_duration_seconds_count{method="GET",route="/items/{collection}"} 3
                    kerege_http_request_duration_seconds_count{method="GET",route="/items/{collection}/{id}"} 2
                    kerege_http_request_duration_seconds_count{method="any",route="none"} 3
                    """)
            #expect(Self.lines(of: "kerege_http_requests_running", in: text) == "kerege_http_requests_running 1")
            #expect(Self.lines(of: "kerege_database_connected", in: text) == "kerege_database_connected{loop=\"0\"} 1")
            #expect(Self.lines(of: "directus_db_pg_response_time_ms_count", in: text) == "directus_db_pg_response_time_ms_count 1")
            #expect(Self.lines(of: "directus_db_pg_errors_total", in: text) == "directus_db_pg_errors_total 0")
        }
    }

    @Test func `Requests that wait for a connection are told by lane`() async throws {
        try await withAPI(Newsroom.model, metrics: ["first"]) { api in
            let free = try await Self.waiting(api)
            #expect(free == "kerege_database_waiting{lane=\"exclusive\"} 0\nkerege_database_waiting{lane=\"fast\"} 0")
            let connections = PostgresConfiguration(conninfo: Secret("")).exclusiveConnections
            let sleep = SQLFragment("SELECT pg_sleep(60)").statement
            let busy = try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<connections + 3 { group.addTask(executorPreference: api.loop) { _ = try? await api.client.query(sleep) } }
                // Once all connections are open. The database's own answer comes by the other lane.
                while api.client.waitingJobs(in: .exclusive) != 3 { await Task.yield() }
                let text = try await Self.waiting(api)
                group.cancelAll()
                return text
            }
            #expect(busy == "kerege_database_waiting{lane=\"exclusive\"} 3\nkerege_database_waiting{lane=\"fast\"} 0")
            #expect(try await Self.waiting(api) == free)
        }
    }

    @Test func `Statements are counted by lane and outcome`() async throws {
        try await withAPI(Newsroom.model, metrics: ["first"]) { api in
            func count(_ lane: String, _ outcome: String) async throws -> Int {
                let text = try await api.raw("GET /metrics", [("Authorization", "Metrics first")]).text
                let name = "kerege_database_statements_total{lane=\"\(lane)\",outcome=\"\(outcome)\"}"
                return try #require(Int(Self.lines(of: name, in: text).dropFirst(name.count + 1)))
            }
            let (answered, failed) = (try await count("exclusive", "answered"), try await count("exclusive", "failed"))
            _ = try await api.client.batch([("SELECT 1" as SQLFragment).statement, ("SELECT 2" as SQLFragment).statement])
            _ = try? await api.client.query(("SELECT 1 / 0" as SQLFragment).statement)
            #expect(try await count("exclusive", "answered") == answered + 2)
            #expect(try await count("exclusive", "failed") == failed + 1)
        }
    }

    private static func waiting(_ api: TestAPI) async throws -> String {
        lines(of: "kerege_database_waiting", in: try await api.raw("GET /metrics", [("Authorization", "Metrics first")]).text)
    }

    @Test func `The text is well formed: families stand together, described once, buckets grow`() async throws {
        try await withAPI(Newsroom.model, metrics: ["first"]) { api in
            _ = try await api.raw("GET /items/articles")
            let text = try await api.raw("GET /metrics", [("Authorization", "Metrics first")]).text
            #expect(text.hasSuffix("\n") && !text.contains("\n\n"))
            var families: Set<String> = []
            var (family, type, bucket) = ("", "", (labels: "", count: 0))
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ", maxSplits: 3)
                if line.hasPrefix("# HELP ") {
                    family = String(words[2])
                    #expect(families.insert(family).inserted)
                } else if line.hasPrefix("# TYPE ") {
                    #expect(words[2] == family)
                    type = String(words[3])
                } else {
                    let name = line.prefix { $0 != "{" && $0 != " " }
                    let allowed = type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
                    #expect(allowed.contains { name == family + $0 }, "\(line)")
                    let value = Double(line.split(separator: " ").last ?? "")
                    #expect(value != nil, "\(line)")
                    guard name.hasSuffix("_bucket"), let end = line.firstRange(of: "le=\"")?.lowerBound, let count = value else { continue }
                    let labels = String(line[..<end])
                    #expect(labels != bucket.labels || Int(count) >= bucket.count, "\(line)")
                    bucket = (labels, Int(count))
                }
            }
            #expect(
                families.isSuperset(of: [
                    "kerege_http_requests_total", "kerege_http_request_duration_seconds", "kerege_loop_cpu_seconds_total",
                    "kerege_loop_delay_seconds", "kerege_database_connected", "process_cpu_seconds_total", "process_resident_memory_bytes",
                    "process_open_fds", "directus_db_pg_response_time_ms", "kerege_database_waiting", "kerege_database_statements_total",
                ]))
        }
    }

    @Test(arguments: [
        (-5, 0), (0, 0), (64, 0), (65, 1), (256, 1), (257, 2), (1_024, 2), (1_025, 3), (16_777_216, 9), (16_777_217, 10), (900_000_000, 10),
    ])
    func `A duration goes to the first bucket that is not too small`(_ microseconds: Int, _ bucket: Int) throws {
        let metrics = RequestMetrics(routes: 2)
        metrics.begin()
        metrics.end(route: 1, status: 200, after: .microseconds(microseconds))
        let counts = try #require(metrics.reading.route(1))
        #expect(counts.buckets == (0..<11).map { $0 == bucket ? 1 : 0 })
        #expect(bucket == 10 || microseconds <= RequestMetrics.bounds[bucket])
        #expect(bucket == 0 || microseconds > RequestMetrics.bounds[bucket - 1])
        #expect(counts.microseconds == max(microseconds, 0))
    }

    @Test func `Numbers of several loops are added, what fits no route or status is counted all the same`() throws {
        let (one, other) = (RequestMetrics(routes: 2), RequestMetrics(routes: 2))
        for (metrics, route, status) in [(one, 0, 200), (one, 1, 204), (other, 1, 503), (other, 7, 99), (other, -1, 999)] {
            metrics.begin()
            metrics.end(route: route, status: status, after: .microseconds(10))
        }
        other.begin()
        var total = RequestMetrics.Reading(routes: 2)
        total.add(one.reading)
        total.add(other.reading)
        #expect(total.route(0)?.statuses == [0, 1, 0, 0, 0])
        #expect(total.route(1)?.statuses == [0, 1, 0, 0, 1])
        #expect(total.route(2)?.statuses == [1, 0, 0, 0, 1])
        #expect(total.route(1)?.microseconds == 20)
        #expect(total.route(3) == nil && total.route(-1) == nil)
        #expect(total.running == 1)
    }

    private static func lines(of name: String, in text: String) -> String {
        text.split(separator: "\n").filter { $0.hasPrefix("\(name){") || $0.hasPrefix("\(name) ") }.joined(separator: "\n")
    }
}
