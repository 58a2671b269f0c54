package import EventLoops
package import SQLText

/// The connections of one loop to one database, and the queue of jobs for them.
///
/// Belongs to one loop: every call is made on it, and every answer comes there. State can go: new -> open -> closing -> closed.
/// - Errors: `PostgresError` from every call.
/// - `@unchecked Sendable`: touched on `loop` only (checked where calls enter).
package final class PostgresClient: @unchecked Sendable, StatementRunner {
    enum Phase {
        case new, open, closing, closed
    }

    let configuration: PostgresConfiguration
    package let loop: EventLoop
    let events: @Sendable (PostgresEvent) -> Void

    var phase = Phase.new
    var exclusive: [Connection] = []
    var fast: [Connection] = []
    /// Free exclusive connections; the one used last is taken first, since it has the most statements prepared.
    var idle: [Connection] = []
    /// Jobs that wait for an exclusive connection.
    var queue = Queue<Job>()
    /// Of connections that are gone.
    var pastStatements: [PostgresLane: StatementCount] = [:]
    var queueSweep: LoopTimer?
    var schedule = ReconnectSchedule()
    var retryTimer: LoopTimer?
    var connectors: [(role: PostgresRole, connector: Connector)] = []
    /// Wait until no attempt to connect is under way.
    var attemptWaiters: [CheckedContinuation<Void, Never>] = []
    var lastFailure: PostgresError?
    /// When the last connection went, in the loop's milliseconds; nil while one stands.
    var downSince: UInt64?
    var closeWaiters: [CheckedContinuation<Void, Never>] = []

    package init(configuration: PostgresConfiguration, loop: EventLoop, events: @escaping @Sendable (PostgresEvent) -> Void = { _ in }) {
        self.configuration = configuration
        self.loop = loop
        self.events = events
    }

    /// How `start` takes a database that can't be reached.
    package enum Start: Sendable {
        /// The first attempt must succeed.
        case connected
        /// Keeps trying; until then jobs fail as `.unavailable`.
        case inBackground
    }

    /// Opens the first connections: one of the exclusive lane, all of the fast lane.
    /// - Throws: with `.connected`, what the first attempt threw; the client is as before and may be started again.
    package func start(_ start: Start = .connected) async throws {
        checkLoop()
        guard phase == .new else { return }
        phase = .open
        downSince = loop.tickMilliseconds
        openWhatIsNeeded()
        guard start == .connected else { return }
        await withCheckedContinuation { attemptWaiters.append($0) }
        guard !isConnected, phase == .open else { return }
        retryTimer?.cancel()
        retryTimer = nil
        schedule.succeeded()
        phase = .new
        throw lastFailure ?? .unavailable(.notConnected(""))
    }

    /// Longest run of one statement, unless a transaction says otherwise; nil = the server's setting.
    package var statementTimeout: Duration? { configuration.statementTimeout }

    /// Whether at least one connection stands.
    package var isConnected: Bool { !exclusive.isEmpty || !fast.isEmpty }

    /// Jobs that wait for their turn: on the exclusive lane for a connection, on the shared connections behind the one that the database works on.
    package func waitingJobs(in lane: PostgresLane) -> Int {
        checkLoop()
        switch lane {
        case .exclusive: return queue.count { !$0.isFinished }
        case .fast: return fast.reduce(0) { $0 + max(0, $1.jobsInFlight - 1) }
        }
    }

    /// Runs one statement, by itself or after a prologue (`set_config(…, true)`) that holds for it alone.
    /// - Parameter takesLong: of the fast lane: some hundred microseconds, so that a second server process is worth waking for it.
    package func query(
        _ statement: SQLStatement, prologue: [SQLStatement] = [], lane: PostgresLane, takesLong: Bool = false
    ) async throws -> PostgresResult {
        let job = try await run([statement], prologue, lane, takesLong: takesLong)
        guard let result = job.firstResult else { throw PostgresError.connectionLost(nil) }
        return result
    }

    package func query(_ statement: SQLStatement) async throws -> PostgresResult {
        try await query(statement, lane: .exclusive)
    }

    /// Runs statements in one round trip, as one transaction: all happen or none does. One result for each of `statements`.
    package func batch(
        _ statements: [SQLStatement], prologue: [SQLStatement] = [], lane: PostgresLane
    ) async throws -> [PostgresResult] {
        guard !statements.isEmpty else { return [] }
        return try await run(statements, prologue, lane).results
    }

    package func batch(_ statements: [SQLStatement]) async throws -> [PostgresResult] {
        try await batch(statements, lane: .exclusive)
    }

    /// Prepared statements are prepared anew from now on. For a new generation of the schema.
    package func invalidateStatements() {
        checkLoop()
        for connection in exclusive { connection.cacheIsStale = true }
        for connection in fast { connection.cacheIsStale = true }
    }

    /// Sends the job; once more if the tables changed under its prepared statements. Its failed first run did nothing: it was one transaction.
    private func run(
        _ statements: [SQLStatement], _ prologue: [SQLStatement], _ lane: PostgresLane, takesLong: Bool = false
    ) async throws(PostgresError) -> Job {
        checkLoop()
        try Job.check(prologue)
        try Job.check(statements)
        let job = Job(statements, prologue: prologue, startsOutsideTransaction: true)
        job.takesLong = takesLong
        await perform(job, lane)
        guard let error = job.error else { return job }
        guard error.isStalePlan else { throw error }
        return try await runAgain(statements, prologue, lane, after: error)
    }

    /// Apart from `run`, whose frame stays small by it.
    @inline(never)
    private func runAgain(
        _ statements: [SQLStatement], _ prologue: [SQLStatement], _ lane: PostgresLane, after error: PostgresError
    ) async throws(PostgresError) -> Job {
        noteStalePlan(error)
        let retry = Job(statements, prologue: prologue, startsOutsideTransaction: true)
        retry.isRetry = true
        await perform(retry, lane)
        if let error = retry.error { throw error }
        return retry
    }

    func noteStalePlan(_ error: PostgresError) {
        guard let state = error.fault?.sqlState else { return }
        events(.stalePlan(state))
        if state == .featureNotSupported { invalidateStatements() }
    }

    private func perform(_ job: Job, _ lane: PostgresLane) async {
        switch lane {
        case .fast: await withJobContinuation { submitFast(job, $0) }
        case .exclusive: await performCancellable(job)
        }
    }

    func performCancellable(_ job: Job) async {
        guard !Task.isCancelled else { return job.finish(.cancelled) }
        await job.run(on: loop) { self.submitExclusive(job) }
    }

    @inline(__always)
    func checkLoop() {
        precondition(loop.isCurrent, "a PostgresClient is used on its own loop")
    }
}
