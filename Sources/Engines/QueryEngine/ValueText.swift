package import JSONText

/// Values as the wire means them -> PostgreSQL's text form.
package enum ValueText {
    /// A number, or text that reads as one (JavaScript's `Number(text)`), in plain text with all its digits; nil for everything else (`null`,
    /// `true` too).
    package static func number(_ value: JSONValue) -> String? {
        switch value {
        case .number(let number): return self.number(number.text)
        case .string(let text): return number(text)
        case .null, .bool, .array, .object: return nil
        }
    }

    package static func number(_ text: String) -> String? {
        var trimmed = Substring(text)
        while let first = trimmed.first, first.isWhitespace { trimmed.removeFirst() }
        while let last = trimmed.last, last.isWhitespace { trimmed.removeLast() }
        if trimmed.isEmpty { return nil }
        if trimmed.hasPrefix("+") { trimmed.removeFirst() }
        guard trimmed.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E || $0 == 0x2D || $0 == 0x2B || $0 | 0x20 == 0x65 }) else {
            return nil
        }
        let plain = String(trimmed)
        if let integer = Int(plain) { return String(integer) }
        guard let double = Double(plain), double.isFinite else { return nil }
        return DecimalText(plain)?.text ?? JSONNumber(double).text
    }

    /// - Parameter number: canonical text.
    package static func int32(_ number: String) -> Int32? { Int32(number) }

    package static func int64(_ value: JSONValue) -> Int64? {
        switch value {
        case .number(let number): self.number(number.text).flatMap(Int64.init)
        case .string(let text): number(text).flatMap(Int64.init)
        case .null, .bool, .array, .object: nil
        }
    }

    package static func boolean(_ value: JSONValue) -> Bool? {
        switch value {
        case .bool(let flag): flag
        case .number(let number): number.text == "1" ? true : number.text == "0" ? false : nil
        case .string(let text):
            switch text.lowercased() {
            case "true", "t", "yes", "on", "1", "y": true
            case "false", "f", "no", "off", "0", "n": false
            default: nil
            }
        case .null, .array, .object: nil
        }
    }

    /// `8-4-4-4-12` hexadecimal digits, any version.
    package static func isUUID(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count == 36 else { return false }
        for (index, byte) in bytes.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                if byte != UInt8(ascii: "-") { return false }
            } else if !((byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66)) {
                return false
            }
        }
        return true
    }

    /// A scalar as the text that a text column would compare with.
    package static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .number(let number): number.canonicalText
        case .bool(let flag): flag ? "true" : "false"
        case .null: nil
        case .array, .object: value.text
        }
    }

    /// An array literal: `{"a","b",NULL}`.
    package static func array(_ elements: [String?]) -> String {
        var out: [UInt8] = [UInt8(ascii: "{")]
        out.reserveCapacity(elements.reduce(2) { $0 + 3 + ($1?.utf8.count ?? 4) })
        for (index, element) in elements.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            guard var element else {
                out += Array("NULL".utf8)
                continue
            }
            out.append(UInt8(ascii: "\""))
            element.withUTF8 { text in
                // Neither byte is part of another letter in UTF-8.
                var start = 0
                for at in text.indices where text[at] == UInt8(ascii: "\"") || text[at] == UInt8(ascii: "\\") {
                    out.append(contentsOf: text[start..<at])
                    out.append(UInt8(ascii: "\\"))
                    start = at
                }
                out.append(contentsOf: text[start...])
            }
            out.append(UInt8(ascii: "\""))
        }
        out.append(UInt8(ascii: "}"))
        return String(decoding: out, as: UTF8.self)
    }
}
