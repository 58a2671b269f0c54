import CLibUV

extension EventLoop {
    /// Runs `work` on libuv's pool of threads (4 by default for the whole process, `UV_THREADPOOL_SIZE`) and comes back to the caller's loop.
    /// For what blocks or computes long: password hashes, images, files, name lookups. It cannot be cancelled once given.
    /// - Throws: what `work` throws; `EventLoopError.closed` when the loop is shutting down.
    package func runBlocking<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<T, any Error>) in
            let item = BlockingItem(work: work, continuation: continuation)
            if isCurrent {
                submit(item)
            } else if !post(.closure { self.submit(item) }) {
                item.fail(EventLoopError.closed)
            }
        }
    }

    fileprivate func submit(_ item: BlockingWork) {
        guard !isStopping else { return item.fail(EventLoopError.closed) }
        let request = UnsafeMutablePointer<uv_work_t>.allocate(capacity: 1)
        request.pointee.data = Unmanaged.passRetained(item).toOpaque()
        let code = uv_queue_work(uv, request, { BlockingWork.run($0) }, { request, _ in BlockingWork.finish(request) })
        guard code == 0 else {
            Unmanaged.passUnretained(item).release()
            request.deallocate()
            return item.fail(EventLoopError.system(operation: "uv_queue_work", code: code))
        }
        blockingWork += 1
    }
}

/// A piece of work on its way to the pool and back, with its type erased for libuv's callbacks.
///
/// `@unchecked Sendable`: handed from the loop to one pool thread and back; libuv's queue orders the accesses.
private class BlockingWork: @unchecked Sendable {
    func perform() {}
    func deliver() {}
    func fail(_ error: any Error) {}

    static func run(_ request: UnsafeMutablePointer<uv_work_t>?) {
        guard let data = request?.pointee.data else { return }
        Unmanaged<BlockingWork>.fromOpaque(data).takeUnretainedValue().perform()
    }

    static func finish(_ request: UnsafeMutablePointer<uv_work_t>?) {
        guard let request, let data = request.pointee.data else { return }
        let loop = owner(of: request.pointee.loop)
        loop.blockingWork -= 1
        let work = Unmanaged<BlockingWork>.fromOpaque(data).takeRetainedValue()
        request.deallocate()
        work.deliver()
    }
}

/// `@unchecked Sendable`: as the class it extends.
private final class BlockingItem<T: Sendable>: BlockingWork, @unchecked Sendable {
    private var work: (@Sendable () throws -> T)?
    private let continuation: CheckedContinuation<T, any Error>
    private var result: Result<T, any Error>?

    init(work: @escaping @Sendable () throws -> T, continuation: CheckedContinuation<T, any Error>) {
        self.work = work
        self.continuation = continuation
    }

    override func perform() {
        guard let work else { return }
        self.work = nil
        result = Result { try work() }
    }

    override func deliver() {
        continuation.resume(with: result ?? .failure(EventLoopError.closed))
    }

    override func fail(_ error: any Error) {
        continuation.resume(throwing: error)
    }
}
