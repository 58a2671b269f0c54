import HTTPServer
import Postgres
import Telemetry

/// What can happen in the driver and the HTTP server -> counters.
final class EventMetrics: Sendable {
    private let fast: Gauge
    private let exclusive: Gauge
    private let lost: Counter
    private let failed: Counter
    private let stale: Counter
    private let cancelled: Counter
    private let refused: Counter
    private let deadlines: Counter
    private let crowded: Counter
    private let gone: Counter
    private let cut: Counter

    init(_ registry: MetricsRegistry) {
        let connections: StaticString = "kerege_database_connections"
        fast = registry.gauge(connections, labels: "lane=\"fast\"", help: "Open connections to the database.")
        exclusive = registry.gauge(connections, labels: "lane=\"exclusive\"", help: "Open connections to the database.")
        lost = registry.counter("kerege_database_connections_lost_total", help: "Connections to the database that ended unasked.")
        failed = registry.counter("kerege_database_connect_failures_total", help: "Attempts to connect to the database that failed.")
        stale = registry.counter("kerege_database_stale_plans_total", help: "Times that statements had to be prepared anew.")
        cancelled = registry.counter("kerege_database_cancels_total", help: "Statements that were cancelled while they ran.")
        refused = registry.counter("kerege_http_refused_total", help: "Requests that were no valid HTTP.")
        deadlines = registry.counter("kerege_http_deadlines_total", help: "Clients that were cut off because they were too slow.")
        crowded = registry.counter("kerege_http_crowded_total", help: "Connections beyond the number that one address may have.")
        gone = registry.counter("kerege_http_clients_gone_total", help: "Clients that left before their answer was sent.")
        cut = registry.counter("kerege_http_streams_failed_total", help: "Streamed answers that could not be completed.")
    }

    func count(_ event: PostgresEvent) {
        switch event {
        case .connected(let role, serverVersion: _): gauge(of: role)?.add(1)
        case .connectFailed: failed.increment()
        case .connectionLost(let role, _):
            gauge(of: role)?.add(-1)
            lost.increment()
        case .stalePlan: stale.increment()
        case .cancelSent: cancelled.increment()
        case .notice: break
        }
    }

    func count(_ event: HTTPServerEvent) {
        switch event {
        case .refused: refused.increment()
        case .deadlinePassed: deadlines.increment()
        case .tooManyConnections: crowded.increment()
        case .clientGone: gone.increment()
        case .streamFailed: cut.increment()
        case .badResponseHeader: break
        }
    }

    private func gauge(of role: PostgresRole) -> Gauge? {
        switch role {
        case .lane(.fast): fast
        case .lane(.exclusive): exclusive
        // Their orderly end is no event.
        case .session, .listener: nil
        }
    }
}
