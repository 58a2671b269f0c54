import Glibc

/// Bare threads, for clients that block.
package enum Thread {
    private final class Box {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    /// The closure's captures are handed to the thread: the caller leaves them alone.
    package static func run(_ body: @escaping () -> Void) {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(body)).toOpaque()
        pthread_create(
            &thread, nil,
            { box in
                guard let box else { return nil }
                Unmanaged<Box>.fromOpaque(box).takeRetainedValue().body()
                return nil
            }, box)
        pthread_detach(thread)
    }

    /// Runs `body` on `count` threads and waits for them.
    package static func join(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<count {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        run {
                            body(index)
                            continuation.resume()
                        }
                    }
                }
            }
        }
    }
}
