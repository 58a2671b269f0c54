import Postgres
import SchemaModel

/// What PostgreSQL refuses, in the words of the wire. By its fields (SQLSTATE, constraint), never by its message.
package enum DatabaseFault {
    /// - Parameter isKeyed: the request names a key, which then may be what does not fit.
    /// - Returns: a `WireError` where the request is at fault, else the error as it is.
    static func reading(_ error: PostgresError, isKeyed: Bool) -> any Error {
        guard let state = error.fault?.sqlState else {
            if case .invalidBind = error { return WireError.invalidQuery("A value can't be compared with its field") }
            return error
        }
        switch state.errorClass {
        case "22": return isKeyed ? WireError.forbidden : WireError.invalidQuery("A value can't be compared with its field")
        case "42" where state == .undefinedFunction: return WireError.invalidQuery("An operator does not fit its field")
        default: return error
        }
    }
}
