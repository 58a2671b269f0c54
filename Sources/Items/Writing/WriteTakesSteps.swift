import Postgres

/// A statement that was all of a write was refused in a way that leaves open whether the write is wrong: nothing has happened, and it is done again in
/// several statements.
struct WriteTakesSteps: Error {}

extension PostgresError {
    /// The table has rules that PostgreSQL knows in a statement of its own alone: `DO ALSO`, or under a condition.
    var refusesLoneStatement: Bool { fault?.sqlState == .featureNotSupported }

    /// A value may be found unfit while the statement is planned, whatever row it is for. A table's constraint is broken by a row that was found.
    var mayPrecedeRow: Bool {
        if case .invalidBind = self { return true }
        guard let fault else { return false }
        return switch fault.sqlState.errorClass {
        case "22", "42", "XX": true
        // A domain's constraints are checked as its values come in.
        case "23": fault.table == nil
        default: false
        }
    }
}
