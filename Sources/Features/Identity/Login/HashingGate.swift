internal import Glibc
internal import JSONText
internal import SchemaModel
internal import Synchronization

/// Lets a few password hashes run at a time: each takes 64 MiB and all the processor it gets, and reads go on meanwhile (attack K11).
///
/// - Limits: `running` at once, `maximumWaiting` in the queue; who comes then is refused.
package final class HashingGate: Sendable {
    /// For passwords that are checked. Of the process: the memory and the processors are.
    static let checking = HashingGate(running: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) / 2))
    /// For passwords that are set, by callers who have been let in, within a transaction: they don't wait behind a flood of logins.
    static let setting = HashingGate(running: 1)
    package static let maximumWaiting = 1024

    private struct State {
        var running = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// The place in `waiting` of who is next.
        var next = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    package init(running limit: Int) { self.limit = limit }

    /// Runs `body` when its turn has come, on the caller's loop.
    /// - Throws: `SERVICE_UNAVAILABLE` when too many wait; `CancellationError` when the caller has gone meanwhile; what `body` throws.
    package func withTurn<T>(_ body: () async throws -> T) async throws -> T {
        guard hasRoom else { throw HashingGate.refusal }
        await withCheckedContinuation { continuation in enter(continuation) }
        defer { leave() }
        try Task.checkCancellation()
        return try await body()
    }

    private var hasRoom: Bool { state.withLock { $0.waiting.count - $0.next < HashingGate.maximumWaiting } }

    private func enter(_ continuation: CheckedContinuation<Void, Never>) {
        let mayRun = state.withLock { state in
            guard state.running >= limit else {
                state.running += 1
                return true
            }
            state.waiting.append(continuation)
            return false
        }
        if mayRun { continuation.resume() }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.next < state.waiting.count else {
                state.running -= 1
                state.waiting.removeAll(keepingCapacity: true)
                state.next = 0
                return nil
            }
            let first = state.waiting[state.next]
            state.next += 1
            if state.next >= HashingGate.maximumWaiting {
                state.waiting.removeFirst(state.next)
                state.next = 0
            }
            return first
        }
        next?.resume()
    }

    private static let refusal = WireError(
        .serviceUnavailable, message: "Service \"login\" is unavailable. Too many passwords are being checked.",
        extensions: [("service", "login"), ("reason", "Too many passwords are being checked")])
}
