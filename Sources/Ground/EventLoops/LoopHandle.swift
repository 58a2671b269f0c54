import CLibUV

/// One libuv handle: opened, used, closed and freed on its loop. It keeps itself alive from `adopt` until libuv has let go of it.
package class LoopHandle {
    let loop: EventLoop
    let memory: UnsafeMutableRawPointer
    private var isOpen = false

    init(type: uv_handle_type, on loop: EventLoop) {
        loop.assertCurrent()
        self.loop = loop
        memory = .allocate(byteCount: uv_handle_size(type), alignment: 16)
    }

    deinit { memory.deallocate() }

    final var handle: UnsafeMutablePointer<uv_handle_t> { memory.assumingMemoryBound(to: uv_handle_t.self) }

    /// After a `uv_…_init` that succeeded: the handle now belongs to the loop.
    final func adopt() {
        isOpen = true
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    /// Closes the handle; more than one call does nothing. No callback of it runs afterwards but `didClose`.
    final func close() {
        loop.assertCurrent()
        guard isOpen else { return }
        isOpen = false
        didClose()
        uv_close(handle) { handle in
            guard let data = handle?.pointee.data else { return }
            Unmanaged<LoopHandle>.fromOpaque(data).release()
        }
    }

    /// Whether the handle can still be used.
    final var isActive: Bool { isOpen }

    /// Lets subclasses drop their closures, which may refer to the owner.
    func didClose() {}
}
