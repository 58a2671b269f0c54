import MigrationPlanning
import Postgres
import SQLText
import SchemaModel

/// Asks the rows who refers to roles and policies that the mirror is about to remove.
extension RightsLoss {
    /// - Parameter isThere: whether the database has a column yet.
    /// - Returns: the same, each with what refers to it and is no file's. One round trip.
    static func asking(
        _ leaving: [RightsLoss], schema: SQLIdentifier, using runner: some StatementRunner, isThere: (SQLIdentifier, SQLIdentifier) -> Bool
    ) async throws -> [RightsLoss] {
        let questions = leaving.indices.flatMap { at in
            leaving[at].kind.references.filter { isThere($0.table, $0.column) }.map { (at: at, reference: $0) }
        }
        if questions.isEmpty { return leaving }
        let answers = try await runner.batch(questions.map { $0.reference.count(of: leaving[$0.at].id, schema: schema).statement })
        var out = leaving
        for (question, answer) in zip(questions, answers) {
            guard let count = answer.int(0, 0), count > 0 else { continue }
            let keys = answer.string(0, 1)?.split(separator: "\n").map(String.init) ?? []
            out[question.at].dependents.append(Dependents(question.reference.kind, count: count, keys: keys))
        }
        return out
    }

    /// Nobody can begin to refer to these rows until the transaction ends.
    static func locking(_ leaving: [RightsLoss], schema: SQLIdentifier) -> [SQLStatement] {
        leaving.map { loss in
            let fragment: SQLFragment = """
                SELECT 1 FROM \(schema).\(loss.kind.table.name) WHERE id = \(bind: .text(loss.id), as: .uuid) FOR UPDATE
                """
            return fragment.statement
        }
    }
}

/// A column that refers to roles or policies.
private struct RightsReference {
    let kind: RightsLoss.Dependency
    let table: SQLIdentifier
    let column: SQLIdentifier
    /// What a person finds the row `t` by.
    let key: SQLFragment
    /// Of rows that no file owns.
    let isOfNoFile: SQLFragment

    func count(of id: String, schema: SQLIdentifier) -> SQLFragment {
        """
        WITH found AS (SELECT \(key) AS key FROM \(schema).\(table) t WHERE t.\(column) = \(bind: .text(id), as: .uuid) AND \(isOfNoFile)) \
        SELECT count(*), array_to_string((array_agg(key ORDER BY key))[1:3], E'\\n') FROM found
        """
    }
}

extension RightsLoss.Kind {
    fileprivate var table: MirrorTable {
        switch self {
        case .role: .roles
        case .policy: .policies
        }
    }

    fileprivate var references: [RightsReference] {
        let id: SQLFragment = "t.id::text"
        let access = RightsReference(
            kind: .attachments, table: MirrorTable.access.name, column: column,
            key: "COALESCE('user ' || t.\"user\"::text, 'role ' || t.role::text, t.id::text)", isOfNoFile: RightsLoss.Kind.noOrigin(.access))
        switch self {
        case .role:
            return [
                RightsReference(kind: .users, table: SQLIdentifier(static: "directus_users"), column: column, key: id, isOfNoFile: "true"),
                access,
                RightsReference(
                    kind: .childRoles, table: MirrorTable.roles.name, column: SQLIdentifier(static: "parent"), key: id,
                    isOfNoFile: RightsLoss.Kind.noOrigin(.roles)),
                RightsReference(kind: .shares, table: SQLIdentifier(static: "directus_shares"), column: column, key: id, isOfNoFile: "true"),
                RightsReference(kind: .presets, table: SQLIdentifier(static: "directus_presets"), column: column, key: id, isOfNoFile: "true"),
            ]
        case .policy:
            let permissions: SQLFragment =
                "NOT EXISTS (SELECT 1 FROM kerege.origins o WHERE o.kind = 'permission' AND o.row_id = t.id::text)"
            return [
                access,
                RightsReference(kind: .permissions, table: MirrorTable.permissions.name, column: column, key: id, isOfNoFile: permissions),
            ]
        }
    }

    private var column: SQLIdentifier {
        switch self {
        case .role: SQLIdentifier(static: "role")
        case .policy: SQLIdentifier(static: "policy")
        }
    }

    /// An attachment to a person has no role, so its key is NULL and no origin's.
    private static func noOrigin(_ table: MirrorTable) -> SQLFragment {
        """
        NOT EXISTS (SELECT 1 FROM kerege.origins o WHERE o.kind = \(bind: .text(table.kind), as: .text) AND o.key = \(table.keyOfRow))
        """
    }
}
