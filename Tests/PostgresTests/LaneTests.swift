import EventLoops
import Postgres
import SQLText
import Synchronization
import Testing

@Suite struct LaneTests {
    @Test func `answers thousands of mixed requests, each its own`() async throws {
        let failures: [StaticString] = ["SELECT 1/($1::int - $1::int)", "SELECT nonsense FROM $1", "SELECT ($1 || 'x')::int"]
        try await withClient(setUp: "CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t SELECT i, i * 7 FROM generate_series(0, 999) i") {
            client in
            let outcomes = await concurrently(10_000, on: client.loop) { number -> Bool in
                let text = String(number)
                let key = String(number % 1_000)
                switch number % 10 {
                case 0...2:
                    return try await client.query(statement("SELECT n FROM t WHERE id = $1", key), lane: .fast).int(0, 0) == number % 1_000 * 7
                case 3, 4:
                    let error = await postgresError { try await client.query(statement(failures[number % 3], text), lane: .fast) }
                    return error?.fault != nil && !(error?.isStalePlan ?? true)
                case 5: return try await client.query(statement("SELECT $1::text", text)).string(0, 0) == text
                case 6:
                    let error = await postgresError { try await client.query(statement(failures[number % 3], text)) }
                    return error?.fault != nil
                case 7:
                    let results = try await client.batch(
                        [statement("SELECT $1::int", text), statement("SELECT n FROM t WHERE id = $1", key)], lane: .fast)
                    return results.map { $0.int(0, 0) } == [number, number % 1_000 * 7]
                case 8:
                    return try await client.withTransaction(.repeatableReadOnly) { transaction in
                        let first = try await transaction.query(statement("SELECT $1::int + 1", text)).int(0, 0)
                        return first == number + 1 ? try await transaction.query(statement("SELECT $1::int", text)).int(0, 0) == number : false
                    }
                default:
                    // Texts that come and go: the cache is too small for them.
                    let odd = SQLFragment("SELECT \(number: number % 700), $1").render().text
                    return try await client.query(SQLTemplate(text: odd, sources: [.value(.text(text))]).statement(slots: []), lane: .fast).rows
                        == [[String(number % 700), text]]
                }
            }
            let wrong = outcomes.indices.filter { (try? outcomes[$0].get()) != true }
            #expect(wrong.isEmpty, "\(wrong.count)")
        }
    }

    @Test func `lets a failing statement of the shared connection hurt nobody`() async throws {
        try await withClient { client in
            let outcomes = await concurrently(2_400, on: client.loop) { number in
                try await client.query(statement("SELECT 100 / ($1::int % 3)", String(number)), lane: .fast).int(0, 0)
            }
            for (number, outcome) in outcomes.enumerated() {
                switch outcome {
                case .success(let value): #expect(value == 100 / (number % 3))
                case .failure(let error): #expect((error as? PostgresError)?.fault?.sqlState == .divisionByZero && number % 3 == 0)
                }
            }
        }
    }

    @Test(arguments: [(64, false, 1), (65, false, 2), (2, true, 2)]) func `shares one connection, more where statements take long or come in masses`(
        _ jobs: Int, _ takesLong: Bool, _ connections: Int
    ) async throws {
        try await withClient { client in
            let outcomes = await concurrently(jobs, on: client.loop) { _ in
                let work = statement("SELECT pg_backend_pid(), pg_sleep(0.002)")
                return try await client.query(work, lane: .fast, takesLong: takesLong).int(0, 0)
            }
            let processes = Set(try outcomes.map { try $0.get() })
            #expect(processes.count == connections)
        }
    }

