import EventLoops
import MigrationPlanning
import MigrationRunner
import Postgres
import SchemaModel
import Synchronization
import TestSupport
import Testing

/// A migration stopped at every point, by a crash of ours or by the loss of its connection; the next start ends it (attacks.md, M3).
@Suite struct CrashTests {
    private struct Crash: Error {}

    private static let before = Model(
        collection("posts", field("title"), field("slug"), field("status"), field("author", .integer), field("old")),
        collection("authors", field("name")))
    private static let after = Model(
        collection("posts", field("title").required, field("slug").unique, field("status").indexed, field("author", .integer), field("lead")),
        collection("authors", field("name")), collection("tags", field("name")), relations: [toOne("posts", "author", "authors")])
    private static let tokens: Set<String> = ["drop_column:posts.old"]

    /// The points of this plan, in the order in which they are reached.
    private static func points() async throws -> [MigrationProbe] {
        let seen = Mutex<[MigrationProbe]>([])
        try await withHarness { harness in
            try await prepare(harness)
            let runner = harness.runner { options in options.probe = { point in seen.withLock { $0.append(point) } } }
            try await runner.apply(after.snapshot, policy: try await harness.allowing(tokens, after.snapshot))
        }
        return seen.withLock { $0 }
    }

    private static func prepare(_ harness: Harness) async throws {
        try await harness.apply(before)
        try await harness.sql("INSERT INTO authors (name) VALUES ('x')")
        try await harness.sql(
            "INSERT INTO posts (title, slug, status, author, old) SELECT 't' || n, 's' || n, 'x', 1, 'o' || n FROM generate_series(1, 50) n")
    }

    @Test func everyPointIsReached() async throws {
        let points = try await CrashTests.points()
        #expect(points.count > 15)
        #expect(points.contains(.afterLater(step: "build_unique:posts.posts_slug_unique")))
        #expect(points.contains(.beforeFinish))
    }

    enum Kind: String, CaseIterable, Sendable { case crash, connectionLost }

    @Test(arguments: Kind.allCases) func theNextStartEndsWhatWasStopped(_ kind: Kind) async throws {
        // A template in the state before the change, for a database of each point.
        let template = try await TestTemplates.shared.name(of: "crash-before") { database in
            try await onLoop(watchdog: .off) { loop in
                let client = PostgresClient(configuration: database.configuration, loop: loop)
                try await client.start()
                try await CrashTests.prepare(Harness(loop: loop, client: client, database: database))
                await client.close(grace: .seconds(5))
            }
        }
        let points = try await CrashTests.points()
        for stop in kind == .crash ? points : points.filter({ $0.isTelling }) {
            try await withHarness(template: template) { harness in
                let before = try await harness.fingerprint()
                let plan = try await harness.runner().plan(CrashTests.after.snapshot)
                let promised = plan.toFingerprint
                // The command that was given once is good for the second attempt, too.
                let policy = ApplyPolicy.allow(CrashTests.tokens, planHash: plan.hash)
                let runner = harness.runner { options in
                    options.probe = { point in
                        guard point == stop else { return }
                        switch kind {
                        case .crash: throw Crash()
                        case .connectionLost: try await killSessions(of: harness.database)
                        }
                    }
                }
                await #expect(throws: (any Error).self, "\(stop)") {
                    try await runner.apply(CrashTests.after.snapshot, policy: policy)
                }
                let isCommitted = try await harness.value("SELECT count(*) FROM kerege.migrations") == "2"
                if !isCommitted { #expect(try await harness.fingerprint() == before, "\(stop)") }

                let outcome = try await harness.runner().apply(CrashTests.after.snapshot, policy: policy)
                #expect(outcome.generation == (isCommitted ? 2 : outcome.generation), "\(stop)")
                #expect(try await harness.fingerprint() == promised, "\(stop)")
                #expect(try await harness.runner().plan(CrashTests.after.snapshot).isEmpty, "\(stop)")
                #expect(try await harness.value("SELECT count(*) FROM kerege.steps WHERE state <> 'done'") == "0", "\(stop)")
                #expect(try await harness.runner().status().head?.state == .applied, "\(stop)")
            }
        }
    }

    @Test func otherDefinitionsTakeOverFromAStoppedPlan() async throws {
        try await withHarness { harness in
            try await CrashTests.prepare(harness)
            let runner = harness.runner { options in
                options.probe = { if case .afterCommit = $0 { throw Crash() } }
            }
            let policy = try await harness.allowing(CrashTests.tokens, CrashTests.after.snapshot)
            await #expect(throws: Crash.self) { try await runner.apply(CrashTests.after.snapshot, policy: policy) }
            let third = CrashTests.before.editing { $0.collections[0].fields.removeLast() }
            let tokens: Set<String> = ["drop_column:posts.lead", "drop_table:tags"]
            try await harness.runner().apply(third.snapshot, policy: try await harness.allowing(tokens, third.snapshot))
            #expect(harness.log.all.contains(.abandoned(generation: 2)))
            #expect(try await harness.runner().plan(third.snapshot).isEmpty)
            #expect(try await harness.value("SELECT count(*) FROM pg_constraint WHERE conname = 'posts_title_not_null'") == "0")
            #expect(try await harness.sql("SELECT state FROM kerege.migrations ORDER BY id") == [["applied"], ["abandoned"], ["applied"]])
        }
    }

    @Test func aStoppedRollbackIsEnded() async throws {
        try await withHarness { harness in
            try await CrashTests.prepare(harness)
            let before = try await harness.fingerprint()
            try await harness.runner().apply(
                CrashTests.after.snapshot, policy: try await harness.allowing(CrashTests.tokens, CrashTests.after.snapshot))
            for stop in [MigrationProbe.beforeLater(step: "add_unique:posts.posts_slug_unique"), .beforeCommit] {
                let runner = harness.runner { options in options.probe = { if $0 == stop { throw Crash() } } }
                await #expect(throws: Crash.self) { try await runner.rollback() }
            }
            let generation = try await harness.runner().rollback().generation
            #expect(generation > 2)
            #expect(try await harness.fingerprint() == before)
            #expect(try await harness.value("SELECT string_agg(old, ',' ORDER BY id) FROM posts WHERE id < 3") == "o1,o2")
            #expect(try await harness.runner().loadRecorded()?.generation == generation)
        }
    }
}

extension MigrationProbe {
    /// One of each kind is enough where the server ends the connection.
    fileprivate var isTelling: Bool {
        switch self {
        case .beforeCommit, .afterCommit, .beforeFinish: true
        case .inTransaction(let step): step.hasPrefix("create_table")
        case .beforeLater(let step), .afterLater(let step): step.hasPrefix("build_unique") || step.hasPrefix("set_not_null")
        }
    }
}

/// Ends the connection that migrates.
private func killSessions(of database: TestDatabase) async throws {
    try await TestPostgres.withAdmin { admin in
        let holders = "FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND d.datname = '\(database.name)'"
        _ = try await admin.execute("SELECT pg_terminate_backend(l.pid) \(holders)")
        // The server has let go of everything when the lock is free.
        for _ in 0..<5_000 {
            let left = try await admin.execute("SELECT count(*) \(holders)").last?.string(0, 0)
            if left == "0" { return }
            _ = try await admin.execute("SELECT pg_sleep(0.002)")
        }
    }
}
