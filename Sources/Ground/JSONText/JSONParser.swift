/// Why a text is no JSON, and where (byte offset from 0).
package struct JSONSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case unexpectedEnd
        case unexpectedByte(UInt8)
        case trailingContent
        case tooDeep(limit: Int)
        case duplicateKey(String)
        case badEscape
        case loneSurrogate
        case controlCharacter
        case invalidUTF8
        case numberOutOfRange(String)
    }
    package let reason: Reason
    package let offset: Int

    package var description: String {
        switch reason {
        case .unexpectedEnd: "Unexpected end of JSON input"
        case .unexpectedByte(let byte) where byte >= 0x20 && byte < 0x7F:
            "Unexpected character '\(Character(UnicodeScalar(byte)))' in JSON at position \(offset)"
        case .unexpectedByte(let byte): "Unexpected byte \(byte) in JSON at position \(offset)"
        case .trailingContent: "Unexpected content after JSON at position \(offset)"
        case .tooDeep(let limit): "JSON is nested deeper than \(limit) levels at position \(offset)"
        case .duplicateKey(let key): "Duplicate key \"\(key)\" in JSON at position \(offset)"
        case .badEscape: "Bad escape in JSON string at position \(offset)"
        case .loneSurrogate: "Lone surrogate in JSON string at position \(offset)"
        case .controlCharacter: "Control character in JSON string at position \(offset)"
        case .invalidUTF8: "Invalid UTF-8 in JSON string at position \(offset)"
        case .numberOutOfRange(let text): "Number \(text) in JSON at position \(offset) is out of range"
        }
    }
}

