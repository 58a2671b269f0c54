internal import CLibPQ
internal import EventLoops

extension Connection {
    /// A cancel request that came before its statement started is lost: it is sent again after this, until the job has ended.
    private static let cancelInterval = Duration.milliseconds(100)

    /// Asks the server to stop what this connection runs, if `job` is in flight on it. The job still ends by its answer.
    ///
    /// The request travels on a connection of its own and hits whatever runs when it arrives, so nothing new is sent until it has.
    func cancel(_ job: Job) {
        loop.assertCurrent()
        guard !isClosed, !cancelIsOnItsWay, !job.isFinished, job.connection === self, role != .lane(.fast), let handle = PQgetCancel(raw) else {
            return
        }
        job.cancelRequested = true
        cancelIsOnItsWay = true
        let request = CancelRequest(handle: handle)
        let loop = loop
        loop.startTask {
            try? await loop.runBlocking { request.send() }
            self.cancelHasArrived(for: job)
        }
    }

    /// Sends the request without waiting for it.
    func sendCancelRequest() {
        guard !isClosed, let handle = PQgetCancel(raw) else { return }
        let request = CancelRequest(handle: handle)
        let loop = loop
        loop.startTask { try? await loop.runBlocking { request.send() } }
    }

    private func cancelHasArrived(for job: Job) {
        cancelIsOnItsWay = false
        guard !isClosed else { return }
        if job.isFinished {
            settle()
        } else {
            loop.schedule(after: Connection.cancelInterval) { self.cancel(job) }
        }
    }
}

/// libpq's means to cancel, freed after its one use.
///
/// `@unchecked Sendable`: made on the loop, then used by one pool thread.
private final class CancelRequest: @unchecked Sendable {
    private let handle: OpaquePointer

    init(handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        PQfreeCancel(handle)
    }

    /// Blocks until the server has passed the request on (some milliseconds). A failure shows in the statement that runs on.
    func send() {
        var message = [CChar](repeating: 0, count: 256)
        _ = PQcancel(handle, &message, Int32(message.count))
    }
}
