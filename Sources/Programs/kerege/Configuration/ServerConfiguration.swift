import Glibc
import HTTPAPI
import Identity
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
    /// `CORS_*`; nil = off.
    var crossOrigin: CrossOriginPolicy?
    /// For `${NAME}` in schema files.
    var variables: [String: String] = [:]

    /// - Throws: `ConfigurationProblems` with every problem.
    static func read(_ reader: inout EnvironmentReader) throws -> ServerConfiguration {
        var out = ServerConfiguration()
        out.listener.host = reader.text("HOST", default: "0.0.0.0") ?? "0.0.0.0"
        out.listener.port = reader.integer("PORT", default: 8055, in: 0...65535)
        out.listener.unixSocketPath = reader.text("UNIX_SOCKET_PATH").flatMap { $0.isEmpty ? nil : $0 }
        out.listener.publicURL = reader.text("PUBLIC_URL", default: "/") ?? "/"
        out.listener.describesAPI = reader.choice("OPENAPI_ENABLED", default: Flag.true) == .true
        let documentation = DocumentationFolder.standard
        out.listener.documentationFolder = reader.text("DOCS_ASSETS", default: documentation) ?? documentation
        out.stateFolder = reader.text("KEREGE_STATE", default: ".kerege") ?? ".kerege"
        out.database.url = databaseURL(&reader, embeddedIn: out.stateFolder)
        out.database.migrationURL = reader.databaseAddress("MIGRATION_DATABASE_URL")
        out.database.connectionsPerLoop = reader.integer("DB_POOL__MAX", default: 8, in: 1...64)
        out.database.statementTimeout = .milliseconds(reader.integer("DB_STATEMENT_TIMEOUT", default: 30_000, in: 100...3_600_000))
        out.admin = readAdmin(&reader, out.stateFolder)
        out.limits.defaultLimit = reader.integer("QUERY_LIMIT_DEFAULT", default: 100, in: 0...1_000_000)
        out.limits.maximumLimit = reader.bound("QUERY_LIMIT_MAX")
        out.limits.relationalDepth = reader.integer("MAX_RELATIONAL_DEPTH", default: 10, in: 2...100)
        out.limits.jsonDepth = reader.integer("MAX_JSON_QUERY_DEPTH", default: 10, in: 1...100)
        out.limits.queryStringDepth = reader.integer("QUERYSTRING_MAX_PARSE_DEPTH", default: 10, in: 1...100)
        out.limits.queryStringArrayLimit = reader.integer("QUERYSTRING_ARRAY_LIMIT", default: 500, in: 1...100_000)
        out.limits.answerSize = reader.bytes("KEREGE_MAX_ANSWER_SIZE", default: "32mb")
        out.maximumPayload = reader.bytes("MAX_PAYLOAD_SIZE", default: "1mb")
        out.maximumBatchMutation = reader.bound("MAX_BATCH_MUTATION")
        out.migration = reader.choice("MIGRATE", default: .safe)
        out.logLevel = reader.choice("LOG_LEVEL", default: .info)
        out.logStyle = reader.choice("LOG_STYLE", default: .auto)
        out.loops = reader.integer("KEREGE_LOOPS", default: loopsByDefault(), in: 1...64)
        out.recordsFolder = reader.text("KEREGE_MIGRATIONS", default: "migrations") ?? "migrations"
        out.shutdownTimeout = .milliseconds(reader.integer("SERVER_SHUTDOWN_TIMEOUT", default: 1000, in: 0...600_000))
        out.files = FileConfiguration.read(&reader)
        out.auth = AuthConfiguration.read(&reader, stateFolder: out.stateFolder)
        out.crossOrigin = CrossOriginConfiguration.read(&reader)
        out.metrics = MetricsConfiguration.read(&reader)
        out.variables = reader.all
        if !reader.problems.isEmpty { throw ConfigurationProblems(problems: reader.problems) }
        return out
    }

    private static func readAdmin(_ reader: inout EnvironmentReader, _ stateFolder: String) -> Admin {
        var admin = Admin()
        admin.email = reader.text("ADMIN_EMAIL", default: AdminBootstrap.defaultEmail)
        if let email = admin.email, !email.contains("@") || email.contains(where: \.isWhitespace) {
            reader.report("ADMIN_EMAIL=\(email) has to be a mail address")
        }
        admin.password = reader.secret("ADMIN_PASSWORD", otherwise: "generated, and shown, when the administrator is made")
        admin.token = reader.secret("ADMIN_TOKEN", otherwise: "generated, and kept in \(AdminToken.path(in: stateFolder))")
        for (name, secret) in [("ADMIN_PASSWORD", admin.password), ("ADMIN_TOKEN", admin.token)] where secret?.reveal().isEmpty == true {
            reader.report("\(name) is given, but empty")
        }
        return admin
    }

    /// `DATABASE_URL`, or Directus' own variables put together.
    private static func databaseURL(_ reader: inout EnvironmentReader, embeddedIn stateFolder: String) -> Secret<String>? {
        for name in ["DATABASE_URL", "DB_CONNECTION_STRING"] {
            if let address = reader.databaseAddress(name) { return address }
        }
        if let client = reader.variable("DB_CLIENT"), client != "pg" { reader.report("DB_CLIENT=\(client) is not supported: only pg is") }
        let others = [("DB_PORT", "port"), ("DB_DATABASE", "dbname"), ("DB_USER", "user"), ("DB_PASSWORD", "password")]
        guard let host = reader.variable("DB_HOST"), !host.isEmpty else {
            for (name, _) in others where reader.variable(name) != nil { reader.report("\(name) counts only together with DB_HOST") }
            reader.show("DATABASE_URL", "[the embedded PostgreSQL of \(stateFolder)]")
            return nil
        }
        reader.show("DB_HOST", host)
        var parts = ["host=\(quoted(host))"]
        for (name, keyword) in others {
            guard let value = keyword == "password" ? reader.secret(name)?.reveal() : reader.text(name) else { continue }
            if keyword == "port", UInt16(value) ?? 0 == 0 { reader.report("\(name)=\(value) has to be a whole number from 1 to 65535") }
            parts.append("\(keyword)=\(quoted(value))")
        }
        return Secret(parts.joined(separator: " "))
    }

    private static func quoted(_ value: String) -> String {
        "'" + value.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
    }

    /// One loop for two cores: PostgreSQL, mostly on the same machine, needs as much as the loops, and fewer of them batch more (Benchmarks/README.md).
    private static func loopsByDefault() -> Int { max(1, min((Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) + 1) / 2, 16)) }

    /// nil = as standard error is: text on a terminal, else JSON.
    var lineStyle: LogSink.Style? {
        switch logStyle {
        case .auto: nil
        case .pretty: .text(coloured: false)
        case .raw: .json
        }
    }

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
