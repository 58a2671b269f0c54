internal import Synchronization

/// All counters, gauges and histograms of the process, by name, to be read together. Making one is start-up work, not request work.
package final class MetricsRegistry: Sendable {
    private enum Metric {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)
    }

    private struct Entry {
        let name: String
        let labels: String
        let help: String
        let metric: Metric
    }

    private let entries = Mutex<[Entry]>([])

    package init() {}

    /// - Parameters:
    ///   - name: of the Prometheus form, e.g. `kerege_requests_total`.
    ///   - labels: in the Prometheus form without braces, e.g. `lane="fast"`; constants of our source.
    package func counter(_ name: StaticString, labels: StaticString = "", help: StaticString) -> Counter {
        let counter = Counter()
        add(name, labels, help, .counter(counter))
        return counter
    }

    package func gauge(_ name: StaticString, labels: StaticString = "", help: StaticString) -> Gauge {
        let gauge = Gauge()
        add(name, labels, help, .gauge(gauge))
        return gauge
    }

    package func histogram(_ name: StaticString, labels: StaticString = "", help: StaticString) -> Histogram {
        let histogram = Histogram()
        add(name, labels, help, .histogram(histogram))
        return histogram
    }

    /// The text exposition format of Prometheus, version 0.0.4; durations in seconds.
    package func prometheusText() -> String {
        var text = ""
        var described = Set<String>()
        for entry in entries.withLock({ $0 }).sorted(by: { ($0.name, $0.labels) < ($1.name, $1.labels) }) {
            if described.insert(entry.name).inserted {
                text += "# HELP \(entry.name) \(entry.help)\n# TYPE \(entry.name) \(MetricsRegistry.type(of: entry.metric))\n"
            }
            switch entry.metric {
            case .counter(let counter): text += "\(entry.name)\(MetricsRegistry.braces(entry.labels)) \(counter.value)\n"
            case .gauge(let gauge): text += "\(entry.name)\(MetricsRegistry.braces(entry.labels)) \(gauge.value)\n"
            case .histogram(let histogram): MetricsRegistry.append(histogram.reading, entry.name, entry.labels, to: &text)
            }
        }
        return text
    }

    private func add(_ name: StaticString, _ labels: StaticString, _ help: StaticString, _ metric: Metric) {
        let entry = Entry(name: name.description, labels: labels.description, help: help.description, metric: metric)
        entries.withLock { $0.append(entry) }
    }

    private static func type(of metric: Metric) -> String {
        switch metric {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }

    private static func braces(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }

    private static func append(_ reading: Histogram.Reading, _ name: String, _ labels: String, to text: inout String) {
        let separator = labels.isEmpty ? "" : ","
        var total = 0
        for (index, count) in reading.buckets.enumerated() {
            total += count
            let bound = index == Histogram.bucketCount - 1 ? "+Inf" : "\(Double(Histogram.upperBound(ofBucket: index)) / 1_000_000)"
            text += "\(name)_bucket{\(labels)\(separator)le=\"\(bound)\"} \(total)\n"
        }
        text += "\(name)_sum\(braces(labels)) \(Double(reading.microseconds) / 1_000_000)\n"
        text += "\(name)_count\(braces(labels)) \(reading.count)\n"
    }
}
