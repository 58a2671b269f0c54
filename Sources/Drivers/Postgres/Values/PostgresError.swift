/// What can go wrong between us and PostgreSQL.
package enum PostgresError: Error, Sendable, Hashable {
    /// The server refused a statement. Outside a transaction nothing of its batch happened.
    ///
    /// Boxed: the fault's many fields would otherwise take their room in every frame that an error may cross.
    indirect case server(ServerFault)
    /// The job was never sent: safe to try again later.
    case unavailable(Unavailability)
    /// The connection broke while the job ran: whether a write happened is unknown. The state is the server's farewell, if it said one.
    case connectionLost(SQLState?)
    /// The statement ran longer than `statement_timeout`; nothing of its batch happened.
    case timeout(statementIndex: Int?)
    /// The task was cancelled; nothing of the batch happened.
    case cancelled
    /// The client is closed or closing.
    case shutdown
    /// Text with a NUL, which PostgreSQL has no place for, or more than 65,535 binds (then `bind` is their number).
    case invalidBind(statement: Int, bind: Int)
    /// COMMIT was answered by a rollback, since a statement had failed before and its error was swallowed.
    case transactionAborted
    /// A use that the interface forbids.
    case misuse(Misuse)

    package enum Unavailability: Sendable, Hashable {
        /// No connection could be made; what libpq said, without credentials.
        case notConnected(String)
        /// All connections stayed busy.
        case busy
        /// The server is older than this code knows; its version as PostgreSQL numbers it (130004).
        case unsupportedServer(version: Int)
    }

    package enum Misuse: Sendable, Hashable {
        case transactionEnded
        case copy
        case nulInScript
    }
}

extension PostgresError {
    /// The server's report, if there is one.
    package var fault: ServerFault? {
        if case .server(let fault) = self { fault } else { nil }
    }

    /// A prepared statement no longer fits the tables, or is gone: prepare anew and try again.
    package var isStalePlan: Bool {
        fault.map { $0.isPlanChange || $0.sqlState == .unknownStatementName } ?? false
    }

    /// The whole transaction may be tried again as it is.
    package var isSerializationConflict: Bool {
        fault.map { $0.sqlState == .serializationFailure || $0.sqlState == .deadlockDetected } ?? false
    }

    /// A stable name for logs and counters.
    package var code: String {
        switch self {
        case .server: "DATABASE_ERROR"
        case .unavailable(.notConnected), .unavailable(.unsupportedServer): "DATABASE_UNAVAILABLE"
        case .unavailable(.busy): "DATABASE_BUSY"
        case .connectionLost: "DATABASE_CONNECTION_LOST"
        case .timeout: "DATABASE_TIMEOUT"
        case .cancelled: "DATABASE_CANCELLED"
        case .shutdown: "DATABASE_SHUTDOWN"
        case .invalidBind: "DATABASE_INVALID_VALUE"
        case .transactionAborted: "DATABASE_TRANSACTION_ABORTED"
        case .misuse: "DATABASE_MISUSE"
        }
    }
}

/// Safe to log: no row data, no binds.
extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        switch self {
        case .server(let fault): "\(code) \(fault)"
        case .unavailable(.notConnected(let reason)): "\(code) \(reason)"
        case .unavailable(.unsupportedServer(let version)): "\(code) server version \(version)"
        case .connectionLost(let state?): "\(code) SQLSTATE \(state)"
        case .timeout(let index?): "\(code) statement=\(index)"
        case .invalidBind(let statement, let bind): "\(code) statement=\(statement) bind=\(bind)"
        case .misuse(let misuse): "\(code) \(misuse)"
        case .unavailable(.busy), .connectionLost(nil), .timeout(nil), .cancelled, .shutdown, .transactionAborted: code
        }
    }

    package var debugDescription: String {
        if case .server(let fault) = self { "\(code) \(fault.debugDescription)" } else { description }
    }
}
