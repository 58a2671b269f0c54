import CLibUV
import Glibc

extension EventLoop {
    /// Starts the loop's thread. It holds a reference to the loop until it ends.
    func start() throws(EventLoopError) {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(self).toOpaque()
        let started = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        sem_init(started, 0, 0)
        defer {
            sem_destroy(started)
            started.deallocate()
        }
        startSignal = started
        let code = pthread_create(&thread, nil, { EventLoop.main($0) }, argument)
        guard code == 0 else {
            Unmanaged<EventLoop>.fromOpaque(argument).release()
            throw .system(operation: "pthread_create", code: -code)
        }
        while sem_wait(started) != 0 {}
    }

    /// Asks the loop to end, from any other thread; `join` waits for it.
    func requestStop() {
        execute {
            self.isStopping = true
            uv_stop(self.uv)
        }
    }

    /// Waits for the thread to end.
    func join() {
        precondition(!isCurrent, "a loop cannot wait for its own end")
        pthread_join(thread, nil)
    }

    private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let loop = Unmanaged<EventLoop>.fromOpaque(argument).takeRetainedValue()
        pthread_setspecific(threadKey, argument)
        loop.thread = pthread_self()
        kerege_name_this_thread(loop.name)  // the system keeps 15 bytes
        if let signal = loop.startSignal {
            loop.startSignal = nil
            sem_post(signal)
        }
        loop.run()
        pthread_setspecific(threadKey, nil)
        return nil
    }

    private func run() {
        while !isStopping { uv_run(uv, UV_RUN_DEFAULT) }
        // Work on the pool still comes back here.
        while blockingWork > 0 { uv_run(uv, UV_RUN_ONCE) }
        closeHandles()
        for _ in 0..<8 where uv_run(uv, UV_RUN_NOWAIT) != 0 { closeHandles() }
        inbox.withLock { inbox in
            inbox.isOpen = false
            inbox.work = []
        }
        for hook in tickHooks { hook.remove() }
        handles.close()
        while uv_run(uv, UV_RUN_DEFAULT) != 0 {}
        let code = uv_loop_close(uv)
        assert(code == 0, "all handles of a stopped loop are closed")
        tickHooks = []
        local = []
    }

    private func closeHandles() {
        let argument = Unmanaged.passUnretained(self).toOpaque()
        uv_walk(
            uv,
            { handle, argument in
                guard let handle, let argument else { return }
                let loop = Unmanaged<EventLoop>.fromOpaque(argument).takeUnretainedValue()
                guard !loop.handles.contains(handle), let data = handle.pointee.data else { return }
                Unmanaged<LoopHandle>.fromOpaque(data).takeUnretainedValue().close()
            }, argument)
    }
}
