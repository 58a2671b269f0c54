import EventLoops
import Postgres
import SQLText
import Synchronization
import Testing

/// A statement that is all of a transaction goes out without BEGIN and COMMIT, and is one all the same.
@Suite struct LoneStatementTests {
    private struct Unwanted: Error {}

    private static let table = """
        CREATE TABLE t (id int PRIMARY KEY, n int, late int);
        ALTER TABLE t ADD CONSTRAINT late_unique UNIQUE (late) DEFERRABLE INITIALLY DEFERRED;
        """
    private static let all = statement("SELECT id, late FROM t ORDER BY id")
    private static let control = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"]

    private static func insert(_ id: String, late: String) -> SQLStatement {
        statement("WITH r AS (INSERT INTO t (id, late) VALUES ($1, $2) RETURNING id) SELECT id FROM r", id, late)
    }

    /// What was sent and what came beside the results.
    private final class Log: Sendable {
        let events = EventLog()
        private let texts = Mutex<[String]>([])

        func add(_ text: String) { texts.withLock { $0.append(text) } }

        /// The statements that begin and end transactions, since this was asked last.
        func takeControl() -> [String] {
            texts.withLock { texts in
                defer { texts = [] }
                return texts.compactMap { text in control.first { text.hasPrefix($0) } }
            }
        }

        var notices: Int { events.all.count { if case .notice = $0 { true } else { false } } }
        var stalePlans: Int { events.all.count { if case .stalePlan = $0 { true } else { false } } }
    }

    private func withLog<T: Sendable>(_ body: @Sendable (PostgresClient, Log) async throws -> T) async throws -> T {
        let log = Log()
        let value = try await withClient(
            {
                $0.exclusiveConnections = 1
                $0.trace = { log.add($1) }
            }, events: log.events, setUp: Self.table
        ) { client in
            _ = log.takeControl()
            return try await body(client, log)
        }
        // "there is no transaction in progress" would have been one.
        #expect(log.notices == 0)
        #expect(log.events.lostConnections == 0)
        return value
    }

    @Test func `goes out alone`() async throws {
        try await withLog { client, log in
            let key = try await client.withTransaction { transaction in
                #expect(transaction.isUnsent)
                let key = try await transaction.commit(with: [Self.insert("1", late: "1")]).first?.int(0, 0)
                let late = await postgresError { try await transaction.query(Self.all) }
                #expect(late == .misuse(.transactionEnded) && !transaction.isUnsent)
                return key
            }
            #expect(key == 1 && log.takeControl() == [])
            let kept = try await client.query(Self.all)
            #expect(kept.rows == [["1", "1"]])
        }
    }

