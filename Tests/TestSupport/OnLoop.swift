package import EventLoops

/// Runs `body` on a fresh loop of its own, which is stopped afterwards. The task stays the test's own, so that its expectations count.
/// - Parameter watchdog: `.off` for work that would hold a real loop too long.
package func onLoop<T: Sendable>(watchdog: LoopWatchdog.Mode = .standard, _ body: @Sendable (EventLoop) async throws -> T) async throws -> T {
    let group = try EventLoopGroup(count: 1, name: "test", watchdog: watchdog)
    let loop = group.loops[0]
    do {
        let value = try await run(on: loop) { try await body(loop) }
        await stop(group)
        return value
    } catch {
        await stop(group)
        throw error
    }
}

/// Joins the threads from outside of them: back on the global executor.
@concurrent private func stop(_ group: EventLoopGroup) async {
    group.shutdown()
}

/// Runs `body` in the same task on a loop that runs.
package func run<T: Sendable>(on loop: EventLoop, _ body: () async throws -> T) async throws -> T {
    try await withTaskExecutorPreference(loop) {
        // The preference alone moves nothing before the first suspension.
        await withCheckedContinuation { continuation in loop.execute { continuation.resume() } }
        return try await body()
    }
}
