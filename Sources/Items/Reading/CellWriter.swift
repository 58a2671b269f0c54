import JSONText
import Postgres
import QueryEngine

/// Cells in PostgreSQL's text format -> JSON, appended to the answer (contract/items.md, 3.1).
extension ByteWriter {
    mutating func append(cell column: Int, of row: Int, in result: PostgresResult, as encoder: CellEncoder) {
        append(UnsafeBufferPointer(start: nil, count: 0), cell: column, of: row, in: result, as: encoder)
    }

    /// A cell behind bytes that are ready.
    @inline(__always)
    mutating func append(
        _ name: UnsafeBufferPointer<UInt8>, cell column: Int, of row: Int, in result: PostgresResult, as encoder: CellEncoder
    ) {
        let bytes = result.bytes(row, column)
        // Few cells are empty: those that are not need no second question.
        if bytes.isEmpty, result.isNull(row, column) {
            append(name)
            append("null" as StaticString)
            return
        }
        switch encoder {
        case .raw, .json: append(name, raw: bytes)
        case .quoted: append(name, quoted: bytes)
        case .text: append(name, text: bytes)
        case .boolean, .float, .timestamptz, .timestamp, .csv, .jsonOrText, .buffer:
            append(name)
            append(value: bytes, as: encoder)
        }
    }

    mutating func append(value bytes: UnsafeBufferPointer<UInt8>, as encoder: CellEncoder) {
        switch encoder {
        case .raw, .json: append(bytes)
        case .quoted:
            append(UInt8(ascii: "\""))
            append(bytes)
            append(UInt8(ascii: "\""))
        case .text: appendJSON(bytes)
        case .boolean: append(bytes.first == UInt8(ascii: "t") ? "true" as StaticString : "false")
        case .float: appendFloat(bytes)
        case .timestamptz: appendInstant(bytes)
        case .timestamp: appendWallClock(bytes)
        case .csv: appendList(bytes)
        case .jsonOrText:
            let text = String(decoding: bytes, as: UTF8.self)
            if let value = try? JSONParser.parse(text) { append(value) } else { appendJSON(bytes) }
        case .buffer: appendBuffer(bytes)
        }
    }

    /// `NaN`, `Infinity` have no JSON number.
    private mutating func appendFloat(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let last = bytes.last, last >= 0x30, last <= 0x39 else {
            append("null" as StaticString)
            return
        }
        append(bytes)
    }

    /// `2024-01-31 12:45:00.123456+00` by position; anything else (infinity, BC, years beyond 9999) as text.
    private mutating func appendInstant(_ bytes: UnsafeBufferPointer<UInt8>) {
        let length = bytes.count
        guard length >= 22, bytes[10] == 0x20, bytes[4] == 0x2D, bytes[length - 3] == UInt8(ascii: "+"), bytes[length - 2] == 0x30,
            bytes[length - 1] == 0x30
        else {
            appendJSON(bytes)
            return
        }
        appendInstant(withoutZone: UnsafeBufferPointer(rebasing: bytes[..<(bytes[19] == UInt8(ascii: ".") ? length - 3 : 19)]))
    }

    /// `2024-01-31 13:45:00.5` -> no zone, no fraction.
    private mutating func appendWallClock(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= 19, bytes[10] == 0x20, bytes[4] == 0x2D, bytes[bytes.count - 1] != UInt8(ascii: "C") else {
            appendJSON(bytes)
            return
        }
        append(UInt8(ascii: "\""))
        append(UnsafeBufferPointer(rebasing: bytes[0..<10]))
        append(UInt8(ascii: "T"))
        append(UnsafeBufferPointer(rebasing: bytes[11..<19]))
        append(UInt8(ascii: "\""))
    }

    /// `a,b` -> `["a","b"]`; empty text -> `[]`.
    private mutating func appendList(_ bytes: UnsafeBufferPointer<UInt8>) {
        append(UInt8(ascii: "["))
        if bytes.count > 0 {
            var start = 0
            for at in 0...bytes.count where at == bytes.count || bytes[at] == UInt8(ascii: ",") {
                if start > 0 { append(UInt8(ascii: ",")) }
                appendJSON(UnsafeBufferPointer(rebasing: bytes[start..<at]))
                start = at + 1
            }
        }
        append(UInt8(ascii: "]"))
    }

    /// `\x0a0b` -> `{"type":"Buffer","data":[10,11]}`.
    private mutating func appendBuffer(_ bytes: UnsafeBufferPointer<UInt8>) {
        append("{\"type\":\"Buffer\",\"data\":[" as StaticString)
        var at = 2
        while at + 1 < bytes.count {
            if at > 2 { append(UInt8(ascii: ",")) }
            append(Int(hexDigit(bytes[at]) << 4 | hexDigit(bytes[at + 1])))
            at += 2
        }
        append("]}" as StaticString)
    }

    private func hexDigit(_ byte: UInt8) -> UInt8 { byte <= 0x39 ? byte &- 0x30 : (byte | 0x20) &- 0x57 }
}
