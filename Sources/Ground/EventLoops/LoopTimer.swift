import CLibUV

/// A timer of one loop, made by `EventLoop.schedule` or `EventLoop.makeTimer`. Used on its loop only.
package final class LoopTimer: LoopHandle {
    private var work: (() -> Void)?
    private let closesAfterFiring: Bool

    fileprivate init(on loop: EventLoop, closesAfterFiring: Bool, work: @escaping () -> Void) {
        self.work = work
        self.closesAfterFiring = closesAfterFiring
        super.init(type: UV_TIMER, on: loop)
        uv_timer_init(loop.uv, timer)
        adopt()
    }

    /// Arms the timer anew: first after `after`, then every `repeating`. Both are rounded up to whole milliseconds.
    package func start(after: Duration, repeating: Duration? = nil) {
        guard isActive else { return }
        uv_timer_start(timer, { LoopTimer.fired($0) }, after.wholeMilliseconds, repeating?.wholeMilliseconds ?? 0)
    }

    /// Disarms the timer; it can be started again.
    package func stop() {
        guard isActive else { return }
        uv_timer_stop(timer)
    }

    /// Disarms the timer for good and drops its work. More than one call does nothing.
    package func cancel() { close() }

    override func didClose() { work = nil }

    private var timer: UnsafeMutablePointer<uv_timer_t> { memory.assumingMemoryBound(to: uv_timer_t.self) }

    private static func fired(_ handle: UnsafeMutablePointer<uv_timer_t>?) {
        guard let data = handle?.pointee.data else { return }
        let timer = Unmanaged<LoopTimer>.fromOpaque(data).takeUnretainedValue()
        timer.loop.watchdog.lap()
        let work = timer.work
        if timer.closesAfterFiring { timer.close() }
        work?()
        timer.loop.watchdog.lap()
    }
}

extension EventLoop {
    /// Runs `work` on this loop after `after` (then every `repeating`). The loop keeps the timer until it has fired or is cancelled.
    /// - Precondition: called on the loop.
    @discardableResult
    package func schedule(after: Duration, repeating: Duration? = nil, _ work: @escaping () -> Void) -> LoopTimer {
        let timer = LoopTimer(on: self, closesAfterFiring: repeating == nil, work: work)
        timer.start(after: after, repeating: repeating)
        return timer
    }

    /// A timer that is armed and disarmed many times; it stays with the loop until `cancel`.
    /// - Precondition: called on the loop.
    package func makeTimer(_ work: @escaping () -> Void) -> LoopTimer {
        LoopTimer(on: self, closesAfterFiring: false, work: work)
    }

    /// Milliseconds of a clock that never goes back, as of the start of this tick. On the loop.
    package var tickMilliseconds: UInt64 { uv_now(uv) }
}

extension Duration {
    /// Rounded up, at least 0.
    fileprivate var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000)
        guard !overflow else { return UInt64(Int64.max) }
        return product + UInt64((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
