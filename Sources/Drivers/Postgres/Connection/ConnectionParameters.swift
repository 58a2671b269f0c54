internal import CLibPQ
internal import Glibc
internal import Telemetry

/// What libpq is told when it connects: our defaults first, then `conninfo`, which wins over them, then what we must have.
///
/// Freed C strings are the reason for a class. `@unchecked Sendable`: never changed after `init`.
final class ConnectionParameters: @unchecked Sendable {
    private static let minimumServerVersion = 140_000

    private var keywords: [UnsafePointer<CChar>?] = []
    private var values: [UnsafePointer<CChar>?] = []

    init(_ configuration: PostgresConfiguration, role: PostgresRole) {
        let conninfo = configuration.conninfo.reveal()
        // A peer that vanished without a word is noticed within half a minute.
        add("keepalives_idle", "15")
        add("keepalives_interval", "5")
        add("keepalives_count", "3")
        add("tcp_user_timeout", "30000")
        add("fallback_application_name", configuration.applicationName)
        add("dbname", conninfo)
        add("client_encoding", "UTF8")
        let given = ConnectionParameters.givenOptions(in: conninfo)
        add(
            "options",
            ((given.isEmpty ? [] : [given]) + ConnectionParameters.settings(configuration, role).map(ConnectionParameters.option)).joined(
                separator: " "))
        keywords.append(nil)
        values.append(nil)
    }

    deinit {
        for text in keywords + values { free(UnsafeMutablePointer(mutating: text)) }
    }

    /// Whether libpq can read `conninfo`. Its own complaint would quote parts of it, maybe of a password.
    static func isReadable(_ conninfo: String) -> Bool {
        guard isList(conninfo) else { return !conninfo.utf8.contains(0) }
        guard !conninfo.utf8.contains(0), let options = PQconninfoParse(conninfo, nil) else { return false }
        PQconninfoFree(options)
        return true
    }

    /// Whether libpq takes the text for a URL or keywords; else it is the bare name of a database.
    private static func isList(_ conninfo: String) -> Bool {
        conninfo.contains("=") || conninfo.hasPrefix("postgres://") || conninfo.hasPrefix("postgresql://")
    }

    /// Begins to connect to the first host, whose name is looked up here: blocks for that long.
    func start() -> OpaquePointer? {
        PQconnectStartParams(keywords, values, 1)
    }

    static func isSupported(serverVersion: Int) -> Bool {
        serverVersion >= minimumServerVersion
    }

    private func add(_ keyword: String, _ value: String) {
        keywords.append(UnsafePointer(strdup(keyword)))
        values.append(UnsafePointer(strdup(value)))
    }

    /// The settings our code relies on: how values look as text, how quotes are read; then those configured.
    static func settings(_ configuration: PostgresConfiguration, _ role: PostgresRole) -> [(name: String, value: String)] {
        var settings = [
            (name: "TimeZone", value: "UTC"), (name: "DateStyle", value: "ISO,MDY"), (name: "IntervalStyle", value: "postgres"),
            (name: "bytea_output", value: "hex"), (name: "extra_float_digits", value: "1"), (name: "standard_conforming_strings", value: "on"),
        ]
        let isFast = role == .lane(.fast)
        if let limit = (isFast ? configuration.fastStatementTimeout : nil) ?? configuration.statementTimeout {
            settings.append((name: "statement_timeout", value: "\(limit.roundedMilliseconds)"))
        }
        // Short statements that run often: to plan them anew for their values, as the server would by default, or to compile them, costs more than to run them.
        if isFast { settings += [(name: "plan_cache_mode", value: "force_generic_plan"), (name: "jit", value: "off")] }
        if let searchPath = configuration.searchPath { settings.append((name: "search_path", value: searchPath)) }
        return settings + configuration.sessionSettings
    }

    /// One setting as the server's command line takes it, where blanks and backslashes are escaped.
    static func option(_ setting: (name: String, value: String)) -> String {
        var text = "-c "
        for scalar in "\(setting.name)=\(setting.value)".unicodeScalars {
            if scalar == "\\" || scalar.properties.isWhitespace { text.append("\\") }
            text.unicodeScalars.append(scalar)
        }
        return text
    }

    /// The `options` that the user gave, in `conninfo` or by `PGOPTIONS`: ours are added to them.
    private static func givenOptions(in conninfo: String) -> String {
        if isList(conninfo) {
            if let options = PQconninfoParse(conninfo, nil) {
                defer { PQconninfoFree(options) }
                if let text = value(of: "options", in: options) { return text }
            }
        }
        guard let defaults = PQconndefaults() else { return "" }
        defer { PQconninfoFree(defaults) }
        return value(of: "options", in: defaults) ?? ""
    }

    private static func value(of keyword: String, in options: UnsafeMutablePointer<PQconninfoOption>) -> String? {
        var option = options
        while let name = option.pointee.keyword {
            if String(cString: name) == keyword { return option.pointee.val.map { String(cString: $0) } }
            option += 1
        }
        return nil
    }
}

extension Duration {
    /// Whole milliseconds, at least 1.
    var roundedMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return max(1, seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
