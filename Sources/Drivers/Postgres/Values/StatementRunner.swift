package import SQLText

/// Whatever runs statements: a client, a transaction, a session. So that a read can be written once.
package protocol StatementRunner: Sendable {
    /// Runs one statement.
    /// - Throws: `PostgresError`.
    func query(_ statement: SQLStatement) async throws -> PostgresResult

    /// Runs statements in one round trip; one result each. Outside a transaction they are one.
    /// - Throws: `PostgresError`; a `.server` fault names the failing statement's index.
    func batch(_ statements: [SQLStatement]) async throws -> [PostgresResult]
}
