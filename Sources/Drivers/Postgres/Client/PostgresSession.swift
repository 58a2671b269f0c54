package import EventLoops
package import SQLText

/// One connection outside the lanes and outside transactions, for migrations and maintenance. Notices are kept for whoever asks.
///
/// `@unchecked Sendable`: touched on its loop only.
package final class PostgresSession: @unchecked Sendable, StatementRunner {
    private let events: @Sendable (PostgresEvent) -> Void
    private var opened: Connection?
    private var notices: [PostgresNotice] = []
    private static let keptNotices = 1_000

    private init(events: @escaping @Sendable (PostgresEvent) -> Void) {
        self.events = events
    }

    /// Connects, runs `body`, closes. On the loop.
    /// - Throws: `.unavailable` if the one attempt to connect fails; what `body` throws.
    package static func with<T>(
        _ configuration: PostgresConfiguration, loop: EventLoop, events: @escaping @Sendable (PostgresEvent) -> Void = { _ in },
        _ body: (PostgresSession) async throws -> T
    ) async throws -> T {
        precondition(loop.isCurrent, "a PostgresSession is used on its own loop")
        let session = PostgresSession(events: events)
        let connection = try await Connector(configuration, role: .session, loop: loop).connect(owner: session)
        session.opened = connection
        events(.connected(.session, serverVersion: connection.serverVersion))
        defer { session.close() }
        return try await body(session)
    }

    /// As PostgreSQL numbers it: 150004.
    package var serverVersion: Int { opened?.serverVersion ?? 0 }

    package func query(_ statement: SQLStatement) async throws -> PostgresResult {
        let job = try await run([statement])
        guard let result = job.firstResult else { throw PostgresError.connectionLost(nil) }
        return result
    }

    /// Runs statements in one round trip, as one transaction.
    package func batch(_ statements: [SQLStatement]) async throws -> [PostgresResult] {
        guard !statements.isEmpty else { return [] }
        return try await run(statements).results
    }

    /// Runs a script by the simple protocol: one result for each statement in it. Several statements are one transaction, unless the script
    /// says otherwise; what refuses one (`CREATE INDEX CONCURRENTLY`, `CREATE DATABASE`) must stand alone.
    /// - Throws: a `.server` fault's `statementIndex` counts the script's statements, `position` its characters.
    package func execute(_ script: String) async throws -> [PostgresResult] {
        guard !script.utf8.contains(0) else { throw PostgresError.misuse(.nulInScript) }
        let connection = try connection()
        let job = Job(script: script)
        await connection.perform(job)
        if let error = job.error { throw error }
        return job.results
    }

    /// As `PostgresClient.withTransaction`, on this connection.
    package func withTransaction<T>(
        _ mode: TransactionMode = .readWrite, prologue: [SQLStatement] = [], _ body: (PostgresTransaction) async throws -> T
    ) async throws -> T {
        try Job.check(prologue)
        let transaction = PostgresTransaction(try connection(), mode, prologue) { [unowned self] in noteStalePlan($0) }
        return try await transaction.run(body)
    }

    /// The notices since the last call, oldest first; at most 1,000 are kept.
    package func takeNotices() -> [PostgresNotice] {
        defer { notices = [] }
        return notices
    }

    private func run(_ statements: [SQLStatement]) async throws -> Job {
        try Job.check(statements)
        let job = Job(statements, startsOutsideTransaction: true)
        await (try connection()).perform(job)
        guard let error = job.error else { return job }
        guard error.isStalePlan else { throw error }
        noteStalePlan(error)
        let retry = Job(statements, startsOutsideTransaction: true)
        retry.isRetry = true
        await (try connection()).perform(retry)
        if let error = retry.error { throw error }
        return retry
    }

    private func noteStalePlan(_ error: PostgresError) {
        if let state = error.fault?.sqlState { events(.stalePlan(state)) }
        opened?.cacheIsStale = true
    }

    private func connection() throws -> Connection {
        guard !Task.isCancelled else { throw PostgresError.cancelled }
        guard let opened, !opened.isClosed else { throw PostgresError.connectionLost(nil) }
        return opened
    }

    private func close() {
        let connection = opened
        opened = nil
        connection?.close(.shutdown)
    }
}

extension PostgresSession: ConnectionOwner {
    func connectionDidSettle(_ connection: Connection) {}

    func connectionDidClose(_ connection: Connection, _ state: SQLState?) {
        if opened != nil { events(.connectionLost(.session, state)) }
    }

    func connection(_ connection: Connection, didReceive notice: PostgresNotice) {
        if notices.count < PostgresSession.keptNotices { notices.append(notice) }
        events(.notice(notice))
    }
}
