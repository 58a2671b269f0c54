import TestSupport

/// An empty database for one group, in the cluster of the tests.
struct GoldenDatabase: Sendable {
    let url: String
    private let database: TestDatabase

    /// Creates it and runs a script, if there is one.
    static func make(running script: String?) async throws -> GoldenDatabase {
        let database = try await TestDatabase.create()
        let made = GoldenDatabase(url: uri(try TestPostgres.conninfo(database: database.name)), database: database)
        // On a thread of its own: this task may still be on the loop that created the database.
        if let script { try await onThread { try run(script, on: made.url) } }
        return made
    }

    private static func run(_ script: String, on url: String) throws {
        let folder = try Files.temporaryFolder()
        defer { Files.removeFolder(folder) }
        let psql = ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-f", script, url]
        try ChildProgram.run(psql, environment: ["PATH=\(Files.environment("PATH") ?? "/usr/bin")"], folder: folder)
    }

    func remove() async throws { try await database.drop() }

    /// A conninfo of keywords as a URI (`DATABASE_URL` is documented as one).
    private static func uri(_ conninfo: String) -> String {
        conninfo.contains("://") ? conninfo : "postgresql:///?" + conninfo.split(separator: " ").joined(separator: "&")
    }
}
