import JSONText
import MigrationPlanning
import MigrationRunner
import Postgres
import SchemaModel
import Testing

/// What is not done, and leaves everything as it was.
@Suite struct RefusalTests {
    private let before = Model(collection("posts", field("title"), field("subtitle")), collection("authors", field("name")))

    @Test func destructiveStepsWithoutTheirWord() async throws {
        try await withHarness { harness in
            try await harness.apply(before)
            let fingerprint = try await harness.fingerprint()
            let after = Model(collection("posts", field("title").with { $0.maxLength = 100 }))
            let refusal = await harness.refusal { try await harness.runner().apply(after.snapshot) }
            guard case .destructive(let plan, let missing) = refusal else {
                Issue.record("\(String(describing: refusal))")
                return
            }
            #expect(missing == ["drop_column:posts.subtitle", "drop_table:authors", "alter_type:posts.title"])
            #expect(try await harness.fingerprint() == fingerprint)
            // A word for another object, and all words for another plan.
            guard case .destructive = await harness.refusal(of: { try await harness.apply(after, "drop_table:authors") }) else {
                Issue.record("not refused")
                return
            }
            let other = await harness.refusal {
                try await harness.runner().apply(after.snapshot, policy: .allow(Set(missing), planHash: "0123456789abcdef"))
            }
            guard case .planMoved = other else {
                Issue.record("\(String(describing: other))")
                return
            }
            try await harness.runner().apply(after.snapshot, policy: .allow(Set(missing), planHash: String(plan.hash.prefix(12))))
            #expect(
                try await harness.runner().status().kept == [
                    "kerege._trash_2_posts_subtitle", "kerege._trash_2_posts_title", "kerege_trash_2.authors",
                ])
        }
    }

    @Test func rowsInTheWayAreNamed() async throws {
        try await withHarness { harness in
            let old = Model(collection("posts", field("title"), field("slug"), field("author", .integer)), collection("authors"))
            try await harness.apply(old)
            try await harness.sql(
                "INSERT INTO posts (title, slug, author) SELECT CASE WHEN n <= 30 THEN NULL ELSE 'x' END, 's' || n / 2, n FROM generate_series(1, 40) n"
            )
            let new = Model(
                collection("posts", field("title").required, field("slug").unique, field("author", .integer), field("must").required) {
                    $0.checks = [Check(name: "small", sql: "id < 39")]
                }, collection("authors"), relations: [toOne("posts", "author", "authors")])
            let refusal = await harness.refusal { try await harness.runner().apply(new.snapshot) }
            guard case .rowsInTheWay(_, let obstacles) = refusal else {
                Issue.record("\(String(describing: refusal))")
                return
            }
            let byObject = Dictionary(obstacles.map { ("\($0.object) \($0.reason.rawValue)", $0.keys.count) }, uniquingKeysWith: +)
            #expect(
                byObject == [
                    "posts.title null-values": 20, "posts.slug duplicate-values": 19, "posts.author missing-parents": 20, "posts.must rows-exist": 20,
                ])
            #expect(obstacles.first { $0.reason == .nullValues }?.keys.first == "1")
            #expect(obstacles.first?.cause == SourceLocation(file: "Schemas/x.yaml", line: 7, column: 3))
            #expect(try await harness.value("SELECT count(*) FROM kerege.migrations") == "1")
        }
    }

    @Test func textThatWouldBeCut() async throws {
        try await withHarness { harness in
            try await harness.apply(before)
            try await harness.sql("INSERT INTO posts (title) VALUES (repeat('x', 101))")
            let after = before.editing { $0.collections[0].fields[1] = field("title").with { $0.maxLength = 100 } }
            guard case .rowsInTheWay(_, let obstacles) = await harness.refusal(of: { try await harness.apply(after, "alter_type:posts.title") })
            else {
                Issue.record("not refused")
                return
            }
            #expect(obstacles.map(\.reason) == [.tooLong])
            #expect(try await harness.value("SELECT char_length(title) FROM posts") == "101")
        }
    }

    @Test func whatPostgreSQLDoesNotUnderstandIsReportedAtOnce() async throws {
        try await withHarness { harness in
            let wrong = Model(
                collection("posts", field("a").defaulting(.sql("nope()")), field("b", .integer).defaulting(.literal("x"))) {
                    $0.checks = [Check(sql: "missing > 0"), Check(sql: "id > 0")]
                    $0.indexes = [Index(fields: ["a"], where: "a ="), Index(fields: ["a"])]
                })
            guard case .problems(let plan) = await harness.refusal(of: { try await harness.runner().apply(wrong.snapshot) }) else {
                Issue.record("not refused")
                return
            }
            #expect(plan.problems.map(\.code) == [.expressionRefused, .expressionRefused, .expressionRefused, .expressionRefused])
            #expect(plan.problems[0].object == "posts.a" && plan.problems[1].object == "posts.b")
            #expect(plan.problems[0].location?.file == "Schemas/x.yaml")
        }
    }

    @Test func geometryWithoutPostGIS() async throws {
        try await withHarness { harness in
            let model = Model(collection("places", field("spot", .geometry(.point))))
            guard try await harness.value("SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'") == "0" else { return }
            guard case .problems(let plan) = await harness.refusal(of: { try await harness.runner().apply(model.snapshot) }) else {
                Issue.record("not refused")
                return
            }
            #expect(plan.problems.map(\.code) == [.extensionMissing])
            #expect(plan.problems.first?.detail.contains("postgis") == true)
        }
    }

    @Test func aColumnThatMayHaveBeenRenamed() async throws {
        try await withHarness { harness in
            try await harness.apply(before)
            let after = before.editing { $0.collections[0].fields[2] = field("lead") }
            guard case .destructive(let plan, let missing) = await harness.refusal(of: { try await harness.runner().apply(after.snapshot) }) else {
                Issue.record("not refused")
                return
            }
            #expect(missing == ["drop_column:posts.subtitle"])
            #expect(plan.questions.count == 1)
            #expect(plan.text.contains("renamed_from: subtitle"))
            let said = before.editing { $0.collections[0].fields[2] = field("lead").renamed(from: "subtitle") }
            try await harness.runner().apply(said.snapshot)
        }
    }

    @Test func aRollbackThatWouldLoseData() async throws {
        try await withHarness { harness in
            try await harness.apply(before)
            #expect(await harness.refusal { try await harness.runner().rollback() } == .rollbackRefused(.nothingBefore))
            let after = before.editing {
                $0.collections[0].fields.append(field("lead"))
                $0.collections.append(collection("tags", field("name")))
            }
            try await harness.apply(after)
            try await harness.sql("INSERT INTO tags (name) VALUES ('x'); INSERT INTO posts (lead) VALUES ('x')")
            let refusal = await harness.refusal { try await harness.runner().rollback() }
            #expect(refusal == .rollbackRefused(.wouldLoseData(missing: ["drop_table:tags", "drop_column:posts.lead"])))
            try await harness.sql("ALTER TABLE posts ADD COLUMN by_hand text")
            let moved = await harness.refusal { try await harness.runner().rollback(allowing: ["drop_table:tags", "drop_column:posts.lead"]) }
            #expect(moved == .rollbackRefused(.liveMoved))
            try await harness.sql("ALTER TABLE posts DROP COLUMN by_hand")
            try await harness.runner().rollback(allowing: ["drop_table:tags", "drop_column:posts.lead"])
            #expect(try await harness.runner().plan(before.snapshot).isEmpty)
        }
    }

    @Test func whatOthersPointAtOrLookAt() async throws {
        try await withHarness { harness in
            try await harness.apply(before)
            try await harness.sql(
                "CREATE TABLE theirs (id integer PRIMARY KEY, author integer REFERENCES authors (id)); CREATE VIEW seen AS SELECT subtitle FROM posts"
            )
            let without = before.editing { $0.collections.removeLast() }
            guard case .problems(let plan) = await harness.refusal(of: { try await harness.apply(without, "drop_table:authors") }) else {
                Issue.record("not refused")
                return
            }
            #expect(plan.problems.map(\.code) == [.referencedByOthers])
            let narrow = before.editing { $0.collections[0].fields.removeLast() }
            let refusal = await harness.refusal { try await harness.apply(narrow, "drop_column:posts.subtitle") }
            guard case .stepRefused(let step, _, let reason) = refusal else {
                Issue.record("\(String(describing: refusal))")
                return
            }
            #expect(step == "drop_column:posts.subtitle" && reason.sqlState.rawValue == "2BP01")
            #expect(try await harness.value("SELECT count(*) FROM pg_class WHERE relname LIKE '\\_trash%'") == "0")
        }
    }

    @Test func anOldLoserOfARaceIsToldSo() async throws {
        try await withHarness { harness in
            try await harness.client.withSession { session in
                _ = try await session.execute("SELECT pg_advisory_lock(7738151097302745089)")
                let runner = harness.runner { $0.migrationWait = .milliseconds(30) }
                #expect(await harness.refusal { try await runner.apply(before.snapshot) } == .anotherMigration)
            }
        }
    }
}
