/// One value on one line of YAML, quoted where the core schema or the syntax would read it otherwise.
///
/// - Source: YAML 1.2.2, sections 7.3 and 10.3. Careful rather than complete: a text in doubt is quoted. Dates are, too, for readers of
///   YAML 1.1.
package enum YAMLScalarText {
    package enum Context {
        /// A value or key in block style.
        case block
        /// Inside `[ ]` or `{ }`.
        case flow
    }

    package static func text(_ string: String, in context: Context) -> String {
        isPlain(string, in: context) ? string : quoted(string)
    }

    /// True when the text reads back as itself without quotes.
    static func isPlain(_ string: String, in context: Context) -> Bool {
        guard let first = string.unicodeScalars.first, let last = string.unicodeScalars.last else { return false }
        if YAMLAmbiguity.core.contains(string) || YAMLAmbiguity.isNumberOrDate(string) || indicators.contains(first) || first == " " || last == " "
            || last == ":"
        {
            return false
        }
        if string.hasPrefix("---") || string.hasPrefix("...") || context == .flow && isSentence(string) { return false }
        var before: Unicode.Scalar?
        for scalar in string.unicodeScalars {
            if !isPrintable(scalar) || (before == ":" && scalar == " ") || (before == " " && scalar == "#") { return false }
            if context == .flow, flowIndicators.contains(scalar) { return false }
            before = scalar
        }
        return true
    }

    /// Long texts between commas are read more easily in quotes.
    private static func isSentence(_ string: String) -> Bool {
        string.utf8.count { $0 == UInt8(ascii: " ") } > 3 || string.hasSuffix(".") || string.hasSuffix("!")
    }

    /// In double quotes, or in single ones where that needs no escapes.
    static func quoted(_ string: String) -> String {
        let needsEscapes = string.unicodeScalars.contains { $0 == "\"" || $0 == "\\" || !isPrintable($0) }
        if needsEscapes, string.unicodeScalars.allSatisfy({ isPrintable($0) && $0 != "'" }) { return "'\(string)'" }
        return escapedInDoubleQuotes(string)
    }

    static func escapedInDoubleQuotes(_ string: String) -> String {
        var text = "\""
        for scalar in string.unicodeScalars { text += escaped(scalar) }
        return text + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\t": return "\\t"
        case "\r": return "\\r"
        default: break
        }
        if isPrintable(scalar) { return String(scalar) }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let width = scalar.value > 0xFFFF ? 8 : scalar.value > 0xFF ? 4 : 2
        return "\\" + (width == 8 ? "U" : width == 4 ? "u" : "x") + String(repeating: "0", count: width - digits.count) + digits
    }

    /// Characters that stand for themselves on a line. Not so the breaks of libyaml (U+0085, U+2028, U+2029) and tabs.
    package static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    private static let indicators = Set("-?:,[]{}#&*!|>'\"%@`".unicodeScalars)
    private static let flowIndicators = Set(",[]{}:?".unicodeScalars)
}
