import JSONText

/// A string of a recorded answer that stands for a value the server chose: `<uuid:1>`, `<time>`.
struct Symbol: Equatable {
    enum Kind: String {
        case uuid, int, time, date, jwt, hash, string, number, any, etag
    }

    let kind: Kind
    /// The same number is always the same value, different numbers different values.
    let number: Int?

    init?(_ text: String) {
        guard text.hasPrefix("<"), text.hasSuffix(">"), text.utf8.count > 2 else { return nil }
        let parts = text.dropFirst().dropLast().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = Kind(rawValue: String(parts[0])) else { return nil }
        self.kind = kind
        guard parts.count == 2 else {
            number = nil
            return
        }
        guard !parts[1].isEmpty, parts[1].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = Int(parts[1]) else { return nil }
        self.number = number
    }

    /// Whether a value is of the kind, whatever the number.
    func accepts(_ value: JSONValue) -> Bool {
        switch kind {
        case .any: true
        case .number: value.number != nil
        case .int: value.number != nil || value.string.map { !$0.isEmpty && $0.utf8.allSatisfy(isDigit) } == true
        case .string, .etag: value.string != nil
        case .uuid: value.string.map(isUUID) == true
        case .time: value.string.map(isTime) == true
        case .date: value.string.map { isDate(Array($0.utf8)) } == true
        case .jwt: value.string.map(isToken) == true
        case .hash: value.string.map { $0.hasPrefix("$argon2") || $0.hasPrefix("*****") } == true
        }
    }
}

/// Which value each numbered symbol has stood for so far; lives as long as the group's replay.
struct Bindings {
    private var forward: [String: JSONValue] = [:]
    private var backward: [String: String] = [:]

    /// - Returns: false when the symbol stood for another value, or another symbol of the kind for this one.
    mutating func bind(_ symbol: Symbol, to value: JSONValue) -> Bool {
        guard let number = symbol.number else { return true }
        let key = "\(symbol.kind.rawValue):\(number)"
        let back = "\(symbol.kind.rawValue):\(value.string ?? value.text)"
        if let known = forward[key] { return sameScalar(known, value) }
        if backward[back] != nil { return false }
        forward[key] = value
        backward[back] = key
        return true
    }
}

private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

/// Whether the bytes have this form: `d` a digit, `x` a hexadecimal one, everything else itself.
private func has(_ form: StaticString, _ bytes: some Collection<UInt8>) -> Bool {
    guard bytes.count == form.utf8CodeUnitCount else { return false }
    return zip(UnsafeBufferPointer(start: form.utf8Start, count: form.utf8CodeUnitCount), bytes).allSatisfy { want, byte in
        switch want {
        case UInt8(ascii: "d"): isDigit(byte)
        case UInt8(ascii: "x"): isDigit(byte) || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f"))
        default: byte == want
        }
    }
}

func isUUID(_ text: String) -> Bool { has("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", text.utf8) }

private func isDate(_ bytes: [UInt8]) -> Bool { has("dddd-dd-dd", bytes) }

/// `2024-01-31T12:00:00`, with or without a fraction, `Z` or an offset.
private func isTime(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count >= 19, isDate(Array(bytes[..<10])), bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "),
        has("dd:dd:dd", bytes[11..<19])
    else { return false }
    var rest = bytes[19...]
    if rest.first == UInt8(ascii: ".") {
        let digits = rest.dropFirst().prefix(while: isDigit)
        if digits.isEmpty { return false }
        rest = rest.dropFirst(1 + digits.count)
    }
    guard let sign = rest.first else { return true }
    if sign == UInt8(ascii: "Z") { return rest.count == 1 }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return false }
    return has("dd:dd", rest.dropFirst()) || has("dddd", rest.dropFirst())
}

/// Three parts of letters, digits, `_` and `-`.
private func isToken(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 3
        && parts.allSatisfy { part in
            !part.isEmpty
                && part.allSatisfy {
                    isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
                        || ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z"))
                }
        }
}
