#if canImport(Glibc)
    import Glibc
#endif

/// A growing byte buffer for one answer. Not copyable: it is passed `inout`, so appending needs no reference counts and no checks for
/// uniqueness. Becomes a `ByteBuffer` with `finish()`.
package struct ByteWriter: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    package private(set) var count = 0
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

    /// Appends a JSON string with its quotes. Escapes what JSON needs and nothing else.
    package mutating func appendJSON(_ text: UnsafeBufferPointer<UInt8>) {
        let length = text.count
        // Room for text without escapes; each escape makes room anew for itself and the rest.
        reserve(length + 2)
        base[count] = UInt8(ascii: "\"")
        count += 1
        guard let source = text.baseAddress else {
            append(UInt8(ascii: "\""))
            return
        }
        var at = 0
        while at < length {
            let plain = plainPrefix(of: source + at, length: length - at)
            if plain > 0 {
                memcpy(base + count, source + at, plain)
                count += plain
                at += plain
            }
            if at < length {
                escape(source[at])
                at += 1
                reserve(length - at + 1)
            }
        }
        base[count] = UInt8(ascii: "\"")
        count += 1
    }

    package mutating func appendJSON(_ text: String) {
        var text = text
        text.withUTF8 { appendJSON($0) }
    }

    /// How many bytes from here on need no escape, 16 at a time. (`SIMD16` is no help: its masks are not made in registers, ten times slower.)
    @inline(__always)
    private func plainPrefix(of source: UnsafePointer<UInt8>, length: Int) -> Int {
        var at = 0
        while at + 16 <= length {
            let first = escapes(in: source + at)
            let second = escapes(in: source + at + 8)
            if first | second != 0 {
                return at + (first != 0 ? first.trailingZeroBitCount / 8 : 8 + second.trailingZeroBitCount / 8)
            }
            at += 16
        }
        while at < length {
            let byte = source[at]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { break }
            at += 1
        }
        return at
    }

    /// The highest bit of each of eight bytes that is `< 0x20`, `"` or `\`; bits after the first such byte may be wrong.
    @inline(__always)
    private func escapes(in source: UnsafePointer<UInt8>) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let word = UnsafeRawPointer(source).loadUnaligned(as: UInt64.self)
        let quote = word ^ (ones &* 0x22)
        let slash = word ^ (ones &* 0x5C)
        let control = (word &- ones &* 0x20) & ~word
        return (control | ((quote &- ones) & ~quote) | ((slash &- ones) & ~slash)) & highs
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22: append("\\\"" as StaticString)
        case 0x5C: append("\\\\" as StaticString)
        case 0x08: append("\\b" as StaticString)
        case 0x09: append("\\t" as StaticString)
        case 0x0A: append("\\n" as StaticString)
        case 0x0C: append("\\f" as StaticString)
        case 0x0D: append("\\r" as StaticString)
        default:
            append("\\u00" as StaticString)
            let digits: StaticString = "0123456789abcdef"
            append(digits.utf8Start[Int(byte >> 4)])
            append(digits.utf8Start[Int(byte & 15)])
        }
    }
}
