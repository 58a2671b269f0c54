internal import CLibPQ

/// An error that PostgreSQL reported, field by field.
///
/// `description` is safe to log. `message`, `detail` and `hint` may quote row data: they are in `debugDescription` only.
package struct ServerFault: Error, Sendable, Hashable {
    package var sqlState: SQLState
    package var message: String
    package var detail: String?
    package var hint: String?
    package var schema: String?
    package var table: String?
    package var column: String?
    package var constraint: String?
    package var dataType: String?
    /// Which statement of the batch failed, from 0; nil for BEGIN, prologue, COMMIT and constraints checked at the end.
    package var statementIndex: Int?
    /// Where in the statement's text, in characters from 1.
    package var position: Int?
    /// The tables changed under a prepared statement. 0A000 has many other meanings: the server's function tells them apart.
    var isPlanChange = false

    package init(sqlState: SQLState, message: String) {
        self.sqlState = sqlState
        self.message = message
    }

    /// - Parameter result: one of status `PGRES_FATAL_ERROR` or a notice.
    /// - Returns: nil if the server did not make it (no SQLSTATE): the connection broke.
    init?(result: OpaquePointer) {
        guard let state = ServerFault.field(kerege_pq_sqlstate, of: result) else { return nil }
        sqlState = SQLState(rawValue: state)
        message = ServerFault.field(kerege_pq_message, of: result) ?? ""
        detail = ServerFault.field(kerege_pq_detail, of: result)
        hint = ServerFault.field(kerege_pq_hint, of: result)
        schema = ServerFault.field(kerege_pq_schema, of: result)
        table = ServerFault.field(kerege_pq_table, of: result)
        column = ServerFault.field(kerege_pq_column, of: result)
        constraint = ServerFault.field(kerege_pq_constraint, of: result)
        dataType = ServerFault.field(kerege_pq_datatype, of: result)
        position = ServerFault.field(kerege_pq_position, of: result).flatMap { Int($0) }
        isPlanChange = sqlState == .featureNotSupported && ServerFault.field(kerege_pq_function, of: result) == "RevalidateCachedQuery"
    }

    /// `ERROR`, `FATAL`, `PANIC`, or of a notice `NOTICE`, `WARNING`, …; never translated.
    static func severity(of result: OpaquePointer) -> String {
        field(kerege_pq_severity, of: result) ?? ""
    }

    private static func field(_ code: kerege_pq_field, of result: OpaquePointer) -> String? {
        kerege_pq_error_field(result, code).map { String(cString: $0) }
    }
}

extension ServerFault: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        var text = "SQLSTATE \(sqlState)"
        for (name, value) in [("table", table), ("column", column), ("constraint", constraint), ("type", dataType)] {
            if let value { text += " \(name)=\(value)" }
        }
        if let statementIndex { text += " statement=\(statementIndex)" }
        if let position { text += " position=\(position)" }
        return text
    }

    package var debugDescription: String {
        var text = "\(description): \(message)"
        if let detail { text += " DETAIL: \(detail)" }
        if let hint { text += " HINT: \(hint)" }
        return text
    }
}
