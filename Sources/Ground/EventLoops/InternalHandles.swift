import CLibUV

/// The four libuv handles every loop has: wake-ups from other threads, the two ends of a tick, and "do not wait".
struct InternalHandles {
    private let async: UnsafeMutablePointer<uv_async_t> = .allocate(capacity: 1)
    private let prepare: UnsafeMutablePointer<uv_prepare_t> = .allocate(capacity: 1)
    private let check: UnsafeMutablePointer<uv_check_t> = .allocate(capacity: 1)
    private let idle: UnsafeMutablePointer<uv_idle_t> = .allocate(capacity: 1)

    /// Opens the handles on `loop`. They keep no reference to it: the loop outlives its own handles.
    func open(on loop: EventLoop) throws(EventLoopError) {
        try EventLoopError.check(
            uv_async_init(loop.uv, async) { handle in owner(of: handle?.pointee.loop).takeInbox() }, "uv_async_init")
        uv_prepare_init(loop.uv, prepare)
        uv_check_init(loop.uv, check)
        uv_idle_init(loop.uv, idle)
        uv_prepare_start(prepare) { handle in
            let loop = owner(of: handle?.pointee.loop)
            loop.settle()
            loop.watchdog.endTick()
        }
        uv_check_start(check) { handle in owner(of: handle?.pointee.loop).settle() }
    }

    /// From any thread.
    func wake() { uv_async_send(async) }

    func startIdling() { uv_idle_start(idle) { _ in } }
    func stopIdling() { uv_idle_stop(idle) }

    func close() {
        uv_close(UnsafeMutableRawPointer(async).assumingMemoryBound(to: uv_handle_t.self), nil)
        uv_close(UnsafeMutableRawPointer(prepare).assumingMemoryBound(to: uv_handle_t.self), nil)
        uv_close(UnsafeMutableRawPointer(check).assumingMemoryBound(to: uv_handle_t.self), nil)
        uv_close(UnsafeMutableRawPointer(idle).assumingMemoryBound(to: uv_handle_t.self), nil)
    }

    func deallocate() {
        async.deallocate()
        prepare.deallocate()
        check.deallocate()
        idle.deallocate()
    }

    /// Whether `handle` is one of these.
    func contains(_ handle: UnsafeMutablePointer<uv_handle_t>) -> Bool {
        let raw = UnsafeMutableRawPointer(handle)
        return raw == UnsafeMutableRawPointer(async) || raw == UnsafeMutableRawPointer(prepare) || raw == UnsafeMutableRawPointer(check)
            || raw == UnsafeMutableRawPointer(idle)
    }
}

/// The Swift loop behind a libuv loop.
func owner(of loop: UnsafeMutablePointer<uv_loop_t>?) -> EventLoop {
    guard let data = loop?.pointee.data else { fatalError("every libuv loop of this target carries its EventLoop") }
    return Unmanaged<EventLoop>.fromOpaque(data).takeUnretainedValue()
}
