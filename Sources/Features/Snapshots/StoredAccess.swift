package import AccessControl
internal import EventLoops
package import Postgres
package import QueryEngine
internal import SQLText
package import SchemaModel

/// The rights as they stand in the database, and where they come from.
package enum StoredAccess {
    /// All of it in one consistent view.
    /// - Throws: `PostgresError`.
    package static func load(using database: PostgresClient) async throws -> AccessSnapshot {
        let results = try await rows(using: database)
        return try await database.loop.runBlocking { AccessRowsSQL.snapshot(from: results) }
    }

    /// - Returns: rows for `AccessRowsSQL.snapshot`, which is work for the pool: hundreds of rules would hold the loop.
    static func rows(using database: PostgresClient) async throws -> [PostgresResult] {
        try await database.withTransaction(.repeatableReadOnly) { try await $0.commit(with: AccessRowsSQL.statements) }
    }

    /// Whether a migration has made the tables.
    /// - Throws: `PostgresError`.
    package static func isThere(in database: PostgresClient) async throws -> Bool {
        try await database.query(AccessRowsSQL.isThere).bool(0, 0) ?? false
    }

    /// The places in files that define permissions, by the permissions' keys; those made through the API have none.
    /// - Throws: `PostgresError`.
    package static func origins(using database: PostgresClient) async throws -> [Int: SourceLocation] {
        places(in: try await database.query(AccessRowsSQL.origins))
    }

    /// What people call these rights, and where they are defined.
    /// - Throws: `PostgresError`.
    package static func labels(using database: PostgresClient) async throws -> AccessLabels {
        AccessLabelsSQL.labels(from: try await database.batch(AccessLabelsSQL.statements))
    }

    /// - Parameter result: of `AccessRowsSQL.origins`.
    static func places(in result: PostgresResult) -> [Int: SourceLocation] {
        var places: [Int: SourceLocation] = [:]
        for row in 0..<result.rowCount {
            guard let id = result.int(row, 0), let file = result.string(row, 1) else { continue }
            places[id] = SourceLocation(file: file, line: result.int(row, 2) ?? 1, column: result.int(row, 3) ?? 1)
        }
        return places
    }
}