    @Test func `has ended whatever is thrown after it`() async throws {
        try await withLog { client, log in
            await #expect(throws: Unwanted.self) {
                try await client.withTransaction { transaction in
                    _ = try await transaction.commit(with: [Self.insert("1", late: "1")])
                    throw Unwanted()
                }
            }
            #expect(log.takeControl() == [])
            let kept = try await client.query(Self.all)
            #expect(kept.rowCount == 1)
        }
    }

    @Test func `begins where something goes before it or along with it`() async throws {
        try await withLog { client, log in
            try await client.withTransaction { transaction in
                _ = try await transaction.commit(with: [Self.insert("1", late: "1"), Self.insert("2", late: "2")])
            }
            #expect(log.takeControl() == ["BEGIN", "COMMIT"])
            try await client.withTransaction { transaction in
                _ = try await transaction.query(Self.all)
                #expect(!transaction.isUnsent)
                _ = try await transaction.commit(with: [Self.insert("3", late: "3")])
            }
            #expect(log.takeControl() == ["BEGIN", "COMMIT"])
            try await client.withTransaction(.readWrite, prologue: [statement("SELECT set_config('app.user', $1, true)", "ann")]) {
                let seen = try await $0.commit(with: [statement("SELECT current_setting('app.user')")])
                #expect(seen.first?.rows == [["ann"]])
            }
            #expect(log.takeControl() == ["BEGIN", "COMMIT"])
            try await client.withTransaction { transaction in
                try await transaction.savepoint { _ = try await transaction.commit(with: [Self.insert("4", late: "4")]) }
            }
            #expect(log.takeControl() == ["BEGIN", "SAVEPOINT", "COMMIT"])
            let kept = try await client.query(Self.all)
            #expect(kept.rowCount == 4)
        }
    }

    @Test(arguments: TransactionMode.allCases.filter { $0 != .readWrite }) func `keeps its mode`(_ mode: TransactionMode) async throws {
        try await withLog { client, log in
            _ = try await client.withTransaction(mode) { try await $0.commit(with: [Self.all]) }
            #expect(log.takeControl() == ["BEGIN", "COMMIT"])
        }
    }

    @Test func `leaves nothing when it is refused`() async throws {
        try await withLog { client, log in
            _ = try await client.withTransaction { try await $0.commit(with: [Self.insert("1", late: "1")]) }
            let atOnce = await postgresError { try await client.withTransaction { try await $0.commit(with: [Self.insert("1", late: "2")]) } }
            #expect(atOnce?.fault?.sqlState == .uniqueViolation && atOnce?.fault?.statementIndex == 0)
            let unfit = await postgresError { try await client.withTransaction { try await $0.commit(with: [Self.insert("x", late: "2")]) } }
            #expect(unfit?.fault?.sqlState == .invalidTextRepresentation)
            #expect(log.takeControl() == [])
            let kept = try await client.query(Self.all)
            #expect(kept.rows == [["1", "1"]])
        }
    }

    /// The row is answered before the end of the statement's own transaction refuses it.
    @Test func `is refused at its end`() async throws {
        try await withLog { client, log in
            for _ in 0..<3 {
                _ = try await client.withTransaction { try await $0.commit(with: [Self.insert("1", late: "1")]) }
                let error = await postgresError { try await client.withTransaction { try await $0.commit(with: [Self.insert("2", late: "1")]) } }
                #expect(error?.fault?.sqlState == .uniqueViolation && error?.fault?.constraint == "late_unique")
                let kept = try await client.query(Self.all)
                #expect(kept.rows == [["1", "1"]])
                _ = try await client.query(statement("DELETE FROM t"))
            }
            #expect(log.takeControl() == [])
        }
    }

    @Test func `is tried again when its plan is stale`() async throws {
        try await withLog { client, log in
            for id in ["1", "2"] { _ = try await client.withTransaction { try await $0.commit(with: [Self.insert(id, late: id)]) } }
            _ = try await client.withSession { try await $0.execute("ALTER TABLE t ALTER COLUMN id TYPE bigint") }
            let key = try await client.withTransaction { try await $0.commit(with: [Self.insert("3", late: "3")]) }.first?.int(0, 0)
            #expect(key == 3 && log.stalePlans == 1)
            let kept = try await client.query(Self.all)
            #expect(kept.rowCount == 3)
            // What is refused the second time is told.
            _ = try await client.withTransaction { try await $0.commit(with: [Self.insert("4", late: "4")]) }
            _ = try await client.query(statement("DEALLOCATE ALL"))
            let error = await postgresError { try await client.withTransaction { try await $0.commit(with: [Self.insert("3", late: "5")]) } }
            #expect(error?.fault?.sqlState == .uniqueViolation && log.stalePlans == 2)
            #expect(log.takeControl() == [])
        }
    }

    @Test func `is stopped with its task and leaves nothing`() async throws {
        try await withLog { client, log in
            let sleepy = statement("WITH r AS (INSERT INTO t (id) VALUES (1) RETURNING id) SELECT id FROM r, pg_sleep(60)")
            let error = try await withThrowingTaskGroup(of: PostgresError?.self) { group in
                group.addTask(executorPreference: client.loop) {
                    await postgresError { try await client.withTransaction { try await $0.commit(with: [sleepy]) } }
                }
                while try await client.query(countSleepers, lane: .fast).int(0, 0) != 1 {}
                group.cancelAll()
                return try await group.next() ?? nil
            }
            let kept = try await client.query(Self.all)
            #expect(error == .cancelled && kept.rowCount == 0)
            #expect(log.takeControl() == [])
        }
    }

    @Test func `is not sent for a task that was cancelled`() async throws {
        try await withLog { client, log in
            let error = await withTaskGroup(of: PostgresError?.self) { group in
                group.addTask(executorPreference: client.loop) {
                    await postgresError {
                        try await client.withTransaction { transaction in
                            withUnsafeCurrentTask { $0?.cancel() }
                            return try await transaction.commit(with: [Self.insert("1", late: "1")])
                        }
                    }
                }
                return await group.next() ?? nil
            }
            #expect(error == .cancelled)
            let kept = try await client.query(Self.all)
            #expect(kept.rowCount == 0)
        }
    }
}
