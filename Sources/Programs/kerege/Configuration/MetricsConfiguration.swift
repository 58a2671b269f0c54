import EventLoops
import HTTPAPI
import Telemetry

/// Whether and for whom `/metrics` answers (contract/system.md, sections 14.3 and 19).
struct MetricsConfiguration {
    private enum Flag: String, CaseIterable {
        case `true`, `false`
    }
    /// Of the services that Directus measures, this server has a database and storages; a cache and Redis are none of its parts.
    private enum Service: String, CaseIterable {
        case database, cache, redis, storage
    }

    var isEnabled = false
    var tokens: [Secret<String>] = []
    var asksDatabase = true

    static func read(_ reader: inout EnvironmentReader) -> MetricsConfiguration {
        var out = MetricsConfiguration()
        out.isEnabled = reader.choice("METRICS_ENABLED", default: Flag.false) == .true
        out.tokens = list(reader.secret("METRICS_TOKENS")?.reveal() ?? "").map { Secret($0) }
        let services = list(reader.text("METRICS_SERVICES", default: "database,cache,redis,storage") ?? "")
        for name in services where Service(rawValue: name) == nil {
            reader.report("METRICS_SERVICES=\(name) has to name some of \(Service.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        out.asksDatabase = services.contains(Service.database.rawValue)
        return out
    }

    /// - Returns: nil where nothing is to be measured.
    func metrics(of loops: [EventLoop]) -> APIMetrics? {
        isEnabled ? APIMetrics(loops: loops, tokens: tokens, asksDatabase: asksDatabase) : nil
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    }
}
