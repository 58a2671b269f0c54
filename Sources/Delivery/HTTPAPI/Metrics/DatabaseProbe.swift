import Synchronization

/// What `METRICS_SERVICES=database` measures: one cheap statement for each reading of `/metrics`, under the names of Directus' documentation.
/// - Source: https://directus.io/docs/api/metrics (the histogram and its bounds).
final class DatabaseProbe: Sendable {
    /// Inclusive, milliseconds.
    private static let bounds = [1, 10, 20, 40, 60, 80, 100, 200, 500, 750, 1000]

    private struct State {
        var buckets = [Int](repeating: 0, count: DatabaseProbe.bounds.count + 1)
        var microseconds = 0
        var failures = 0
    }

    private let state = Mutex(State())

    /// - Parameter duration: nil = it did not answer.
    func record(_ duration: Duration?) {
        guard let duration else { return state.withLock { $0.failures += 1 } }
        let microseconds = max(0, Int(duration.components.seconds) * 1_000_000 + Int(duration.components.attoseconds / 1_000_000_000_000))
        let bucket = DatabaseProbe.bounds.firstIndex { microseconds <= $0 * 1000 } ?? DatabaseProbe.bounds.count
        state.withLock {
            $0.buckets[bucket] += 1
            $0.microseconds += microseconds
        }
    }

    /// In Prometheus' form.
    var text: String {
        let state = state.withLock { $0 }
        let name = "directus_db_pg_response_time_ms"
        var out = "# HELP \(name) Response time of the database, asked once for each reading.\n# TYPE \(name) histogram\n"
        var total = 0
        for (index, count) in state.buckets.enumerated() {
            total += count
            let bound = index < DatabaseProbe.bounds.count ? String(DatabaseProbe.bounds[index]) : "+Inf"
            out += "\(name)_bucket{le=\"\(bound)\"} \(total)\n"
        }
        // Thousandths of a millisecond.
        out += "\(name)_sum \(PrometheusNumber.seconds(state.microseconds * 1000))\n\(name)_count \(total)\n"
        let errors = "directus_db_pg_errors_total"
        return out + "# HELP \(errors) Readings that the database did not answer.\n# TYPE \(errors) counter\n\(errors) \(state.failures)\n"
    }
}
