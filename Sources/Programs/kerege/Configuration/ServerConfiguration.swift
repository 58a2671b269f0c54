import Glibc
import QueryLanguage
import Telemetry

/// Everything the environment says, typed and checked, read once at the start and handed on in narrow pieces.
struct ServerConfiguration {
    enum MigrationMode: String, CaseIterable {
        /// Applies what can't lose data at the start; refuses to start on the rest.
        case safe
        /// Only checks that the database is as the files say.
        case off
    }
    enum LogStyle: String, CaseIterable {
        case pretty, raw, auto
    }
    enum Level: String, CaseIterable {
        case trace, debug, info, notice, warn, error, silent
    }

    struct Listener {
        var host = "0.0.0.0"
        var port = 8055
        var unixSocketPath: String?
        var publicURL = "/"
        var describesAPI = true
        /// What `/docs` is made of.
        var documentationFolder = ""
    }
    private enum Flag: String, CaseIterable {
        case `true`, `false`
    }
    struct Database {
        /// nil = the embedded default.
        var url: Secret<String>?
        /// For migrations; nil = the same.
        var migrationURL: Secret<String>?
        var connectionsPerLoop = 8
        var statementTimeout = Duration.seconds(30)
    }
    struct Admin {
        var email: String?
        var password: Secret<String>?
        var token: Secret<String>?
    }

    var listener = Listener()
    var database = Database()
    var admin = Admin()
    var limits = QueryLimits()
    var maximumPayload = 1_048_576
    var maximumBatchMutation: Int?
    var migration = MigrationMode.safe
    var logLevel = Level.info
    var logStyle = LogStyle.auto
    var loops = 2
    /// For what the program keeps: the embedded cluster, the generated token.
    var stateFolder = ".kerege"
    var recordsFolder = "migrations"
    var shutdownTimeout = Duration.milliseconds(1000)
    var files = FileConfiguration()
    var auth = AuthConfiguration()
    var metrics = MetricsConfiguration()
    /// For `${NAME}` in schema files.
    var variables: [String: String] = [:]

    /// - Throws: `ConfigurationProblems` with every problem.
    static func read(_ reader: inout EnvironmentReader) throws -> ServerConfiguration {
        var out = ServerConfiguration()
        out.listener.host = reader.text("HOST", default: "0.0.0.0") ?? "0.0.0.0"
        out.listener.port = reader.integer("PORT", default: 8055, in: 0...65535)
        out.listener.unixSocketPath = reader.text("UNIX_SOCKET_PATH")
        out.listener.publicURL = reader.text("PUBLIC_URL", default: "/") ?? "/"
        out.listener.describesAPI = reader.choice("OPENAPI_ENABLED", default: Flag.true) == .true
        let documentation = DocumentationFolder.standard
        out.listener.documentationFolder = reader.text("DOCS_ASSETS", default: documentation) ?? documentation
        out.database.url = databaseURL(&reader)
        out.database.migrationURL = reader.text("MIGRATION_DATABASE_URL", isSecret: true).map { Secret($0) }
        out.database.connectionsPerLoop = reader.integer("DB_POOL__MAX", default: 8, in: 1...64)
        out.database.statementTimeout = .milliseconds(reader.integer("DB_STATEMENT_TIMEOUT", default: 30_000, in: 100...3_600_000))
        out.admin.email = reader.text("ADMIN_EMAIL")
        out.admin.password = reader.text("ADMIN_PASSWORD", isSecret: true).map { Secret($0) }
        out.admin.token = reader.text("ADMIN_TOKEN", isSecret: true).map { Secret($0) }
        out.limits.defaultLimit = reader.integer("QUERY_LIMIT_DEFAULT", default: 100, in: 0...1_000_000)
        out.limits.maximumLimit = reader.bound("QUERY_LIMIT_MAX")
        out.limits.relationalDepth = reader.integer("MAX_RELATIONAL_DEPTH", default: 10, in: 2...100)
        out.limits.jsonDepth = reader.integer("MAX_JSON_QUERY_DEPTH", default: 10, in: 1...100)
        out.limits.queryStringDepth = reader.integer("QUERYSTRING_MAX_PARSE_DEPTH", default: 10, in: 1...100)
        out.limits.queryStringArrayLimit = reader.integer("QUERYSTRING_ARRAY_LIMIT", default: 500, in: 1...100_000)
        out.maximumPayload = reader.bytes("MAX_PAYLOAD_SIZE", default: "1mb")
        out.maximumBatchMutation = reader.bound("MAX_BATCH_MUTATION")
        out.migration = reader.choice("MIGRATE", default: .safe)
        out.logLevel = reader.choice("LOG_LEVEL", default: .info)
        out.logStyle = reader.choice("LOG_STYLE", default: .auto)
        out.loops = reader.integer("KEREGE_LOOPS", default: loopsByDefault(), in: 1...64)
        out.stateFolder = reader.text("KEREGE_STATE", default: ".kerege") ?? ".kerege"
        out.recordsFolder = reader.text("KEREGE_MIGRATIONS", default: "migrations") ?? "migrations"
        out.shutdownTimeout = .milliseconds(reader.integer("SERVER_SHUTDOWN_TIMEOUT", default: 1000, in: 0...600_000))
        out.files = FileConfiguration.read(&reader)
        out.auth = AuthConfiguration.read(&reader)
        out.metrics = MetricsConfiguration.read(&reader)
        out.variables = reader.all
        if !reader.problems.isEmpty { throw ConfigurationProblems(problems: reader.problems) }
        return out
    }

    /// `DATABASE_URL`, or Directus' own variables put together.
    private static func databaseURL(_ reader: inout EnvironmentReader) -> Secret<String>? {
        if let url = reader.text("DATABASE_URL", isSecret: true), !url.isEmpty { return Secret(url) }
        if let url = reader.text("DB_CONNECTION_STRING", isSecret: true), !url.isEmpty { return Secret(url) }
        guard let host = reader.text("DB_HOST"), !host.isEmpty else { return nil }
        var parts = ["host=\(quoted(host))"]
        for (variable, keyword) in [("DB_PORT", "port"), ("DB_DATABASE", "dbname"), ("DB_USER", "user"), ("DB_PASSWORD", "password")] {
            if let value = reader.text(variable, isSecret: variable == "DB_PASSWORD") { parts.append("\(keyword)=\(quoted(value))") }
        }
        return Secret(parts.joined(separator: " "))
    }

    private static func quoted(_ value: String) -> String {
        "'" + value.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
    }

    /// One loop for two cores: PostgreSQL, mostly on the same machine, needs as much as the loops, and fewer of them batch more (Benchmarks/README.md).
    private static func loopsByDefault() -> Int { max(1, min((Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) + 1) / 2, 16)) }

    var logThreshold: LogLevel? {
        switch logLevel {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warn: .warning
        case .error: .error
        case .silent: nil
        }
    }
}

struct ConfigurationProblems: Error, CustomStringConvertible {
    let problems: [String]
    var description: String { "the configuration has \(problems.count) problem(s):\n" + problems.map { "  - \($0)" }.joined(separator: "\n") }
}
