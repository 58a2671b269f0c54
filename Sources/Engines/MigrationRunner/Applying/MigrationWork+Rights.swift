import Postgres
import SQLText

/// What the serving role may do, where it is not the one that migrates (`MIGRATION_DATABASE_URL`): rows of both schemas, no definitions.
extension MigrationWork {
    /// Tables that come later are granted by the plan that makes them. What others own is theirs to grant.
    func grantRights(in transaction: PostgresTransaction) async throws {
        guard let role = options.servingRole else { return }
        let query: SQLFragment = """
            SELECT c.relkind::text, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
            WHERE n.nspname = \(bind: .text(schema), as: .text) AND c.relkind IN ('r', 'S') AND pg_has_role(c.relowner, 'MEMBER') ORDER BY 2
            """
        let rows = try await transaction.query(query.statement)
        var names: [String: [DDLText]] = [:]
        for row in 0..<rows.rowCount {
            if let kind = rows.string(row, 0), let name = rows.identifier(row, 1) { names[kind, default: []].append("\(options.schema).\(name)") }
        }
        let kerege = SQLIdentifier(static: "kerege")
        var statements: [DDLText] = [
            "GRANT USAGE ON SCHEMA \(options.schema), \(kerege) TO \(role)", "GRANT SELECT ON ALL TABLES IN SCHEMA \(kerege) TO \(role)",
        ]
        if let tables = names["r"] {
            statements.append("GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE \(tables.joined(separator: ", ")) TO \(role)")
        }
        if let sequences = names["S"] {
            statements.append("GRANT USAGE, SELECT, UPDATE ON SEQUENCE \(sequences.joined(separator: ", ")) TO \(role)")
        }
        _ = try await transaction.execute(statements.joined(separator: ";\n").text)
    }
}
