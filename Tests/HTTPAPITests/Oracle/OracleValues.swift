import JSONText
import TestSupport

/// Values of each kind, few enough that comparisons hit: empty and long texts, ends of ranges, wildcards of LIKE, accents.
enum OracleValues {
    static func cell(_ kind: OracleKind, _ random: inout OracleRandomness) -> OracleCell {
        switch kind {
        case .integer: .int(random.pick([0, 1, 2, 3, 7, -3, 42, 2_147_483_647, -2_147_483_648]))
        case .bigInteger: .int(random.pick([0, 1, 7, -9, 9_007_199_254_740_993, Int.max, Int.min]))
        case .float: .float(random.pick([0, 0.5, -1.25, 3, 1000.75, 7]))
        case .decimal: .decimal(random.pick([0, 1500, -10, 999_999_990, 7000, 7120]))
        case .boolean: .bool(random.percent(50))
        case .string, .text: .text(random.pick(texts))
        case .csv: .text(random.pick(["", "a", "a,b", "b,,c", "Ä,ä"]))
        case .uuid: uuid(UInt64(random.below(4)))
        case .date: .text(random.pick(dates))
        case .time: .text(random.pick(times))
        case .dateTime: .text("\(random.pick(dates))T\(random.pick(times))")
        case .timestamp: .text("\(random.pick(dates))T\(random.pick(times)).\(random.pick(["000", "000", "123", "999"]))Z")
        case .json: .text(random.pick(["{\"a\":1}", "[]", "[1,null,\"x\"]", "\"t\"", "5", "{}", "[{\"b\":[true]}]"]))
        }
    }

    private static let texts = [
        "", " ", "a", "A", "ab", "aB%", "100%", "a_b", "axb", "é", "e\u{301}", "É", "ж", "日本", "🐙", "x\ny", "it's", "\"q\"", "7", "-3", "a,b", "zz",
        "ab ab", "{}", "[1]",
    ]
    private static let dates = ["0001-01-01", "1969-12-31", "2000-02-29", "2021-01-03", "2024-12-30", "2025-06-15", "9999-12-31"]
    private static let times = ["00:00:00", "12:30:15", "23:59:59", "15:06:40"]

    static func uuid(_ number: UInt64) -> OracleCell {
        let digits = String(number, radix: 16)
        let padded = String(repeating: "0", count: 16 - digits.count) + digits
        return .text("\(padded.prefix(8))-\(padded.dropFirst(8).prefix(4))-4000-8000-0000\(padded.suffix(8))")
    }

    /// As PostgreSQL prints it; for keys of many-to-any items, and literals.
    static func text(_ cell: OracleCell) -> String {
        switch cell {
        case .null: "NULL"
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .float(let value): "\(value)"
        case .decimal(let value): OracleCell.decimalText(value)
        case .text: cell.string!
        }
    }

    static func literal(_ cell: OracleCell) -> String {
        cell == .null ? "NULL" : "'\(text(cell).replacing("'", with: "''"))'"
    }

    /// As the wire shows it (contract/items.md, 3.1).
    static func wire(_ cell: OracleCell, _ kind: OracleKind) -> JSONValue {
        switch (cell, kind) {
        case (.null, _): .null
        case (.bool(let value), _): .bool(value)
        case (.int(let value), .bigInteger): .string("\(value)")
        case (.int(let value), _): .integer(value)
        case (.float(let value), _): .number(JSONNumber(Double(value)))
        case (.decimal(let value), _): .string(OracleCell.decimalText(value))
        case (.text, .json): try! JSONParser.parse(cell.string!)
        case (.text, .csv):
            .array(cell.string!.isEmpty ? [] : cell.string!.split(separator: ",", omittingEmptySubsequences: false).map { .string(String($0)) })
        case (.text, _): .string(cell.string!)
        }
    }

    /// As a caller may write it in a filter.
    static func operand(_ cell: OracleCell, _ kind: OracleKind, _ random: inout OracleRandomness) -> JSONValue {
        switch (cell, kind) {
        case (.int, _) where random.percent(20), (.decimal, _): .string(text(cell))
        case (.int(let value), _): value.magnitude > 9_007_199_254_740_991 ? .string("\(value)") : .integer(value)
        case (.text, .csv), (.text, .json): .string(cell.string!)
        default: wire(cell, kind)
        }
    }

    /// What a filter's value stands for; the generator writes nothing else.
    static func cell(_ value: JSONValue, as kind: OracleKind) -> OracleCell {
        switch (value, kind) {
        case (.null, _): return .null
        case (.bool(let value), _): return .bool(value)
        case (.number(let number), .float): return .float(Float(number.double))
        case (.number(let number), .decimal): return .decimal(Int((number.double * 1000).rounded()))
        case (.number(let number), _): return .int(number.int!)
        case (.string(let text), .integer), (.string(let text), .bigInteger): return .int(Int(text)!)
        case (.string(let text), .float): return .float(Float(text)!)
        case (.string(let text), .decimal):
            return .decimal(Int((Double(text)! * 1000).rounded()))
        case (.string(let text), .boolean): return .bool(text == "true")
        case (.string(let text), _): return .text(text)
        case (.array, _), (.object, _): fatalError("\(value.text) is no \(kind)")
        }
    }
}
