import EventLoops
import Postgres
import SQLText
import Testing

@Suite struct TransactionTests {
    private struct Unwanted: Error {}

    private static let table = "CREATE TABLE t (id int PRIMARY KEY DEFERRABLE INITIALLY IMMEDIATE)"
    private static let ids = statement("SELECT id FROM t ORDER BY id")

    private static func insert(_ id: Int) -> SQLStatement { statement("INSERT INTO t VALUES ($1)", String(id)) }

    @Test func `commits what its body did`() async throws {
        try await withClient(setUp: Self.table) { client in
            let seen = try await client.withTransaction { transaction in
                _ = try await transaction.query(Self.insert(1))
                _ = try await transaction.batch([Self.insert(2), Self.insert(3)])
                return try await transaction.query(Self.ids).rows
            }
            let kept = try await client.query(Self.ids)
            #expect(seen == [["1"], ["2"], ["3"]] && kept.rows == seen)
        }
    }

    @Test func `commits along with its last batch`() async throws {
        try await withClient(setUp: Self.table) { client in
            let results = try await client.withTransaction { transaction in
                _ = try await transaction.query(Self.insert(1))
                let results = try await transaction.commit(with: [Self.insert(2), Self.ids])
                let late = await postgresError { try await transaction.query(Self.ids) }
                #expect(late == .misuse(.transactionEnded))
                return results
            }
            let kept = try await client.query(Self.ids)
            #expect(results.map(\.rows) == [[], [["1"], ["2"]]] && kept.rowCount == 2)
            let error = await postgresError {
                try await client.withTransaction { try await $0.commit(with: [Self.insert(3), Self.insert(1)]) }
            }
            let after = try await client.query(Self.ids)
            #expect(error?.fault?.statementIndex == 1 && after.rowCount == 2)
        }
    }

