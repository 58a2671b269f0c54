import JSONText

/// What a plain scalar stands for. Source: YAML 1.2.2, section 10.3.2 (core schema): `no`, `on`, `yes`, `1_000`, `12:30` are texts.
enum YAMLCoreSchema {
    enum Resolution: Equatable {
        case value(JSONValue)
        /// `.inf`, `.nan`, or a number beyond a double: no JSON value.
        case notRepresentable
    }

    static func resolve(plain text: String) -> Resolution {
        switch text {
        case "", "~", "null", "Null", "NULL": return .value(.null)
        case "true", "True", "TRUE": return .value(.bool(true))
        case "false", "False", "FALSE": return .value(.bool(false))
        case ".nan", ".NaN", ".NAN": return .notRepresentable
        default: break
        }
        guard let first = text.utf8.first, first < 0x3A, first == 0x2B || first == 0x2D || first == 0x2E || first >= 0x30 else {
            return .value(.string(text))
        }
        return number(text)
    }

    private static func number(_ text: String) -> Resolution {
        if let value = prefixed(text) { return value }
        var rest = Substring(text)
        var sign = ""
        if let first = rest.first, first == "-" || first == "+" {
            sign = first == "-" ? "-" : ""
            rest.removeFirst()
        }
        if rest == ".inf" || rest == ".Inf" || rest == ".INF" { return .notRepresentable }
        let whole = takeDigits(&rest)
        var fraction: Substring?
        if rest.first == "." {
            rest.removeFirst()
            fraction = takeDigits(&rest)
        }
        guard !whole.isEmpty || fraction?.isEmpty == false else { return .value(.string(text)) }
        var exponent = ""
        if let first = rest.first, first == "e" || first == "E" {
            rest.removeFirst()
            exponent = "e"
            if let sign = rest.first, sign == "-" || sign == "+" {
                exponent.append(sign)
                rest.removeFirst()
            }
            let digits = takeDigits(&rest)
            if digits.isEmpty { return .value(.string(text)) }
            exponent += digits
        }
        guard rest.isEmpty else { return .value(.string(text)) }
        let significant = whole.drop { $0 == "0" }
        let tail = fraction.map { $0.isEmpty ? "" : ".\($0)" } ?? ""
        let written = "\(sign)\(significant.isEmpty ? "0" : significant)\(tail)\(exponent)"
        guard let value = Double(written), value.isFinite else { return .notRepresentable }
        return .value(.number(JSONNumber(unchecked: written)))
    }

    /// `0o17` and `0xFF`, as decimal numbers; they have no sign.
    private static func prefixed(_ text: String) -> Resolution? {
        let radix: Int
        if text.hasPrefix("0o") { radix = 8 } else if text.hasPrefix("0x") { radix = 16 } else { return nil }
        let digits = text.dropFirst(2)
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && ($0.hexDigitValue ?? 16) < radix }) else { return .value(.string(text)) }
        guard let value = Int(digits, radix: radix) else { return .notRepresentable }
        return .value(.integer(value))
    }

    private static func takeDigits(_ rest: inout Substring) -> Substring {
        let digits = rest.prefix { $0.isASCII && $0.isWholeNumber }
        rest = rest[digits.endIndex...]
        return digits
    }
}
