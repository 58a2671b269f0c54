/// A regular expression in JavaScript's syntax, as validation rules and the password policy write them.
///
/// - Shape: bare (`^\d+$`) or wrapped, with flags (`/^ab$/i`). Matches anywhere in the text, like `RegExp.test`.
/// - Supported: everything of ECMAScript but back references; look-ahead and look-behind, classes, `\p{L}` and the like for general categories.
///   It works on Unicode scalars.
/// - Limits: `maximumPatternBytes`, `maximumInstructions`; a match gives up after `maximumSteps` and is then none. The time is linear in the text
///   for every pattern without look-around, so that no text can stall the server (the reason not to use the toolchain's backtracking `Regex`).
package struct JavaScriptPattern: Sendable {
    package static let maximumPatternBytes = 2000
    static let maximumInstructions = 10_000
    static let maximumSteps = 1_000_000

    struct Flags: Sendable {
        var ignoresCase = false
        var isMultiline = false
        var dotMatchesAll = false
    }

    let programs: [PatternProgram]
    let flags: Flags

    /// - Returns: nil for what is no pattern, uses back references, or is beyond the limits.
    package init?(_ text: String) {
        guard text.utf8.count <= JavaScriptPattern.maximumPatternBytes else { return nil }
        let (body, flags) = JavaScriptPattern.unwrap(text)
        var parser = PatternParser(scalars: Array(body.unicodeScalars.map(\.value)))
        guard let node = parser.parse() else { return nil }
        var compiler = PatternCompiler(flags: flags)
        guard compiler.compile(node) else { return nil }
        programs = compiler.programs
        self.flags = flags
    }

    /// Whether the pattern matches somewhere in the text.
    package func matches(_ text: String) -> Bool {
        var matcher = PatternMatcher(pattern: self, text: text.unicodeScalars.map(\.value))
        return matcher.search()
    }

    private static func unwrap(_ text: String) -> (Substring, Flags) {
        guard text.hasPrefix("/"), let last = text.lastIndex(of: "/"), last > text.startIndex else { return (text[...], Flags()) }
        let letters = text[text.index(after: last)...]
        guard letters.allSatisfy({ "dgimsuvy".contains($0) }) else { return (text[...], Flags()) }
        let flags = Flags(ignoresCase: letters.contains("i"), isMultiline: letters.contains("m"), dotMatchesAll: letters.contains("s"))
        return (text[text.index(after: text.startIndex)..<last], flags)
    }
}

/// What a pattern says. Captures don't matter: only whether it matches is ever asked.
indirect enum PatternNode {
    case empty
    case scalar(UInt32)
    case any
    case set(ScalarSet)
    case sequence([PatternNode])
    case alternatives([PatternNode])
    /// `maximum` nil = no limit.
    case repeated(PatternNode, minimum: Int, maximum: Int?)
    case start, end
    case wordBoundary, notWordBoundary
    case look(PatternNode, behind: Bool, negated: Bool)
}

/// A class of scalars: ranges, and general categories.
struct ScalarSet: Sendable {
    enum Category: Sendable { case letter, upper, lower, mark, number, digit, punctuation, symbol, separator }

    var ranges: [ClosedRange<UInt32>] = []
    var categories: [(category: Category, negated: Bool)] = []
    var isNegated = false

    func contains(_ value: UInt32, ignoringCase: Bool) -> Bool {
        var isMember = lists(value)
        if ignoringCase { isMember = isMember || lists(CaseFolding.fold(value)) || lists(CaseFolding.upper(value)) }
        return isMember != isNegated
    }

    private func lists(_ value: UInt32) -> Bool {
        ranges.contains { $0.contains(value) } || categories.contains { ScalarSet.scalar(value, is: $0.category) != $0.negated }
    }

    static let digits: [ClosedRange<UInt32>] = [48...57]
    static let word: [ClosedRange<UInt32>] = [48...57, 65...90, 95...95, 97...122]
    static let space: [ClosedRange<UInt32>] = [
        9...13, 32...32, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000,
        0xFEFF...0xFEFF,
    ]

    static func complement(of ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = max(next, range.upperBound + 1)
        }
        result.append(next...0x10FFFF)
        return result
    }

    static func category(named name: String) -> Category? {
        switch name {
        case "L", "Letter", "Alphabetic", "gc=L", "General_Category=Letter": .letter
        case "Lu", "Uppercase_Letter", "Uppercase": .upper
        case "Ll", "Lowercase_Letter", "Lowercase": .lower
        case "M", "Mark": .mark
        case "N", "Number": .number
        case "Nd", "Decimal_Number", "digit": .digit
        case "P", "Punctuation", "punct": .punctuation
        case "S", "Symbol": .symbol
        case "Z", "Separator": .separator
        default: nil
        }
    }

    private static func scalar(_ value: UInt32, is category: Category) -> Bool {
        guard let scalar = Unicode.Scalar(value) else { return false }
        return switch (category, scalar.properties.generalCategory) {
        case (.letter, .uppercaseLetter), (.letter, .lowercaseLetter), (.letter, .titlecaseLetter), (.letter, .modifierLetter),
            (.letter, .otherLetter), (.upper, .uppercaseLetter), (.lower, .lowercaseLetter), (.mark, .nonspacingMark), (.mark, .spacingMark),
            (.mark, .enclosingMark), (.number, .decimalNumber), (.number, .letterNumber), (.number, .otherNumber), (.digit, .decimalNumber),
            (.punctuation, .connectorPunctuation), (.punctuation, .dashPunctuation), (.punctuation, .openPunctuation),
            (.punctuation, .closePunctuation), (.punctuation, .initialPunctuation), (.punctuation, .finalPunctuation),
            (.punctuation, .otherPunctuation), (.symbol, .mathSymbol), (.symbol, .currencySymbol), (.symbol, .modifierSymbol),
            (.symbol, .otherSymbol), (.separator, .spaceSeparator), (.separator, .lineSeparator), (.separator, .paragraphSeparator):
            true
        default: false
        }
    }
}
