extension EventLoop {
    /// Suspends the caller for `duration` by a timer of this loop (`Task.sleep` would leave it). Returns early when the task is cancelled.
    /// - Precondition: called on the loop.
    package func sleep(for duration: Duration) async {
        assertCurrent()
        let nap = Nap(on: self)
        await withTaskCancellationHandler {
            await withCheckedContinuation { nap.begin($0, duration) }
        } onCancel: {
            execute { nap.end() }
        }
    }
}

/// One sleep: a continuation that is resumed once, by the timer or by cancellation.
///
/// `@unchecked Sendable`: `begin` and `end` run on the loop only.
private final class Nap: @unchecked Sendable {
    private let loop: EventLoop
    private var continuation: CheckedContinuation<Void, Never>?
    private var timer: LoopTimer?

    init(on loop: EventLoop) { self.loop = loop }

    func begin(_ continuation: CheckedContinuation<Void, Never>, _ duration: Duration) {
        guard !Task.isCancelled else { return continuation.resume() }
        self.continuation = continuation
        timer = loop.schedule(after: duration) { self.end() }
    }

    func end() {
        timer?.cancel()
        timer = nil
        continuation?.resume()
        continuation = nil
    }
}
