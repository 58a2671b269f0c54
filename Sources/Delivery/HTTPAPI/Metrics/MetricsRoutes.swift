import AccessControl
import EventLoops
import HTTPServer
import JSONText
import OpenAPIGeneration
import Postgres
import SchemaModel
import Telemetry

/// `GET /metrics` for Prometheus (contract/system.md, 14.3): for administrators, and for who sends `Authorization: Metrics TOKEN` (attack L4).
enum MetricsRoutes {
    /// - Throws: `ROUTE_NOT_FOUND` where `METRICS_ENABLED` is false; `FORBIDDEN`.
    static func read(_ context: RequestContext) async throws -> HTTPResponse {
        guard let metrics = context.services.metrics else { throw WireError.routeNotFound(context.request.path) }
        guard context.caller.isAdmin || metrics.accepts(context.request.headers.first("authorization")) else { throw WireError.forbidden }
        if let probe = metrics.database {
            let (isUp, time) = await ServerRoutes.databaseResponse(context)
            probe.record(isUp ? time : nil)
        }
        var text = try await requestsAndLoops(context.services, metrics)
        text += metrics.registry.prometheusText()
        if let probe = metrics.database { text += probe.text }
        text += try await context.request.loop.runBlocking { ProcessReading() }.prometheusText
        return HTTPResponse(
            status: 200,
            headers: AnswerHeaders.always + [
                (name: "Content-Type", value: "text/plain; version=0.0.4; charset=utf-8"), (name: "Cache-Control", value: "no-store"),
            ], body: .bytes(ByteBuffer(text)))
    }

    /// Each loop is visited for a copy of its numbers: they are its alone.
    private static func requestsAndLoops(_ services: APIServices, _ metrics: APIMetrics) async throws -> String {
        let operations = OperationCatalogue.operations
        var total = RequestMetrics.Reading(routes: operations.count)
        var loops = ""
        var connected = ""
        var waiting = (fast: 0, exclusive: 0)
        var statements = (fast: StatementCount.zero, exclusive: StatementCount.zero)
        for (index, loop) in services.loops.enumerated() {
            guard index < metrics.requests.count else { break }
            let requests = metrics.requests[index]
            let database = loop.database
            let (reading, cpu, isConnected, fast, exclusive, answered) = try await database.loop.run {
                (
                    requests.reading, LoopMeter.threadMicroseconds, database.isConnected, database.waitingJobs(in: .fast),
                    database.waitingJobs(in: .exclusive), (fast: database.statements(in: .fast), exclusive: database.statements(in: .exclusive))
                )
            }
            total.add(reading)
            waiting.fast += fast
            waiting.exclusive += exclusive
            statements.fast += answered.fast
            statements.exclusive += answered.exclusive
            loops += "kerege_loop_cpu_seconds_total{loop=\"\(index)\"} \(PrometheusNumber.seconds(cpu))\n"
            connected += "kerege_database_connected{loop=\"\(index)\"} \(isConnected ? 1 : 0)\n"
        }
        return total.prometheusText(operations) + """
            # HELP kerege_loop_cpu_seconds_total CPU time of each loop's thread.
            # TYPE kerege_loop_cpu_seconds_total counter
            \(loops)\
            # HELP kerege_database_connected Whether the loop has a connection to the database.
            # TYPE kerege_database_connected gauge
            \(connected)\
            # HELP kerege_database_waiting Requests that wait for their turn on a connection to the database.
            # TYPE kerege_database_waiting gauge
            kerege_database_waiting{lane="exclusive"} \(waiting.exclusive)
            kerege_database_waiting{lane="fast"} \(waiting.fast)
            # HELP kerege_database_statements_total Statements that the database has answered.
            # TYPE kerege_database_statements_total counter
            kerege_database_statements_total{lane="exclusive",outcome="answered"} \(statements.exclusive.answered)
            kerege_database_statements_total{lane="exclusive",outcome="failed"} \(statements.exclusive.failed)
            kerege_database_statements_total{lane="fast",outcome="answered"} \(statements.fast.answered)
            kerege_database_statements_total{lane="fast",outcome="failed"} \(statements.fast.failed)

            """
    }
}

extension APIMetrics {
    /// Two words, the first `metrics` in any case, as with bearer tokens.
    func accepts(_ header: String?) -> Bool {
        guard let words = header?.split(separator: " ", omittingEmptySubsequences: false), words.count == 2, words[0].lowercased() == "metrics"
        else { return false }
        return isToken(String(words[1]))
    }
}
