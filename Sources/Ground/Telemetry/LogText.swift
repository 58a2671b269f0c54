/// Builds the bytes of a line. Whatever could move the cursor, change the terminal, forge a line or turn the reading direction is escaped.
struct LogText {
    private(set) var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(256)
    }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(digits number: Int, width: Int) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }

    /// Text from anywhere. Control characters (C0, DEL, C1), line and paragraph separators and marks of direction become `\u00XX`; with
    /// `quoting`, also `"` and `\`, which makes it the inside of a JSON string.
    mutating func appendEscaped(_ text: String, quoting: Bool) {
        if text.utf8.count <= LogValue.maximumTextBytes, text.utf8.allSatisfy({ LogText.isPlain($0) }) {
            append(text)
            return
        }
        var room = LogValue.maximumTextBytes
        for scalar in text.unicodeScalars {
            room -= UTF8.width(scalar)
            if room < 0 {
                append("…")
                return
            }
            switch scalar {
            case "\"" where quoting: append("\\\"")
            case "\\" where quoting: append("\\\\")
            case "\n": append("\\n")
            case "\r": append("\\r")
            case "\t": append("\\t")
            case _ where LogText.isDangerous(scalar): appendHexEscape(scalar)
            default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    private mutating func appendHexEscape(_ scalar: Unicode.Scalar) {
        append("\\u")
        for shift in stride(from: 12, through: 0, by: -4) {
            let nibble = UInt8(truncatingIfNeeded: scalar.value >> UInt32(shift)) & 0x0F
            bytes.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
        }
    }
}
