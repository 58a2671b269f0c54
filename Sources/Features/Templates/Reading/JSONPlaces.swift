import SchemaModel

/// Lines and columns in a JSON text.
struct JSONPlaces {
    let bytes: [UInt8]
    let path: String

    func location(at offset: Int) -> SourceLocation {
        let before = bytes.prefix(max(0, offset))
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        // Continuation bytes of UTF-8 are no characters of their own.
        let column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
        return SourceLocation(file: path, line: line, column: column)
    }

    /// Where an element of the outermost list begins. The text has been parsed: it is JSON.
    func location(ofElement index: Int) -> SourceLocation {
        var depth = 0
        var element = -1
        var isAwaited = false
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: break
            case UInt8(ascii: ",") where depth == 1: isAwaited = true
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default:
                if isAwaited {
                    isAwaited = false
                    element += 1
                    if element == index { return location(at: at) }
                }
                if byte == UInt8(ascii: "\"") {
                    at = endOfText(from: at)
                } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
                    if depth == 0 { isAwaited = true }
                    depth += 1
                }
            }
            at += 1
        }
        return SourceLocation(file: path, line: 1, column: 1)
    }

    /// The closing quote.
    private func endOfText(from quote: Int) -> Int {
        var at = quote + 1
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        return at
    }
}
