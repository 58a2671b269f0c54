import CLibUV
import Glibc

extension EventLoop {
    /// The same as `runBlocking`, on a thread that gives way to all others, and with it the threads that `work` starts: for what computes long on
    /// all processors while the loops go on answering.
    package func runInBackground<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await runBlocking { try BackgroundThread.run(work) }
    }
}

/// A thread for one piece of work. Its own, since who has no privileges can give up priority but not take it back.
private enum BackgroundThread {
    /// Of `nice`: what still gets a tenth of a processor that others want whole.
    private static let niceness: Int32 = 10

    /// Blocks until the work is done; where no thread can be had it is done here.
    static func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) throws -> T {
        let job = Job { Result { try work() } }
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(job as AnyJob).toOpaque()
        guard pthread_create(&thread, nil, { BackgroundThread.main($0) }, argument) == 0 else {
            Unmanaged<AnyJob>.fromOpaque(argument).release()
            return try work()
        }
        pthread_join(thread, nil)
        return try (job.result ?? .failure(EventLoopError.closed)).get()
    }

    private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        // On Linux this is of the calling thread alone, and of those that it starts.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
        Unmanaged<AnyJob>.fromOpaque(argument).takeRetainedValue().perform()
        return nil
    }

    private class AnyJob {
        func perform() {}
    }

    /// Touched by one thread at a time: the other waits for its end.
    private final class Job<T: Sendable>: AnyJob {
        private let work: () -> Result<T, any Error>
        private(set) var result: Result<T, any Error>?

        init(work: @escaping () -> Result<T, any Error>) { self.work = work }

        override func perform() { result = work() }
    }
}
