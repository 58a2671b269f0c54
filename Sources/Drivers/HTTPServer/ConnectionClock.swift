/// How long a client has taken, as a value: phases and times go in, a verdict comes out. Times are milliseconds of the loop's clock.
package struct ConnectionClock {
    package struct Limits {
        package var head: UInt64
        package var body: UInt64
        package var answer: UInt64
        package var idle: UInt64
        /// At least 1.
        package var bytesPerSecond: UInt64

        package init(_ deadlines: HTTPServerConfiguration.Deadlines) {
            head = deadlines.head.milliseconds
            body = deadlines.body.milliseconds
            answer = deadlines.answer.milliseconds
            idle = deadlines.idle.milliseconds
            bytesPerSecond = UInt64(max(deadlines.minimumBytesPerSecond, 1))
        }

        /// How often to look, so that a deadline is passed by a quarter at most.
        package var interval: UInt64 { min(max(min(head, body, answer, idle) / 4, 5), 1_000) }
    }

    /// What the system's counters say of a TCP connection.
    package struct Progress {
        package var acknowledged: UInt64
        package var received: UInt64

        package init(acknowledged: UInt64, received: UInt64) {
            self.acknowledged = acknowledged
            self.received = received
        }
    }

    package private(set) var phase: HTTPPhase
    package private(set) var since: UInt64
    /// Of the body: bytes so far, and time spent waiting for them before `since`.
    private var bodyBytes: UInt64 = 0
    private var bodyTime: UInt64 = 0
    /// The counter that progress is measured against, nil before the first look.
    private var mark: UInt64?

    package init(now: UInt64) {
        phase = .head
        since = now
    }

    @inline(__always)
    package mutating func enter(_ phase: HTTPPhase, now: UInt64) {
        guard phase != self.phase else { return }
        if self.phase == .body { bodyTime += now &- since }
        if phase == .idle || phase == .head { (bodyBytes, bodyTime) = (0, 0) }
        self.phase = phase
        since = now
        mark = nil
    }

    package mutating func receivedBody(_ count: Int) { bodyBytes += UInt64(count) }

    /// Whether the client is to send something.
    var isWaitingForClient: Bool { phase == .head || phase == .idle || phase == .body }

    /// Whether a look needs the system's counters.
    package var needsProgress: Bool { phase == .idle || phase == .answer }

    /// Whether the client has run out of time.
    /// - Parameter progress: nil where the system has no counters (unix sockets).
    package mutating func isOverdue(now: UInt64, limits: Limits, progress: Progress?) -> Bool {
        let elapsed = now &- since
        switch phase {
        case .handling, .upgraded: return false
        case .head: return elapsed > limits.head
        case .body: return bodyTime + elapsed > limits.body + bodyBytes * 1_000 / limits.bytesPerSecond
        case .idle:
            guard let progress else { return elapsed > limits.idle + limits.head }
            if let mark, progress.received > mark {
                // The next head has begun to come.
                enter(.head, now: now)
                return false
            }
            mark = progress.received
            return elapsed > limits.idle
        case .answer:
            guard let progress else { return false }
            guard let mark else {
                self.mark = progress.acknowledged
                return false
            }
            guard elapsed > limits.answer else { return false }
            guard progress.acknowledged &- mark >= limits.answer * limits.bytesPerSecond / 1_000 else { return true }
            since = now
            self.mark = progress.acknowledged
            return false
        }
    }
}

extension Duration {
    var milliseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(max(seconds, 0)) * 1_000 + UInt64(max(attoseconds, 0) / 1_000_000_000_000_000)
    }
}
