/// SQL text on several lines: before the clauses of the outermost statement, and in long lists of columns and conditions. For people: nothing in
/// it is changed but blanks.
struct SQLLines {
    private static let clauses = ["FROM ", "WHERE ", "GROUP BY ", "ORDER BY ", "LIMIT ", "OFFSET ", "LEFT JOIN ", "CROSS JOIN "].map {
        Array($0.utf8)
    }
    private static let and = Array("AND ".utf8)
    /// A line that long is broken at the next column or condition.
    private static let width = 100

    private let bytes: [UInt8]
    private var lines: [[UInt8]] = []
    private var line: [UInt8] = []
    private var depth = 0
    private var quote: UInt8?

    static func lines(of sql: String) -> [String] {
        var breaking = SQLLines(bytes: Array(sql.utf8))
        breaking.run()
        return breaking.lines.map { String(decoding: $0, as: UTF8.self) }
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func run() {
        for (at, byte) in bytes.enumerated() {
            track(byte)
            if byte == UInt8(ascii: " "), quote == nil, depth == 0, let indent = indent(after: at) {
                lines.append(line)
                line = Array(repeating: UInt8(ascii: " "), count: indent)
            } else {
                line.append(byte)
            }
        }
        lines.append(line)
    }

    private mutating func track(_ byte: UInt8) {
        if let open = quote {
            if byte == open { quote = nil }
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            quote = byte
        } else if byte == UInt8(ascii: "(") {
            depth += 1
        } else if byte == UInt8(ascii: ")") {
            depth -= 1
        }
    }

    /// Of the line that begins after a blank; nil = the line goes on.
    private func indent(after blank: Int) -> Int? {
        let rest = bytes[(blank + 1)...]
        if SQLLines.clauses.contains(where: { rest.starts(with: $0) }) { return 0 }
        let isLong = line.count >= SQLLines.width
        return isLong && (line.last == UInt8(ascii: ",") || rest.starts(with: SQLLines.and)) ? 2 : nil
    }
}
