import AccessControl
import JSONText
import QueryEngine
import SQLText
import SchemaModel

#if canImport(Glibc)
    import Glibc
#endif

/// A payload's value -> PostgreSQL's text for its column (contract/items.md, 3.1, "accepted on write").
enum PayloadText {
    /// - Throws: `INVALID_PAYLOAD` for what the column can't read.
    static func value(_ value: JSONValue, for field: Field) throws(WireError) -> ColumnValue {
        if value.isNull { return ColumnValue(field: field, bind: .null) }
        if case .string(let text) = value, hasNUL(text) { throw refusal(field) }
        switch field.type {
        case .date, .dateTime, .timestamp: return try moment(value, for: field)
        case .string, .text, .uuid, .boolean, .integer, .bigInteger, .float, .decimal, .time, .json, .csv, .hash, .binary, .geometry, .alias,
            .unknown:
            return ColumnValue(field: field, bind: .text(try text(value, for: field)))
        }
    }

    /// Byte by byte a long text would cost more than all else that is done with it.
    private static func hasNUL(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false }
    }

    private static func refusal(_ field: Field) -> WireError {
        .invalidPayload("Invalid value for field \"\(field.name)\"")
    }

    private static func text(_ value: JSONValue, for field: Field) throws(WireError) -> String {
        switch field.type {
        case .integer, .bigInteger:
            guard field.isWholeNumber else { return ValueText.number(value) ?? ValueText.text(value) ?? "" }
            guard let number = ValueText.number(value), !number.contains("."), !number.contains("e") else { throw refusal(field) }
            return number
        case .decimal where field.bindType == .numeric && value == "NaN": return "NaN"
        case .float, .decimal:
            guard let number = ValueText.number(value) else { throw refusal(field) }
            return number
        case .boolean:
            if field.bindType != .boolean { return ValueText.text(value) ?? "" }
            guard let flag = ValueText.boolean(value) else { throw refusal(field) }
            return flag ? "true" : "false"
        case .json: return try json(value, for: field)
        case .csv:
            if case .array(let elements) = value { return elements.map { ValueText.text($0) ?? "" }.joined(separator: ",") }
            return ValueText.text(value) ?? ""
        case .uuid:
            guard var text = ValueText.text(value) else { throw refusal(field) }
            guard field.bindType == .uuid else { return text }
            // PostgreSQL takes them in braces too, as Windows writes them.
            if text.utf8.first == UInt8(ascii: "{"), text.utf8.last == UInt8(ascii: "}") { text = String(text.dropFirst().dropLast()) }
            guard ValueText.isUUID(text) else { throw refusal(field) }
            return text
        case .geometry:
            let shape = value.string.map { try? JSONParser.parse($0) } ?? value
            guard let shape, GeoJSON.isGeometry(shape) else { throw refusal(field) }
            return shape.text
        case .string, .text, .time, .hash, .binary, .date, .dateTime, .timestamp, .alias, .unknown:
            if case .array(let elements) = value, field.column?.dataType.hasSuffix("[]") == true {
                return ValueText.array(elements.map { ValueText.text($0) })
            }
            return ValueText.text(value) ?? ""
        }
    }

    /// Text is JSON text already, or any text where the column is one; everything else is written as JSON.
    private static func json(_ value: JSONValue, for field: Field) throws(WireError) -> String {
        guard case .string(let text) = value else { return value.text }
        if field.column?.dataType.hasPrefix("json") == false { return text }
        guard (try? JSONParser.parse(text)) != nil else { throw refusal(field) }
        return text
    }

    private static func moment(_ value: JSONValue, for field: Field) throws(WireError) -> ColumnValue {
        guard let text = ValueText.text(value) else { throw refusal(field) }
        if text.utf8.count >= 10, text.allSatisfy({ ".0:- ".contains($0) }) { return ColumnValue(field: field, bind: .null) }
        if isBeyondISO(text) { return ColumnValue(field: field, bind: .text(text)) }
        guard Moment(isoText: text) != nil else {
            switch field.type {
            case .date: throw .invalidPayload("Invalid Date format in field \"\(field.name)\"")
            default: throw .invalidPayload("Invalid DateTime format in field \"\(field.name)\"")
            }
        }
        return ColumnValue(field: field, bind: .text(text), isZoned: field.type != .timestamp && field.bindType == .timestamp && isZoned(text))
    }

    /// `infinity`, `0044-03-15 BC`, `10000-01-01 00:00:00+00`: what no ISO text says is read in PostgreSQL's words, and so it may be written.
    private static func isBeyondISO(_ text: String) -> Bool {
        if text == "infinity" || text == "-infinity" { return true }
        let year = text.utf8.prefix { $0 >= 0x30 && $0 <= 0x39 }.count
        guard (4...7).contains(year), year > 4 || text.hasSuffix(" BC") else { return false }
        return text.utf8.dropFirst(year).allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || "-:.+ BC".utf8.contains($0) }
    }

    /// `…Z`, `…+05:00`, `…-0100` after a time.
    private static func isZoned(_ text: String) -> Bool {
        guard let time = text.firstIndex(where: { $0 == "T" || $0 == " " }) else { return false }
        let rest = text[time...]
        return rest.hasSuffix("Z") || rest.hasSuffix("z") || rest.contains("+") || rest.contains("-")
    }
}

extension Field {
    fileprivate var isWholeNumber: Bool { bindType == .integer || bindType == .bigint || bindType == .smallint }
}
