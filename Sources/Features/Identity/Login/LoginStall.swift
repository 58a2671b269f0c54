internal import EventLoops

/// Makes every outcome of a login take at least so long, success too, so that the time tells nothing (`LOGIN_STALL_TIME`).
package struct LoginStall: Sendable {
    package let duration: Duration

    package init(_ duration: Duration = .milliseconds(500)) { self.duration = duration }

    /// Runs `body` and waits out the rest of the time, on the caller's loop.
    package func run<T>(_ body: () async throws -> T) async throws -> T {
        let end = ContinuousClock.now + duration
        do {
            let value = try await body()
            await wait(until: end)
            return value
        } catch {
            await wait(until: end)
            throw error
        }
    }

    private func wait(until end: ContinuousClock.Instant) async {
        // The loop's timers count whole milliseconds from the start of its tick, so that they may end a little early.
        while let loop = EventLoop.current, !Task.isCancelled, ContinuousClock.now < end {
            await loop.sleep(for: max(end - ContinuousClock.now, .milliseconds(1)))
        }
    }
}
