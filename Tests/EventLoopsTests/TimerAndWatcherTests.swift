import EventLoops
import Glibc
import Testing

@Suite struct TimerAndWatcherTests {
    @Test func `timers fire in order of their deadline, a cancelled one never`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            let order = try await loop.run {
                let order = Shared<[Int]>([])
                let never = loop.schedule(after: .milliseconds(5)) { order.update { $0.append(5) } }
                loop.schedule(after: .milliseconds(15)) { order.update { $0.append(15) } }
                loop.schedule(after: .milliseconds(1)) {
                    order.update { $0.append(1) }
                    never.cancel()
                    never.cancel()
                }
                await loop.sleep(for: .milliseconds(30))
                return order.value
            }
            #expect(order == [1, 15])
        }
    }

    @Test func `a repeating timer repeats until it is cancelled from within`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            try await loop.run {
                await withCheckedContinuation { continuation in
                    nonisolated(unsafe) var timer: LoopTimer?
                    var count = 0
                    timer = loop.schedule(after: .milliseconds(1), repeating: .milliseconds(1)) {
                        count += 1
                        if count == 5 {
                            timer?.cancel()
                            continuation.resume()
                        }
                    }
                }
            }
        }
    }

    @Test func `sleep ends early when its task is cancelled, before or during it`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            for early in [true, false] {
                await withCheckedContinuation { continuation in
                    loop.execute {
                        let task = loop.startTask {
                            await loop.sleep(for: early ? .zero : .seconds(3_600))
                            await loop.sleep(for: .seconds(3_600))
                            continuation.resume()
                        }
                        task.cancel()
                    }
                }
            }
        }
    }

    @Test func `a watcher reports bytes, room and hang-up, and nothing once stopped`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            var pair: [Int32] = [0, 0]
            #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
            let (ours, theirs) = (pair[0], pair[1])
            let seen = try await loop.run {
                var seen: [ReadinessEvents] = []
                seen.append(try await next(loop, ours, .writable))
                write(theirs, "x", 1)
                seen.append(try await next(loop, ours, .readable))
                var byte: UInt8 = 0
                read(ours, &byte, 1)
                Glibc.close(theirs)
                seen.append(try await next(loop, ours, .disconnect))
                return seen
            }
            #expect(seen == [.writable, .readable, .disconnect])
            Glibc.close(ours)
        }
    }

    @Test func `a bad descriptor is refused`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            await #expect(throws: EventLoopError.self) {
                try await loop.run { _ = try loop.watch(descriptor: 9_999, for: .readable) { _ in } }
            }
        }
    }

    @Test func `a signal is delivered on its loop`() async throws {
        try await withLoops { loops in
            let loop = loops[0]
            let signal = try await loop.run {
                try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
                    nonisolated(unsafe) var watcher: SignalWatcher?
                    do {
                        watcher = try SignalWatcher(signal: SIGUSR2, on: loop) {
                            watcher?.stop()
                            continuation.resume(returning: $0)
                        }
                        kill(getpid(), SIGUSR2)
                    } catch { continuation.resume(throwing: error) }
                }
            }
            #expect(signal == SIGUSR2)
        }
    }
}

/// The first event of a kind on a descriptor.
private func next(_ loop: EventLoop, _ descriptor: Int32, _ events: ReadinessEvents) async throws -> ReadinessEvents {
    try await withCheckedThrowingContinuation { continuation in
        nonisolated(unsafe) var watcher: DescriptorWatcher?
        do {
            watcher = try loop.watch(descriptor: descriptor, for: events) {
                watcher?.stop()
                continuation.resume(returning: $0)
            }
        } catch { continuation.resume(throwing: error) }
    }
}
