import MigrationPlanning
import MigrationRunner
import SchemaModel
import Testing

@Suite struct FirstMigrationTests {
    private let news = Model(
        collection("posts", field("title").required, field("author", .integer), field("slug").unique, field("status").indexed),
        collection("authors", field("name"), field("best", .integer)),
        relations: [toOne("posts", "author", "authors"), toOne("authors", "best", "posts")])

    @Test func anEmptyDatabaseBecomesWhatTheFilesSay() async throws {
        try await withHarness { harness in
            let outcome = try await harness.runner().apply(news.snapshot)
            guard case .applied(let generation, let plan) = outcome else {
                Issue.record("nothing applied: \(outcome)")
                return
            }
            #expect(generation == 1)
            #expect(plan.laterSteps.isEmpty)
            #expect(try await harness.runner().apply(news.snapshot) == .upToDate(generation: 1))
            #expect(try await harness.runner().plan(news.snapshot).isEmpty)
            #expect(!harness.log.all.contains { if case .fingerprintDiffers = $0 { true } else { false } })
            try await harness.sql("INSERT INTO authors (name) VALUES ('Ada'); INSERT INTO posts (title, author) VALUES ('One', 1)")
            #expect(try await harness.value("SELECT id FROM posts") == "1")
        }
    }

    @Test func theFirstRowsAreThoseOfDirectus() async throws {
        try await withHarness { harness in
            try await harness.runner().apply(news.snapshot)
            #expect(
                try await harness.sql("SELECT id, name, icon, description, admin_access, app_access FROM directus_policies WHERE NOT admin_access")
                    == [
                        ["abf8a154-5b1c-4a46-ac9c-7300570f4f17", "$t:public_label", "public", "$t:public_description", "f", "f"]
                    ])
            #expect(
                try await harness.sql(
                    "SELECT r.name, p.name, p.icon, p.admin_access, p.app_access FROM directus_access a JOIN directus_roles r ON r.id = a.role JOIN directus_policies p ON p.id = a.policy"
                ) == [["Administrator", "Administrator", "verified", "t", "t"]])
            #expect(
                try await harness.sql("SELECT policy FROM directus_access WHERE role IS NULL AND \"user\" IS NULL") == [
                    ["abf8a154-5b1c-4a46-ac9c-7300570f4f17"]
                ])
            let role = try await harness.value("SELECT id FROM directus_roles")
            #expect(try await harness.runner().administratorRole() == RoleID(role))
        }
    }

    @Test func fiveServersAtOnceRunThePlanOnce() async throws {
        try await withHarness { harness in
            let snapshot = news.snapshot
            let outcomes = try await withThrowingTaskGroup(of: ApplyOutcome.self) { group in
                for _ in 0..<5 { group.addTask(executorPreference: harness.loop) { try await harness.runner().apply(snapshot) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { if case .applied = $0 { true } else { false } }.count == 1)
            #expect(outcomes.allSatisfy { $0.generation == 1 })
            #expect(try await harness.value("SELECT count(*) FROM kerege.migrations") == "1")
            #expect(try await harness.value("SELECT count(*) FROM directus_policies") == "2")
        }
    }

    @Test func theRecordedSnapshotIsTheOneInForce() async throws {
        try await withHarness { harness in
            #expect(try await harness.runner().loadRecorded() == nil)
            try await harness.runner().apply(news.snapshot)
            let recorded = try #require(try await harness.runner().loadRecorded())
            #expect(recorded.generation == 1)
            #expect(recorded.snapshot.collections == news.snapshot.collections)
        }
    }

    @Test func onlyLookingChangesNothing() async throws {
        try await withHarness { harness in
            let refusal = await harness.refusal { try await harness.runner().apply(news.snapshot, policy: .check) }
            guard case .pending(let plan) = refusal else {
                Issue.record("not pending: \(String(describing: refusal))")
                return
            }
            #expect(plan.steps.count > 10)
            #expect(try await harness.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'kerege'") == "0")
            try await harness.runner().apply(news.snapshot)
            #expect(try await harness.runner().apply(news.snapshot, policy: .check) == .upToDate(generation: 1))
        }
    }
}
