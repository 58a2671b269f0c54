package import EventLoops

/// Runs `body` on a fresh loop of its own, which is stopped afterwards. The task stays the test's own, so that its expectations count.
/// - Parameter watchdog: `.off` for work that would hold a real loop too long.
package func onLoop<T: Sendable>(watchdog: LoopWatchdog.Mode = .standard, _ body: @Sendable (EventLoop) async throws -> T) async throws -> T {
    let group = try EventLoopGroup(count: 1, name: "test", watchdog: watchdog)
    let loop = group.loops[0]
    do {
        let value = try await withTaskExecutorPreference(loop) { try await body(loop) }
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
