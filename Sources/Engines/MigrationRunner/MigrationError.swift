package import MigrationPlanning
package import Postgres
package import SchemaCompiler
package import SchemaModel

/// Why a migration did not happen, or not to its end. Facts only; `Postgres` errors pass through as they are.
package enum MigrationError: Error, Sendable, Equatable {
    /// The snapshot has names or types that PostgreSQL can't hold.
    case notLowerable(PlanningError)
    /// The definitions can't be applied: expressions that PostgreSQL refuses, missing extensions, unknown casts. `plan.problems` says which.
    case problems(MigrationPlan)
    /// Steps that lose data, without the admin's word for these.
    case destructive(MigrationPlan, missing: [String])
    /// Rows stand in the way of a step.
    case rowsInTheWay(MigrationPlan, [Obstacle])
    /// The plan that was allowed is not the plan that is needed now.
    case planMoved(expected: String, found: MigrationPlan)
    /// There is something to do, and the policy was only to look.
    case pending(MigrationPlan)
    /// The locks were not to be had in time, in any of the attempts.
    case locked(tables: [String], attempts: Int)
    /// Another process migrates and did not end in time.
    case anotherMigration
    /// A step of the transaction was refused (a view needs the column, a value does not fit): nothing was changed.
    case stepRefused(step: String, cause: SourceLocation?, reason: ServerFault)
    /// A step after the transaction failed; it is tried again at the next apply.
    case stepFailed(step: String, generation: Int, reason: ServerFault)
    case rollbackRefused(RollbackRefusal)
    /// The journal holds what this program did not write or can't read.
    case journalUnreadable(generation: Int, CanonicalSchemaError?)
}

/// What a precheck found.
package struct Obstacle: Sendable, Equatable {
    package var step: String
    package var reason: Precheck.Reason
    package var object: String
    /// Keys or values of at most 20 rows. Row data: not for logs.
    package var keys: [String]
    package var cause: SourceLocation?
}

package enum RollbackRefusal: Sendable, Equatable {
    /// No plan, or only the first.
    case nothingBefore
    /// A step has no inverse.
    case irreversible(step: String)
    /// Rows or values came since; these words allow to lose them.
    case wouldLoseData(missing: [String])
    /// The live structure is not what the plan left behind.
    case liveMoved
}

extension MigrationError: CustomStringConvertible {
    /// Safe to log: no row data.
    package var description: String {
        switch self {
        case .notLowerable(let error): "SCHEMA_NOT_LOWERABLE \(error)"
        case .problems(let plan): "SCHEMA_PROBLEMS \(plan.problems.map { "\($0.object) \($0.code.rawValue)" }.joined(separator: ", "))"
        case .destructive(_, let missing): "MIGRATION_DESTRUCTIVE \(missing.joined(separator: " "))"
        case .rowsInTheWay(_, let found): "MIGRATION_ROWS_IN_THE_WAY \(found.map { "\($0.object) \($0.reason.rawValue)" }.joined(separator: ", "))"
        case .planMoved(let expected, let found): "MIGRATION_PLAN_MOVED expected=\(expected) found=\(found.hash)"
        case .pending(let plan): "MIGRATION_PENDING plan=\(plan.hash) steps=\(plan.steps.count)"
        case .locked(let tables, let attempts): "MIGRATION_LOCKED tables=\(tables.joined(separator: ",")) attempts=\(attempts)"
        case .anotherMigration: "MIGRATION_RUNS_ELSEWHERE"
        case .stepRefused(let step, let cause, let reason):
            "MIGRATION_STEP_REFUSED step=\(step)" + (cause.map { " at=\($0)" } ?? "") + " \(reason)"
        case .stepFailed(let step, let generation, let reason): "MIGRATION_STEP_FAILED step=\(step) generation=\(generation) \(reason)"
        case .rollbackRefused(let refusal): "ROLLBACK_REFUSED \(refusal)"
        case .journalUnreadable(let generation, let reason):
            "JOURNAL_UNREADABLE generation=\(generation)" + (reason.map { " \($0)" } ?? "")
        }
    }
}
