import AccessControl
import EventLoops
import JSONText
import Postgres
import QueryEngine
import SQLText
import SchemaModel
import Snapshots
import Synchronization
import Telemetry
import TestSupport
import Testing

/// One server's snapshot, on a loop of the test.
private final class Server: Sendable {
    let store: SnapshotStore
    let updater: SnapshotUpdater
    let watcher: SnapshotWatcher
    let client: PostgresClient
    let counts = Counts()

    final class Counts: Sendable {
        let users = Mutex(0)
        let schemas = Mutex(0)
    }

    init(_ name: String, _ configuration: PostgresConfiguration, _ loop: EventLoop, pollInterval: Duration) {
        let store = SnapshotStore(schema: SchemaSnapshot(collections: [], relations: []))
        let log = Logger(LogSink(descriptor: 2, threshold: nil))
        let counts = counts
        self.store = store
        client = PostgresClient(configuration: configuration, loop: loop)
        updater = SnapshotUpdater(
            store: store, instance: name,
            hooks: SnapshotUpdater.Hooks(
                loadSchema: { _ in
                    counts.schemas.withLock { $0 += 1 }
                    return SchemaSnapshot(
                        collections: [Collection(name: "loaded", table: nil, fields: [], primaryKey: "id")], relations: [])
                }, usersChanged: { counts.users.withLock { $0 += 1 } }), log: log)
        watcher = SnapshotWatcher(updater: updater, configuration: configuration, database: client, pollInterval: pollInterval, log: log)
    }

    func start() async throws {
        try await client.start()
        try await watcher.start()
    }

    func stop() async {
        watcher.close()
        await client.close(grace: .seconds(5))
    }

    var policies: Set<String> { Set(store.current.access.policies.keys.map(\.text)) }

    /// Waits for what has to come; each look is a round trip to the server.
    func wait(until isTrue: (Server) -> Bool) async throws {
        while !isTrue(self) {
            try Task.checkCancellation()
            _ = try await client.query(SQLFragment("SELECT 1").statement, lane: .fast)
        }
    }
}

let tables = """
    CREATE TABLE directus_roles (id uuid PRIMARY KEY, parent uuid);
    CREATE TABLE directus_policies (id uuid PRIMARY KEY, ip_access text, enforce_tfa bool DEFAULT false, admin_access bool DEFAULT false,
      app_access bool DEFAULT false);
    CREATE TABLE directus_access (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), role uuid, "user" uuid, policy uuid, sort int);
    CREATE TABLE directus_permissions (id serial PRIMARY KEY, collection text, action text, permissions json, validation json, presets json,
      fields text, policy uuid);
    """

func key(_ digit: Int) -> String { "00000000-0000-4000-8000-00000000000\(digit)" }

/// Two servers over one database, on one loop.
private func withServers(
    _ script: String = "", pollInterval: Duration = .seconds(600), _ body: @Sendable (Server, Server) async throws -> Void
) async throws {
    try await withTestDatabase { database in
        try await onLoop(watchdog: .off) { loop in
            try await PostgresSession.with(database.configuration, loop: loop) { _ = try await $0.execute(tables + script) }
            let one = Server("one", database.configuration, loop, pollInterval: pollInterval)
            let two = Server("two", database.configuration, loop, pollInterval: pollInterval)
            try await one.start()
            try await two.start()
            try await body(one, two)
            await one.stop()
            await two.stop()
        }
    }
}

extension PostgresClient {
    func run(_ script: String) async throws {
        _ = try await withSession { try await $0.execute(script) }
    }
}

