/// What happens on connections, for one place that logs and one that counts. Called on the client's loop; must not block.
package enum PostgresEvent: Sendable, Hashable {
    case connected(PostgresRole, serverVersion: Int)
    /// An attempt failed; the next follows after the delay (nil: none follows).
    case connectFailed(PostgresRole, PostgresError, retryIn: Duration?)
    case connectionLost(PostgresRole, SQLState?)
    case notice(PostgresNotice)
    /// Prepared statements were found stale and are prepared anew.
    case stalePlan(SQLState)
    /// A cancel request was sent for a running statement.
    case cancelSent
}

/// A message beside the results: `RAISE NOTICE`, "relation already exists, skipping", …
package struct PostgresNotice: Sendable, Hashable {
    /// `NOTICE`, `WARNING`, `INFO`, `LOG`, `DEBUG`; never translated.
    package let severity: String
    package let sqlState: SQLState
    /// May quote row data.
    package let message: String
    package let detail: String?
    package let hint: String?

    init?(result: OpaquePointer) {
        guard let fault = ServerFault(result: result) else { return nil }
        severity = ServerFault.severity(of: result)
        sqlState = fault.sqlState
        message = fault.message
        detail = fault.detail
        hint = fault.hint
    }
}

/// A `NOTIFY` heard.
package struct PostgresNotification: Sendable, Hashable {
    package let channel: String
    package let payload: String
    /// The process that sent it.
    package let processID: Int32
}
