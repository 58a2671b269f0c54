import CLibUV
import Glibc

/// One libuv loop on one thread of its own, as an executor of tasks.
///
/// A task started with `startTask` lives on this thread: every continuation it awaits comes back here, whoever resumes it.
/// - Shape: work goes in as a task, a closure, a timer or a watched descriptor, and runs one piece at a time, in order of arrival.
/// - Cost: work given from the loop's own thread goes to a plain list drained before the loop waits again; from elsewhere it takes a lock and
///   one write to an event descriptor per burst.
/// - Limits: nothing run here may block; use `runBlocking`. Work given after `EventLoopGroup.shutdown()` is dropped.
///
/// `@unchecked Sendable`: `inbox` and `thread` are guarded by a mutex and by the start of the thread; every other stored property is
/// touched only on the loop's thread (`isCurrent`).
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    /// What waits to be run on the loop.
    enum Work {
        case job(UnownedJob)
        case closure(@Sendable () -> Void)
    }

    struct Inbox {
        var work: [Work] = []
        var isOpen = true
    }

    /// Position of the loop in its group, from 0.
    package let index: Int
    let name: String
    let uv: UnsafeMutablePointer<uv_loop_t>
    let inbox = Locked(Inbox())

    // Written once by the starting thread before anybody else sees the loop.
    var thread = pthread_t()
    var startSignal: UnsafeMutablePointer<sem_t>?

    // Only on the loop's thread.
    var handles = InternalHandles()
    var local: [Work] = []
    var localHead = 0
    var tickHooks: [TickHook] = []
    var idles = false
    var isStopping = false
    var blockingWork = 0
    var watchdog: LoopWatchdog

    init(index: Int, name: String, watchdog: LoopWatchdog.Mode) throws(EventLoopError) {
        self.index = index
        self.name = name
        self.watchdog = LoopWatchdog(mode: watchdog, loop: index)
        uv = .allocate(capacity: 1)
        local.reserveCapacity(64)
        let code = uv_loop_init(uv)
        guard code == 0 else {
            uv.deallocate()
            throw .system(operation: "uv_loop_init", code: code)
        }
        uv.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        try handles.open(on: self)
    }

    deinit {
        uv.deallocate()
        handles.deallocate()
    }

    /// The loop whose thread this is, or nil on any other thread.
    package static var current: EventLoop? {
        guard let pointer = pthread_getspecific(threadKey) else { return nil }
        return Unmanaged<EventLoop>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Whether the caller runs on this loop's thread.
    package var isCurrent: Bool {
        pthread_equal(pthread_self(), thread) != 0
    }

    /// Runs one job of a Swift task on the loop. Called by the concurrency runtime.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            local.append(.job(job))
        } else {
            _ = post(.job(job))
        }
    }

    /// Runs `work` on the loop, from any thread: before the loop next waits if called on it, soon otherwise. Never runs it inline.
    package func execute(_ work: @escaping @Sendable () -> Void) {
        if isCurrent {
            local.append(.closure(work))
        } else {
            _ = post(.closure(work))
        }
    }

    /// Starts a task that stays on this loop. `body` runs at once, up to its first suspension, before this returns.
    /// - Precondition: called on the loop's thread.
    @discardableResult
    package func startTask(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        assertCurrent()
        return Task.immediate(executorPreference: self, operation: { await body() })
    }

    /// Traps in debug builds when the caller is on another thread.
    @inline(__always)
    package func assertCurrent() {
        assert(isCurrent, "called off the thread of loop \(index)")
    }

    /// Sends work from another thread; false when the loop has ended.
    func post(_ work: Work) -> Bool {
        let count = inbox.withLock { inbox -> Int in
            guard inbox.isOpen else { return 0 }
            inbox.work.append(work)
            return inbox.work.count
        }
        if count == 1 { handles.wake() }
        return count > 0
    }
}

/// Where each loop's thread keeps its loop.
let threadKey: pthread_key_t = {
    var key = pthread_key_t()
    let code = pthread_key_create(&key, nil)
    precondition(code == 0, "pthread_key_create gives a key at the start of a process")
    return key
}()
