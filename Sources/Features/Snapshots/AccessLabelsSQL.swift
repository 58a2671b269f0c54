internal import AccessControl
internal import Postgres
internal import QueryEngine
internal import SQLText
internal import SchemaModel

/// Names of roles and policies, and the places in files that define permissions and collections.
enum AccessLabelsSQL {
    static let statements: [SQLStatement] = [
        SQLFragment("SELECT id, name FROM directus_roles").statement,
        SQLFragment("SELECT id, name FROM directus_policies").statement,
        AccessRowsSQL.origins,
        SQLFragment("SELECT key, file FROM kerege.origins WHERE kind = 'collection' AND file IS NOT NULL").statement,
    ]

    /// - Parameter results: of `statements`.
    static func labels(from results: [PostgresResult]) -> AccessLabels {
        var labels = AccessLabels()
        guard results.count == statements.count else { return labels }
        for (id, name) in texts(of: results[0]) { labels.roles[RoleID(id)] = name }
        for (id, name) in texts(of: results[1]) { labels.policies[PolicyID(id)] = name }
        for (id, place) in StoredAccess.places(in: results[2]) { labels.places[PermissionID(id)] = place }
        for (name, file) in texts(of: results[3]) { labels.files[CollectionName(name)] = file }
        return labels
    }

    private static func texts(of result: PostgresResult) -> [(String, String)] {
        (0..<result.rowCount).compactMap { row in
            guard let key = result.string(row, 0), let text = result.string(row, 1) else { return nil }
            return (key, text)
        }
    }
}
