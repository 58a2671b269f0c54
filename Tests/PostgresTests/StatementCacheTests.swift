import Postgres
import SQLText
import TestSupport
import Testing

@Suite struct StatementCacheTests {
    private static let prepared = statement("SELECT count(*) FROM pg_prepared_statements")

    private static func numbered(_ number: Int) -> SQLStatement { SQLFragment("SELECT \(number: number)").statement }

    @Test(arguments: [PostgresLane.exclusive, .fast]) func `keeps the server's memory bounded`(_ lane: PostgresLane) async throws {
        try await withClient({
            $0.exclusiveConnections = 1
            $0.statementCacheCapacity = 10
        }) { client in
            for round in 0..<3 {
                for number in 0..<100 {
                    let answer = try await client.query(Self.numbered(number), lane: lane).int(0, 0)
                    #expect(answer == number)
                }
                let count = try await client.query(Self.prepared, lane: lane).int(0, 0) ?? 0
                #expect((1...27).contains(count), "round \(round)")
            }
        }
    }

    @Test func `prepares a text once, whatever storage it comes in`() async throws {
        try await withClient({ $0.exclusiveConnections = 1 }) { client in
            let before = try await client.query(Self.prepared).int(0, 0) ?? 0
            for _ in 0..<20 { _ = try await client.query(SQLFragment("SELECT \(number: 123), \(bind: .text("x"), as: .text)").statement) }
            let after = try await client.query(Self.prepared).int(0, 0) ?? 0
            #expect(after == before + 1)
        }
    }

    @Test func `tells two spellings of a letter apart`() async throws {
        try await withClient { client in
            let results = try await client.batch([statement("SELECT octet_length('\u{E9}')"), statement("SELECT octet_length('e\u{301}')")])
            #expect(results.map { $0.int(0, 0) } == [2, 3])
        }
    }

    @Test(arguments: [PostgresLane.exclusive, .fast]) func `prepares anew when tables change`(_ lane: PostgresLane) async throws {
        let events = EventLog()
        try await withClient(events: events, setUp: "CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 2)") { client in
            let read = statement("SELECT * FROM t")
            _ = await concurrently(8, on: client.loop) { _ in try await client.batch([read, statement("SELECT pg_sleep(0.01)")], lane: lane) }
            _ = try await client.withSession {
                try await $0.execute("ALTER TABLE t ADD c text DEFAULT 'new'; ALTER TABLE t ALTER a TYPE text USING 'x' || a")
            }
            let outcomes = await concurrently(40, on: client.loop) { _ in try await client.query(read, lane: lane).rows }
            for outcome in outcomes { #expect(try outcome.get() == [["x1", "2", "new"]]) }
        }
        #expect(events.all.contains(.stalePlan(.featureNotSupported)))
    }

    @Test func `begins a transaction anew when its first statements are stale`() async throws {
        try await withClient({ $0.exclusiveConnections = 1 }, setUp: "CREATE TABLE t (a int); INSERT INTO t VALUES (1)") { client in
            let read = statement("SELECT * FROM t")
            let change = "ALTER TABLE t ADD b int DEFAULT 5"
            _ = try await client.query(read)
            _ = try await client.withSession { try await $0.execute(change) }
            let rows = try await client.withTransaction(.repeatableReadOnly) { transaction in
                [try await transaction.query(read).rows, try await transaction.query(read).rows]
            }
            #expect(rows == [[["1", "5"]], [["1", "5"]]])
            let late = await postgresError {
                try await client.withTransaction { transaction in
                    _ = try await transaction.query(statement("SELECT 1"))
                    _ = try await client.withSession { try await $0.execute("ALTER TABLE t ADD c int") }
                    return try await transaction.query(read)
                }
            }
            let again = try await client.query(read)
            #expect(late?.isStalePlan == true && again.columnCount == 3)
        }
    }

    @Test(arguments: [PostgresLane.exclusive, .fast]) func `survives statements that vanish from the server`(_ lane: PostgresLane) async throws {
        try await withClient({ $0.exclusiveConnections = 1 }) { client in
            let read = statement("SELECT 7")
            _ = try await client.query(read, lane: lane)
            _ = try await client.query(statement("DEALLOCATE ALL"), lane: lane)
            let answers = await concurrently(10, on: client.loop) { _ in try await client.query(read, lane: lane).int(0, 0) }
            #expect(answers.allSatisfy { (try? $0.get()) == 7 })
        }
    }

    @Test func `does not take every unsupported feature for a changed table`() async throws {
        let events = EventLog()
        try await withClient(events: events, setUp: "CREATE TABLE t (a int)") { client in
            let error = await postgresError { try await client.query(statement("SELECT a, count(*) FROM t GROUP BY a FOR UPDATE")) }
            #expect(error?.fault?.sqlState == .featureNotSupported && error?.isStalePlan == false)
        }
        #expect(!events.all.contains(.stalePlan(.featureNotSupported)))
    }

    @Test func `forgets all when a new generation begins`() async throws {
        try await withClient({ $0.exclusiveConnections = 1 }) { client in
            for number in 0..<50 { _ = try await client.query(Self.numbered(number)) }
            client.invalidateStatements()
            let count = try await client.query(Self.prepared).int(0, 0)
            #expect(count == 1)
        }
    }

    @Test func `prepares a failed text again`() async throws {
        try await withClient { client in
            let read = statement("SELECT a FROM late")
            for lane in [PostgresLane.exclusive, .fast] {
                let errors = await concurrently(10, on: client.loop) { _ in try await client.query(read, lane: lane) }
                #expect(
                    errors.allSatisfy {
                        if case .failure(let error as PostgresError) = $0 { error.fault?.sqlState == .undefinedTable } else { false }
                    })
            }
            _ = try await client.withSession { try await $0.execute("CREATE TABLE late (a int)") }
            for lane in [PostgresLane.exclusive, .fast] {
                let answer = try await client.query(read, lane: lane)
                #expect(answer.rowCount == 0 && answer.columnCount == 1)
            }
        }
    }
}
