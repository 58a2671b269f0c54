import Postgres
import SQLText
import Testing

@Suite struct BatchTests {
    static let table = "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE child (parent int REFERENCES t DEFERRABLE INITIALLY DEFERRED)"

    @Test(arguments: [PostgresLane.exclusive, .fast]) func `is one transaction`(_ lane: PostgresLane) async throws {
        try await withClient(setUp: BatchTests.table) { client in
            let results = try await client.batch(
                [
                    statement("INSERT INTO t VALUES ($1) RETURNING id", "1"), statement("SELECT count(*) FROM t"),
                    statement("UPDATE t SET id = id + 1"),
                ],
                lane: lane)
            #expect(results.map(\.rows) == [[["1"]], [["1"]], []])
            #expect(results.map(\.affectedRows) == [1, 1, 1])
            let error = await postgresError {
                try await client.batch(
                    [statement("INSERT INTO t VALUES ($1)", "10"), statement("INSERT INTO t VALUES ($1)", "2"), statement("SELECT 1")], lane: lane)
            }
            #expect(error?.fault?.sqlState == .uniqueViolation && error?.fault?.statementIndex == 1)
            #expect(try await client.query(statement("SELECT id FROM t ORDER BY 1"), lane: lane).rows == [["2"]])
        }
    }

    @Test func `reports a constraint that is checked at the end`() async throws {
        try await withClient(setUp: BatchTests.table) { client in
            for lane in [PostgresLane.exclusive, .fast] {
                let error = await postgresError { try await client.query(statement("INSERT INTO child VALUES (99)"), lane: lane) }
                #expect(error?.fault?.sqlState == .foreignKeyViolation && error?.fault?.statementIndex == nil)
            }
            let count = try await client.query(statement("SELECT count(*) FROM child"))
            #expect(count.int(0, 0) == 0)
        }
    }

    @Test(arguments: [PostgresLane.exclusive, .fast]) func `keeps a prologue to itself`(_ lane: PostgresLane) async throws {
        try await withClient { client in
            let tenant = statement("SELECT set_config('app.tenant', $1, true)", "blue")
            let read = statement("SELECT coalesce(current_setting('app.tenant', true), '')")
            let blue = try await client.query(read, prologue: [tenant], lane: lane)
            #expect(blue.string(0, 0) == "blue")
            #expect(try await client.batch([read, read], prologue: [tenant], lane: lane).map { $0.string(0, 0) } == ["blue", "blue"])
            #expect(try await client.query(read, lane: lane).string(0, 0) == "")
            let error = await postgresError { try await client.batch([read], prologue: [statement("SELECT 1/0")], lane: lane) }
            #expect(error?.fault?.sqlState == .divisionByZero && error?.fault?.statementIndex == nil)
        }
    }

    @Test func `of nothing is nothing`() async throws {
        try await withClient { client in
            let none = try await client.batch([]) + client.withTransaction { try await $0.batch([]) }
            #expect(none.isEmpty)
        }
    }

    @Test func `refuses COPY and goes on`() async throws {
        try await withClient(setUp: BatchTests.table) { client in
            #expect(await postgresError { try await client.query(statement("COPY t FROM STDIN")) } == .misuse(.copy))
            #expect(await postgresError { try await client.query(statement("COPY t TO STDOUT"), lane: .fast) } == .misuse(.copy))
            let one = try await client.query(statement("SELECT 1"))
            #expect(one.int(0, 0) == 1)
        }
    }

    @Test func `takes thousands of statements in one round trip`() async throws {
        try await withClient(setUp: BatchTests.table) { client in
            let inserts = (0..<5_000).map { statement("INSERT INTO t VALUES ($1) RETURNING id", String($0)) }
            let results = try await client.batch(inserts)
            #expect(results.count == 5_000 && results.last?.int(0, 0) == 4_999)
        }
    }
}
