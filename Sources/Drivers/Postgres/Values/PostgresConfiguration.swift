package import Telemetry

/// How one client reaches its database and how much it may use of it.
/// - Note: what `conninfo` leaves open comes from libpq's own sources: `PG*` variables, service file, password file.
package struct PostgresConfiguration: Sendable {
    /// Whether statements are prepared once a connection under a name, or sent whole each time, which a pooler in transaction mode needs.
    /// (PgBouncer must then let `options` through or ignore it: `ignore_startup_parameters = options`.)
    package enum Preparation: Sendable {
        case named, unnamed
    }

    /// A URL (`postgresql://…`) or keywords (`host=… dbname=…`), as libpq takes them; empty is allowed.
    package var conninfo: Secret<String>
    /// Connections that a job has to itself, opened as they are needed; at least 1.
    package var exclusiveConnections = 4
    /// Pipelined connections shared by short statements; 0 sends these to the exclusive lane.
    package var fastConnections = 2
    /// Shown in `pg_stat_activity` unless `conninfo` names one.
    package var applicationName = "kerege"
    /// Longest run of one statement; nil leaves the server's setting.
    package var statementTimeout: Duration?
    /// The same for the fast lane, where one slow statement delays everybody; nil is `statementTimeout`.
    package var fastStatementTimeout: Duration?
    /// As in SQL text: `"$user", public`; nil leaves the server's setting.
    package var searchPath: String?
    /// Further settings of each session, by name.
    package var sessionSettings: [(name: String, value: String)] = []
    /// Prepared statements kept for each connection; the least used go first. At least 1.
    package var statementCacheCapacity = 512
    package var preparation = Preparation.named
    /// For one attempt, name lookup excluded.
    package var connectTimeout = Duration.seconds(5)
    /// How long a job waits while no connection stands at all; in a longer outage jobs fail at once.
    package var waitForConnection = Duration.seconds(2)
    /// How long a job waits while all connections are busy.
    package var waitForTurn = Duration.seconds(10)

    /// Told the text of every statement when it is sent, never its binds. Called on the client's loop.
    package var trace: (@Sendable (PostgresRole, String) -> Void)?

    package init(conninfo: Secret<String>) {
        self.conninfo = conninfo
    }
}

/// Which connection a job takes.
package enum PostgresLane: Sendable, Hashable {
    /// Waits for a connection of its own. May be slow, is cancelled with its task.
    case exclusive
    /// Shares a pipelined connection. Only for statements known to be short; never cancelled; leaves no state behind (no BEGIN, SET, LISTEN).
    case fast
}

/// What a connection is for.
package enum PostgresRole: Sendable, Hashable {
    case lane(PostgresLane)
    case session
    case listener
}
