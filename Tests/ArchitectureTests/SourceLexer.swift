/// Divides Swift text into code, comments and string literals. Knows nested comments, raw and multi-line strings and interpolations; not
/// regular expression literals (the project uses none).
struct SourceLexer {
    private let bytes: [UInt8]
    private var at = 0
    private var line = 0
    private var codeBytes: [[UInt8]] = [[]]
    private var commentBytes: [[UInt8]] = [[]]
    private(set) var literals: [SourceFile.Literal] = []

    init(_ text: String) { bytes = Array(text.utf8) }

    var code: [String] { codeBytes.map { String(decoding: $0, as: UTF8.self) } }
    var comments: [String] { commentBytes.map { String(decoding: $0, as: UTF8.self) } }

    mutating func run() { codeUntil(closing: nil) }

    private func has(_ text: StaticString, at index: Int) -> Bool {
        index + text.utf8CodeUnitCount <= bytes.count
            && (0..<text.utf8CodeUnitCount).allSatisfy { bytes[index + $0] == text.utf8Start[$0] }
    }

    private mutating func newLine() {
        line += 1
        codeBytes.append([])
        commentBytes.append([])
    }

    /// Reads code to its end, or to the parenthesis that closes an interpolation.
    private mutating func codeUntil(closing: UInt8?) {
        var depth = 0
        while at < bytes.count {
            let byte = bytes[at]
            if has("//", at: at) {
                lineComment()
            } else if has("/*", at: at) {
                blockComment()
            } else if byte == UInt8(ascii: "\"") || (byte == UInt8(ascii: "#") && startsRawString) {
                string()
            } else if byte == 0x0A {
                newLine()
                at += 1
            } else {
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") {
                    if depth == 0, closing != nil { return }
                    depth -= 1
                }
                let start = at
                at += 1
                while at < bytes.count, isPlain(bytes[at]) { at += 1 }
                codeBytes[line] += bytes[start..<at]
            }
        }
    }

    /// Whether a byte of code can neither end the line nor begin anything else.
    private func isPlain(_ byte: UInt8) -> Bool { byte > 0x2F || byte == 0x20 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") }

    private var startsRawString: Bool {
        var index = at
        while index < bytes.count, bytes[index] == UInt8(ascii: "#") { index += 1 }
        return index < bytes.count && bytes[index] == UInt8(ascii: "\"")
    }

    private mutating func lineComment() {
        let start = at
        while at < bytes.count, bytes[at] != 0x0A { at += 1 }
        commentBytes[line] += bytes[start..<at]
    }

    private mutating func blockComment() {
        var depth = 0
        while at < bytes.count {
            if has("/*", at: at) { depth += 1 }
            if has("*/", at: at) {
                depth -= 1
                if depth == 0 {
                    at += 2
                    return
                }
            }
            if bytes[at] == 0x0A { newLine() } else { commentBytes[line].append(bytes[at]) }
            at += 1
        }
    }

    private mutating func string() {
        var hashes = 0
        while bytes[at] == UInt8(ascii: "#") {
            hashes += 1
            at += 1
        }
        let isLong = has("\"\"\"", at: at)
        at += isLong ? 3 : 1
        let start = line
        var text: [UInt8] = []
        codeBytes[line].append(UInt8(ascii: "\""))
        while at < bytes.count {
            if closes(isLong: isLong, hashes: hashes) {
                at += (isLong ? 3 : 1) + hashes
                break
            }
            if bytes[at] == UInt8(ascii: "\\"), hashesFollow(at + 1, hashes) {
                at += 1 + hashes
                escape(into: &text)
            } else {
                if bytes[at] == 0x0A { newLine() }
                text.append(bytes[at])
                at += 1
            }
        }
        codeBytes[line].append(UInt8(ascii: "\""))
        literals.append(SourceFile.Literal(line: start + 1, text: String(decoding: text, as: UTF8.self)))
    }

    /// After the backslash: an interpolation is code, and stands as `\()` in the literal's text.
    private mutating func escape(into text: inout [UInt8]) {
        guard at < bytes.count else { return }
        if bytes[at] == UInt8(ascii: "(") {
            at += 1
            codeUntil(closing: UInt8(ascii: ")"))
            text += Array("\\()".utf8)
        } else {
            text.append(bytes[at])
            if bytes[at] == 0x0A { newLine() }
        }
        at += 1
    }

    private func hashesFollow(_ index: Int, _ count: Int) -> Bool {
        index + count <= bytes.count && bytes[index..<(index + count)].allSatisfy { $0 == UInt8(ascii: "#") }
    }

    private func closes(isLong: Bool, hashes: Int) -> Bool {
        (isLong ? has("\"\"\"", at: at) : bytes[at] == UInt8(ascii: "\"")) && hashesFollow(at + (isLong ? 3 : 1), hashes)
    }
}
