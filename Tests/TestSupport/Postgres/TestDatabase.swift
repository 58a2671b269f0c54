import Glibc
package import Postgres
import SQLText
import Synchronization

/// A database of one test or suite.
package struct TestDatabase: Sendable {
    package let name: String
    /// For a client; sets nothing but the address.
    package let configuration: PostgresConfiguration

    private static let counter = Atomic<Int>(0)

    /// Creates an empty database, or a copy of another (nobody may be connected to that one). `drop` it at the end, or use
    /// `withTestDatabase`, which does.
    package static func create(template: String? = nil) async throws -> TestDatabase {
        let name = "kt_\(getpid())_\(counter.add(1, ordering: .relaxed).newValue)"
        guard let identifier = SQLIdentifier(name), let template = SQLIdentifier(template ?? "template0") else {
            throw PostgresError.misuse(.nulInScript)
        }
        let script = DDLText("CREATE DATABASE \(identifier) TEMPLATE \(template)").text
        try await TestPostgres.withAdmin { _ = try await $0.execute(script) }
        return TestDatabase(name: name, configuration: try TestPostgres.configuration(database: name))
    }

    /// Drops the database, whoever is connected to it.
    package func drop() async throws {
        guard let identifier = SQLIdentifier(name) else { return }
        let script = DDLText("DROP DATABASE IF EXISTS \(identifier) WITH (FORCE)").text
        try await TestPostgres.withAdmin { _ = try await $0.execute(script) }
    }
}

/// Lends a database to `body` and drops it afterwards.
package func withTestDatabase<T>(template: String? = nil, _ body: (TestDatabase) async throws -> T) async throws -> T {
    let database = try await TestDatabase.create(template: template)
    do {
        let value = try await body(database)
        try await database.drop()
        return value
    } catch {
        try? await database.drop()
        throw error
    }
}

/// Databases that are filled once a process and then copied: `TestTemplates.shared.name(of: "migrated") { … }`.
package actor TestTemplates {
    package static let shared = TestTemplates()

    private var templates: [String: Task<String, any Error>] = [:]

    /// The name of the template database of this key. The first caller's `build` fills it; it must have closed its connections when it ends.
    package func name(of key: String, build: @escaping @Sendable (TestDatabase) async throws -> Void) async throws -> String {
        if let known = templates[key] { return try await known.value }
        let task = Task { @concurrent in
            let database = try await TestDatabase.create()
            try await build(database)
            return database.name
        }
        templates[key] = task
        return try await task.value
    }
}