/// A strict parser (RFC 8259): no duplicate keys, no lone surrogates, no numbers beyond a double, bounded depth.
///
/// - Shape: bytes in, one `JSONValue` out; numbers keep their text.
/// - Throws: `JSONSyntaxError` with the offset of the first fault.
package struct JSONParser {
    package static let defaultDepth = 128

    private enum Source {
        case request
        /// An answer of our own, with JSON in it that stands in a database and was perhaps never asked of us.
        case stored
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let limit: Int
    private let source: Source
    private var at = 0

    package static func parse(_ text: String, depth: Int = defaultDepth) throws(JSONSyntaxError) -> JSONValue {
        try parse(Array(text.utf8), depth: depth)
    }

    package static func parse(_ bytes: [UInt8], depth: Int = defaultDepth) throws(JSONSyntaxError) -> JSONValue {
        let result: Result<JSONValue, JSONSyntaxError> = bytes.withUnsafeBufferPointer { buffer in
            do throws(JSONSyntaxError) { return .success(try parse(buffer, depth: depth)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    package static func parse(_ bytes: UnsafeBufferPointer<UInt8>, depth: Int = defaultDepth) throws(JSONSyntaxError) -> JSONValue {
        try parse(bytes, depth: depth, from: .request)
    }

    /// JSON as PostgreSQL's type `json` keeps it: the last of equal keys counts, lone surrogates are U+FFFD, numbers may be beyond a double, and what is
    /// nested too deep to walk through is its text.
    package static func parse(stored bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        let result: Result<JSONValue, JSONSyntaxError> = bytes.withUnsafeBufferPointer { buffer in
            do throws(JSONSyntaxError) { return .success(try parse(buffer, depth: 512, from: .stored)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>, depth: Int, from source: Source) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONParser(bytes: bytes, limit: depth, source: source)
        let value = try parser.value(depth: 0)
        parser.skipBlanks()
        if parser.at < bytes.count { throw JSONSyntaxError(reason: .trailingContent, offset: parser.at) }
        return value
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, limit: Int, source: Source) {
        self.bytes = bytes
        self.limit = limit
        self.source = source
    }

    private mutating func skipBlanks() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
    }

    private func fault(_ reason: JSONSyntaxError.Reason) -> JSONSyntaxError { JSONSyntaxError(reason: reason, offset: at) }

    private func unexpected() -> JSONSyntaxError { at < bytes.count ? fault(.unexpectedByte(bytes[at])) : fault(.unexpectedEnd) }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        skipBlanks()
        guard at < bytes.count else { throw fault(.unexpectedEnd) }
        if depth >= limit, source == .stored, let text = nestedText() { return .string(text) }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        for index in 0..<text.utf8CodeUnitCount {
            guard at < bytes.count, bytes[at] == text.utf8Start[index] else { throw unexpected() }
            at += 1
        }
        return value
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        if depth > limit { throw fault(.tooDeep(limit: limit)) }
        at += 1
        var values: [JSONValue] = []
        skipBlanks()
        if at < bytes.count, bytes[at] == UInt8(ascii: "]") {
            at += 1
            return .array(values)
        }
        while true {
            values.append(try value(depth: depth))
            if try closes(with: UInt8(ascii: "]")) { return .array(values) }
        }
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        if depth > limit { throw fault(.tooDeep(limit: limit)) }
        at += 1
        var members: [(key: String, value: JSONValue)] = []
        var places: [String: Int] = [:]
        skipBlanks()
        if at < bytes.count, bytes[at] == UInt8(ascii: "}") {
            at += 1
            return .object(JSONObject())
        }
        while true {
            skipBlanks()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw unexpected() }
            let start = at
            let key = try string()
            let known = places.updateValue(members.count, forKey: key)
            if known != nil, source == .request { throw JSONSyntaxError(reason: .duplicateKey(key), offset: start) }
            skipBlanks()
            guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { throw unexpected() }
            at += 1
            let value = try value(depth: depth)
            if let known {
                places[key] = known
                members[known].value = value
            } else {
                members.append((key, value))
            }
            if try closes(with: UInt8(ascii: "}")) { return .object(JSONObject(unique: members)) }
        }
    }

    /// After an element: true at the closing bracket, false at a comma.
    private mutating func closes(with bracket: UInt8) throws(JSONSyntaxError) -> Bool {
        skipBlanks()
        guard at < bytes.count else { throw fault(.unexpectedEnd) }
        guard bytes[at] == bracket || bytes[at] == UInt8(ascii: ",") else { throw unexpected() }
        at += 1
        return bytes[at - 1] == bracket
    }

    private mutating func number() throws(JSONSyntaxError) -> JSONNumber {
        let start = at
        if at < bytes.count, bytes[at] == UInt8(ascii: "-") { at += 1 }
        guard at < bytes.count, isDigit(bytes[at]) else { throw unexpected() }
        if bytes[at] == UInt8(ascii: "0") {
            at += 1
        } else {
            skipDigits()
        }
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            guard at < bytes.count, isDigit(bytes[at]) else { throw unexpected() }
            skipDigits()
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
            guard at < bytes.count, isDigit(bytes[at]) else { throw unexpected() }
            skipDigits()
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        guard source == .stored || Double(text)?.isFinite == true else {
            throw JSONSyntaxError(reason: .numberOutOfRange(String(text.prefix(40))), offset: start)
        }
        return JSONNumber(unchecked: text)
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private mutating func skipDigits() {
        while at < bytes.count, isDigit(bytes[at]) { at += 1 }
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        at += 1
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\"), bytes[at] >= 0x20 { at += 1 }
        guard at < bytes.count else { throw fault(.unexpectedEnd) }
        if bytes[at] == UInt8(ascii: "\"") {
            at += 1
            return try text(of: UnsafeBufferPointer(rebasing: bytes[start..<(at - 1)]), from: start)
        }
        return try escapedString(from: start)
    }

    private func text(of bytes: UnsafeBufferPointer<UInt8>, from start: Int) throws(JSONSyntaxError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw JSONSyntaxError(reason: .invalidUTF8, offset: start) }
        return text
    }

    private mutating func escapedString(from start: Int) throws(JSONSyntaxError) -> String {
        var out = Array(bytes[start..<at])
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                guard let text = String(validating: out, as: UTF8.self) else { throw JSONSyntaxError(reason: .invalidUTF8, offset: start) }
                return text
            }
            if byte < 0x20 { throw fault(.controlCharacter) }
            at += 1
            if byte == UInt8(ascii: "\\") {
                try escape(into: &out)
            } else {
                out.append(byte)
            }
        }
        throw fault(.unexpectedEnd)
    }

    private mutating func escape(into out: inout [UInt8]) throws(JSONSyntaxError) {
        guard at < bytes.count else { throw fault(.unexpectedEnd) }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"): try unicodeEscape(into: &out)
        default: throw fault(.badEscape)
        }
    }

    private mutating func unicodeEscape(into out: inout [UInt8]) throws(JSONSyntaxError) {
        let first = try hexQuad()
        var code = UInt32(first)
        if first >= 0xD800 && first < 0xDC00, let second = try secondHalf() {
            code = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        }
        guard let scalar = UnicodeScalar(code) ?? (source == .stored ? "\u{FFFD}" : nil) else { throw fault(.loneSurrogate) }
        out.append(contentsOf: Array(String(Character(scalar)).utf8))
    }

    /// The half that follows a first one; passed over where it is one.
    private mutating func secondHalf() throws(JSONSyntaxError) -> UInt16? {
        guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else { return nil }
        let start = at
        at += 2
        let second = try hexQuad()
        if second >= 0xDC00 && second < 0xE000 { return second }
        at = start
        return nil
    }

    /// The text of the list or object that begins here, passed over; nil where none does.
    private mutating func nestedText() -> String? {
        let start = at
        var open = 0
        var isQuoted = false
        while at < bytes.count {
            let byte = bytes[at]
            if isQuoted {
                if byte == UInt8(ascii: "\\") { at += 1 }
                if byte == UInt8(ascii: "\"") { isQuoted = false }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isQuoted = true
                case UInt8(ascii: "["), UInt8(ascii: "{"): open += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"): open -= 1
                default: break
                }
            }
            if open == 0 { break }
            at += 1
        }
        guard at < bytes.count, at > start else {
            at = start
            return nil
        }
        at += 1
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private mutating func hexQuad() throws(JSONSyntaxError) -> UInt16 {
        guard at + 4 <= bytes.count else { throw fault(.unexpectedEnd) }
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Character(UnicodeScalar(bytes[at])).hexDigitValue, bytes[at] < 0x80 else { throw fault(.badEscape) }
            value = value << 4 | UInt16(digit)
            at += 1
        }
        return value
    }
}
