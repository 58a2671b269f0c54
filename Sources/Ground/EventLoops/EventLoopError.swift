/// What libuv or the system refused.
/// - `system`: `code` is the negated `errno` as libuv gives it (`-24` = too many open descriptors), `operation` names the call.
/// - `closed`: the loop has been shut down; nothing can be started on it any more.
package enum EventLoopError: Error, Sendable, Equatable {
    case system(operation: String, code: Int32)
    case closed
}

extension EventLoopError {
    /// Throws when `code`, the result of a libuv call, is negative.
    @inline(__always)
    static func check(_ code: Int32, _ operation: StaticString) throws(EventLoopError) {
        guard code < 0 else { return }
        throw .system(operation: operation.description, code: code)
    }
}
