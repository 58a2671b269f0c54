/// Text of a pattern -> its tree. Nil where it is no pattern that is supported.
struct PatternParser {
    private static let maximumDepth = 60
    private static let maximumRepeat = 1000

    let scalars: [UInt32]
    var at = 0
    private var depth = 0

    init(scalars: [UInt32]) { self.scalars = scalars }

    mutating func parse() -> PatternNode? {
        guard let node = disjunction(), at == scalars.count else { return nil }
        return node
    }

    var next: UInt32? { at < scalars.count ? scalars[at] : nil }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar.value else { return false }
        at += 1
        return true
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let wanted = text.description.unicodeScalars.map(\.value)
        guard at + wanted.count <= scalars.count, Array(scalars[at..<at + wanted.count]) == wanted else { return false }
        at += wanted.count
        return true
    }

    private mutating func disjunction() -> PatternNode? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= PatternParser.maximumDepth else { return nil }
        var alternatives: [PatternNode] = []
        repeat {
            guard let node = alternative() else { return nil }
            alternatives.append(node)
        } while take("|" as Unicode.Scalar)
        return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
    }

    private mutating func alternative() -> PatternNode? {
        var terms: [PatternNode] = []
        while let scalar = next, scalar != 0x7C, scalar != 0x29 {
            guard let atom = atom(), let term = quantified(atom) else { return nil }
            terms.append(term)
        }
        return terms.isEmpty ? .empty : terms.count == 1 ? terms[0] : .sequence(terms)
    }

    private mutating func atom() -> PatternNode? {
        guard let scalar = next else { return nil }
        at += 1
        switch Unicode.Scalar(scalar) {
        case "^": return .start
        case "$": return .end
        case ".": return .any
        case "(": return group()
        case "[": return characterClass()
        case "\\": return escape()
        case "*", "+", "?": return nil
        default: return .scalar(scalar)
        }
    }

    private mutating func group() -> PatternNode? {
        var look: (behind: Bool, negated: Bool)?
        if take("?=" as StaticString) {
            look = (false, false)
        } else if take("?!" as StaticString) {
            look = (false, true)
        } else if take("?<=" as StaticString) {
            look = (true, false)
        } else if take("?<!" as StaticString) {
            look = (true, true)
        } else if take("?<" as StaticString) {
            while let scalar = next, scalar != 0x3E { at += scalar == 0x29 ? scalars.count : 1 }
            guard take(">" as Unicode.Scalar) else { return nil }
        } else if take("?" as Unicode.Scalar) {
            guard take(":" as Unicode.Scalar) else { return nil }
        }
        guard let inner = disjunction(), take(")" as Unicode.Scalar) else { return nil }
        return look.map { .look(inner, behind: $0.behind, negated: $0.negated) } ?? .sequence([inner])
    }

    /// The atom with the quantifier that follows it, if one does. Lazy or greedy matters to captures only.
    private mutating func quantified(_ atom: PatternNode) -> PatternNode? {
        var bounds: (Int, Int?)?
        if take("*" as Unicode.Scalar) {
            bounds = (0, nil)
        } else if take("+" as Unicode.Scalar) {
            bounds = (1, nil)
        } else if take("?" as Unicode.Scalar) {
            bounds = (0, 1)
        } else if next == 0x7B {
            let start = at
            bounds = braces()
            if bounds == nil { at = start }
        }
        guard let (minimum, maximum) = bounds else { return atom }
        _ = take("?" as Unicode.Scalar)
        guard minimum <= PatternParser.maximumRepeat, maximum ?? 0 <= PatternParser.maximumRepeat, maximum ?? minimum >= minimum else { return nil }
        switch atom {
        case .start, .end, .wordBoundary, .notWordBoundary: return nil
        case .look where minimum == 0: return .empty
        default: return .repeated(atom, minimum: minimum, maximum: maximum)
        }
    }

    /// `{2}`, `{2,}`, `{2,5}`; nil for a brace that is a plain character.
    private mutating func braces() -> (Int, Int?)? {
        at += 1
        guard let minimum = number() else { return nil }
        if take("}" as Unicode.Scalar) { return (minimum, minimum) }
        guard take("," as Unicode.Scalar) else { return nil }
        if take("}" as Unicode.Scalar) { return (minimum, nil) }
        guard let maximum = number(), take("}" as Unicode.Scalar) else { return nil }
        return (minimum, maximum)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, (48...57).contains(scalar) {
            value = min((value ?? 0) * 10 + Int(scalar - 48), 1_000_000)
            at += 1
        }
        return value
    }
}

