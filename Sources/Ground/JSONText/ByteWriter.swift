#if canImport(Glibc)
    import Glibc
#endif

/// A growing byte buffer for one answer. Not copyable: it is passed `inout`, so appending needs no reference counts and no checks for
/// uniqueness. Becomes a `ByteBuffer` with `finish()`.
package struct ByteWriter: ~Copyable {
    var base: UnsafeMutablePointer<UInt8>
    package internal(set) var count = 0
    private var capacity: Int
    /// Whoever writes much asks `isFull` now and then, and stops.
    private let limit: Int

    /// - Parameters:
    ///   - capacity: bytes to reserve; grows by doubling.
    ///   - limit: bytes after which it is full; what is written all the same is kept.
    package init(capacity: Int = 4096, limit: Int = .max) {
        self.limit = limit
        let size = max(capacity, 64)
        guard let memory = malloc(size) else { fatalError("out of memory") }
        base = memory.assumingMemoryBound(to: UInt8.self)
        self.capacity = size
    }

    deinit { free(base) }

    package var isFull: Bool { count > limit }

    /// The finished bytes, without a copy. The writer goes on empty.
    package mutating func finish() -> ByteBuffer {
        let (memory, size) = giveAway()
        return ByteBuffer(taking: memory, count: size)
    }

    mutating func giveAway() -> (UnsafeMutableRawPointer, Int) {
        let result = (UnsafeMutableRawPointer(base), count)
        guard let memory = malloc(64) else { fatalError("out of memory") }
        base = memory.assumingMemoryBound(to: UInt8.self)
        capacity = 64
        count = 0
        return result
    }

    /// Forgets what was written after this many bytes (used to take back an answer's beginning when an error comes later).
    package mutating func truncate(to length: Int) {
        if length < count && length >= 0 { count = length }
    }

    /// Makes room for `extra` more bytes, so that the following appends need no growth.
    @inline(__always)
    package mutating func reserve(_ extra: Int) {
        if capacity - count < extra { grow(extra) }
    }

    @inline(never)
    private mutating func grow(_ extra: Int) {
        let size = max(capacity * 2, count + extra)
        guard let memory = realloc(base, size) else { fatalError("out of memory") }
        base = memory.assumingMemoryBound(to: UInt8.self)
        capacity = size
    }

    @inline(__always)
    package mutating func append(_ byte: UInt8) {
        reserve(1)
        base[count] = byte
        count += 1
    }

    @inline(__always)
    package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        reserve(bytes.count)
        memcpy(base + count, source, bytes.count)
        count += bytes.count
    }

    @inline(__always)
    package mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { append($0) }
    }

    /// Appends the text's UTF-8 bytes as they are (no quotes, no escapes).
    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    package mutating func append(_ integer: Int) {
        append(String(integer))
    }

    /// The last byte written, or nil when there is none.
    package var last: UInt8? { count > 0 ? base[count - 1] : nil }

    package mutating func removeLast() {
        if count > 0 { count -= 1 }
    }
}
