import JSONText
import MigrationPlanning
import MigrationRunner
import SchemaModel
import Testing

/// Laws over pairs of models: apply(diff(a, b)) leaves no difference; down after up restores the fingerprint.
@Suite struct LawTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let before: Model
        let after: Model
        /// Rows in the tables of `before`.
        var rows = ""
        /// Must hold after the change (one row of one column: `t`), and the same for the state after the rollback.
        var holds = ["SELECT true"]
        var holdsAgain = ["SELECT true"]
        /// A rollback that would lose what came since needs these words.
        var undo: Set<String> = []
    }

    private static func posts(_ fields: [Field], edit: (inout Collection) -> Void = { _ in }) -> Model {
        Model(
            collection("posts") {
                $0.fields += fields
                edit(&$0)
            }, collection("authors", field("name")))
    }

    private static func posts(_ fields: Field...) -> Model { posts(fields) }

    static let cases: [Case] = [
        Case(
            testDescription: "columns of every kind", before: posts(field("title")),
            after: posts(
                field("title"), field("a", .text), field("b", .boolean).required.defaulting(.literal(false)), field("c", .timestamp).defaulting(.now),
                field("d", .json).defaulting(.literal(["a": [1, 2]])), field("e", .uuid).defaulting(.uuid),
                field("f", .decimal).defaulting(.literal(1)),
                field("g", .bigInteger).defaulting(.literal(0)), field("h").defaulting(.literal("it's \\ odd")),
                field("i").defaulting(.sql("upper('x')")),
                field("j").with { $0.generated = "upper((title)::text)" }, field("k", .text).with { $0.comment = "it's a note" }),
            rows: "INSERT INTO posts (title) VALUES ('a'), ('b')",
            holds: ["SELECT bool_and(j = upper(title) AND NOT b AND h = 'it''s \\ odd' AND i = 'X' AND e IS NOT NULL) FROM posts"],
            undo: ["b", "c", "d", "e", "f", "g", "h", "i", "k"].reduce(into: []) { $0.insert("drop_column:posts.\($1)") }),
        Case(
            testDescription: "a dropped column comes back with its values", before: posts(field("title"), field("subtitle").required),
            after: posts(field("title")), rows: "INSERT INTO posts (title, subtitle) VALUES ('a', 'x'), ('b', 'y')",
            holdsAgain: ["SELECT string_agg(subtitle, ',' ORDER BY id) = 'x,y' FROM posts"]),
        Case(
            testDescription: "a dropped table comes back with rows, keys and sequence",
            before: Model(
                collection("posts", field("author", .integer)), collection("authors", field("name").unique, field("rank", .integer).indexed),
                relations: [toOne("posts", "author", "authors")]), after: Model(collection("posts", field("author", .integer))),
            rows: "INSERT INTO authors (name, rank) VALUES ('Ada', 1); INSERT INTO posts (author) VALUES (1)",
            holds: ["SELECT to_regclass('public.authors') IS NULL"],
            holdsAgain: ["SELECT name = 'Ada' FROM authors", "SELECT nextval('authors_id_seq') = 2"]),
        Case(
            testDescription: "renames keep rows and rename what is named after",
            before: Model(
                collection("posts", field("titel").unique, field("author", .integer).indexed), collection("people"),
                relations: [toOne("posts", "author", "people")]),
            after: Model(
                collection("articles", field("title").unique.renamed(from: "titel"), field("author", .integer).indexed) { $0.renamedFrom = "posts" },
                collection("authors") { $0.renamedFrom = "people" }, relations: [toOne("articles", "author", "authors")]),
            rows: "INSERT INTO people DEFAULT VALUES; INSERT INTO posts (titel, author) VALUES ('a', 1)",
            holds: [
                "SELECT title = 'a' AND author = 1 FROM articles", "SELECT count(*) = 1 FROM pg_constraint WHERE conname = 'articles_title_unique'",
            ],
            holdsAgain: ["SELECT titel = 'a' FROM posts", "SELECT count(*) = 1 FROM pg_constraint WHERE conname = 'posts_titel_unique'"]),
        Case(
            testDescription: "a rename follows into checks and partial indexes",
            before: posts([field("state"), field("rank", .integer)]) {
                $0.checks = [Check(sql: "rank > 0 AND state <> 'rank'")]
                $0.indexes = [Index(fields: ["state"], where: "state <> 'x'")]
            },
            after: posts([field("status").renamed(from: "state"), field("rank", .integer)]) {
                $0.checks = [Check(sql: "rank > 0 AND status <> 'rank'")]
                $0.indexes = [Index(fields: ["status"], where: "status <> 'x'")]
            }),
        Case(
            testDescription: "not null on rows that are full", before: posts(field("title")), after: posts(field("title").required),
            rows: "INSERT INTO posts (title) VALUES ('a')",
            holds: ["SELECT count(*) = 0 FROM pg_constraint WHERE contype = 'c' AND conrelid = 'posts'::regclass"]),
        Case(
            testDescription: "unique, index, partial unique index, check, foreign key on existing tables",
            before: posts(field("slug"), field("status"), field("author", .integer)),
            after: posts([field("slug").unique, field("status").indexed, field("author", .integer)]) {
                $0.indexes = [
                    Index(fields: ["author", "slug"], isUnique: true, where: "status <> 'archived'"), Index(fields: ["status", "slug"]),
                    Index(fields: ["slug"], method: .hash), Index(fields: ["status"], method: .brin),
                ]
                $0.checks = [Check(name: "posts_short", sql: "char_length(slug) < 10 OR status IN ('a', 'b')")]
            }.editing { $0.relations = [toOne("posts", "author", "authors")] },
            rows: "INSERT INTO authors (name) VALUES ('x'); INSERT INTO posts (slug, author) VALUES ('a', 1), ('b', NULL)"),
        Case(
            testDescription: "types: instant, safe and lossy",
            before: posts(
                field("a").with { $0.maxLength = 50 }, field("b", .integer).defaulting(.literal(7)), field("c", .text), field("d", .json),
                field("e").defaulting(.literal("x"))),
            after: posts(
                field("a"), field("b", .bigInteger).defaulting(.literal(7)), field("c").with { $0.maxLength = 5 },
                field("d", .json).with { $0.dataType = "jsonb" },
                field("e", .integer).with { column in
                    column.using = "char_length(e)"
                    column.default = .literal(3)
                }),
            rows: "INSERT INTO posts (a, b, c, d, e) VALUES ('a', 1, 'short', '{\"a\":1}', 'four')",
            holds: ["SELECT e = 4 AND c = 'short' AND b = 1 FROM posts"], holdsAgain: ["SELECT e = 'four' AND c = 'short' FROM posts"]),
        Case(
            testDescription: "a key grows, with all that points at it",
            before: Model(
                collection("posts", field("author", .integer)), collection("authors"), relations: [toOne("posts", "author", "authors")]),
            after: Model(
                collection("posts", field("author", .bigInteger)),
                collection("authors") {
                    $0.fields[0] = Field(
                        name: "id", type: .bigInteger,
                        column: Column(dataType: "bigint", isNullable: false, isPrimaryKey: true, hasAutoIncrement: true))
                },
                relations: [toOne("posts", "author", "authors")]),
            rows: "INSERT INTO authors DEFAULT VALUES; INSERT INTO posts (author) VALUES (1)",
            holds: ["SELECT data_type = 'bigint' FROM information_schema.sequences WHERE sequence_name = 'authors_id_seq'"],
            holdsAgain: ["SELECT data_type = 'integer' FROM information_schema.sequences WHERE sequence_name = 'authors_id_seq'"]),
        Case(
            testDescription: "a key changes its kind, with all that points at it",
            before: Model(
                collection("posts", field("author", .integer)), collection("authors"), relations: [toOne("posts", "author", "authors")]),
            after: Model(
                collection("posts", field("author", .text)),
                collection("authors") {
                    $0.fields[0] = Field(name: "id", type: .text, column: Column(dataType: "text", isNullable: false, isPrimaryKey: true))
                },
                relations: [toOne("posts", "author", "authors")]), rows: "INSERT INTO authors DEFAULT VALUES; INSERT INTO posts (author) VALUES (1)",
            holds: ["SELECT author = '1' FROM posts"]),
        Case(
            testDescription: "defaults and comments come and go",
            before: posts(field("a").defaulting(.literal("x")), field("b").with { $0.comment = "x" }),
            after: posts(field("a"), field("b").defaulting(.literal("y")).with { $0.comment = "z" }), rows: "INSERT INTO posts DEFAULT VALUES"),
        Case(
            testDescription: "an index keeps its name and changes its columns",
            before: posts([field("a"), field("b")]) { $0.indexes = [Index(name: "ix", fields: ["a"])] },
            after: posts([field("a"), field("b")]) { $0.indexes = [Index(name: "ix", fields: ["a", "b"])] }),
        Case(
            testDescription: "a foreign key changes its action",
            before: posts(field("author", .integer)).editing { $0.relations = [toOne("posts", "author", "authors")] },
            after: posts(field("author", .integer)).editing { $0.relations = [toOne("posts", "author", "authors", onDelete: .cascade)] }),
        Case(
            testDescription: "tables in a circle are dropped together",
            before: Model(
                collection("a", field("b", .integer)), collection("b", field("a", .integer)), relations: [toOne("a", "b", "b"), toOne("b", "a", "a")]),
            after: Model(), rows: "INSERT INTO a DEFAULT VALUES"),
        Case(
            testDescription: "a column in the middle of indexes and keys goes and comes back",
            before: posts([field("a").unique, field("b").indexed]) {
                $0.indexes = [Index(fields: ["a", "b"])]
                $0.checks = [Check(sql: "a <> b")]
            }, after: posts(field("b").indexed), rows: "INSERT INTO posts (a, b) VALUES ('1', '2')", holdsAgain: ["SELECT a = '1' FROM posts"]),
        Case(
            testDescription: "a column stops being computed",
            before: posts(field("a"), field("b").with { $0.generated = "lower((a)::text)" }), after: posts(field("a"), field("b")),
            rows: "INSERT INTO posts (a) VALUES ('X')", holds: ["SELECT b = 'x' FROM posts"]),
        Case(
            testDescription: "a computed column is computed otherwise",
            before: posts(field("a"), field("b").with { $0.generated = "lower((a)::text)" }),
            after: posts(field("a"), field("b").with { $0.generated = "upper((a)::text)" }), rows: "INSERT INTO posts (a) VALUES ('x')",
            holds: ["SELECT b = 'X' FROM posts"], holdsAgain: ["SELECT b = 'x' FROM posts"]),
        Case(
            testDescription: "odd names are quoted", before: posts(field("x")),
            after: posts([field("x"), field("Größe \"in\" cm").indexed, field("select").unique, field("a'b").required.defaulting(.literal("'"))]) {
                $0.checks = [Check(sql: "\"select\" <> 'x'")]
            }, undo: ["drop_column:posts.a'b"]),
        Case(
            testDescription: "trigrams bring their extension", before: posts(field("title")),
            after: posts([field("title")]) { $0.indexes = [Index(fields: ["title"], method: .ginTrigram)] }),
    ]

    @Test(arguments: cases) func holds(_ test: Case) async throws {
        try await withHarness { harness in
            try await harness.apply(test.before)
            if !test.rows.isEmpty { try await harness.sql(test.rows) }
            let before = try await harness.fingerprint()
            let text = try await harness.model().canonicalText

            let plan = try await harness.runner().plan(test.after.snapshot)
            #expect(plan.problems.isEmpty)
            #expect(plan.fromFingerprint == before)
            try await harness.runner().apply(test.after.snapshot, policy: .allow(Set(plan.allowTokens), planHash: plan.hash))
            #expect(try await harness.fingerprint() == plan.toFingerprint)
            let again = try await harness.runner().plan(test.after.snapshot)
            #expect(again.steps.map(\.id) == [])
            #expect(again.unmanaged == [])
            #expect(try await harness.runner().apply(test.after.snapshot) == .upToDate(generation: 2))
            for query in test.holds { #expect(try await harness.value(query) == "t", "\(query)") }

            try await harness.runner().rollback(allowing: test.undo)
            #expect(try await harness.model().canonicalText == text)
            for query in test.holdsAgain { #expect(try await harness.value(query) == "t", "\(query)") }
            #expect(try await harness.runner().plan(test.before.snapshot).steps.map(\.id) == [])
            #expect(!harness.log.all.contains { if case .fingerprintDiffers = $0 { true } else { false } })
        }
    }
}
