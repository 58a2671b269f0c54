import JSONText
import Postgres
import QueryEngine

/// The columns of a table in CSV: the union over its rows, in order of appearance. Objects are flattened to dotted columns, lists are JSON text in
/// one cell, texts always stand in quotes.
///
/// Texts that a spreadsheet would take for a formula get an apostrophe in front (attack H6). The texts of numbers, which decimals and big
/// integers travel as, stay what they are.
struct CSVColumns {
    private(set) var names: [String] = []
    private var places: [String: Int] = [:]

    mutating func add(_ row: JSONValue) { CSVColumns.flatten(CSVColumns.members(of: row), below: nil) { name, _ in add(name) } }

    mutating func add(_ name: String) {
        if places[name] == nil {
            places[name] = names.count
            names.append(name)
        }
    }

    func appendHead(to writer: inout ByteWriter) {
        for (index, name) in names.enumerated() {
            if index > 0 { writer.append(UInt8(ascii: ",")) }
            writer.appendCell(text: name)
        }
    }

    func append(_ row: JSONValue, to writer: inout ByteWriter) {
        for (index, cell) in cells(of: CSVColumns.members(of: row)).enumerated() {
            if index > 0 { writer.append(UInt8(ascii: ",")) }
            if let cell { writer.append(cell: cell) }
        }
    }

    /// A cell for each column; nil where the row has none.
    private func cells(of row: JSONObject) -> [JSONValue?] {
        var cells = [JSONValue?](repeating: nil, count: names.count)
        CSVColumns.flatten(row, below: nil) { name, value in
            if let place = places[name] { cells[place] = value }
        }
        return cells
    }

    private static func members(of value: JSONValue) -> JSONObject {
        if case .object(let members) = value { members } else { JSONObject([("data", value)]) }
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

/// Rows whose columns are known from the plan alone: each cell goes from PostgreSQL's text to CSV's.
struct CSVCells {
    let columns: CSVColumns
    private let cells: [(cell: Int, encoder: CellEncoder)]

    /// nil where what a row holds decides on the columns: objects below it, and JSON.
    init?(_ node: ReadNode) {
        var columns = CSVColumns()
        var cells: [(cell: Int, encoder: CellEncoder)] = []
        guard node.bareKey == nil else { return nil }
        for member in node.members {
            guard case .cell(let key, let cell, let encoder) = member, encoder.isPlain,
                case .string(let name)? = try? JSONParser.parse(Array(key.dropLast()))
            else { return nil }
            columns.add(name)
            cells.append((cell, encoder))
        }
        guard columns.names.count == cells.count else { return nil }
        self.columns = columns
        self.cells = cells
    }

    func append(_ row: Int, of result: PostgresResult, to writer: inout ByteWriter) {
        for (index, column) in cells.enumerated() {
            if index > 0 { writer.append(UInt8(ascii: ",")) }
            if result.isNull(row, column.cell) { continue }
            let bytes = result.bytes(row, column.cell)
            switch column.encoder {
            case .text, .quoted: writer.appendCell(bytes)
            case .raw, .boolean, .timestamptz, .timestamp: writer.append(value: bytes, as: column.encoder)
            case .float: if let last = bytes.last, (0x30...0x39).contains(last) { writer.append(bytes) }
            case .json, .csv, .jsonOrText, .buffer: break
            }
        }
    }
}

extension CellEncoder {
    /// One scalar, whatever the row.
    fileprivate var isPlain: Bool {
        switch self {
        case .raw, .quoted, .text, .boolean, .float, .timestamptz, .timestamp: true
        case .json, .csv, .jsonOrText, .buffer: false
        }
    }
}

extension ByteWriter {
    fileprivate mutating func append(cell: JSONValue) {
        switch cell {
        case .null: return
        case .bool, .number: append(cell)
        case .string(let text): appendCell(text: text)
        case .array, .object: appendQuoted(cell.text)
        }
    }

    fileprivate mutating func appendCell(text: String) {
        var text = text
        text.withUTF8 { appendCell($0) }
    }

    fileprivate mutating func appendCell(_ bytes: UnsafeBufferPointer<UInt8>) {
        append(UInt8(ascii: "\""))
        if startsFormula(bytes) { append(UInt8(ascii: "'")) }
        appendDoubled(bytes)
        append(UInt8(ascii: "\""))
    }

    private mutating func appendQuoted(_ text: String) {
        var text = text
        append(UInt8(ascii: "\""))
        text.withUTF8 { appendDoubled($0) }
        append(UInt8(ascii: "\""))
    }

    private mutating func appendDoubled(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.contains(UInt8(ascii: "\"")) else { return append(bytes) }
        for byte in bytes {
            if byte == UInt8(ascii: "\"") { append(byte) }
            append(byte)
        }
    }
}

/// Whether a spreadsheet may run the text: it begins with `=`, `+`, `-`, `@`, a tab or a carriage return, and is no negative number.
private func startsFormula(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    switch text.first {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "@"), 0x09, 0x0D: return true
    case UInt8(ascii: "-"):
        let isLikeANumber = text.allSatisfy { (0x30...0x39).contains($0) || "-+.eE".utf8.contains($0) }
        return !isLikeANumber || Double(String(decoding: text, as: UTF8.self)) == nil
    default: return false
    }
}
