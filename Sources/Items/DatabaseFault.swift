import Postgres
import SchemaModel

/// What PostgreSQL refuses, in the words of the wire. By its fields (SQLSTATE, constraint), never by its message.
package enum DatabaseFault {
    /// - Parameters:
    ///   - isKeyed: the request names a key, which then may be what does not fit.
    ///   - collection: what is read.
    /// - Returns: a `WireError` where the request is at fault, else the error as it is.
    static func reading(_ error: any Error, isKeyed: Bool, of collection: Collection?) -> any Error {
        if let error = error as? AnswerTooLong { return error.fault }
        guard let error = error as? PostgresError else { return error }
        guard let state = error.fault?.sqlState else {
            if case .invalidBind = error { return WireError.invalidQuery("A value can't be compared with its field") }
            return error
        }
        switch state.errorClass {
        case "22": return isKeyed ? WireError.forbidden : WireError.invalidQuery("A value can't be compared with its field")
        case "54": return WireError.invalidQuery("The query is too complex")
        // PostGIS says so of shapes that it can't read or compare.
        case "XX" where state == .internalError && collection?.hasShapes == true:
            return WireError.invalidQuery("A value can't be compared with its field")
        case "42" where state == .undefinedFunction: return WireError.invalidQuery("An operator does not fit its field")
        default: return error
        }
    }
}

extension Collection {
    var hasShapes: Bool {
        fields.contains { if case .geometry = $0.type { true } else { false } }
    }
}
