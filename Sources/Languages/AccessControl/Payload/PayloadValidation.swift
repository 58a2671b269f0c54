package import JSONText
package import SchemaModel

/// Judges one payload, presets merged in, before any SQL: what the columns need, what the fields' rules and the permissions' rules say.
///
/// - Shape: the payload of one level in, every violation out, in the order: requirements, field rules, permission rules. Nested payloads are
///   judged at their own level.
/// - A rule about a key that is absent passes, but for `_submitted`; so does one branch of an `_or` then.
/// - A comparison with a variable that is null or an empty list fails (attack D14), as does a rule that can't be read.
/// - Source: contract/items.md, section 6.
package struct PayloadValidation: Sendable {
    package let requirements: [PayloadRequirement]
    package let rules: [FilterExpression]
    package let values: DynamicValues
    /// The relational fields that lead from the root to this payload.
    package let path: [String]
    /// Fields whose rule may be told to the caller; for others the answer names only field and type (attack C18).
    package let disclosed: FieldSet

    package init(
        requirements: [PayloadRequirement], rules: [FilterExpression], values: DynamicValues, path: [String] = [], disclosed: FieldSet = .all
    ) {
        self.requirements = requirements
        self.rules = rules
        self.values = values
        self.path = path
        self.disclosed = disclosed
    }

    /// - Returns: nothing when the payload is valid.
    package func failures(in payload: JSONObject) -> [ValidationFailure] {
        var found: [ValidationFailure] = []
        for requirement in requirements {
            switch payload[requirement.field.text] {
            case .null?: found.append(ValidationFailure(field: requirement.field.text, kind: .nnull))
            case nil where requirement.mustBePresent: found.append(ValidationFailure(field: requirement.field.text, kind: .required))
            case nil, _?: break
            }
        }
        for rule in rules { found += failures(of: rule, at: RulePlace(value: .object(payload))) }
        return found.map { failure in
            var failure = failure
            failure.path = path + failure.path
            if !isDisclosed(failure.field) { failure.detail = .none }
            return failure
        }
    }

    /// - Parameter label: a field's name, or `year(day)`.
    private func isDisclosed(_ label: String) -> Bool {
        if case .all = disclosed { return true }
        if case .function(_, let argument) = FilterParser.key(label) { return disclosed.contains(FieldName(argument)) }
        return disclosed.contains(FieldName(label))
    }

    /// As entries of an error answer.
    package func errors(in payload: JSONObject) -> [WireError] { failures(in: payload).map(\.wireError) }

    private func failures(of rule: FilterExpression, at place: RulePlace) -> [ValidationFailure] {
        switch rule {
        case .all: return []
        case .and(let parts): return parts.flatMap { failures(of: $0, at: place) }
        case .or(let parts):
            var found: [ValidationFailure] = []
            for part in parts {
                let failures = failures(of: part, at: place)
                if failures.isEmpty { return [] }
                found += failures
            }
            return found
        case .key(let key, let inner): return failures(of: inner, under: key, at: place)
        case .condition(let op, let operand): return judge(op, operand, at: place)
        case .some, .none: return place.field != nil && place.value == nil ? [] : [place.failure(.rule)]
        case .unknownOperator: return [place.failure(.rule)]
        }
    }

    private func failures(of inner: FilterExpression, under key: FilterKey, at place: RulePlace) -> [ValidationFailure] {
        guard let value = place.value else { return [] }
        guard case .object(let members) = value else { return [place.failure(.required)] }
        switch key {
        case .field(let name): return failures(of: inner, at: place.below(name, members[name]))
        case .function(let function, let argument):
            guard let source = members[argument] else { return [] }
            return failures(of: inner, at: place.below(key.text, PayloadFunction.value(of: function, source)))
        case .scoped(let name, _): return members[name] == nil ? [] : [place.below(name, nil).failure(.rule)]
        case .follow: return [place.below(key.text, nil).failure(.rule)]
        }
    }

    private func judge(_ op: FilterOperator, _ operand: FilterOperand, at place: RulePlace) -> [ValidationFailure] {
        guard place.field != nil else { return [place.failure(.rule)] }
        guard let value = place.value else {
            return op == .submitted && operand != .value(.bool(false)) ? [place.failure(.required)] : []
        }
        return PayloadComparison(value: value, place: place, operand: RuleOperand(operand, values)).failures(op)
    }
}

/// Where a rule has got to in a payload.
struct RulePlace {
    /// nil = the key is absent.
    var value: JSONValue?
    /// The key of the first level; nil at the root.
    var field: String?
    /// What is below it.
    var path: [String] = []

    func below(_ name: String, _ value: JSONValue?) -> RulePlace {
        field == nil ? RulePlace(value: value, field: name) : RulePlace(value: value, field: field, path: path + [name])
    }

    func failure(_ kind: ValidationFailure.Kind, _ detail: ValidationFailure.Detail = .none) -> ValidationFailure {
        ValidationFailure(field: field ?? "", path: path, kind: kind, detail: detail)
    }
}

/// What a rule compares with, its variables replaced.
struct RuleOperand {
    /// One value for each element of a list; one for a scalar.
    var elements: [JSONValue]
    /// A variable among them is null or an empty list: no comparison with it is true.
    var hasMissingVariable: Bool

    init(_ operand: FilterOperand, _ values: DynamicValues) {
        elements = []
        hasMissingVariable = false
        add(operand, values)
    }

    private mutating func add(_ operand: FilterOperand, _ values: DynamicValues) {
        switch operand {
        case .value(let value): elements.append(value)
        case .list(let parts): for part in parts { add(part, values) }
        case .variable(let variable):
            switch values.json(of: variable) {
            case .null: hasMissingVariable = true
            case .array(let parts):
                if parts.isEmpty { hasMissingVariable = true }
                elements += parts
            case let value: elements.append(value)
            }
        }
    }

    var single: JSONValue { elements.first ?? .null }
}
