/// Dates and times in text, as ISO 8601 and PostgreSQL have them: days that the calendar knows, times that a clock shows.
enum DateText {
    static func isDate(_ text: String) -> Bool {
        guard fits(text, "0000-00-00") else { return false }
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, parts[0] > 0, (1...12).contains(parts[1]) else { return false }
        return (1...days(in: parts[1], of: parts[0])).contains(parts[2])
    }

    static func isTime(_ text: String) -> Bool {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, fits(String(first), "00:00:00") || fits(String(first), "00:00") else { return false }
        guard parts.count == 1 || !parts[1].isEmpty && parts[1].allSatisfy({ $0.isASCII && $0.isNumber }) else { return false }
        let numbers = first.split(separator: ":").compactMap { Int($0) }
        guard let hour = numbers.first else { return false }
        return hour < 24 && numbers.dropFirst().allSatisfy { $0 < 60 } || hour == 24 && numbers.dropFirst().allSatisfy { $0 == 0 }
    }

    /// A date, then perhaps a time, then perhaps a zone.
    static func isDateTime(_ text: String) -> Bool {
        guard isDate(String(text.prefix(10))) else { return false }
        var rest = text.dropFirst(10)
        guard let mark = rest.first else { return true }
        guard mark == "T" || mark == " " else { return false }
        rest = rest.dropFirst()
        if let zone = rest.lastIndex(where: { "Z+-".contains($0) }) {
            guard isZone(rest[zone...]) else { return false }
            rest = rest[..<zone]
        }
        return isTime(String(rest))
    }

    /// `Z`, `+2`, `+02`, `+0200`, `+02:00`: at most 15:59, as PostgreSQL has it.
    private static func isZone(_ text: Substring) -> Bool {
        if text == "Z" { return true }
        let offset = text.dropFirst()
        guard text.first != "Z", ["0", "00", "0000", "00:00"].contains(where: { fits(String(offset), $0) }) else { return false }
        let digits = offset.compactMap(\.wholeNumberValue)
        return digits.prefix(2).reduce(0) { $0 * 10 + $1 } < 16 && digits.dropFirst(2).reduce(0) { $0 * 10 + $1 } < 60
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func fits(_ text: String, _ pattern: String) -> Bool {
        text.utf8.count == pattern.utf8.count
            && zip(text.utf8, pattern.utf8).allSatisfy { $1 == UInt8(ascii: "0") ? $0 >= 0x30 && $0 <= 0x39 : $0 == $1 }
    }
}

/// A decimal number in text: `-12.50`, `1e6`.
struct NumberText {
    /// Digits before the point, without zeros in front.
    let wholeDigits: Int

    init?(_ text: String) {
        var rest = text.utf8[...]
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let mantissa = rest.prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }
        var exponent = 0
        if mantissa.endIndex < rest.endIndex {
            guard let power = Int(Substring(rest[mantissa.endIndex...].dropFirst())), abs(power) < 1_000 else { return nil }
            exponent = power
        }
        let parts = mantissa.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !mantissa.isEmpty, mantissa.contains(where: NumberText.isDigit),
            parts.allSatisfy({ $0.allSatisfy(NumberText.isDigit) })
        else { return nil }
        let zero = UInt8(ascii: "0")
        let digits = parts.flatMap { Array($0) }
        guard let first = digits.firstIndex(where: { $0 != zero }) else {
            wholeDigits = 0
            return
        }
        wholeDigits = max(0, whole.count + exponent - first)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
