import Glibc
import Synchronization

/// A descriptor with one owner: closed when the last reference goes, unless it was given away.
package final class OpenFile: Sendable {
    private let descriptor: Mutex<Int32>

    /// Takes over an open descriptor.
    package init(descriptor: Int32) { self.descriptor = Mutex(descriptor) }

    deinit {
        let descriptor = take()
        if descriptor >= 0 { close(descriptor) }
    }

    /// The descriptor, which the caller must close; -1 from the second call on.
    package func take() -> Int32 {
        descriptor.withLock { descriptor in
            defer { descriptor = -1 }
            return descriptor
        }
    }
}
