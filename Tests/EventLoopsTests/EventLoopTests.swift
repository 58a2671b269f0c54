import EventLoops
import Glibc
import TestSupport
import Testing

/// Gives `body` a group of loops and stops it afterwards.
@discardableResult
func withLoops<T>(
    _ count: Int = 1, watchdog: LoopWatchdog.Mode = .standard, _ body: ([EventLoop]) async throws -> T
) async throws -> T {
    let group = try EventLoopGroup(count: count, name: "test", watchdog: watchdog)
    let result: Result<T, any Error>
    do { result = .success(try await body(group.loops)) } catch { result = .failure(error) }
    group.shutdown()
    return try result.get()
}

@Suite struct EventLoopTests {
    @Test func `a task stays on its loop through awaits, child tasks, actors and the pool`() async throws {
        try await withLoops(2) { loops in
            for loop in loops {
                let places = try await loop.run {
                    var places = [loop.isCurrent]
                    await withCheckedContinuation { continuation in
                        Thread.run { continuation.resume() }
                    }
                    places.append(loop.isCurrent)
                    let outcome = try await loop.runBlocking { loop.isCurrent }
                    places.append(!outcome && loop.isCurrent)
                    async let child = loop.isCurrent
                    places.append(await child)
                    await withTaskGroup(of: Bool.self) { group in
                        for _ in 0..<4 { group.addTask { loop.isCurrent } }
                        for await place in group { places.append(place) }
                    }
                    await Counter().add()
                    places.append(loop.isCurrent)
                    await loop.sleep(for: .milliseconds(1))
                    places.append(loop.isCurrent && EventLoop.current === loop)
                    return places
                }
                #expect(places == [Bool](repeating: true, count: places.count))
            }
            #expect(EventLoop.current == nil)
        }
    }

    @Test func `work sent from many threads all runs, in order of each sender`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            let seen = Shared<[Int: [Int]]>([:])
            await withTaskGroup(of: Void.self) { group in
                for sender in 0..<4 {
                    group.addTask {
                        for number in 0..<2_500 {
                            loop.execute { seen.update { $0[sender, default: []].append(number) } }
                        }
                    }
                }
            }
            try await loop.run {}
            for sender in 0..<4 { #expect(seen.value[sender] == Array(0..<2_500)) }
        }
    }

    @Test func `jobs that make jobs for ever do not starve timers`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            let rounds = try await loop.run {
                let stopped = Shared(false)
                let rounds = Shared(0)
                @Sendable func again() {
                    rounds.update { $0 += 1 }
                    if !stopped.value { loop.execute { again() } }
                }
                loop.execute { again() }
                await loop.sleep(for: .milliseconds(20))
                stopped.update { $0 = true }
                return rounds.value
            }
            #expect(rounds > 1_000)
        }
    }

    @Test func `tick hooks see the jobs of their tick, and their own jobs run before the loop waits`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            let log = Shared<[String]>([])
            try await loop.run {
                await withCheckedContinuation { continuation in
                    nonisolated(unsafe) var hook: TickHook?
                    loop.execute { log.update { $0.append("job") } }
                    hook = loop.addTickHook {
                        log.update { $0.append("hook") }
                        hook?.remove()
                        loop.execute {
                            log.update { $0.append("job of hook") }
                            continuation.resume()
                        }
                        return false
                    }
                }
            }
            #expect(log.value == ["job", "hook", "job of hook"])
        }
    }

    @Test func `shutdown waits for blocking work and refuses new work`() async throws {
        let group = try EventLoopGroup(count: 1, name: "test")
        let loop = group.loops[0]
        let done = Shared(false)
        await withCheckedContinuation { continuation in
            loop.execute {
                loop.startTask {
                    _ = try? await loop.runBlocking {
                        continuation.resume()
                        usleep(20_000)
                    }
                    done.update { $0 = true }
                }
            }
        }
        group.shutdown()
        #expect(done.value)
        loop.execute { Issue.record("a stopped loop ran work") }
    }

    @Test func `run comes back with the result, the error or the cancellation, and refuses a loop that has ended`() async throws {
        struct Refused: Error {}
        let group = try EventLoopGroup(count: 2, name: "test")
        let (loop, other) = (group.loops[0], group.loops[1])
        #expect(try await loop.run { loop.isCurrent })
        #expect(try await loop.run { try await other.run { other.isCurrent && !loop.isCurrent } && loop.isCurrent })
        await #expect(throws: Refused.self) { try await loop.run { throw Refused() } }
        let task = Task { try? await loop.run { await loop.sleep(for: .seconds(3_600)) } }
        task.cancel()
        await task.value
        group.shutdown()
        await #expect(throws: EventLoopError.closed) { try await loop.run {} }
        await #expect(throws: EventLoopError.closed) { try await loop.runBlocking {} }
    }

    #if DEBUG
        @Test(.disabled(if: isSanitized)) func `the watchdog of debug builds traps on work that computes too long`() async throws {
            await #expect(processExitsWith: .failure) {
                try await withLoops(watchdog: .strict) {
                    try await $0[0].run {
                        let start = clock()
                        while clock() - start < 200_000 {}
                    }
                }
            }
        }

        @Test(.disabled(if: isSanitized)) func `the watchdog of debug builds traps on work that blocks`() async throws {
            await #expect(processExitsWith: .failure) {
                try await withLoops(watchdog: .strict) { try await $0[0].run { _ = usleep(1_500_000) } }
            }
        }
    #endif

    @Test func `an error of blocking work reaches its caller`() async throws {
        struct Refused: Error {}
        try await withLoops { loops in
            await #expect(throws: Refused.self) {
                try await loops[0].runBlocking { throw Refused() }
            }
        }
    }
}

private actor Counter {
    var count = 0
    func add() { count += 1 }
}
