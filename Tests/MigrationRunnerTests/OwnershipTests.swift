import EventLoops
import MigrationPlanning
import MigrationRunner
import Postgres
import SQLText
import SchemaModel
import TestSupport
import Testing

/// What is not ours, what others changed, and what is told of it.
@Suite struct OwnershipTests {
    private let model = Model(
        collection("posts", field("title").indexed, field("status"), field("author", .integer)), collection("authors", field("name")))

    @Test func objectsOfOthersAreReportedAndLeftAlone() async throws {
        try await withHarness { harness in
            try await harness.apply(model)
            try await harness.sql(
                """
                CREATE TABLE theirs (a integer, b integer, PRIMARY KEY (a, b));
                CREATE VIEW seen AS SELECT title FROM posts;
                ALTER TABLE posts ADD COLUMN by_hand text, ADD CONSTRAINT by_hand CHECK (by_hand <> ''), ADD CONSTRAINT hand_key UNIQUE (by_hand);
                CREATE INDEX hand_index ON posts (lower(title));
                ALTER TABLE posts ADD CONSTRAINT hand_reference FOREIGN KEY (author) REFERENCES authors (id)
                """)
            let text = try await harness.model().canonicalText
            let plan = try await harness.runner().plan(model.snapshot)
            #expect(plan.steps == [] && plan.notes == [])
            #expect(
                Set(plan.unmanaged.map { "\($0.kind.rawValue) \($0.name)" }) == [
                    "table theirs", "column posts.by_hand", "check posts.by_hand", "unique posts.hand_key", "index posts.hand_index",
                    "foreign key posts.hand_reference",
                ])
            #expect(try await harness.runner().apply(model.snapshot) == .upToDate(generation: 1))
            let more = model.editing { $0.collections[0].fields.append(field("lead")) }
            try await harness.apply(more)
            try await harness.runner().rollback()
            #expect(try await harness.model().canonicalText == text)
        }
    }

    @Test func whatWasTakenAwayByHandComesBack() async throws {
        try await withHarness { harness in
            try await harness.apply(model)
            let fingerprint = try await harness.fingerprint()
            try await harness.sql(
                "DROP INDEX posts_title_index; ALTER TABLE posts DROP COLUMN status; ALTER TABLE authors ALTER COLUMN name SET DEFAULT 'x'")
            #expect(try await harness.runner().status().isLiveMoved)
            let plan = try await harness.runner().plan(model.snapshot)
            #expect(plan.steps.map(\.id) == ["set_default:authors.name", "add_column:posts.status", "create_index:posts.posts_title_index"])
            #expect(plan.notes.map(\.code) == [.drift])
            try await harness.runner().apply(model.snapshot)
            #expect(try await harness.fingerprint() == fingerprint)
        }
    }

    @Test func unmanagedCollectionsAreServedAsTheyAre() async throws {
        try await withHarness { harness in
            try await harness.sql("CREATE TABLE legacy (id integer PRIMARY KEY, name varchar(10))")
            var wish = model.editing {
                $0.collections.append(collection("legacy", field("name"), field("missing")) { $0.isManaged = false })
                $0.collections.append(collection("nowhere", field("name")) { $0.isManaged = false })
                $0.relations = [toOne("posts", "author", "legacy")]
            }
            try await harness.apply(wish)
            let plan = try await harness.runner().plan(wish.snapshot)
            #expect(plan.steps == [] && plan.unmanaged == [])
            #expect(plan.notes.map(\.object) == ["nowhere"])
            #expect(try await harness.value("SELECT count(*) FROM directus_fields WHERE collection = 'legacy'") == "3")
            #expect(try await harness.value("SELECT count(*) FROM pg_constraint WHERE confrelid = 'legacy'::regclass") == "1")
            // Leaving the files, it is nobody's; nothing is dropped.
            wish.collections.removeLast(2)
            wish.relations = []
            try await harness.apply(wish)
            #expect(try await harness.value("SELECT to_regclass('legacy') IS NOT NULL") == "t")
        }
    }

    @Test func aDumpedAndRestoredExpressionIsKnownAgain() async throws {
        try await withHarness { harness in
            let wish = Model(
                collection("posts", field("status"), field("kind").with { $0.generated = "CASE WHEN status IN ('a', 'b') THEN 'x' ELSE 'y' END" }) {
                    $0.checks = [Check(name: "known", sql: "status IN ('a', 'b')")]
                    $0.indexes = [Index(fields: ["status"], where: "status IN ('a', 'b')")]
                })
            try await harness.apply(wish)
            // As a restored dump has them: made from the server's own print.
            let check = try await harness.value("SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = 'known'")
            let index = try await harness.value("SELECT indexdef FROM pg_indexes WHERE tablename = 'posts' AND indexdef LIKE '%WHERE%'")
            let name = try await harness.value("SELECT indexname FROM pg_indexes WHERE tablename = 'posts' AND indexdef LIKE '%WHERE%'")
            try await harness.sql("ALTER TABLE posts DROP CONSTRAINT known, ADD CONSTRAINT known CHECK (\(check)); DROP INDEX \(name); \(index)")
            #expect(try await harness.runner().plan(wish.snapshot).steps == [])
        }
    }

    @Test func aServingRoleGetsRowsAndNoMore() async throws {
        try await withHarness { harness in
            let role = "kr_\(harness.database.name)"
            try await harness.sql("CREATE ROLE \(role)")
            let runner = harness.runner { $0.servingRole = SQLIdentifier(role) }
            try await runner.apply(model.snapshot)
            try await harness.sql("SET ROLE \(role); INSERT INTO posts (title) VALUES ('x'); SELECT definitions FROM kerege.migrations")
            await #expect(throws: PostgresError.self) { try await harness.sql("SET ROLE \(role); ALTER TABLE posts ADD COLUMN x text") }
            try await harness.sql("DROP OWNED BY \(role); DROP ROLE \(role)")
        }
    }

    @Test func othersAreToldOfANewGeneration() async throws {
        try await withHarness { harness in
            let (heard, hear) = AsyncStream<String>.makeStream()
            let listener = PostgresListener(
                configuration: harness.database.configuration, loop: harness.loop, channels: [SQLIdentifier(static: "kerege_schema")],
                onNotification: { hear.yield($0.payload) }, onReconnect: {})
            try await listener.start()
            try await harness.apply(model)
            var waits = heard.makeAsyncIterator()
            #expect(await waits.next() == "1")
            try await harness.apply(model.editing { $0.collections[0].meta.note = "x" })
            #expect(await waits.next() == "2")
            listener.close()
        }
    }
}
