/// JSON strings: what JSON needs is escaped, and nothing else.
extension ByteWriter {
    /// Appends a JSON string with its quotes.
    package mutating func appendJSON(_ text: UnsafeBufferPointer<UInt8>) {
        reserve(text.count + 2)
        putJSON(text)
    }

    package mutating func appendJSON(_ text: String) {
        var text = text
        text.withUTF8 { appendJSON($0) }
    }

    /// - Precondition: room for the text without escapes and its quotes; each escape makes room anew for itself and the rest.
    @inline(__always)
    mutating func putJSON(_ text: UnsafeBufferPointer<UInt8>) {
        let length = text.count
        base[count] = UInt8(ascii: "\"")
        count += 1
        if let source = text.baseAddress {
            var at = 0
            while true {
                let plain = copyPlain(source + at, length - at, to: base + count)
                count += plain
                at += plain
                if at >= length { break }
                escape(source[at])
                at += 1
                reserve(length - at + 1)
            }
        }
        base[count] = UInt8(ascii: "\"")
        count += 1
    }

    /// Copies what needs no escape, up to the first byte that does, and says how much that was.
    ///
    /// Block by block, looking at what is copied: 64 bytes, then eight. (`SIMD64<UInt8>` is no help: its masks are not made in registers.)
    /// - Precondition: room for `length`. Bytes behind those that count may be written, within it.
    @inline(__always)
    private func copyPlain(_ text: UnsafePointer<UInt8>, _ length: Int, to room: UnsafeMutablePointer<UInt8>) -> Int {
        let source = UnsafeRawPointer(text)
        let target = UnsafeMutableRawPointer(room)
        var at = 0
        while at + 64 <= length {
            let words = source.loadUnaligned(fromByteOffset: at, as: SIMD8<UInt64>.self)
            target.storeBytes(of: words, toByteOffset: at, as: SIMD8<UInt64>.self)
            if ByteWriter.hasEscapes(words) { break }
            at += 64
        }
        while at + 8 <= length {
            let word = source.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            target.storeBytes(of: word, toByteOffset: at, as: UInt64.self)
            let escapes = ByteWriter.escapes(word)
            if escapes != 0 { return at + escapes.trailingZeroBitCount / 8 }
            at += 8
        }
        // The last eight bytes, some of which have been copied, in one.
        if at < length, length >= 8 {
            let word = source.loadUnaligned(fromByteOffset: length - 8, as: UInt64.self)
            if ByteWriter.escapes(word) == 0 {
                target.storeBytes(of: word, toByteOffset: length - 8, as: UInt64.self)
                return length
            }
        }
        while at < length {
            let byte = text[at]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { break }
            room[at] = byte
            at += 1
        }
        return at
    }

    /// The highest bit of each of eight bytes that is `< 0x20`, `"` or `\`; bits after the first such byte may be wrong.
    ///
    /// With one bit turned, `"` is the byte that follows those below 0x20.
    @inline(__always)
    private static func escapes(_ word: UInt64) -> UInt64 {
        let quotes = (word ^ 0x0202_0202_0202_0202) &- 0x2121_2121_2121_2121
        let slashes = (word ^ 0x5C5C_5C5C_5C5C_5C5C) &- 0x0101_0101_0101_0101
        return (quotes | slashes) & ~word & 0x8080_8080_8080_8080
    }

    /// The same of 64 bytes.
    @inline(__always)
    private static func hasEscapes(_ words: SIMD8<UInt64>) -> Bool {
        let quotes = (words ^ 0x0202_0202_0202_0202) &- 0x2121_2121_2121_2121
        let slashes = (words ^ 0x5C5C_5C5C_5C5C_5C5C) &- 0x0101_0101_0101_0101
        let escapes = (quotes | slashes) & ~words & 0x8080_8080_8080_8080
        let four = escapes.lowHalf | escapes.highHalf
        let two = four.lowHalf | four.highHalf
        return two.x | two.y != 0
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
