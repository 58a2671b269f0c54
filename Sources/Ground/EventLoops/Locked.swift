import Glibc

/// A value behind a lock that ThreadSanitizer understands.
///
/// As `Synchronization.Mutex`, but that one hands itself over in the kernel when threads wait for it (Swift 6.3, Linux): the sanitizer then sees
/// no order between them and reports races that are none. Use this one where several threads meet all the time.
///
/// `@unchecked Sendable`: `value` is only touched with `mutex` held.
package final class Locked<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    package init(_ value: sending Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        let code = pthread_mutex_init(mutex, nil)
        precondition(code == 0, "an ordinary mutex needs nothing that could be missing")
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` alone with the value. It must be short, and must not come back here.
    package func withLock<R>(_ body: (inout Value) throws -> R) rethrows -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
