import CLibUV

/// What a descriptor can be ready for.
package struct ReadinessEvents: OptionSet, Sendable, Hashable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let readable = ReadinessEvents(rawValue: Int32(bitPattern: UV_READABLE.rawValue))
    package static let writable = ReadinessEvents(rawValue: Int32(bitPattern: UV_WRITABLE.rawValue))
    /// The peer has shut down its writing side (or both).
    package static let disconnect = ReadinessEvents(rawValue: Int32(bitPattern: UV_DISCONNECT.rawValue))
}

/// A descriptor watched by one loop, level-triggered. Used on its loop only; `stop` it before its descriptor is closed.
package final class DescriptorWatcher: LoopHandle {
    private var ready: ((ReadinessEvents) -> Void)?
    private var events: ReadinessEvents

    fileprivate init(on loop: EventLoop, descriptor: Int32, events: ReadinessEvents, ready: @escaping (ReadinessEvents) -> Void) throws {
        self.ready = ready
        self.events = events
        super.init(type: UV_POLL, on: loop)
        try EventLoopError.check(uv_poll_init(loop.uv, poll, descriptor), "uv_poll_init")
        adopt()
        do { try start() } catch {
            close()
            throw error
        }
    }

    /// Waits for these events from now on; none means the watcher rests.
    package func update(_ events: ReadinessEvents) {
        guard isActive, events != self.events else { return }
        self.events = events
        if events.isEmpty { uv_poll_stop(poll) } else { try? start() }
    }

    /// Ends the watch for good and drops the closure. More than one call does nothing.
    package func stop() { close() }

    override func didClose() { ready = nil }

    private var poll: UnsafeMutablePointer<uv_poll_t> { memory.assumingMemoryBound(to: uv_poll_t.self) }

    private func start() throws(EventLoopError) {
        try EventLoopError.check(uv_poll_start(poll, events.rawValue) { DescriptorWatcher.polled($0, $1, $2) }, "uv_poll_start")
    }

    private static func polled(_ handle: UnsafeMutablePointer<uv_poll_t>?, _ status: Int32, _ events: Int32) {
        guard let data = handle?.pointee.data else { return }
        let watcher = Unmanaged<DescriptorWatcher>.fromOpaque(data).takeUnretainedValue()
        watcher.loop.watchdog.lap()
        // On an error libuv stops polling: tell the owner that all it waits for is there, so that its next read or write sees the error.
        watcher.ready?(status < 0 ? watcher.events : ReadinessEvents(rawValue: events))
        watcher.loop.watchdog.lap()
    }
}

extension EventLoop {
    /// Calls `ready` on this loop whenever `descriptor` is ready for one of `events`. Makes the descriptor non-blocking.
    /// - Throws: `EventLoopError.system`: a bad or exhausted descriptor, or one this loop watches already (`dup` it then).
    /// - Precondition: called on the loop.
    package func watch(descriptor: Int32, for events: ReadinessEvents, _ ready: @escaping (ReadinessEvents) -> Void) throws -> DescriptorWatcher {
        guard !isStopping else { throw EventLoopError.closed }
        return try DescriptorWatcher(on: self, descriptor: descriptor, events: events, ready: ready)
    }
}
