package import SQLText

extension PostgresClient {
    /// Runs `body` in a transaction on a connection of its own. BEGIN travels with the first batch, COMMIT by itself or with the last one
    /// (`commit(with:)`). What `body` throws rolls back and is thrown on. Nothing is sent if `body` sends nothing.
    /// - Parameter prologue: statements right after BEGIN (`set_config(…, true)`); their results are dropped.
    /// - Throws: `PostgresError`; `.connectionLost` at COMMIT leaves open whether it happened. What `body` throws.
    package func withTransaction<T>(
        _ mode: TransactionMode = .readWrite, prologue: [SQLStatement] = [], _ body: (PostgresTransaction) async throws -> T
    ) async throws -> T {
        try Job.check(prologue)
        let connection = try await lease()
        defer { release(connection) }
        let transaction = PostgresTransaction(connection, mode, prologue) { [unowned self] in noteStalePlan($0) }
        return try await transaction.run(body)
    }

    /// Opens a connection outside the lanes, without a transaction, for what needs one: scripts, `CREATE INDEX CONCURRENTLY`, advisory
    /// locks. It is closed at the end, and with it all locks and settings.
    package func withSession<T>(_ body: (PostgresSession) async throws -> T) async throws -> T {
        checkLoop()
        guard phase == .open else { throw PostgresError.shutdown }
        return try await PostgresSession.with(configuration, loop: loop, events: events, body)
    }
}
