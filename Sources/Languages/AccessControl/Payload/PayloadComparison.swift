internal import JSONText
internal import SchemaModel

/// One condition of a rule against a value that is there.
/// - Source: contract/items.md, 6.2, with its quirks: numbers in rules take their text form too, comparisons refuse null, `_empty` is `""` alone.
struct PayloadComparison {
    let value: JSONValue
    let place: RulePlace
    let operand: RuleOperand

    func failures(_ op: FilterOperator) -> [ValidationFailure] {
        switch op {
        case .null, .nnull:
            let wantsNull = (op == .null) == isAffirmative
            return fail(unless: value.isNull == wantsNull, wantsNull ? .null : .nnull)
        case .empty, .nempty:
            let wantsEmpty = (op == .empty) == isAffirmative
            return fail(unless: (value == .string("")) == wantsEmpty, wantsEmpty ? .empty : .nempty)
        case .submitted: return []
        case .eq, .ieq: return equal(ignoringCase: op == .ieq)
        case .neq, .nieq: return notEqual(ignoringCase: op == .nieq)
        case .in: return isOneOf()
        case .nin: return isNoneOf()
        case .lt: return ordered(.lt, operand.single)
        case .lte: return ordered(.lte, operand.single)
        case .gt: return ordered(.gt, operand.single)
        case .gte: return ordered(.gte, operand.single)
        case .between, .nbetween: return between(inside: op == .between)
        case .contains, .icontains, .ncontains, .nicontains, .startsWith, .nstartsWith, .istartsWith, .nistartsWith, .endsWith, .nendsWith,
            .iendsWith, .niendsWith:
            return TextRule(op).map { text($0) } ?? [place.failure(.rule)]
        case .regex: return matches()
        case .intersects, .nintersects, .intersectsBBox, .nintersectsBBox, .json: return [place.failure(.rule)]
        }
    }

    /// The operand of `_null` and its like: only `false` inverts.
    private var isAffirmative: Bool { operand.single != .bool(false) }

    private func fail(
        unless isValid: Bool, _ kind: ValidationFailure.Kind, _ detail: @autoclosure () -> ValidationFailure.Detail = .none
    ) -> [ValidationFailure] {
        isValid ? [] : [place.failure(kind, detail())]
    }

    // MARK: Equality

    private func equal(ignoringCase: Bool) -> [ValidationFailure] {
        let wanted = operand.single
        if case .number(let number) = wanted {
            return fail(unless: PayloadComparison.isNumberOrItsText(value, number), .in, .valid([wanted, .string(number.canonicalText)]))
        }
        return fail(unless: !operand.hasMissingVariable && isSame(wanted, ignoringCase), .eq, .valid(wanted))
    }

    private func notEqual(ignoringCase: Bool) -> [ValidationFailure] {
        let unwanted = operand.single
        if case .number(let number) = unwanted {
            return fail(
                unless: !PayloadComparison.isNumberOrItsText(value, number), .nin, .invalid([unwanted, .string(number.canonicalText)]))
        }
        return fail(unless: !operand.hasMissingVariable && !isSame(unwanted, ignoringCase), .neq, .invalid(unwanted))
    }

    private func isOneOf() -> [ValidationFailure] {
        let isMember = operand.elements.contains { isSame($0, false) }
        if operand.elements.count == 1 { return fail(unless: isMember, .eq, .valid(operand.single)) }
        return fail(unless: isMember, .in, .valid(.array(operand.elements)))
    }

    private func isNoneOf() -> [ValidationFailure] {
        let isFree = !operand.hasMissingVariable && !operand.elements.contains { isSame($0, false) }
        if operand.elements.count == 1 { return fail(unless: isFree, .neq, .invalid(operand.single)) }
        return fail(unless: isFree, .nin, .invalid(.array(operand.elements)))
    }

    /// Strict: a number is never equal to a text.
    private func isSame(_ other: JSONValue, _ ignoringCase: Bool) -> Bool {
        switch (value, other) {
        case (.number(let a), .number(let b)): RuleNumber(a) == RuleNumber(b)
        case (.string(let a), .string(let b)) where ignoringCase: a.lowercased() == b.lowercased()
        default: value == other
        }
    }

    private static func isNumberOrItsText(_ value: JSONValue, _ number: JSONNumber) -> Bool {
        switch value {
        case .number(let other): RuleNumber(other) == RuleNumber(number)
        case .string(let text): text == number.text || text == number.canonicalText
        case .null, .bool, .array, .object: false
        }
    }

    // MARK: Order

    private enum Bound { case lt, lte, gt, gte }

    private func ordered(_ bound: Bound, _ limit: JSONValue) -> [ValidationFailure] {
        guard let scale = RuleScale(limit: limit) else { return [place.failure(.rule)] }
        guard let order = scale.compare(value) else { return [place.failure(.required)] }
        let (holds, kind): (Bool, ValidationFailure.Kind) =
            switch bound {
            case .lt: (order < 0, .lt)
            case .lte: (order <= 0, .lte)
            case .gt: (order > 0, .gt)
            case .gte: (order >= 0, .gte)
            }
        return fail(unless: holds, kind, .valid(scale.limit))
    }

    private func between(inside: Bool) -> [ValidationFailure] {
        guard operand.elements.count == 2, !operand.hasMissingVariable else { return [place.failure(.rule)] }
        let low = ordered(.gte, operand.elements[0])
        let high = ordered(.lte, operand.elements[1])
        let failures = low + high
        if let unfit = failures.first(where: { $0.kind == .required || $0.kind == .rule }) { return [unfit] }
        return inside ? failures : fail(unless: !failures.isEmpty, .nbetween, .invalid(.array(operand.elements)))
    }

    // MARK: Text

    private func text(_ rule: TextRule) -> [ValidationFailure] {
        guard !operand.hasMissingVariable, let part = PayloadComparison.text(operand.single) else { return [place.failure(.rule)] }
        let failure = place.failure(rule.kind, .substring(part))
        switch value {
        case .string(let text): return rule.holds(for: text, part) ? [] : [failure]
        case .array(let elements) where rule.takesArrays:
            let isFound = elements.contains { element in element.string.map { rule.finds(part, in: $0) } ?? false }
            return isFound != rule.isNegated ? [] : [failure]
        case .null, .bool, .number, .array, .object: return [rule.takesArrays ? failure : place.failure(.required)]
        }
    }

    private func matches() -> [ValidationFailure] {
        guard case .string(let source) = operand.single, !operand.hasMissingVariable, let pattern = JavaScriptPattern(source) else {
            return [place.failure(.rule)]
        }
        guard case .string(let text) = value else { return [place.failure(.required)] }
        return fail(unless: pattern.matches(text), .regex, .invalid(value))
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .number(let number): number.canonicalText
        case .bool(let flag): flag ? "true" : "false"
        case .null, .array, .object: nil
        }
    }
}