extension PatternParser {
    private mutating func escape() -> PatternNode? {
        guard let scalar = next else { return nil }
        switch Unicode.Scalar(scalar) {
        case "b":
            at += 1
            return .wordBoundary
        case "B":
            at += 1
            return .notWordBoundary
        case "k", "1", "2", "3", "4", "5", "6", "7", "8", "9": return nil
        default:
            if let set = classEscape() { return .set(set) }
            return characterEscape().map { .scalar($0) }
        }
    }

    /// `\d \D \w \W \s \S \p{…} \P{…}`, without the backslash; nil (and nothing read) for others.
    private mutating func classEscape() -> ScalarSet? {
        guard let scalar = next, let letter = Unicode.Scalar(scalar) else { return nil }
        let ranges: [ClosedRange<UInt32>]
        switch letter {
        case "d": ranges = ScalarSet.digits
        case "D": ranges = ScalarSet.complement(of: ScalarSet.digits)
        case "w": ranges = ScalarSet.word
        case "W": ranges = ScalarSet.complement(of: ScalarSet.word)
        case "s": ranges = ScalarSet.space
        case "S": ranges = ScalarSet.complement(of: ScalarSet.space)
        case "p", "P":
            let start = at
            at += 1
            guard take("{" as Unicode.Scalar), let close = scalars[at...].firstIndex(of: 0x7D) else {
                at = start
                return nil
            }
            let name = String(String.UnicodeScalarView(scalars[at..<close].compactMap(Unicode.Scalar.init)))
            guard let category = ScalarSet.category(named: name) else {
                at = start
                return nil
            }
            at = close + 1
            return ScalarSet(categories: [(category, letter == "P")])
        default: return nil
        }
        at += 1
        return ScalarSet(ranges: ranges)
    }

    /// One character after a backslash.
    private mutating func characterEscape() -> UInt32? {
        guard let scalar = next else { return nil }
        at += 1
        switch Unicode.Scalar(scalar) {
        case "t": return 9
        case "n": return 10
        case "v": return 11
        case "f": return 12
        case "r": return 13
        case "0": return 0
        case "c":
            guard let letter = next, (65...90).contains(letter) || (97...122).contains(letter) else { return nil }
            at += 1
            return letter % 32
        case "x": return hexadecimal(count: 2) ?? scalar
        case "u":
            if next == 0x7B, let close = scalars[at...].firstIndex(of: 0x7D), close - at <= 8 {
                at += 1
                guard let value = hexadecimal(count: close - at), value <= 0x10FFFF else { return nil }
                at += 1
                return value
            }
            return hexadecimal(count: 4) ?? scalar
        case "p", "P": return nil
        default: return scalar
        }
    }

    private mutating func hexadecimal(count: Int) -> UInt32? {
        guard count > 0, at + count <= scalars.count else { return nil }
        var value: UInt32 = 0
        for scalar in scalars[at..<at + count] {
            guard let digit = Unicode.Scalar(scalar).flatMap({ Character($0).hexDigitValue }) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        at += count
        return value
    }

    /// After `[`.
    private mutating func characterClass() -> PatternNode? {
        var set = ScalarSet()
        set.isNegated = take("^" as Unicode.Scalar)
        while !take("]" as Unicode.Scalar) {
            guard let low = classAtom(&set) else { return nil }
            guard next == 0x2D, at + 1 < scalars.count, scalars[at + 1] != 0x5D else {
                if case .scalar(let value) = low { set.ranges.append(value...value) }
                continue
            }
            at += 1
            guard let high = classAtom(&set) else { return nil }
            switch (low, high) {
            case (.scalar(let a), .scalar(let b)):
                guard a <= b else { return nil }
                set.ranges.append(a...b)
            case (.scalar(let a), .merged): set.ranges += [a...a, 0x2D...0x2D]
            case (.merged, .scalar(let b)): set.ranges += [b...b, 0x2D...0x2D]
            case (.merged, .merged): set.ranges.append(0x2D...0x2D)
            }
        }
        return .set(set)
    }

    private enum ClassAtom {
        case scalar(UInt32)
        /// A class of its own (`\d`), already part of the set.
        case merged
    }

    private mutating func classAtom(_ set: inout ScalarSet) -> ClassAtom? {
        guard let scalar = next else { return nil }
        at += 1
        guard scalar == 0x5C else { return .scalar(scalar) }
        if next == 0x62 {
            at += 1
            return .scalar(8)
        }
        if let inner = classEscape() {
            set.ranges += inner.ranges
            set.categories += inner.categories
            return .merged
        }
        return characterEscape().map { .scalar($0) }
    }
}
