import Glibc
import JSONText
package import SchemaModel

/// Why bytes couldn't be stored or read.
package enum StorageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The disk or the quota is full.
    case full
    case system(operation: String, code: Int32)
    /// A name that is no plain file name.
    case badName

    init(_ operation: String) {
        let code = errno
        self = code == ENOSPC || code == EDQUOT ? .full : .system(operation: operation, code: code)
    }

    package var description: String {
        switch self {
        case .full: "the storage is full"
        case .system(let operation, let code): "\(operation): \(String(cString: strerror(code)))"
        case .badName: "not a plain file name"
        }
    }

    /// `SERVICE_UNAVAILABLE` of service `files` (contract/system.md, 6.2.8); paths and system texts stay out of it.
    package var wire: WireError {
        let reason =
            switch self {
            case .full: "The storage is full"
            case .system, .badName: "The file could not be stored"
            }
        return WireError(
            .serviceUnavailable, message: "Service \"files\" is unavailable. \(reason).",
            extensions: [("service", "files"), ("reason", .string(reason))])
    }
}
