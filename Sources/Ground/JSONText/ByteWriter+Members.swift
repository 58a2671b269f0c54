#if canImport(Glibc)
    import Glibc
#endif

/// Members of objects: bytes that are ready (`,"title":`), and a value. Room is made once for both.
extension ByteWriter {
    /// The value as it is.
    package mutating func append(_ name: UnsafeBufferPointer<UInt8>, raw value: UnsafeBufferPointer<UInt8>) {
        reserve(name.count + value.count)
        put(name)
        put(value)
    }

    /// The value in quotes, where nothing in it needs an escape.
    package mutating func append(_ name: UnsafeBufferPointer<UInt8>, quoted value: UnsafeBufferPointer<UInt8>) {
        reserve(name.count + value.count + 2)
        put(name)
        put(UInt8(ascii: "\""))
        put(value)
        put(UInt8(ascii: "\""))
    }

    /// The value as a JSON string.
    package mutating func append(_ name: UnsafeBufferPointer<UInt8>, text value: UnsafeBufferPointer<UInt8>) {
        reserve(name.count + value.count + 2)
        put(name)
        putJSON(value)
    }

    /// `"2024-01-31T12:45:00.123Z"` from `2024-01-31 12:45:00.123456`, of which the digits behind the point may be fewer, or none.
    /// - Precondition: at least 19 bytes.
    package mutating func appendInstant(withoutZone text: UnsafeBufferPointer<UInt8>) {
        precondition(text.count >= 19, "date and time stand at their places")
        reserve(26)
        put(UInt8(ascii: "\""))
        put(UnsafeBufferPointer(rebasing: text[0..<10]))
        put(UInt8(ascii: "T"))
        put(UnsafeBufferPointer(rebasing: text[11..<19]))
        put(UInt8(ascii: "."))
        for at in 20..<23 { put(at < text.count ? text[at] : UInt8(ascii: "0")) }
        put(UInt8(ascii: "Z"))
        put(UInt8(ascii: "\""))
    }

    // MARK: into room that is there

    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        base[count] = byte
        count += 1
    }

    /// Short texts by two words that may overlap: a call of `memcpy` takes longer than they do.
    @inline(__always)
    private mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress else { return }
        let length = bytes.count
        let source = UnsafeRawPointer(start)
        let target = UnsafeMutableRawPointer(base + count)
        if length > 16 {
            memcpy(target, source, length)
        } else if length >= 8 {
            copy(UInt64.self, source, target)
            copy(UInt64.self, source + (length - 8), target + (length - 8))
        } else if length >= 4 {
            copy(UInt32.self, source, target)
            copy(UInt32.self, source + (length - 4), target + (length - 4))
        } else {
            for at in 0..<length { copy(UInt8.self, source + at, target + at) }
        }
        count += length
    }

    @inline(__always)
    private func copy<Word: BitwiseCopyable>(_ type: Word.Type, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer) {
        target.storeBytes(of: source.loadUnaligned(as: type), as: type)
    }
}
