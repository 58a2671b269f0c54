package import SQLText

/// One transaction, handed to the body of `withTransaction`. Ends with it: later calls throw `.misuse(.transactionEnded)`.
///
/// State can go: unsent -> open -> ended. `@unchecked Sendable`: touched on its connection's loop only.
package final class PostgresTransaction: @unchecked Sendable, StatementRunner {
    private enum Phase {
        case unsent, open, ended
    }

    private let connection: Connection
    private let noteStalePlan: (PostgresError) -> Void
    private var phase = Phase.unsent
    /// As a statement that no BEGIN precedes.
    private let isPlain: Bool
    /// Its only statement went out without BEGIN.
    private var isAlone = false
    /// What must go before the next statements: BEGIN and prologue, marks of savepoints.
    private var pending: [SQLStatement]
    private var savepointDepth = 0
    /// How often something was sent, to see whether a savepoint was ever made.
    private var sendings = 0

    init(_ connection: Connection, _ mode: TransactionMode, _ prologue: [SQLStatement], noteStalePlan: @escaping (PostgresError) -> Void) {
        self.connection = connection
        self.noteStalePlan = noteStalePlan
        isPlain = mode == .readWrite
        pending = [mode.begin] + prologue
    }

    /// Nothing has been sent yet.
    package var isUnsent: Bool { phase == .unsent }

    package func query(_ statement: SQLStatement) async throws -> PostgresResult {
        let job = try await send([statement])
        guard let result = job.firstResult else { throw PostgresError.connectionLost(nil) }
        return result
    }

    /// Runs statements in one round trip. An error leaves the transaction broken until it is rolled back, whole or to a savepoint.
    package func batch(_ statements: [SQLStatement]) async throws -> [PostgresResult] {
        guard !statements.isEmpty else { return [] }
        return try await send(statements).results
    }

    /// Runs the last statements and COMMIT in one round trip; a statement that is the only one goes out alone. After it the transaction has ended,
    /// unless it throws: then it is rolled back.
    package func commit(with statements: [SQLStatement]) async throws -> [PostgresResult] {
        if statements.count == 1, isUnsent, isPlain, pending.count == 1 {
            // A statement is a transaction by itself: no BEGIN, and nothing to roll back.
            pending = []
            isAlone = true
            return try await send(statements).results
        }
        let job = try await send(statements, epilogue: [ControlStatements.commit])
        phase = .ended
        guard job.epilogueTag == "COMMIT" else { throw PostgresError.transactionAborted }
        return job.results
    }

    /// Runs a script by the simple protocol within the transaction; a result for each statement in it. For DDL of migrations.
    package func execute(_ script: String) async throws -> [PostgresResult] {
        guard !script.utf8.contains(0) else { throw PostgresError.misuse(.nulInScript) }
        if !pending.isEmpty { _ = try await send([]) }
        guard phase == .open else { throw PostgresError.misuse(.transactionEnded) }
        guard !Task.isCancelled else { throw PostgresError.cancelled }
        let job = Job(script: script)
        await connection.perform(job)
        if let error = job.error { throw error }
        return job.results
    }

    /// Runs `body` so that what it throws undoes its own statements only. Costs no round trip of its own.
    package func savepoint<T>(_ body: () async throws -> T) async throws -> T {
        guard phase != .ended else { throw PostgresError.misuse(.transactionEnded) }
        savepointDepth += 1
        defer { savepointDepth -= 1 }
        let name = SQLIdentifier("kerege_\(savepointDepth)") ?? SQLIdentifier(static: "kerege")
        let (pendingBefore, sendingsBefore) = (pending, sendings)
        pending.append(SQLFragment("SAVEPOINT \(name)").statement)
        do {
            let value = try await body()
            if sendings == sendingsBefore {
                pending = pendingBefore
            } else {
                pending.append(SQLFragment("RELEASE SAVEPOINT \(name)").statement)
            }
            return value
        } catch {
            if sendings == sendingsBefore {
                pending = pendingBefore
            } else {
                pending = [SQLFragment("ROLLBACK TO SAVEPOINT \(name)").statement, SQLFragment("RELEASE SAVEPOINT \(name)").statement]
            }
            throw error
        }
    }

    func run<T>(_ body: (PostgresTransaction) async throws -> T) async throws -> T {
        do {
            let value = try await body(self)
            try await commit()
            return value
        } catch {
            await rollback()
            throw error
        }
    }

    private func commit() async throws(PostgresError) {
        switch phase {
        case .ended: return
        case .unsent: phase = .ended
        case .open:
            let job = Job([], prologue: pending, epilogue: [ControlStatements.commit], startsOutsideTransaction: false)
            phase = .ended
            await connection.performToTheEnd(job)
            if let error = job.error { throw error }
            guard job.epilogueTag == "COMMIT" else { throw .transactionAborted }
        }
    }

    /// Also after COMMIT has failed: harmless then. A connection that can't roll back is closed, which does.
    private func rollback() async {
        let isBegun = sendings > 0 && !isAlone
        phase = .ended
        guard isBegun, !connection.isClosed else { return }
        let job = Job([ControlStatements.rollback], startsOutsideTransaction: false)
        await connection.performToTheEnd(job)
        if job.error != nil { connection.close() }
    }

    private func send(_ statements: [SQLStatement], epilogue: [SQLStatement] = []) async throws(PostgresError) -> Job {
        try Job.check(statements)
        guard phase != .ended else { throw .misuse(.transactionEnded) }
        // Once `pending` is taken the job must go out: another task's statements may rely on the BEGIN in it.
        guard !Task.isCancelled else { throw .cancelled }
        let prologue = pending
        let isFirst = phase == .unsent
        pending = []
        phase = isAlone ? .ended : .open
        sendings += 1
        let job = Job(statements, prologue: prologue, epilogue: epilogue, startsOutsideTransaction: isFirst)
        await connection.perform(job)
        guard let error = job.error else { return job }
        guard error.isStalePlan else { throw error }
        noteStalePlan(error)
        guard isFirst, connection.jobsInFlight == 0 else { throw error }
        return try await sendFirstAgain(statements, prologue, epilogue)
    }

    /// Nobody has seen anything of the transaction yet, so that it can be begun anew with fresh statements.
    private func sendFirstAgain(
        _ statements: [SQLStatement], _ prologue: [SQLStatement], _ epilogue: [SQLStatement]
    ) async throws(PostgresError) -> Job {
        if !isAlone { await connection.performToTheEnd(Job([ControlStatements.rollback], startsOutsideTransaction: false)) }
        let job = Job(statements, prologue: prologue, epilogue: epilogue, startsOutsideTransaction: true)
        job.isRetry = true
        await connection.perform(job)
        if let error = job.error { throw error }
        return job
    }
}
