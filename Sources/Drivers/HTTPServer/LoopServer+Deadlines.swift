import CLibMicroHTTPD
import EventLoops
import Glibc

// The library's own time-out counts inactivity only, so that one byte a second is never cut off: deadlines are kept here.
extension LoopServer {
    /// Requests that take longer than this are watched for their client's hang-up.
    private static let hangUpDelay: UInt64 = 100

    func startDeadlineTimer() {
        guard deadlineTimer == nil else { return }
        let interval = Duration.milliseconds(clockLimits.interval)
        deadlineTimer = loop.schedule(after: interval, repeating: interval) { [unowned self] in checkDeadlines() }
    }

    private func checkDeadlines() {
        guard !connections.isEmpty else {
            deadlineTimer?.cancel()
            deadlineTimer = nil
            return
        }
        cutOffHalfClosed()
        let now = loop.tickMilliseconds
        for connection in connections where !connection.isCutOff {
            let progress = connection.clock.needsProgress ? connection.progress : nil
            guard connection.clock.isOverdue(now: now, limits: clockLimits, progress: progress) else { continue }
            if connection.clock.phase != .idle { shared.events(.deadlinePassed(connection.clock.phase, address: connection.address)) }
            connection.cutOff()
        }
    }

    /// The library takes a read that does not fill its buffer for the last one until the next event. Where the client's farewell had come
    /// together with its bytes, there is no next event: look for it.
    private func cutOffHalfClosed() {
        let waiting = connections.filter { $0.clock.isWaitingForClient && !$0.isCutOff }
        var polls = waiting.map { pollfd(fd: $0.descriptor, events: kerege_poll_hang_up, revents: 0) }
        guard poll(&polls, nfds_t(polls.count), 0) > 0 else { return }
        for (connection, poll) in zip(waiting, polls)
        where poll.revents & kerege_poll_hang_up != 0 && kerege_unread_bytes(connection.descriptor) == 0 {
            connection.cutOff()
        }
    }

    /// A request was suspended: the library does not see its client's hang-up, so look for it after a while.
    func startHangUpTimer() {
        guard hangUpTimer == nil else { return }
        let delay = Duration.milliseconds(Self.hangUpDelay)
        hangUpTimer = loop.schedule(after: delay, repeating: delay) { [unowned self] in watchForHangUps() }
    }

    private func watchForHangUps() {
        let now = loop.tickMilliseconds
        var anySuspended = false
        for connection in connections {
            guard let exchange = connection.exchange, exchange.isSuspended else { continue }
            anySuspended = true
            guard connection.hangUpWatch == nil, now &- exchange.suspendedAt >= Self.hangUpDelay else { continue }
            connection.hangUpWatch = try? loop.watch(descriptor: connection.descriptor, for: .disconnect) { [unowned connection] _ in
                connection.stopHangUpWatch()
                connection.exchange?.clientHungUp()
            }
        }
        if !anySuspended {
            hangUpTimer?.cancel()
            hangUpTimer = nil
        }
    }
}
