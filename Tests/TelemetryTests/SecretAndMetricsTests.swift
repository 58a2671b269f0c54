import Telemetry
import Testing

@Suite struct SecretTests {
    private struct Configuration {
        let password: Secret<String> = "hunter2"
        let keys = Secret([1, 2, 3])
    }

    @Test func `never shows itself`() {
        let configuration = Configuration()
        var dumped = ""
        dump(configuration, to: &dumped)
        let texts = [
            "\(configuration)", String(reflecting: configuration), "\(configuration.password)", String(reflecting: configuration.keys), dumped,
        ]
        for text in texts {
            #expect(!text.contains("hunter2") && !text.contains("2, 3") && text.contains("[redacted]"))
        }
        #expect(configuration.password.reveal() == "hunter2")
        #expect(configuration.password == "hunter2")
    }
}

@Suite struct MetricsTests {
    @Test func `counts from several threads`() async {
        let counter = Counter()
        let gauge = Gauge()
        let histogram = Histogram()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        counter.increment()
                        gauge.add(1)
                        gauge.add(-1)
                        histogram.record(.microseconds(3))
                    }
                }
            }
        }
        #expect(counter.value == 8_000 && gauge.value == 0 && histogram.reading.count == 8_000)
    }

    @Test(arguments: [(-1, 1), (0, 1), (1, 2), (3, 4), (4, 8), (1_000_000, 1 << 20), (Int.max, 1 << 27)])
    func `puts a duration below the bound of its bucket`(_ microseconds: Int, _ bound: Int) {
        let histogram = Histogram()
        histogram.record(microseconds: microseconds)
        #expect(histogram.reading.quantile(0.5) == bound)
    }

    @Test func `finds quantiles`() {
        let histogram = Histogram()
        #expect(histogram.reading.quantile(0.5) == nil)
        for _ in 0..<99 { histogram.record(.microseconds(10)) }
        histogram.record(.milliseconds(10))
        #expect(histogram.reading.quantile(0.5) == 16 && histogram.reading.quantile(0.99) == 16 && histogram.reading.quantile(1) == 16_384)
    }

    @Test func `writes the Prometheus format`() {
        let registry = MetricsRegistry()
        registry.counter("k_jobs_total", labels: "lane=\"fast\"", help: "Jobs.").increment(by: 3)
        registry.counter("k_jobs_total", labels: "lane=\"exclusive\"", help: "Jobs.").increment()
        registry.gauge("k_depth", help: "Depth.").set(-2)
        registry.histogram("k_seconds", help: "Time.").record(.milliseconds(1))
        let text = registry.prometheusText()
        #expect(
            text.hasPrefix(
                """
                # HELP k_depth Depth.
                # TYPE k_depth gauge
                k_depth -2
                # HELP k_jobs_total Jobs.
                # TYPE k_jobs_total counter
                k_jobs_total{lane="exclusive"} 1
                k_jobs_total{lane="fast"} 3
                # HELP k_seconds Time.
                # TYPE k_seconds histogram
                k_seconds_bucket{le="1e-06"} 0

                """))
        #expect(text.hasSuffix("k_seconds_bucket{le=\"+Inf\"} 1\nk_seconds_sum 0.001\nk_seconds_count 1\n"))
    }
}
