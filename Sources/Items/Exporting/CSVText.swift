import JSONText

/// Rows as CSV: objects flattened to dotted columns, lists as JSON text in one cell, texts always in quotes.
///
/// Texts that a spreadsheet would take for a formula get an apostrophe in front (attack H6). The texts of numbers, which decimals and big
/// integers travel as, stay what they are.
enum CSVText {
    /// - Parameter hasMark: U+FEFF in front, for programs that take a file without it for Latin-1.
    static func text(of value: JSONValue, hasMark: Bool) -> ByteBuffer {
        let rows = rows(of: value)
        var columns = CSVColumns()
        for row in rows { columns.add(row) }
        var writer = ByteWriter(capacity: 256 + rows.count * columns.names.count * 12)
        if columns.names.isEmpty { return writer.finish() }
        if hasMark { writer.append("\u{FEFF}" as StaticString) }
        for (index, name) in columns.names.enumerated() {
            if index > 0 { writer.append(UInt8(ascii: ",")) }
            writer.appendCell(text: name)
        }
        for row in rows {
            writer.append(UInt8(ascii: "\n"))
            for (index, cell) in columns.cells(of: row).enumerated() {
                if index > 0 { writer.append(UInt8(ascii: ",")) }
                if let cell { writer.append(cell: cell) }
            }
        }
        return writer.finish()
    }

    private static func rows(of value: JSONValue) -> [JSONObject] {
        switch value {
        case .null: []
        case .array(let elements): elements.map { row(of: $0) }
        case .object, .bool, .number, .string: [row(of: value)]
        }
    }

    private static func row(of value: JSONValue) -> JSONObject {
        if case .object(let members) = value { members } else { JSONObject([("data", value)]) }
    }
}

/// The columns of a table: the union over its rows, in order of appearance.
private struct CSVColumns {
    private(set) var names: [String] = []
    private var places: [String: Int] = [:]

    mutating func add(_ row: JSONObject) {
        CSVColumns.flatten(row, below: nil) { name, _ in
            if places[name] == nil {
                places[name] = names.count
                names.append(name)
            }
        }
    }

    /// A cell for each column; nil where the row has none.
    func cells(of row: JSONObject) -> [JSONValue?] {
        var cells = [JSONValue?](repeating: nil, count: names.count)
        CSVColumns.flatten(row, below: nil) { name, value in
            if let place = places[name] { cells[place] = value }
        }
        return cells
    }

    private static func flatten(_ object: JSONObject, below path: String?, _ visit: (String, JSONValue) -> Void) {
        for (key, value) in object {
            let name = path.map { "\($0).\(key)" } ?? key
            if case .object(let inner) = value {
                flatten(inner, below: name, visit)
            } else {
                visit(name, value)
            }
        }
    }
}

extension ByteWriter {
    fileprivate mutating func append(cell: JSONValue) {
        switch cell {
        case .null: return
        case .bool, .number: append(cell)
        case .string(let text): appendCell(text: text)
        case .array, .object: appendQuoted(cell.text, prefix: nil)
        }
    }

    fileprivate mutating func appendCell(text: String) {
        appendQuoted(text, prefix: text.startsFormula ? UInt8(ascii: "'") : nil)
    }

    private mutating func appendQuoted(_ text: String, prefix: UInt8?) {
        append(UInt8(ascii: "\""))
        if let prefix { append(prefix) }
        var text = text
        text.withUTF8 { bytes in
            for byte in bytes {
                if byte == UInt8(ascii: "\"") { append(byte) }
                append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }
}

extension String {
    /// Whether a spreadsheet may run the text: it begins with `=`, `+`, `-`, `@`, a tab or a carriage return, and is no negative number.
    fileprivate var startsFormula: Bool {
        switch utf8.first {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "@"), 0x09, 0x0D: true
        case UInt8(ascii: "-"): !isNumber
        default: false
        }
    }

    private var isNumber: Bool {
        utf8.allSatisfy { (0x30...0x39).contains($0) || "-+.eE".utf8.contains($0) } && Double(self) != nil
    }
}
