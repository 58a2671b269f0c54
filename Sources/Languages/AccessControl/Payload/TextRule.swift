internal import SchemaModel

/// `_contains` and the starts/ends families: how, which way round, in which case.
struct TextRule {
    private enum Place { case anywhere, start, end }

    let kind: ValidationFailure.Kind
    let isNegated: Bool
    private let place: Place
    private let ignoresCase: Bool

    /// - Returns: nil for operators of other families.
    init?(_ op: FilterOperator) {
        switch op {
        case .contains: self.init(.contains, .anywhere)
        case .icontains: self.init(.contains, .anywhere, ignoresCase: true)
        case .ncontains: self.init(.ncontains, .anywhere, isNegated: true)
        case .nicontains: self.init(.ncontains, .anywhere, isNegated: true, ignoresCase: true)
        case .startsWith: self.init(.startsWith, .start)
        case .nstartsWith: self.init(.nstartsWith, .start, isNegated: true)
        case .istartsWith: self.init(.istartsWith, .start, ignoresCase: true)
        case .nistartsWith: self.init(.nistartsWith, .start, isNegated: true, ignoresCase: true)
        case .endsWith: self.init(.endsWith, .end)
        case .nendsWith: self.init(.nendsWith, .end, isNegated: true)
        case .iendsWith: self.init(.iendsWith, .end, ignoresCase: true)
        case .niendsWith: self.init(.niendsWith, .end, isNegated: true, ignoresCase: true)
        case .eq, .neq, .lt, .lte, .gt, .gte, .in, .nin, .null, .nnull, .empty, .nempty, .between, .nbetween, .intersects, .nintersects,
            .intersectsBBox, .nintersectsBBox, .ieq, .nieq, .json, .regex, .submitted:
            return nil
        }
    }

    private init(_ kind: ValidationFailure.Kind, _ place: Place, isNegated: Bool = false, ignoresCase: Bool = false) {
        self.kind = kind
        self.place = place
        self.isNegated = isNegated
        self.ignoresCase = ignoresCase
    }

    /// Arrays are looked through by the `_contains` family alone.
    var takesArrays: Bool { place == .anywhere }

    /// An empty text satisfies none of them (contract/items.md, 6.2).
    func holds(for text: String, _ part: String) -> Bool { !text.isEmpty && finds(part, in: text) != isNegated }

    func finds(_ part: String, in text: String) -> Bool {
        let text = Array((ignoresCase ? text.lowercased() : text).utf8)
        let part = Array((ignoresCase ? part.lowercased() : part).utf8)
        guard part.count <= text.count else { return false }
        switch place {
        case .start: return text.starts(with: part)
        case .end: return text.suffix(part.count).elementsEqual(part)
        case .anywhere: return TextRule.search(part, in: text)
        }
    }

    /// Linear on ordinary texts: the first byte is looked for, then the rest compared.
    private static func search(_ part: [UInt8], in text: [UInt8]) -> Bool {
        guard let first = part.first else { return true }
        var at = 0
        while at + part.count <= text.count {
            guard let found = text[at...].firstIndex(of: first), found + part.count <= text.count else { return false }
            if text[found..<found + part.count].elementsEqual(part) { return true }
            at = found + 1
        }
        return false
    }
}
