import CLibUV

/// Calls back on a loop when the process gets a signal. Used on its loop only; the default action of the signal is gone while it watches.
package final class SignalWatcher: LoopHandle {
    private var received: ((Int32) -> Void)?

    /// Watches for `signal` (such as `SIGTERM`).
    /// - Throws: `EventLoopError.system` for a signal that cannot be caught.
    /// - Precondition: called on the loop.
    package init(signal: Int32, on loop: EventLoop, _ received: @escaping (Int32) -> Void) throws {
        self.received = received
        super.init(type: UV_SIGNAL, on: loop)
        try EventLoopError.check(uv_signal_init(loop.uv, watcher), "uv_signal_init")
        adopt()
        let code = uv_signal_start(
            watcher,
            { handle, signal in
                guard let data = handle?.pointee.data else { return }
                Unmanaged<SignalWatcher>.fromOpaque(data).takeUnretainedValue().received?(signal)
            }, signal)
        if code < 0 {
            close()
            throw EventLoopError.system(operation: "uv_signal_start", code: code)
        }
    }

    /// Ends the watch; more than one call does nothing.
    package func stop() { close() }

    override func didClose() { received = nil }

    private var watcher: UnsafeMutablePointer<uv_signal_t> { memory.assumingMemoryBound(to: uv_signal_t.self) }
}
