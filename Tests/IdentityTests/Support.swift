import AccessControl
import EventLoops
import JSONText
import Postgres
import QueryEngine
import SQLText
import SchemaModel
import TestSupport

/// The tables that identity reads and writes, with the columns that it needs.
let systemTables = """
    CREATE TABLE directus_roles (id uuid PRIMARY KEY, name varchar(100) NOT NULL, icon varchar(64) NOT NULL DEFAULT 'x', description text,
      parent uuid REFERENCES directus_roles);
    CREATE TABLE directus_policies (id uuid PRIMARY KEY, name varchar(100) NOT NULL, icon varchar(64) NOT NULL DEFAULT 'badge', description text,
      ip_access text, enforce_tfa bool NOT NULL DEFAULT false, admin_access bool NOT NULL DEFAULT false, app_access bool NOT NULL DEFAULT false);
    CREATE TABLE desks (id int PRIMARY KEY, name text, open bool);
    CREATE TABLE directus_users (id uuid PRIMARY KEY, first_name varchar(50), last_name varchar(50), email varchar(128) UNIQUE, password varchar(255),
      token varchar(255) UNIQUE, role uuid REFERENCES directus_roles, status varchar(16) NOT NULL DEFAULT 'active', tags json,
      desk int REFERENCES desks);
    CREATE TABLE directus_access (id uuid PRIMARY KEY, role uuid REFERENCES directus_roles ON DELETE CASCADE,
      "user" uuid REFERENCES directus_users ON DELETE CASCADE, policy uuid NOT NULL REFERENCES directus_policies ON DELETE CASCADE, sort int);
    CREATE TABLE directus_permissions (id serial PRIMARY KEY, collection varchar(64) NOT NULL, action varchar(10) NOT NULL, permissions json,
      validation json, presets json, fields text, policy uuid NOT NULL REFERENCES directus_policies ON DELETE CASCADE);
    CREATE TABLE directus_settings (id serial PRIMARY KEY, project_id uuid);
    """

/// A client of a fresh database with the system tables.
func withSystemTables<T: Sendable>(_ script: String = "", _ body: @Sendable (PostgresClient) async throws -> T) async throws -> T {
    try await withTestDatabase { database in
        try await onLoop(watchdog: .off) { loop in
            let client = PostgresClient(configuration: database.configuration, loop: loop)
            try await client.start()
            do {
                _ = try await client.withSession { try await $0.execute(systemTables + script) }
                let value = try await body(client)
                await client.close(grace: .seconds(5))
                return value
            } catch {
                await client.close(grace: .zero)
                throw error
            }
        }
    }
}

extension PostgresClient {
    func run(_ script: String) async throws {
        _ = try await withSession { try await $0.execute(script) }
    }

    /// The first cell of the first row.
    func value(_ script: String) async throws -> String? {
        try await withSession { try await $0.execute(script).last?.string(0, 0) }
    }
}

/// A key with one digit that tells.
func key(_ digit: Int) -> String { "00000000-0000-4000-8000-00000000000\(digit)" }

/// Users with a desk; the desk's users are an alias.
let identitySchema: SchemaSnapshot = {
    func column(_ name: String, _ type: FieldType, _ dataType: String, key: Bool = false) -> Field {
        Field(name: FieldName(name), type: type, column: Column(dataType: dataType, isNullable: !key, isPrimaryKey: key))
    }
    var mail = column("mail", .string, "text")
    mail.meta.validation = ["mail": ["_eq": "$CURRENT_USER.email"]]
    func collection(_ name: String, _ fields: [Field]) -> Collection {
        Collection(name: CollectionName(name), table: TableName(name: name), fields: fields, primaryKey: "id")
    }
    return SchemaSnapshot(
        collections: [
            collection(
                "desks",
                [
                    column("id", .integer, "integer", key: true), column("name", .string, "text"), column("open", .boolean, "boolean"),
                    mail, Field(name: "people", type: .alias, column: nil),
                ]),
            collection(
                "directus_users",
                [
                    column("id", .uuid, "uuid", key: true), column("email", .string, "text"), column("desk", .integer, "integer"),
                    column("tags", .json, "json"), column("role", .uuid, "uuid"),
                ]),
            collection(
                "directus_roles", [column("id", .uuid, "uuid", key: true), column("name", .string, "text"), column("parent", .uuid, "uuid")]),
            collection("directus_policies", [column("id", .uuid, "uuid", key: true), column("name", .string, "text")]),
        ],
        relations: [
            Relation(manyCollection: "directus_users", manyField: "desk", oneCollection: "desks", oneField: "people"),
            Relation(manyCollection: "directus_users", manyField: "role", oneCollection: "directus_roles"),
        ])
}()

extension Principal {
    var isUser: Bool { if case .user = self { true } else { false } }
}
