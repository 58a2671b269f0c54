import MigrationPlanning
import Postgres
import SQLText
import SchemaModel

/// Roles and policies that leave the files, and who refers to them: the mirror removes their rows.
extension MigrationWork {
    func askDependents(of leaving: [RightsLoss], isThere: (SQLIdentifier, SQLIdentifier) -> Bool) async throws -> [RightsLoss] {
        try await RightsLoss.asking(leaving, schema: options.schema, using: session, isThere: isThere)
    }

    /// Somebody may have been given a role since the plan was made: asked again, with the rows locked that are to go.
    func refuseNewDependents(_ plan: MigrationPlan, _ snapshot: SchemaSnapshot, in transaction: PostgresTransaction) async throws {
        guard !plan.leaving.isEmpty else { return }
        _ = try await transaction.batch(RightsLoss.locking(plan.leaving, schema: options.schema))
        var found = plan
        for at in found.leaving.indices { found.leaving[at].dependents = [] }
        found.leaving = try await RightsLoss.asking(found.leaving, schema: options.schema, using: transaction) { snapshot.hasColumn($1, in: $0) }
        let missing = found.missingTokens(allowed: Set(plan.allowTokens))
        guard missing.isEmpty else { throw MigrationError.destructive(found, missing: missing) }
    }

    /// The words for what a way back would take away: roles and policies that only the newer files define.
    func lostRights(from target: JournalEntry, to previous: JournalEntry) async throws -> [String] {
        let now = try await snapshot(of: target.generation)
        let leaving = RightsLoss.leaving(from: now.access, to: try await snapshot(of: previous.generation).access)
        return try await askDependents(of: leaving) { now.hasColumn($1, in: $0) }.compactMap(\.allowToken)
    }
}

extension SchemaSnapshot {
    fileprivate func hasColumn(_ column: SQLIdentifier, in table: SQLIdentifier) -> Bool {
        field(FieldName(column.name), of: CollectionName(table.name)) != nil
    }
}
