import OpenAPIGeneration

extension RequestMetrics.Reading {
    /// In the text exposition format of Prometheus, version 0.0.4, durations in seconds; routes in the order of the catalogue, only those that
    /// were asked for. Labels hold templates of paths, never what a client has sent (attack L1).
    func prometheusText(_ operations: [Operation]) -> String {
        var requests = ""
        var durations = ""
        for number in 0...operations.count {
            guard let counts = route(number) else { continue }
            let labels = RequestMetrics.Reading.labels(number < operations.count ? operations[number] : nil)
            for (index, count) in counts.statuses.enumerated() where count > 0 {
                requests += "kerege_http_requests_total{\(labels),status=\"\(index + 1)xx\"} \(count)\n"
            }
            durations += RequestMetrics.Reading.histogram(counts.buckets, counts.microseconds, labels)
        }
        return """
            # HELP kerege_http_requests_total Requests answered, by route and class of status.
            # TYPE kerege_http_requests_total counter
            \(requests)\
            # HELP kerege_http_request_duration_seconds From the head of a request to its handler's answer.
            # TYPE kerege_http_request_duration_seconds histogram
            \(durations)\
            # HELP kerege_http_requests_running Requests that wait for their answer.
            # TYPE kerege_http_requests_running gauge
            kerege_http_requests_running \(running)

            """
    }

    private static func labels(_ operation: Operation?) -> String {
        guard let operation else { return "method=\"any\",route=\"none\"" }
        return "method=\"\(operation.method.rawValue)\",route=\"\(operation.template)\""
    }

    private static func histogram(_ buckets: [Int], _ microseconds: Int, _ labels: String) -> String {
        let name = "kerege_http_request_duration_seconds"
        var text = ""
        var total = 0
        for (index, count) in buckets.enumerated() {
            total += count
            let bound = index < RequestMetrics.bounds.count ? PrometheusNumber.seconds(RequestMetrics.bounds[index]) : "+Inf"
            text += "\(name)_bucket{\(labels),le=\"\(bound)\"} \(total)\n"
        }
        return text + "\(name)_sum{\(labels)} \(PrometheusNumber.seconds(microseconds))\n\(name)_count{\(labels)} \(total)\n"
    }
}

enum PrometheusNumber {
    /// `1500` -> `0.0015`: exact, never with an exponent.
    static func seconds(_ microseconds: Int) -> String {
        let (whole, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        guard rest > 0 else { return String(whole) }
        var digits = String(rest + 1_000_000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}
