import CLibUV

/// Work done at the end of every tick, after the jobs of the tick. See `EventLoop.addTickHook`.
package final class TickHook {
    fileprivate var body: (() -> Bool)?

    fileprivate init(_ body: @escaping () -> Bool) { self.body = body }

    /// Takes the hook away. On the loop; more than one call does nothing.
    package func remove() { body = nil }
}

extension EventLoop {
    /// Jobs run in one go before hooks and descriptors get their turn.
    private static let jobsPerRound = 1_024
    /// Rounds of jobs and hooks in one tick before descriptors get their turn.
    private static let roundsPerTick = 8

    /// Calls `body` at the end of every tick, once all jobs of the tick have run, so that what they caused goes out in one go
    /// (`MHD_run`, a flush). It returns whether it has more to do at once; jobs it causes run in the same tick either way.
    /// - Precondition: called on the loop.
    @discardableResult
    package func addTickHook(_ body: @escaping () -> Bool) -> TickHook {
        assertCurrent()
        let hook = TickHook(body)
        tickHooks.append(hook)
        return hook
    }

    /// Takes what other threads sent.
    func takeInbox() {
        let work = inbox.withLock { inbox -> [Work] in
            let work = inbox.work
            inbox.work = []
            return work
        }
        local.append(contentsOf: work)
    }

    /// Runs jobs and hooks until nothing is left, or descriptors must get their turn. At both ends of a tick.
    func settle() {
        watchdog.lap()
        var rounds = 0
        var unsettled = true
        while unsettled, rounds < Self.roundsPerTick {
            runLocalWork()
            unsettled = runTickHooks()
            if localHead < local.count { unsettled = true }
            rounds += 1
        }
        if unsettled != idles {
            idles = unsettled
            if unsettled { handles.startIdling() } else { handles.stopIdling() }
        }
    }

    private func runLocalWork() {
        guard localHead < local.count else { return }
        let executor = asUnownedTaskExecutor()
        var left = Self.jobsPerRound
        while localHead < local.count, left > 0 {
            let work = local[localHead]
            localHead += 1
            left -= 1
            switch work {
            case .job(let job): job.runSynchronously(on: executor)
            case .closure(let closure): closure()
            }
            watchdog.lap()
        }
        if localHead == local.count {
            local.removeAll(keepingCapacity: local.capacity <= 4 * Self.jobsPerRound)
            localHead = 0
        } else if localHead >= Self.jobsPerRound {
            local.removeFirst(localHead)
            localHead = 0
        }
    }

    private func runTickHooks() -> Bool {
        var more = false
        var hasRemoved = false
        for hook in tickHooks {
            guard let body = hook.body else {
                hasRemoved = true
                continue
            }
            if body() { more = true }
            watchdog.lap()
        }
        if hasRemoved { tickHooks.removeAll { $0.body == nil } }
        return more
    }
}
