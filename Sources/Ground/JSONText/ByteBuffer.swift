#if canImport(Glibc)
    import Glibc
#endif

/// Finished bytes in memory that came from `malloc`, so that a C library can take them over and `free` them.
///
/// - Shape: immutable. Made by `ByteWriter.finish()`.
/// - Ownership: freed with the last reference, unless `release()` gave the memory away first.
package final class ByteBuffer: @unchecked Sendable {
    // Invariant for @unchecked: `base` and `count` never change; `owned` is only changed by `release()`, which whoever holds the
    // response calls once, on the loop that sends it.
    private let base: UnsafeMutableRawPointer?
    package let count: Int
    private var owned = true

    /// Takes over memory that came from `malloc`.
    package init(taking base: UnsafeMutableRawPointer?, count: Int) {
        self.base = base
        self.count = count
    }

    deinit {
        if owned { free(base) }
    }

    /// Copies the UTF-8 bytes of a text.
    package convenience init(_ text: String) {
        var writer = ByteWriter(capacity: text.utf8.count)
        writer.append(text)
        let (base, count) = writer.giveAway()
        self.init(taking: base, count: count)
    }

    package convenience init(_ bytes: [UInt8]) {
        var writer = ByteWriter(capacity: bytes.count)
        writer.append(bytes)
        let (base, count) = writer.giveAway()
        self.init(taking: base, count: count)
    }

    package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Hands the memory over: the caller must `free` it. Later reads of this object are not allowed.
    package func release() -> (base: UnsafeMutableRawPointer?, count: Int) {
        owned = false
        return (base, count)
    }

    package var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
    package var string: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
}
