/// Texts of the query language as JavaScript reads them: trimming, comma lists, numbers. Works on UTF-8, linear.
enum QueryText {
    /// Without blanks (line breaks, no-break spaces and the byte order mark too) at both ends.
    static func trimmed(_ text: Substring) -> Substring {
        if let first = text.utf8.first, let last = text.utf8.last, isPlain(first), isPlain(last) { return text }
        let scalars = text.unicodeScalars
        var start = scalars.startIndex
        var end = scalars.endIndex
        while start < end, isBlank(scalars[start]) { start = scalars.index(after: start) }
        while start < end, isBlank(scalars[scalars.index(before: end)]) { end = scalars.index(before: end) }
        return text[start..<end]
    }

    static func trimmed(_ text: String) -> String { String(trimmed(text[...])) }

    private static func isPlain(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF: true
        default: false
        }
    }

    /// `id, json(meta, a.b) ,title` -> three trimmed parts: commas inside parentheses do not separate.
    static func commaSeparated(_ text: String) -> [String] {
        var text = text
        return text.withUTF8 { bytes in
            var parts: [String] = []
            var start = 0
            var depth = 0
            for at in 0..<bytes.count {
                switch bytes[at] {
                case UInt8(ascii: "("): depth += 1
                case UInt8(ascii: ")"): depth = max(0, depth - 1)
                case UInt8(ascii: ",") where depth == 0:
                    parts.append(trimmed(bytes[start..<at]))
                    start = at + 1
                default: break
                }
            }
            parts.append(trimmed(bytes[start...]))
            return parts
        }
    }

    private static func trimmed(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let first = bytes.first, let last = bytes.last, isPlain(first), isPlain(last) else { return trimmed(text) }
        return text
    }

    /// What JavaScript's `Number(text)` gives: blanks around are allowed, nothing is 0, `0x10` is 16.
    /// - Returns: nil where that gives NaN; infinite for `Infinity` and numbers beyond a double.
    static func number(_ text: String) -> Double? {
        let text = trimmed(text[...])
        if text.isEmpty { return 0 }
        if text.utf8.count > 400 { return nil }
        switch text {
        case "Infinity", "+Infinity": return .infinity
        case "-Infinity": return -.infinity
        default: break
        }
        if let radix = radix(of: text) {
            let digits = text.dropFirst(2)
            guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
            return Int(digits, radix: radix).map(Double.init)
        }
        let isDecimal = text.utf8.allSatisfy { byte in
            (byte >= 0x30 && byte <= 0x39) || byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e") || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: "-")
        }
        return isDecimal ? Double(text) : nil
    }

    private static func radix(of text: Substring) -> Int? {
        switch text.prefix(2) {
        case "0x", "0X": 16
        case "0o", "0O": 8
        case "0b", "0B": 2
        default: nil
        }
    }
}
