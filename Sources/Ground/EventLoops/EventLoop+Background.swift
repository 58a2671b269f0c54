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
        var result: Result<T, any Error>?
        let job = Job { result = Result { try work() } }
        var thread = pthread_t()
        guard pthread_create(&thread, nil, { BackgroundThread.main($0) }, Unmanaged.passUnretained(job).toOpaque()) == 0 else { return try work() }
        // Until then the job lives here.
        withExtendedLifetime(job) { _ = pthread_join(thread, nil) }
        return try (result ?? .failure(EventLoopError.closed)).get()
    }

    private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        // On Linux this is of the calling thread alone, and of those that it starts.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
        Unmanaged<Job>.fromOpaque(argument).takeUnretainedValue().work()
        return nil
    }

    /// Touched by one thread at a time: the other waits for its end.
    private final class Job {
        let work: () -> Void
        init(work: @escaping () -> Void) { self.work = work }
    }
}
