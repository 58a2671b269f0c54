import EventLoops
import MigrationPlanning
import Postgres
import SQLText

/// The lock of all migrations of a database, and the waits for the tables' locks.
extension MigrationWork {
    /// "kerege" and a number.
    private static let key = "7738151097302745089"

    private static let tryLock = SQLFragment("SELECT pg_try_advisory_lock(\(bind: .text(key), as: .bigint))").statement

    /// Waits by asking again: a session that waits inside the server would hold a snapshot, which `CREATE INDEX CONCURRENTLY` of the lock's
    /// holder waits for.
    func takeMigrationLock() async throws {
        let deadline = ContinuousClock.now + options.migrationWait
        var delay = Duration.milliseconds(20)
        var isFirst = true
        while true {
            if try await session.query(MigrationWork.tryLock).bool(0, 0) == true { return }
            if isFirst { emit(.waitingForLock) }
            isFirst = false
            guard ContinuousClock.now < deadline else { throw MigrationError.anotherMigration }
            await runner.client.loop.sleep(for: delay * Double.random(in: 0.5...1))
            try Task.checkCancellation()
            delay = min(delay * 2, .milliseconds(250))
        }
    }

    /// Runs `body` until it is not refused for locks, with growing delays.
    /// - Throws: `MigrationError.locked` after the last attempt; what else `body` throws.
    func retryingLocks<T>(tables: [String], _ body: () async throws -> T) async throws -> T {
        var attempt = 1
        while true {
            do {
                return try await body()
            } catch let error where isLockConflict(error) {
                guard attempt < options.lockAttempts else { throw MigrationError.locked(tables: tables, attempts: attempt) }
                let delay = options.lockRetryDelay * (1 << min(attempt - 1, 5)) * Double.random(in: 0.5...1)
                emit(.lockTimeout(attempt: attempt, retryIn: delay))
                await runner.client.loop.sleep(for: delay)
                try Task.checkCancellation()
                attempt += 1
            }
        }
    }

    private func isLockConflict(_ error: any Error) -> Bool {
        error is LockWaitTooLong || (error as? PostgresError)?.isLockConflict == true
    }

    /// Takes all table locks at once, strongest first, within one `lockTimeout` in all: whoever comes after us waits no longer than that for our
    /// waiting.
    func lock(_ locks: [TableLock], in transaction: PostgresTransaction) async throws {
        let deadline = ContinuousClock.now + options.lockTimeout
        for level in LockLevel.allCases.reversed() {
            let names = locks.filter { $0.level == level }.map { "\(options.schema).\($0.table)" as DDLText }
            guard !names.isEmpty else { continue }
            let left = max(deadline - ContinuousClock.now, .milliseconds(1))
            _ = try await transaction.query(Settings.local(lock: left, statement: left))
            let text: DDLText = "LOCK TABLE \(names.joined(separator: ", ")) IN \(level.sql) MODE"
            do {
                _ = try await transaction.execute(text.text)
            } catch PostgresError.timeout {
                throw LockWaitTooLong()
            }
        }
    }
}

struct LockWaitTooLong: Error {}
