import Digests
import OpenAPIGeneration
package import EventLoops
package import Telemetry

/// What `/metrics` tells, and who may read it without being an administrator. Made only where `METRICS_ENABLED` is true.
package final class APIMetrics: Sendable {
    /// For what happens seldom: connections, refusals.
    package let registry = MetricsRegistry()
    let requests: [RequestMetrics]
    let database: DatabaseProbe?
    private let tokens: [Secret<String>]
    private let meters: [LoopMeter]

    /// - Parameters:
    ///   - loops: those that answer requests, in the order of their services.
    ///   - tokens: `METRICS_TOKENS`.
    ///   - asksDatabase: whether each reading asks it.
    package init(loops: [EventLoop], tokens: [Secret<String>], asksDatabase: Bool) {
        self.tokens = tokens
        requests = loops.map { _ in RequestMetrics(routes: OperationCatalogue.operations.count) }
        database = asksDatabase ? DatabaseProbe() : nil
        let delay = registry.histogram("kerege_loop_delay_seconds", help: "How late the loops' timers fire, measured four times a second.")
        meters = loops.map { LoopMeter(loop: $0, delay: delay) }
    }

    /// Whether a client knows one of the tokens; takes as long whichever it is.
    func isToken(_ text: String) -> Bool {
        var isKnown = false
        for token in tokens where !token.reveal().isEmpty && constantTimeEquals(token.reveal(), text) { isKnown = true }
        return isKnown
    }

    /// Begins to measure the loops.
    package func start() { for meter in meters { meter.start() } }

    package func stop() { for meter in meters { meter.stop() } }
}
