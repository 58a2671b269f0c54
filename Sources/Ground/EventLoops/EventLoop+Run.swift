extension EventLoop {
    /// Runs `body` as a task of this loop and waits for it: the way onto a loop for tasks that live elsewhere. Cancelling the caller cancels it.
    /// - Throws: what `body` throws; `EventLoopError.closed` when the loop has ended.
    package func run<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
        let visit = Visit()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<T, any Error>) in
                let start: @Sendable () -> Void = {
                    visit.began(
                        self.startTask {
                            do { continuation.resume(returning: try await body()) } catch { continuation.resume(throwing: error) }
                        })
                }
                if isCurrent {
                    start()
                } else if !post(.closure(start)) {
                    continuation.resume(throwing: EventLoopError.closed)
                }
            }
        } onCancel: {
            visit.cancel()
        }
    }
}

/// A task on another loop that its caller can cancel, also before it has begun.
private final class Visit: Sendable {
    private struct State {
        var task: Task<Void, Never>?
        var isCancelled = false
    }

    private let state = Locked(State())

    func began(_ task: Task<Void, Never>) {
        let isCancelled = state.withLock { state in
            state.task = task
            return state.isCancelled
        }
        if isCancelled { task.cancel() }
    }

    func cancel() {
        let task = state.withLock { state in
            state.isCancelled = true
            return state.task
        }
        task?.cancel()
    }
}
