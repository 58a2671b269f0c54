import AccessControl
import EventLoops
import JSONText
import Postgres
import SchemaModel
import Snapshots
import Synchronization
import Telemetry
import TestSupport
import Testing

/// What the log says of rights that do not hold, and what is read for `kerege access check`.
@Suite struct ReportTests {
    private static let schema = SchemaSnapshot(
        collections: [
            Collection(
                name: "ships", table: TableName(name: "ships"), fields: [Field(name: "id", type: .integer, column: Column(dataType: "integer"))],
                primaryKey: "id")
        ], relations: [])

    @Test func `each loading tells the permissions that do not hold`() async throws {
        let lines = Mutex<[JSONValue]>([])
        try await withTestDatabase { database in
            try await onLoop(watchdog: .off) { loop in
                let client = PostgresClient(configuration: database.configuration, loop: loop)
                try await client.start()
                try await client.run(
                    tables + """
                        INSERT INTO directus_policies (id) VALUES ('\(key(1))');
                        INSERT INTO directus_permissions (id, policy, collection, action, fields, permissions) VALUES
                          (7, '\(key(1))', 'ships', 'read', 'id', '{"gone":{"_eq":"s3cret"}}'), (8, '\(key(1))', 'boats', 'read', '*', NULL),
                          (9, '\(key(1))', 'ships', 'update', 'id', '{"id":{"_nnull":true}}');
                        """)
                let log = Logger(
                    LogSink(threshold: .notice, style: .json) { line in
                        if let value = try? JSONParser.parse(line) { lines.withLock { $0.append(value) } }
                    })
                let updater = SnapshotUpdater(
                    store: SnapshotStore(schema: Self.schema), instance: "one", hooks: .init(loadSchema: { _ in Self.schema }), log: log)
                try await updater.reload([.rights], using: client)
                await client.close(grace: .seconds(5))
            }
        }
        let told = lines.withLock { $0 }.map { line in
            [line["level"], line["message"], line["problems"], line["permission"], line["reason"]].map { $0?.text ?? "-" }.joined(separator: " ")
        }
        #expect(
            told == [
                #""notice" "rights in force" 2 - -"#,
                #""error" "a permission does not hold" - 7 "The item rule is false for every row: \"gone\" does not exist""#,
                #""error" "a permission does not hold" - 8 "The collection \"boats\" does not exist""#,
            ])
    }

    @Test func `where permissions come from is read with their rows`() async throws {
        try await withTestDatabase { database in
            try await onLoop(watchdog: .off) { loop in
                let client = PostgresClient(configuration: database.configuration, loop: loop)
                try await client.start()
                let before = try await StoredAccess.isThere(in: client)
                try await client.run(
                    tables + """
                        CREATE SCHEMA kerege;
                        CREATE TABLE kerege.origins (kind text, key text, file text, line int, "column" int, row_id text);
                        INSERT INTO kerege.origins VALUES ('permission', 'a', 'a.yaml', 3, 5, '7'), ('permission', 'b', NULL, NULL, NULL, '8'),
                          ('role', 'c', 'c.yaml', 1, 1, '9'), ('permission', 'd', 'd.yaml', 2, 1, NULL);
                        INSERT INTO directus_policies (id) VALUES ('\(key(1))');
                        INSERT INTO directus_permissions (id, policy, collection, action) VALUES (7, '\(key(1))', 'ships', 'read');
                        """)
                let places = try await StoredAccess.origins(using: client)
                let access = try await StoredAccess.load(using: client)
                let after = try await StoredAccess.isThere(in: client)
                await client.close(grace: .seconds(5))
                #expect(!before && after)
                #expect(places == [7: SourceLocation(file: "a.yaml", line: 3, column: 5)])
                #expect(access.permissions.keys.map(\.value) == [7])
            }
        }
    }
}
