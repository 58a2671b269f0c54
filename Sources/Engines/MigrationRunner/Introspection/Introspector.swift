package import MigrationPlanning
package import Postgres
package import SQLText
import SchemaModel

/// What the catalogue says of one schema.
package struct IntrospectedDatabase: Sendable, Equatable {
    package var model: DatabaseModel
    /// Rows by the planner's statistics, by table; without those never analysed.
    package var estimatedRows: [SQLIdentifier: Int]
    /// What `CREATE EXTENSION` could make.
    package var availableExtensions: Set<SQLIdentifier>
}

/// Catalogue -> `DatabaseModel`. One round trip, whatever the number of tables.
///
/// - Precondition: the session's `search_path` is the one of `CatalogueQueries.searchPath`, or expressions print in other words.
package enum Introspector {
    /// Sets the search path for the session and reads everything.
    package static func read(_ runner: some StatementRunner, schema: String) async throws -> IntrospectedDatabase {
        let results = try await runner.batch([
            CatalogueQueries.searchPath(schema, for: .session).statement, CatalogueQueries.relations(of: schema).statement,
            CatalogueQueries.columns(of: schema, ordered: true).statement, CatalogueQueries.constraints(of: schema).statement,
            CatalogueQueries.indexes(of: schema).statement, CatalogueQueries.extensions.statement, CatalogueQueries.estimates(of: schema).statement,
            CatalogueQueries.availableExtensions.statement,
        ])
        guard results.count == 8 else { throw PostgresError.connectionLost(nil) }
        var reader = CatalogueReader()
        reader.read(relations: results[1], columns: results[2], constraints: results[3], indexes: results[4], extensions: results[5])
        var rows: [SQLIdentifier: Int] = [:]
        for row in 0..<results[6].rowCount {
            if let name = results[6].identifier(row, 0), let count = results[6].int(row, 1), count >= 0 { rows[name] = count }
        }
        let available = (0..<results[7].rowCount).compactMap { results[7].identifier($0, 0) }
        return IntrospectedDatabase(model: reader.model, estimatedRows: rows, availableExtensions: Set(available))
    }

    /// The session's temporary tables, for the normalisation of a desired model.
    static func readTemporary(_ runner: some StatementRunner) async throws -> DatabaseModel {
        let schema = "pg_temp"
        let results = try await runner.batch([
            CatalogueQueries.relations(of: schema).statement, CatalogueQueries.columns(of: schema, ordered: true).statement,
            CatalogueQueries.constraints(of: schema).statement, CatalogueQueries.indexes(of: schema).statement,
            CatalogueQueries.extensions.statement,
        ])
        guard results.count == 5 else { throw PostgresError.connectionLost(nil) }
        var reader = CatalogueReader()
        reader.read(relations: results[0], columns: results[1], constraints: results[2], indexes: results[3], extensions: results[4])
        return reader.model
    }
}

extension PostgresResult {
    func identifier(_ row: Int, _ column: Int) -> SQLIdentifier? { string(row, column).flatMap { SQLIdentifier($0) } }

    /// A list joined by U+001F.
    func identifiers(_ row: Int, _ column: Int) -> [SQLIdentifier] {
        (string(row, column) ?? "").split(separator: "\u{1F}").compactMap { SQLIdentifier(String($0)) }
    }
}
