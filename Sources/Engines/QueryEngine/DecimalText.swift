/// A number's digits as they were sent, without an exponent: a `numeric` holds more of them than a double.
struct DecimalText {
    private var isNegative = false
    /// Of the whole part, without zeros in front.
    private var whole: Substring.UTF8View
    private var fraction: Substring.UTF8View
    private var exponent = 0

    /// Exponents beyond it stay as they are: they are far out of any column's range, and the text would be long.
    private static let greatestExponent = 64

    /// - Parameter text: what `Double` has read as a finite number.
    /// - Returns: nil where the exponent is beyond what is written out.
    init?(_ text: String) {
        var rest = Substring(text).utf8
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        if let mark = rest.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            var digits = Substring(rest[rest.index(after: mark)...])
            if digits.first == "+" { digits.removeFirst() }
            guard let value = Int(digits), abs(value) <= DecimalText.greatestExponent else { return nil }
            exponent = value
            rest = rest[..<mark]
        }
        let point = rest.firstIndex(of: UInt8(ascii: ".")) ?? rest.endIndex
        whole = rest[..<point].drop { $0 == UInt8(ascii: "0") }
        fraction = rest[point...].dropFirst()
    }

    var text: String {
        var digits = Array(whole) + Array(fraction)
        var point = whole.count + exponent
        let zero = UInt8(ascii: "0")
        if point < 0 {
            digits = [UInt8](repeating: zero, count: -point) + digits
            point = 0
        }
        if point > digits.count { digits += [UInt8](repeating: zero, count: point - digits.count) }
        let above = digits[..<point].drop { $0 == zero }
        let below = digits[point...]
        let hasFraction = below.contains { $0 != zero }
        if above.isEmpty && !hasFraction { return "0" }
        var out = isNegative ? "-" : ""
        out += above.isEmpty ? "0" : String(decoding: above, as: UTF8.self)
        if hasFraction { out += "." + String(decoding: below, as: UTF8.self) }
        return out
    }
}
