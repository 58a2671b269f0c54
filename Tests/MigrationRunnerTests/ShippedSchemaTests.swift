import MigrationPlanning
import MigrationRunner
import Postgres
import SchemaCompiler
import SchemaModel
import Synchronization
import TestSupport
import Testing

/// The collections that ship with the program, as the compiler gives them.
@Suite struct ShippedSchemaTests {
    private func compile(_ yaml: String = "") throws -> SchemaSnapshot {
        let files = yaml.isEmpty ? [] : [SourceFile(path: "Schemas/test.yaml", text: yaml)]
        let result = SchemaCompiler.compile(files: files, environment: [:])
        #expect(result.errors.map(\.description) == [])
        return try #require(result.snapshot)
    }

    private let posts = """
        collection: posts
        note: Articles
        fields:
          title: { type: string, length: 200, required: true }
          slug: { type: string, unique: true }
          body: text
          published_at: { type: timestamp, index: true }
          author: { to: directus_users, on_delete: set null }
          parent: { to: self }
          tags: { many: tags, through: posts_tags }
        indexes:
          - [slug, published_at]
        ---
        collection: tags
        fields:
          name: string
        """

    @Test func anEmptyDatabaseGetsAllOfIt() async throws {
        let snapshot = try compile(posts)
        try await withHarness { harness in
            let plan = try await harness.runner().plan(snapshot)
            #expect(plan.problems == [])
            #expect(plan.laterSteps.isEmpty)
            try await harness.runner().apply(snapshot)
            #expect(try await harness.fingerprint() == plan.toFingerprint)
            #expect(try await harness.runner().plan(snapshot).isEmpty)
            #expect(try await harness.runner().apply(snapshot) == .upToDate(generation: 1))
            #expect(try await harness.value("SELECT count(*) FROM directus_settings WHERE project_id IS NOT NULL") == "1")
            #expect(try await harness.runner().loadRecorded()?.snapshot.collections == snapshot.collections)
        }
    }

    @Test func aDatabaseOfDirectusNeedsNothingButAdditions() async throws {
        let snapshot = try compile()
        try await withHarness { harness in
            try await harness.sql(DirectusDatabase.sql)
            try await harness.sql(
                """
                INSERT INTO directus_policies (id, name) VALUES ('abf8a154-5b1c-4a46-ac9c-7300570f4f17', '$t:public_label');
                INSERT INTO directus_access (id, policy) VALUES ('c80bad5b-c0b4-4c89-be9e-63e540fa5627', 'abf8a154-5b1c-4a46-ac9c-7300570f4f17');
                INSERT INTO directus_collections (collection) VALUES ('pages')
                """)
            let plan = try await harness.runner().plan(snapshot)
            #expect(plan.steps.map(\.id) == [])
            #expect(plan.notes == [])
            #expect(plan.unmanaged == [])
            try await harness.runner().apply(snapshot)
            #expect(try await harness.value("SELECT count(*) FROM directus_policies") == "1")
            #expect(try await harness.value("SELECT count(*) FROM directus_collections") == "1")
            #expect(try await harness.runner().apply(snapshot) == .upToDate(generation: 1))
        }
    }

    @Test func anOlderDatabaseOfDirectusIsCompleted() async throws {
        let snapshot = try compile()
        try await withHarness { harness in
            try await harness.sql(DirectusDatabase.sql)
            try await harness.sql(
                """
                DROP TABLE directus_deployment_runs, directus_deployment_projects, directus_deployments;
                ALTER TABLE directus_fields DROP COLUMN searchable;
                ALTER TABLE directus_activity ADD COLUMN comment text, ALTER COLUMN ip TYPE varchar(40);
                ALTER TABLE directus_settings DROP COLUMN public_registration_role;
                DROP INDEX directus_activity_timestamp_index
                """)
            let plan = try await harness.runner().plan(snapshot)
            #expect(plan.allowTokens == [])
            #expect(plan.unmanaged == [UnmanagedObject(.column, "directus_activity.comment")])
            #expect(plan.notes.map(\.object) == ["directus_activity.ip"])
            try await harness.runner().apply(snapshot)
            let again = try await harness.runner().plan(snapshot)
            #expect(again.steps.map(\.id) == [])
            #expect(try await harness.runner().apply(snapshot) == .upToDate(generation: 1))
        }
    }

    @Test func fieldsAddedToASystemCollectionComeAndGo() async throws {
        let more = try compile("collection: directus_users\nfields:\n  nickname: { type: string, unique: true }\n  mentor: { to: directus_users }\n")
        let less = try compile()
        try await withHarness { harness in
            try await harness.runner().apply(less)
            try await harness.runner().apply(more)
            #expect(try await harness.sql("SELECT field FROM directus_fields ORDER BY 1") == [["mentor"], ["nickname"]])
            #expect(try await harness.sql("SELECT many_field FROM directus_relations") == [["mentor"]])
            let tokens: Set<String> = ["drop_column:directus_users.nickname", "drop_column:directus_users.mentor"]
            #expect(try await Set(harness.runner().plan(less).allowTokens) == tokens)
            try await harness.runner().apply(less, policy: try await harness.allowing(tokens, less))
            #expect(try await harness.value("SELECT count(*) FROM directus_fields") == "0")
            #expect(try await harness.runner().plan(less).isEmpty)
        }
    }

    /// One batch on a connection that is open anyway: about 20 ms in a debug build, of which the wall clock is no test on a busy machine.
    @Test func aStartOnAMigratedDatabaseAsksOnce() async throws {
        let snapshot = try compile(posts)
        try await withHarness { harness in
            try await harness.runner().apply(snapshot)
            let sessions = Mutex(0)
            let client = PostgresClient(configuration: harness.database.configuration, loop: harness.loop) { event in
                if case .connected(.session, _) = event { sessions.withLock { $0 += 1 } }
            }
            try await client.start()
            #expect(try await MigrationRunner(client: client).apply(snapshot) == .upToDate(generation: 1))
            #expect(sessions.withLock { $0 } == 0)
            await client.close(grace: .zero)
        }
    }
}
