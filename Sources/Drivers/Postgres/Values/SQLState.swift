/// A five-character SQLSTATE. Source: PostgreSQL documentation, appendix A.
package struct SQLState: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }
    package init(stringLiteral value: String) { rawValue = value }

    package var description: String { rawValue }

    /// The first two characters: `23` is any broken constraint, `22` any value that does not fit.
    package var errorClass: String { String(rawValue.prefix(2)) }
}

extension SQLState {
    package static let featureNotSupported: SQLState = "0A000"
    package static let cardinalityViolation: SQLState = "21000"
    package static let stringTooLong: SQLState = "22001"
    package static let numericOutOfRange: SQLState = "22003"
    package static let invalidDatetimeFormat: SQLState = "22007"
    package static let datetimeOutOfRange: SQLState = "22008"
    package static let divisionByZero: SQLState = "22012"
    package static let invalidRegularExpression: SQLState = "2201B"
    package static let invalidTextRepresentation: SQLState = "22P02"
    package static let notNullViolation: SQLState = "23502"
    package static let foreignKeyViolation: SQLState = "23503"
    package static let uniqueViolation: SQLState = "23505"
    package static let checkViolation: SQLState = "23514"
    package static let exclusionViolation: SQLState = "23P01"
    package static let failedTransaction: SQLState = "25P02"
    package static let unknownStatementName: SQLState = "26000"
    package static let serializationFailure: SQLState = "40001"
    package static let deadlockDetected: SQLState = "40P01"
    package static let insufficientPrivilege: SQLState = "42501"
    package static let syntaxError: SQLState = "42601"
    package static let undefinedColumn: SQLState = "42703"
    package static let undefinedFunction: SQLState = "42883"
    package static let undefinedTable: SQLState = "42P01"
    package static let duplicateTable: SQLState = "42P07"
    package static let tooManyConnections: SQLState = "53300"
    package static let lockNotAvailable: SQLState = "55P03"
    package static let queryCanceled: SQLState = "57014"
    package static let adminShutdown: SQLState = "57P01"
    package static let internalError: SQLState = "XX000"
}