    @Test func `rolls back what is thrown out of`() async throws {
        try await withClient({ $0.exclusiveConnections = 1 }, setUp: Self.table) { client in
            await #expect(throws: Unwanted.self) {
                try await client.withTransaction { transaction in
                    _ = try await transaction.query(Self.insert(1))
                    throw Unwanted()
                }
            }
            let error = await postgresError {
                try await client.withTransaction { transaction in
                    _ = try await transaction.query(Self.insert(1))
                    return try await transaction.query(Self.insert(1))
                }
            }
            let kept = try await client.query(Self.ids)
            #expect(error?.fault?.sqlState == .uniqueViolation && kept.rowCount == 0)
        }
    }

    @Test func `sends nothing for a body that sends nothing`() async throws {
        let events = EventLog()
        try await withClient(events: events) { client in
            try await client.withTransaction { _ in }
            await #expect(throws: Unwanted.self) { try await client.withTransaction { _ in throw Unwanted() } }
        }
        // A stray ROLLBACK or COMMIT would have brought a warning.
        #expect(!events.all.contains { if case .notice = $0 { true } else { false } })
    }

    @Test func `says so when a swallowed error made its COMMIT a rollback`() async throws {
        try await withClient(setUp: Self.table) { client in
            let error = await postgresError {
                try await client.withTransaction { transaction in
                    _ = try await transaction.query(Self.insert(1))
                    _ = await postgresError { try await transaction.query(statement("SELECT 1/0")) }
                    let next = await postgresError { try await transaction.query(Self.ids) }
                    #expect(next?.fault?.sqlState == .failedTransaction)
                }
            }
            let kept = try await client.query(Self.ids)
            #expect(error == .transactionAborted && kept.rowCount == 0)
        }
    }

    @Test func `reports what only COMMIT finds out`() async throws {
        try await withClient(setUp: Self.table) { client in
            let error = await postgresError {
                try await client.withTransaction { transaction in
                    _ = try await transaction.batch([statement("SET CONSTRAINTS ALL DEFERRED"), Self.insert(1), Self.insert(1)])
                }
            }
            let kept = try await client.query(Self.ids)
            #expect(error?.fault?.sqlState == .uniqueViolation && error?.fault?.statementIndex == nil && kept.rowCount == 0)
        }
    }

    @Test(arguments: TransactionMode.allCases) func `begins as it is told`(_ mode: TransactionMode) async throws {
        let expected =
            switch mode {
            case .readWrite: ["read committed", "off"]
            case .readOnly: ["read committed", "on"]
            case .repeatableRead: ["repeatable read", "off"]
            case .repeatableReadOnly: ["repeatable read", "on"]
            case .serializable: ["serializable", "off"]
            }
        try await withClient { client in
            let read = statement("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
            let row = try await client.withTransaction(mode) { try await $0.query(read).rows[0] }
            #expect(row == expected)
        }
    }

    @Test func `keeps a prologue until its end`() async throws {
        try await withClient({ $0.exclusiveConnections = 1 }) { client in
            let read = statement("SELECT coalesce(current_setting('app.user', true), '')")
            let seen = try await client.withTransaction(.readOnly, prologue: [statement("SELECT set_config('app.user', $1, true)", "ann")]) {
                [try await $0.query(read).string(0, 0), try await $0.query(read).string(0, 0)]
            }
            let after = try await client.query(read)
            #expect(seen == ["ann", "ann"] && after.string(0, 0) == "")
        }
    }

    @Test func `undoes a savepoint alone`() async throws {
        try await withClient(setUp: Self.table) { client in
            try await client.withTransaction { transaction in
                try await transaction.savepoint { _ = try await transaction.query(Self.insert(1)) }
                let error = await postgresError {
                    try await transaction.savepoint {
                        _ = try await transaction.query(Self.insert(2))
                        try await transaction.savepoint { _ = try await transaction.query(Self.insert(3)) }
                        return try await transaction.query(Self.insert(1))
                    }
                }
                #expect(error?.fault?.sqlState == .uniqueViolation)
                try? await transaction.savepoint {
                    try await transaction.savepoint { throw Unwanted() }
                }
                try await transaction.savepoint {
                    try? await transaction.savepoint {
                        _ = try await transaction.query(Self.insert(4))
                        throw Unwanted()
                    }
                    _ = try await transaction.query(Self.insert(5))
                }
            }
            let kept = try await client.query(Self.ids)
            #expect(kept.rows == [["1"], ["5"]])
        }
    }

    @Test func `runs scripts inside`() async throws {
        try await withClient { client in
            await #expect(throws: Unwanted.self) {
                try await client.withTransaction { transaction in
                    let results = try await transaction.execute("CREATE TABLE a (); CREATE TABLE b (); SELECT 7")
                    #expect(results.count == 3 && results[2].int(0, 0) == 7)
                    throw Unwanted()
                }
            }
            let tables = try await client.query(statement("SELECT to_regclass('a') IS NULL AND to_regclass('b') IS NULL"))
            #expect(tables.bool(0, 0) == true)
        }
    }

    @Test func `answers queries of one transaction at once`() async throws {
        try await withClient(setUp: Self.table) { client in
            let loop = client.loop
            let values = try await client.withTransaction { transaction in
                await concurrently(50, on: loop) { number in
                    try await transaction.query(statement("SELECT $1::int", String(number))).int(0, 0)
                }
            }
            #expect(values.compactMap { try? $0.get() } == Array(0..<50))
        }
    }

    @Test func `keeps writers that conflict apart`() async throws {
        try await withClient(setUp: "CREATE TABLE c (n int); INSERT INTO c VALUES (0)") { client in
            let outcomes = await concurrently(20, on: client.loop) { _ in
                while true {
                    do {
                        return try await client.withTransaction(.serializable) { transaction in
                            let current = try await transaction.query(statement("SELECT n FROM c")).int(0, 0) ?? 0
                            _ = try await transaction.commit(with: [statement("UPDATE c SET n = $1", String(current + 1))])
                        }
                    } catch let error as PostgresError where error.isSerializationConflict {}
                }
            }
            let total = try await client.query(statement("SELECT n FROM c"))
            #expect(outcomes.allSatisfy { (try? $0.get()) != nil } && total.int(0, 0) == 20)
        }
    }
}
