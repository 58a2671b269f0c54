import EventLoops
import MigrationPlanning
import MigrationRunner
import Postgres
import SQLText
import SchemaModel
import Testing

/// Long readers and their locks (attacks.md, M7).
@Suite struct LockTests {
    private let before = Model(collection("posts", field("title")), collection("authors", field("name")))
    private let after = Model(collection("posts", field("title"), field("lead")), collection("authors", field("name"), field("bio")))

    @Test func aLongReaderMakesThePlanGiveUpCleanly() async throws {
        try await withHarness { harness in
            try await harness.apply(before)
            let fingerprint = try await harness.fingerprint()
            let runner = harness.runner {
                $0.lockTimeout = .milliseconds(30)
                $0.lockAttempts = 3
            }
            try await harness.client.withTransaction { reader in
                _ = try await reader.query(SQLFragment("SELECT count(*) FROM posts").statement)
                let refusal = await harness.refusal { try await runner.apply(after.snapshot) }
                #expect(refusal == .locked(tables: ["authors", "posts"], attempts: 3))
                // Nobody queues behind us: we are gone.
                try await harness.sql("SET lock_timeout = '1s'; INSERT INTO posts (title) VALUES ('x')")
            }
            #expect(harness.log.all.filter { if case .lockTimeout = $0 { true } else { false } }.count == 2)
            #expect(try await harness.fingerprint() == fingerprint)
            try await runner.apply(after.snapshot)
        }
    }

    @Test func theRetrySucceedsWhenTheReaderIsDone() async throws {
        try await withHarness { harness in
            try await harness.apply(before)
            let (retries, retried) = AsyncStream<Void>.makeStream()
            var options = MigrationOptions()
            options.lockTimeout = .milliseconds(20)
            options.lockRetryDelay = .milliseconds(5)
            options.lockAttempts = 1_000
            let runner = MigrationRunner(client: harness.client, options: options) { event in
                if case .lockTimeout = event { retried.yield() }
            }
            let snapshot = after.snapshot
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await harness.client.withTransaction { reader in
                    _ = try await reader.query(SQLFragment("SELECT count(*) FROM posts").statement)
                    group.addTask(executorPreference: harness.loop) { try await runner.apply(snapshot) }
                    var waits = retries.makeAsyncIterator()
                    await waits.next()
                }
                try await group.waitForAll()
            }
            #expect(try await harness.runner().plan(snapshot).isEmpty)
        }
    }

    @Test func aLaterStepWaitsNoLongerThanItMay() async throws {
        try await withHarness { harness in
            try await harness.apply(before)
            let new = before.editing { $0.collections[0].fields[1] = field("title").required }
            let runner = harness.runner {
                $0.lockTimeout = .milliseconds(30)
                $0.lockAttempts = 2
                $0.probe = { point in
                    // Somebody holds the table from here on.
                    if point == .beforeLater(step: "set_not_null:posts.title") { try await hold(harness) }
                }
            }
            #expect(await harness.refusal { try await runner.apply(new.snapshot) } == .locked(tables: ["posts"], attempts: 2))
            try await harness.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holder'")
            try await harness.runner().apply(new.snapshot)
            #expect(harness.log.all.contains(.resumed(generation: 2)))
            #expect(try await harness.runner().plan(new.snapshot).isEmpty)
        }
    }
}

/// A transaction that keeps a lock on `posts` until it is ended from outside.
private func hold(_ harness: Harness) async throws {
    let (started, start) = AsyncStream<Void>.makeStream()
    harness.loop.startTask {
        try? await harness.client.withSession { session in
            _ = try await session.execute("SET application_name = 'holder'; BEGIN; SELECT count(*) FROM posts")
            start.yield()
            _ = try? await session.execute("SELECT pg_sleep(60)")
        }
    }
    var waiting = started.makeAsyncIterator()
    await waiting.next()
}
