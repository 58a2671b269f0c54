import EventLoops
import Postgres
import SQLText
import TestSupport
import Testing

@Suite struct ShutdownTests {
    @Test func `fails what waits, finishes what runs, refuses what comes`() async throws {
        try await withTestDatabase { database in
            var configuration = database.configuration
            configuration.exclusiveConnections = 1
            try await onLoop { [configuration] loop in
                let client = PostgresClient(configuration: configuration, loop: loop)
                try await client.start()
                let running = Task(executorPreference: loop) { try await client.query(statement("SELECT pg_sleep(0.3), 7")).int(0, 1) }
                let shared = Task(executorPreference: loop) { try await client.query(statement("SELECT pg_sleep(0.2), 8"), lane: .fast).int(0, 1) }
                await Task.yield()
                let waiting = Task(executorPreference: loop) { await postgresError { try await client.query(statement("SELECT 1")) } }
                let lease = Task(executorPreference: loop) { await postgresError { try await client.withTransaction { _ in } } }
                await Task.yield()
                await client.close(grace: .seconds(10))
                let finished = [try await running.value, try await shared.value]
                let failed = [await waiting.value, await lease.value]
                #expect(finished == [7, 8] && failed == [.shutdown, .shutdown])
                let late = [
                    await postgresError { try await client.query(statement("SELECT 1")) },
                    await postgresError { try await client.query(statement("SELECT 1"), lane: .fast) },
                    await postgresError { try await client.withTransaction { _ in } }, await postgresError { try await client.withSession { _ in } },
                ]
                #expect(late == [.shutdown, .shutdown, .shutdown, .shutdown] && !client.isConnected)
                await client.close(grace: .zero)
            }
        }
    }

    @Test func `cuts what outlasts the grace, on the server too`() async throws {
        try await withTestDatabase { database in
            try await onLoop { [configuration = database.configuration] loop in
                let client = PostgresClient(configuration: configuration, loop: loop)
                try await client.start()
                let running = Task(executorPreference: loop) { await postgresError { try await client.query(statement("SELECT pg_sleep(60)")) } }
                let transaction = Task(executorPreference: loop) {
                    await postgresError { try await client.withTransaction { try await $0.query(statement("SELECT pg_sleep(60)")) } }
                }
                await Task.yield()
                while try await client.query(countSleepers, lane: .fast).int(0, 0) != 2 {}
                await client.close(grace: .milliseconds(20))
                let errors = [await running.value, await transaction.value]
                #expect(errors == [.shutdown, .shutdown])
                try await PostgresSession.with(configuration, loop: loop) { session in
                    while try await session.query(countSleepers).int(0, 0) != 0 {}
                }
            }
        }
    }

    @Test func `waits for a transaction that is under way`() async throws {
        try await withTestDatabase { database in
            try await onLoop { [configuration = database.configuration] loop in
                let client = PostgresClient(configuration: configuration, loop: loop)
                try await client.start()
                let transaction = Task(executorPreference: loop) {
                    try await client.withTransaction { transaction in
                        _ = try await transaction.query(statement("SELECT pg_sleep(0.05)"))
                        return try await transaction.query(statement("SELECT 9")).int(0, 0)
                    }
                }
                await Task.yield()
                await client.close(grace: .seconds(10))
                let answer = try await transaction.value
                #expect(answer == 9)
            }
        }
    }
}
