import Postgres

/// A statement that was all of a write was refused in a way that leaves open whether the write is wrong: nothing has happened, and it is done again in
/// several statements.
struct WriteTakesSteps: Error {}

extension PostgresError {
    /// The table has rules that PostgreSQL knows in a statement of its own alone: `DO ALSO`, or under a condition.
    var refusesLoneStatement: Bool { fault?.sqlState == .featureNotSupported }

    /// A column that is only shown is gone, or may not be read.
    var refusesColumns: Bool { fault.map { $0.sqlState == .undefinedColumn || $0.sqlState == .insufficientPrivilege } ?? false }

    /// A statement that would have written several rows found rules of the table's own: `WriteSQL.insert(_:into:history:showing:)`.
    var tellsOwnRules: Bool { fault?.sqlState == .divisionByZero }

    /// One of several rows may be at fault, or a table's rules: not conflicts, cancelling and lost connections.
    var mayBeOneRow: Bool {
        if case .invalidBind = self { return true }
        guard let fault else { return false }
        return !PostgresError.faultless.contains(fault.sqlState.errorClass)
    }

    private static let faultless: Set<String> = ["08", "25", "40", "53", "55", "57", "58"]

    /// A value may be found unfit while the statement is planned, and a trigger may refuse the statement, whatever row it is for. A table's
    /// constraint is broken by a row that was found; conflicts, cancelling and lost connections are nobody's fault.
    var mayPrecedeRow: Bool {
        // A domain's constraints are checked as its values come in.
        if let fault, fault.sqlState.errorClass == "23" { return fault.table == nil }
        return mayBeOneRow
    }
}
