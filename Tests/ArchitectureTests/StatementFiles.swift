/// Where SQL text is written. A new file needs a reason to be here: statements of the product belong to QueryEngine, DDL to
/// MigrationPlanning, introspection and the journal to MigrationRunner.
enum StatementFiles {
    /// Files below `Sources`; a folder ends with `/`.
    static let named = [
        "Engines/QueryEngine/SQL/",  // reads and writes of items
        "Languages/MigrationPlanning/Plan/",  // DDL
        "Engines/MigrationRunner/",  // introspection, journal, mirror, locks
        "Drivers/Postgres/Client/PostgresListener.swift",  // LISTEN
        "Drivers/Postgres/Client/PostgresTransaction.swift",  // SAVEPOINT
        "Drivers/Postgres/Connection/Connector+InputBuffer.swift",  // one long row
        "Drivers/Postgres/Values/TransactionMode.swift",  // BEGIN
        "Features/Identity/CallerLookup/CallerSQL.swift",  // whom a name means, for explanations
        "Features/Identity/AttributeSQL.swift",  // attributes of the caller that rules mention
        "Features/Identity/IdentitySQL.swift",  // who holds a token
        "Features/Identity/Login/LoginSQL.swift",  // who has an address
        "Features/Identity/Sessions/SessionSQL.swift",  // sessions
        "Features/Snapshots/AccessLabelsSQL.swift",  // names of roles and policies, places of definitions
        "Features/Snapshots/AccessRowsSQL.swift",  // rows of roles, policies, permissions
        "Features/Snapshots/SnapshotChange.swift",  // NOTIFY of a change
        "Programs/kerege/Serving/EmbeddedDatabase.swift",  // whether the embedded cluster has its database
        "Delivery/HTTPAPI/Routes/ServerRoutes.swift",  // whether the database answers
    ]

    static func isNamed(_ path: String) -> Bool { named.contains { path.dropFirst(8).hasPrefix($0) } }

    private static let openings: Set<String> = [
        "SELECT", "INSERT INTO", "UPDATE", "DELETE FROM", "WITH", "CREATE", "ALTER", "DROP", "TRUNCATE", "LISTEN", "UNLISTEN", "NOTIFY", "BEGIN",
        "COMMIT", "ROLLBACK", "COMMENT ON", "FROM", "WHERE", "JOIN", "LEFT JOIN", "ORDER BY", "GROUP BY", "VALUES", "RETURNING", "ON CONFLICT",
        "LIMIT",
        "UNION ALL", "SAVEPOINT", "LOCK TABLE",
    ]

    /// Whether a literal begins like a statement or a clause, in capitals as the house writes SQL, with something after it; or is a
    /// statement in small letters.
    static func isSQL(_ literal: String) -> Bool {
        let words = literal.split(maxSplits: 3) { $0 == " " || $0 == "\n" || $0 == ";" }.prefix(3).map { String($0) }
        guard words.count > 1 else { return false }
        if openings.contains(words[0]) || openings.contains("\(words[0]) \(words[1])") { return true }
        let small = literal.lowercased()
        return (small.hasPrefix("select ") && small.contains(" from ")) || small.hasPrefix("insert into ") || small.hasPrefix("delete from ")
            || (small.hasPrefix("update ") && small.contains(" set ")) || small.hasPrefix("create table ") || small.hasPrefix("alter table ")
    }
}
