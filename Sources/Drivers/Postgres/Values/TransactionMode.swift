internal import SQLText

/// How a transaction is begun.
package enum TransactionMode: Sendable, CaseIterable {
    /// Read committed, may write.
    case readWrite
    /// Read committed: each statement sees what is committed when it starts.
    case readOnly
    /// One consistent view for all statements, may write.
    case repeatableRead
    /// One consistent view for all statements. For answers made of several reads.
    case repeatableReadOnly
    /// As if transactions ran one after another; be ready to try again (`PostgresError.isSerializationConflict`).
    case serializable

    var begin: SQLStatement {
        switch self {
        case .readWrite: ControlStatements.begin
        case .readOnly: ControlStatements.beginReadOnly
        case .repeatableRead: ControlStatements.beginRepeatableRead
        case .repeatableReadOnly: ControlStatements.beginRepeatableReadOnly
        case .serializable: ControlStatements.beginSerializable
        }
    }
}

/// Statements of the driver's own, rendered once.
enum ControlStatements {
    static let begin = SQLFragment("BEGIN").statement
    static let beginReadOnly = SQLFragment("BEGIN READ ONLY").statement
    static let beginRepeatableRead = SQLFragment("BEGIN ISOLATION LEVEL REPEATABLE READ").statement
    static let beginRepeatableReadOnly = SQLFragment("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").statement
    static let beginSerializable = SQLFragment("BEGIN ISOLATION LEVEL SERIALIZABLE").statement
    static let commit = SQLFragment("COMMIT").statement
    static let rollback = SQLFragment("ROLLBACK").statement
}
