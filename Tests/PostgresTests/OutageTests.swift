import EventLoops
import Postgres
import SQLText
import Telemetry
import TestSupport
import Testing

/// Clusters of their own that go down and come back.
@Suite struct OutageTests {
    private static let one = statement("SELECT 1")

    private func configuration(_ cluster: TestCluster) -> PostgresConfiguration {
        PostgresConfiguration(conninfo: Secret(cluster.conninfo + " dbname=postgres")).patient
    }

    @Test func `comes back after a restart of the server`() async throws {
        let cluster = try TestCluster()
        defer { cluster.remove() }
        let events = EventLog()
        try await onLoop(watchdog: .off) { [configuration = configuration(cluster)] loop in
            var configuration = configuration
            configuration.waitForConnection = .milliseconds(500)
            let client = PostgresClient(configuration: configuration, loop: loop, events: { events.append($0) })
            try await client.start()
            try await closing(client) { client in
                for _ in 0..<2 {
                    let running = Task(executorPreference: loop) { await postgresError { try await client.query(statement("SELECT pg_sleep(60)")) } }
                    while try await client.query(countSleepers, lane: .fast).int(0, 0) != 1 {}
                    try await loop.runBlocking { cluster.stop() }
                    let lost = await running.value
                    #expect(lost == .connectionLost(.adminShutdown))
                    let down = await [
                        postgresError { try await client.query(Self.one) }, postgresError { try await client.query(Self.one, lane: .fast) },
                        postgresError { try await client.withTransaction { try await $0.query(Self.one) } },
                    ]
                    #expect(down.allSatisfy { $0?.isNotConnected == true } && !client.isConnected)
                    try await loop.runBlocking { try cluster.start() }
                    while !client.isConnected { await loop.sleep(for: .milliseconds(10)) }
                    let answers = [try await client.query(Self.one), try await client.query(Self.one, lane: .fast)]
                    #expect(answers.map { $0.int(0, 0) } == [1, 1])
                }
            }
        }
        #expect(events.all.contains { if case .connectFailed = $0 { true } else { false } })
        #expect(events.all.contains { if case .connectionLost = $0 { true } else { false } })
    }

    @Test func `answers jobs that came during a short outage`() async throws {
        let cluster = try TestCluster()
        defer { cluster.remove() }
        try await onLoop(watchdog: .off) { [configuration = configuration(cluster)] loop in
            let client = PostgresClient(configuration: configuration, loop: loop)
            try await client.start()
            try await closing(client) { client in
                try await loop.runBlocking { cluster.stop() }
                while client.isConnected { await loop.sleep(for: .milliseconds(1)) }
                let waiting = Task(executorPreference: loop) { try await client.query(Self.one).int(0, 0) }
                try await loop.runBlocking { try cluster.start() }
                let answer = try await waiting.value
                #expect(answer == 1)
            }
        }
    }

    @Test func `starts before its server`() async throws {
        let cluster = try TestCluster()
        defer { cluster.remove() }
        cluster.stop()
        try await onLoop(watchdog: .off) { [configuration = configuration(cluster)] loop in
            let client = PostgresClient(configuration: configuration, loop: loop)
            let refused = await postgresError { try await client.start() }
            #expect(refused?.isNotConnected == true)
            try await client.start(.inBackground)
            try await closing(client) { client in
                try await loop.runBlocking { try cluster.start() }
                while !client.isConnected { await loop.sleep(for: .milliseconds(10)) }
                let answer = try await client.query(Self.one)
                #expect(answer.int(0, 0) == 1)
            }
        }
    }

    @Test func `listens again and says that something may have been missed`() async throws {
        let cluster = try TestCluster()
        defer { cluster.remove() }
        try await onLoop(watchdog: .off) { [configuration = configuration(cluster)] loop in
            let heard = ListenerLog()
            let listener = heard.listener(configuration, loop)
            try await listener.start()
            try await loop.runBlocking {
                cluster.stop()
                try cluster.start()
            }
            while heard.reconnects == 0 { await loop.sleep(for: .milliseconds(10)) }
            try await PostgresSession.with(configuration, loop: loop) { _ = try await $0.query(statement("SELECT pg_notify('changes', 'after')")) }
            while heard.payloads != ["after"] { await loop.sleep(for: .milliseconds(1)) }
            listener.close()
        }
    }
}

/// Connections that are killed one by one, on the shared server.
@Suite struct LostConnectionTests {
    /// Answers when they are gone, at the latest after 20 seconds.
    private static let kill = statement(
        "SELECT count(pg_terminate_backend(pid, 20000)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")

    @Test func `tells the job whose connection was killed, and goes on`() async throws {
        try await withClient { client in
            let loop = client.loop
            let victims = [
                Task(executorPreference: loop) { await postgresError { try await client.query(statement("SELECT pg_sleep(60)")) } },
                Task(executorPreference: loop) {
                    await postgresError { try await client.withTransaction { try await $0.query(statement("SELECT pg_sleep(60)")) } }
                },
            ]
            while try await client.query(countSleepers, lane: .fast).int(0, 0) != 2 {}
            _ = try await client.withSession { try await $0.query(Self.kill) }
            for victim in victims {
                let error = await victim.value
                #expect(error == .connectionLost(.adminShutdown))
            }
            while !client.isConnected { await loop.sleep(for: .milliseconds(1)) }
            for lane in [PostgresLane.exclusive, .fast] {
                let answer = try await client.query(statement("SELECT 1"), lane: lane)
                #expect(answer.int(0, 0) == 1)
            }
        }
    }

    @Test func `notices idle connections that were killed before it uses them`() async throws {
        let events = EventLog()
        try await withClient(events: events) { client in
            for round in 1...10 {
                _ = try await client.query(statement("SELECT 1"), lane: .fast)
                _ = try await client.withSession { try await $0.query(Self.kill) }
                // All are gone; the loop hears of the last of them, at the latest, while this waits.
                repeat { await client.loop.sleep(for: .milliseconds(1)) } while events.lostConnections < round
                let answer = try await client.query(statement("SELECT 1"))
                #expect(answer.int(0, 0) == 1)
            }
        }
    }

    @Test func `finishes every job when connections keep dying`() async throws {
        try await withClient { client in
            let killer = Task(executorPreference: client.loop) {
                for _ in 0..<20 { _ = try? await client.withSession { try await $0.query(Self.kill) } }
            }
            let outcomes = await concurrently(2_000, on: client.loop) { number in
                let work = statement("SELECT $1::int, pg_sleep(0.0005)", String(number))
                return try await client.query(work, lane: number.isMultiple(of: 2) ? .fast : .exclusive).int(0, 0) == number
            }
            await killer.value
            for outcome in outcomes {
                switch outcome {
                case .success(let isRight): #expect(isRight)
                case .failure(PostgresError.connectionLost), .failure(PostgresError.unavailable): break
                case .failure(let error): Issue.record("\(error)")
                }
            }
        }
    }

    @Test(arguments: 0..<6) func `waits longer after each failure, up to a bound`(_ failures: Int) {
        var schedule = ReconnectSchedule()
        for _ in 0..<failures { _ = schedule.failed() }
        let full = min(Duration.milliseconds(100 << failures), .seconds(5))
        #expect((full * 0.79...full).contains(schedule.failed()))
        for _ in 0..<100 { #expect(schedule.failed() <= ReconnectSchedule.longest) }
        schedule.succeeded()
        #expect(schedule.failed() <= ReconnectSchedule.shortest)
    }
}
