import Glibc

/// A fixed number of running loops.
package final class EventLoopGroup: Sendable {
    /// In order of their `index`.
    package let loops: [EventLoop]
    private let isRunning = Locked(true)

    /// Starts `count` threads called `name-0`, `name-1`, … Ignores SIGPIPE for the process: a peer that hangs up is an error of the write.
    /// - Throws: `EventLoopError.system` when a thread or a descriptor is refused; what had started is stopped again.
    package init(count: Int, name: String, watchdog: LoopWatchdog.Mode = .standard) throws {
        precondition(count > 0, "a group has at least one loop")
        signal(SIGPIPE, SIG_IGN)
        var started: [EventLoop] = []
        do {
            for index in 0..<count {
                let loop = try EventLoop(index: index, name: "\(name)-\(index)", watchdog: watchdog)
                try loop.start()
                started.append(loop)
            }
        } catch {
            Self.stop(started)
            throw error
        }
        loops = started
    }

    /// Stops and joins the threads: work that has arrived is run, blocking work on the pool is waited for, timers and watchers are dropped.
    /// What still waits on a timer or descriptor is never resumed, so stop its owner first.
    /// More than one call does nothing.
    /// - Precondition: not called from one of the loops.
    package func shutdown() {
        let isFirst = isRunning.withLock { isRunning in
            defer { isRunning = false }
            return isRunning
        }
        if isFirst { Self.stop(loops) }
    }

    private static func stop(_ loops: [EventLoop]) {
        for loop in loops { loop.requestStop() }
        for loop in loops { loop.join() }
    }
}
