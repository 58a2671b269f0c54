import EventLoops
import Postgres
import SQLText
import Telemetry
import TestSupport
import Testing

@Suite struct SessionTests {
    @Test func `runs scripts, and tells where one fails`() async throws {
        try await withClient { client in
            try await client.withSession { session in
                let results = try await session.execute("CREATE TABLE a (id int); INSERT INTO a VALUES (1), (2); SELECT id FROM a ORDER BY 1")
                #expect(results.map(\.commandTag) == ["CREATE TABLE", "INSERT 0 2", "SELECT 2"])
                let error = await postgresError { try await session.execute("INSERT INTO a VALUES (3); SELECT 1/0; SELECT 2") }
                #expect(error?.fault?.sqlState == .divisionByZero && error?.fault?.statementIndex == 1)
                let syntax = await postgresError { try await session.execute("SELECT 1;\nSELEKT 2") }
                #expect(syntax?.fault?.position == 11)
                let nul = await postgresError { try await session.execute("SELECT 'a\0b'") }
                #expect(nul == .misuse(.nulInScript))
                let empty = try await session.execute("")
                #expect(empty.allSatisfy { $0.rowCount == 0 })
                let count = try await session.query(statement("SELECT count(*) FROM a"))
                #expect(count.int(0, 0) == 2)
            }
        }
    }

    @Test func `runs what no transaction may hold`() async throws {
        try await withClient(setUp: "CREATE TABLE a (id int)") { client in
            try await client.withSession { session in
                _ = try await session.execute("CREATE INDEX CONCURRENTLY a_id ON a (id)")
                let valid = try await session.query(statement("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_id'::regclass"))
                #expect(valid.bool(0, 0) == true)
                try await session.withTransaction { transaction in
                    _ = try await transaction.execute("ALTER TABLE a ADD b int")
                    _ = try await transaction.query(statement("INSERT INTO a VALUES (1, 2)"))
                }
                let rows = try await session.query(statement("SELECT * FROM a"))
                #expect(rows.rows == [["1", "2"]])
            }
        }
    }

    @Test func `keeps notices`() async throws {
        let events = EventLog()
        try await withClient(events: events) { client in
            try await client.withSession { session in
                _ = try await session.execute("DO $$ BEGIN RAISE NOTICE 'one %', 1; RAISE WARNING 'two'; END $$")
                _ = try await session.query(statement("SELECT 1"))
                let notices = session.takeNotices()
                #expect(notices.map(\.message) == ["one 1", "two"] && notices.map(\.severity) == ["NOTICE", "WARNING"])
                #expect(session.takeNotices().isEmpty && session.serverVersion >= 140_000)
            }
        }
        #expect(events.all.count { if case .notice = $0 { true } else { false } } == 2)
    }

    @Test func `lets its locks go at the end`() async throws {
        try await withClient { client in
            let lock = statement("SELECT pg_try_advisory_lock(42)")
            let taken = try await client.withSession { first in
                let mine = try await first.query(lock).bool(0, 0)
                let theirs = try await client.withSession { try await $0.query(lock).bool(0, 0) }
                return [mine, theirs]
            }
            #expect(taken == [true, false])
            // The server lets go when it sees the connection closed.
            while try await client.withSession({ try await $0.query(lock).bool(0, 0) }) != true {}
        }
    }

    @Test func `is cancelled with its task`() async throws {
        try await withClient { client in
            let task = Task(executorPreference: client.loop) {
                await postgresError { try await client.withSession { try await $0.execute("SELECT pg_sleep(60)") } }
            }
            while try await client.query(countSleepers).int(0, 0) != 1 {}
            task.cancel()
            let error = await task.value
            #expect(error == .cancelled)
        }
    }

    @Test(arguments: ["host=/tmp password=hunter2 hunter3", "postgresql://u:hunter2%zz@h/db", "port='hunter2"])
    func `keeps a malformed connection string to itself`(_ conninfo: String) async throws {
        let error = await postgresError {
            try await onLoop { try await PostgresSession.with(PostgresConfiguration(conninfo: Secret(conninfo)), loop: $0) { _ in } }
        }
        #expect(error == .unavailable(.notConnected("the connection string is malformed")))
    }

    @Test func `says why it can't connect`() async throws {
        let error = await postgresError {
            try await onLoop { loop in
                let configuration = PostgresConfiguration(conninfo: "host=/nowhere dbname=x password=hunter2")
                try await PostgresSession.with(configuration, loop: loop) { _ in }
            }
        }
        guard case .unavailable(.notConnected(let reason)) = error else {
            Issue.record("unexpected \(String(describing: error))")
            return
        }
        #expect(reason.contains("/nowhere") && !reason.contains("hunter2"))
    }
}
