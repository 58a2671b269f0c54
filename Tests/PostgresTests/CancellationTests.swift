import EventLoops
import Postgres
import SQLText
import Testing

@Suite struct CancellationTests {
    private static let sleep = statement("SELECT pg_sleep(60)")

    /// Waits until as many sleepers are seen by the server.
    private static func waitForSleepers(_ count: Int, _ client: PostgresClient) async throws {
        while try await client.query(countSleepers, lane: .fast).int(0, 0) != count {}
    }

    @Test func `stops the statement of a cancelled task and leaves its connection fit for use`() async throws {
        try await withClient({ $0.exclusiveConnections = 1 }) { client in
            for _ in 0..<5 {
                let error = try await withThrowingTaskGroup(of: PostgresError?.self) { group in
                    group.addTask(executorPreference: client.loop) { await postgresError { try await client.query(Self.sleep) } }
                    try await Self.waitForSleepers(1, client)
                    group.cancelAll()
                    return try await group.next() ?? nil
                }
                #expect(error == .cancelled)
                let next = try await client.query(statement("SELECT 1"))
                #expect(next.int(0, 0) == 1)
            }
        }
    }

    @Test func `stops a transaction and rolls it back`() async throws {
        try await withClient({ $0.exclusiveConnections = 1 }, setUp: "CREATE TABLE t (id int)") { client in
            let error = try await withThrowingTaskGroup(of: PostgresError?.self) { group in
                group.addTask(executorPreference: client.loop) {
                    await postgresError {
                        try await client.withTransaction { transaction in
                            _ = try await transaction.query(statement("INSERT INTO t VALUES (1)"))
                            _ = try await transaction.query(Self.sleep)
                        }
                    }
                }
                try await Self.waitForSleepers(1, client)
                group.cancelAll()
                return try await group.next() ?? nil
            }
            let kept = try await client.query(statement("SELECT count(*) FROM t"))
            #expect(error == .cancelled && kept.int(0, 0) == 0)
        }
    }

    @Test func `drops a job that still waits`() async throws {
        try await withClient({ $0.exclusiveConnections = 1 }) { client in
            try await withThrowingTaskGroup(of: PostgresError?.self) { group in
                group.addTask(executorPreference: client.loop) { await postgresError { try await client.query(Self.sleep) } }
                try await Self.waitForSleepers(1, client)
                let waiting = Task(executorPreference: client.loop) { await postgresError { try await client.query(statement("SELECT 1")) } }
                let lease = Task(executorPreference: client.loop) { await postgresError { try await client.withTransaction { _ in } } }
                await Task.yield()
                waiting.cancel()
                lease.cancel()
                let outcomes = await [waiting.value, lease.value]
                #expect(outcomes == [.cancelled, .cancelled])
                group.cancelAll()
            }
        }
    }

    @Test func `refuses jobs of a task that is cancelled already`() async throws {
        try await withClient { client in
            let error = await Task(executorPreference: client.loop) {
                withUnsafeCurrentTask { $0?.cancel() }
                return await postgresError { try await client.query(statement("SELECT 1")) }
            }.value
            #expect(error == .cancelled)
        }
    }

    @Test func `never hits the job of another`() async throws {
        try await withClient({ $0.exclusiveConnections = 2 }) { client in
            let outcomes = await concurrently(200, on: client.loop) { number -> Bool in
                if number.isMultiple(of: 2) {
                    let task = Task(executorPreference: client.loop) {
                        await postgresError { try await client.query(statement("SELECT pg_sleep(0.002)")) }
                    }
                    await Task.yield()
                    task.cancel()
                    let error = await task.value
                    return error == nil || error == .cancelled
                }
                return try await client.query(statement("SELECT $1::int, pg_sleep(0.001)", String(number))).int(0, 0) == number
            }
            #expect(outcomes.allSatisfy { (try? $0.get()) == true })
        }
    }

    @Test(arguments: [PostgresLane.exclusive, .fast]) func `ends a statement that takes too long`(_ lane: PostgresLane) async throws {
        try await withClient({ $0.statementTimeout = .seconds(1) }, setUp: "CREATE TABLE t (id int)") { client in
            let error = await postgresError { try await client.batch([statement("INSERT INTO t VALUES (1)"), Self.sleep], lane: lane) }
            let kept = try await client.query(statement("SELECT count(*) FROM t"), lane: lane)
            #expect(error == .timeout(statementIndex: 1) && kept.int(0, 0) == 0)
        }
    }
}