@Suite(.timeLimit(.minutes(2))) struct SnapshotWatcherTests {
    @Test func `reads the four tables as they are`() async throws {
        try await withServers(
            """
            INSERT INTO directus_roles VALUES ('\(key(1))', NULL), ('\(key(2))', '\(key(1))');
            INSERT INTO directus_policies VALUES ('\(key(3))', '10.0.0.1, 10.0.0.0/8 ', true, true, false), ('\(key(4))', NULL, false, false, true);
            INSERT INTO directus_access (role, "user", policy, sort) VALUES ('\(key(2))', NULL, '\(key(3))', 2), (NULL, '\(key(5))', '\(key(4))', NULL);
            INSERT INTO directus_permissions (collection, action, permissions, validation, presets, fields, policy) VALUES
              ('a', 'read', '{"x":{"_eq":1.50}}', NULL, NULL, 'id, title', '\(key(4))'), ('a', 'create', NULL, '{"_bogus":1}', '{"y":"z"}', NULL, '\(key(4))'),
              ('a', 'update', 'null', NULL, NULL, '*', '\(key(4))');
            """
        ) { one, _ in
            let access = one.store.current.access
            #expect(access.roles[RoleID(key(2))]?.parent == RoleID(key(1)))
            let policy = try #require(access.policies[PolicyID(key(3))])
            #expect(policy.ipAccess == ["10.0.0.1", "10.0.0.0/8"] && policy.enforceTFA && policy.adminAccess && !policy.appAccess)
            #expect(access.attachments.map(\.sort) == [2, nil])
            let rows = access.permissions.sorted { $0.key < $1.key }.map(\.value)
            #expect(rows.map(\.fields) == [["id", "title"], [], ["*"]])
            #expect(rows.map { $0.permissions?.text } == [#"{"x":{"_eq":1.50}}"#, nil, "null"])
            #expect(rows[1].presets?.text == #"{"y":"z"}"#)
            #expect(access.problems.count == 1)
        }
    }

    @Test func `a change made here counts at once, and soon on other servers`() async throws {
        try await withServers { one, two in
            for round in 1...5 {
                try await one.client.run("INSERT INTO directus_policies (id) VALUES ('\(key(round))')")
                await one.updater.announce([.rights], using: one.client)
                #expect(one.policies.contains(key(round)))
                try await two.wait { $0.policies.contains(key(round)) }
            }
            let generation = one.store.current.generation
            let forgotten = two.counts.users.withLock { $0 }
            await one.updater.announce([.users], using: one.client)
            try await two.wait { $0.counts.users.withLock { $0 } > forgotten }
            #expect(one.store.current.generation == generation)
        }
    }

    @Test func `a schema change elsewhere is read`() async throws {
        try await withServers { one, two in
            try await one.client.run("NOTIFY kerege_schema")
            for server in [one, two] { try await server.wait { $0.store.current.schema.collection("loaded") != nil } }
        }
    }

    @Test func `a change made by hand is noticed`() async throws {
        try await withServers(pollInterval: .milliseconds(20)) { one, two in
            try await one.client.run("INSERT INTO directus_policies (id) VALUES ('\(key(1))')")
            for server in [one, two] { try await server.wait { $0.policies == [key(1)] } }
        }
    }

    @Test func `reads anew when the listening connection was lost`() async throws {
        try await withServers { one, _ in
            // First the row, without a word of it: who reads anew at once must find it.
            try await one.client.run("INSERT INTO directus_policies (id) VALUES ('\(key(1))')")
            try await one.client.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()")
            try await one.wait { $0.policies == [key(1)] && $0.counts.schemas.withLock { $0 } > 0 }
        }
    }

    @Test func `keeps what it has while the tables can't be read, and tries again`() async throws {
        try await withServers("INSERT INTO directus_policies (id) VALUES ('\(key(1))')") { one, two in
            try await one.client.run("ALTER TABLE directus_roles RENAME TO gone; INSERT INTO directus_policies (id) VALUES ('\(key(2))')")
            await one.updater.announce([.rights], using: one.client)
            #expect(one.policies == [key(1)])
            try await one.client.run("ALTER TABLE gone RENAME TO directus_roles")
            for server in [one, two] { try await server.wait { $0.policies == [key(1), key(2)] } }
        }
    }
}
