/// How much a line matters. `trace`: SQL text without binds; `debug`: stage timings; `info`: life cycle; `notice`: snapshot or migration
/// applied; `warning`: drift or retry; `error`: answers of status 500.
package enum LogLevel: Int, Sendable, CaseIterable, Comparable {
    case trace, debug, info, notice, warning, error

    /// The name on a line.
    package var name: String {
        switch self {
        case .trace: "trace"
        case .debug: "debug"
        case .info: "info"
        case .notice: "notice"
        case .warning: "warning"
        case .error: "error"
        }
    }

    /// The level of a name in any case; `warn` and `fatal`, as Directus' `LOG_LEVEL` has them, count as `warning` and `error`.
    package init?(name: String) {
        switch name.lowercased() {
        case "warn": self = .warning
        case "fatal": self = .error
        case let other:
            guard let level = LogLevel.allCases.first(where: { $0.name == other }) else { return nil }
            self = level
        }
    }

    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}