    @Test func `opens no more connections than it may, and only when needed`() async throws {
        try await withClient({ $0.exclusiveConnections = 3 }) { client in
            let count = statement("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            let before = try await client.query(count).int(0, 0)
            let sleepers = Task(executorPreference: client.loop) {
                await concurrently(12, on: client.loop) { _ in try await client.query(statement("SELECT pg_sleep(60)")) }
            }
            while try await client.query(countSleepers, lane: .fast).int(0, 0) != 3 {}
            let after = try await client.query(count, lane: .fast).int(0, 0)
            sleepers.cancel()
            _ = await sleepers.value
            // Two of them are shared ones.
            #expect(before == 3)
            #expect(after == 5)
        }
    }

    @Test func `tells how many wait for their turn on each lane`() async throws {
        try await withClient({ $0.exclusiveConnections = 2 }) { client in
            #expect(client.waitingJobs(in: .exclusive) == 0 && client.waitingJobs(in: .fast) == 0)
            let sleepers = Task(executorPreference: client.loop) {
                await concurrently(7, on: client.loop) { _ in try await client.query(statement("SELECT pg_sleep(60)")) }
            }
            while try await client.query(countSleepers, lane: .fast).int(0, 0) != 2 {}
            #expect(client.waitingJobs(in: .exclusive) == 5)
            // Sent one behind the other; the first of them is not waiting.
            let short = Task(executorPreference: client.loop) {
                await concurrently(4, on: client.loop) { _ in try await client.query(statement("SELECT pg_sleep(0.2)"), lane: .fast) }
            }
            while client.waitingJobs(in: .fast) == 0 { await Task.yield() }
            #expect(client.waitingJobs(in: .fast) == 3)
            _ = await short.value
            #expect(client.waitingJobs(in: .fast) == 0)
            // Who gives up does not wait any more.
            sleepers.cancel()
            _ = await sleepers.value
            #expect(client.waitingJobs(in: .exclusive) == 0)
        }
    }

    @Test func `tells the text of statements to whoever traces them, without binds`() async throws {
        let texts = Mutex<[String]>([])
        try await withClient({ $0.trace = { role, text in texts.withLock { $0.append("\(role) \(text)") } } }) { client in
            _ = try await client.query(statement("SELECT $1", "secret"), lane: .fast)
            _ = try await client.withSession { try await $0.execute("SELECT 2") }
        }
        #expect(texts.withLock { $0 } == ["lane(Postgres.PostgresLane.fast) SELECT $1", "session SELECT 2"])
    }

    @Test func `sends short statements by the exclusive lane where there is no other`() async throws {
        try await withClient({ $0.fastConnections = 0 }) { client in
            let answer = try await client.query(statement("SELECT 5"), lane: .fast)
            #expect(answer.int(0, 0) == 5)
        }
    }

    @Test func `tells a job that waited too long for its turn`() async throws {
        try await withClient({
            $0.exclusiveConnections = 1
            $0.waitForTurn = .milliseconds(50)
        }) { client in
            let outcomes = await concurrently(3, on: client.loop) { _ in try await client.query(statement("SELECT pg_sleep(0.6)")) }
            let errors = outcomes.compactMap { outcome in if case .failure(let error) = outcome { error as? PostgresError } else { nil } }
            #expect(errors == [.unavailable(.busy), .unavailable(.busy)])
        }
    }

    @Test(arguments: [
        (ConnectionDemand(exclusiveLimit: 4, fastLimit: 1), [PostgresRole.lane(.exclusive), .lane(.fast)]),
        (ConnectionDemand(exclusiveLimit: 4, fastLimit: 1, isProbing: true), [.lane(.exclusive)]),
        (ConnectionDemand(exclusiveLimit: 4, exclusiveOpening: 1, fastLimit: 1, isProbing: true), []),
        (ConnectionDemand(exclusive: 1, exclusiveIdle: 1, exclusiveLimit: 4, fast: 1, fastLimit: 1), []),
        (ConnectionDemand(exclusive: 1, exclusiveLimit: 4, waiting: 1, fast: 1, fastLimit: 1), [.lane(.exclusive)]),
        (ConnectionDemand(exclusive: 1, exclusiveLimit: 4, exclusiveOpening: 1, waiting: 1, fast: 1, fastLimit: 1), []),
        (ConnectionDemand(exclusive: 2, exclusiveLimit: 4, waiting: 90, fastLimit: 0), [.lane(.exclusive), .lane(.exclusive)]),
        (ConnectionDemand(exclusive: 4, exclusiveLimit: 4, waiting: 90, fastLimit: 0), []),
    ]) func `knows what is missing`(_ demand: ConnectionDemand, _ missing: [PostgresRole]) {
        #expect(demand.missing == missing)
    }
}
