import EventLoops
import Glibc
import Synchronization

/// Runs an asynchronous body on a loop while the calling thread waits.
enum LoopRun {
    static func wait<T: Sendable>(on loop: EventLoop, _ body: @escaping @Sendable () async throws -> T) throws -> T {
        let outcome = Mutex<Result<T, any Error>?>(nil)
        // Safe: a semaphore is made for several threads; it outlives the task, since this thread waits for it.
        nonisolated(unsafe) let done = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        sem_init(done, 0, 0)
        defer {
            sem_destroy(done)
            done.deallocate()
        }
        loop.execute {
            loop.startTask {
                let result: Result<T, any Error>
                do { result = .success(try await body()) } catch { result = .failure(error) }
                outcome.withLock { $0 = result }
                sem_post(done)
            }
        }
        while sem_wait(done) != 0 {}
        guard let result = outcome.withLock({ $0 }) else { throw UsageProblem("the task ended without a result") }
        return try result.get()
    }
}
