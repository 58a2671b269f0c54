package import JSONText
package import SchemaModel

/// What saved rules, validations and presets say, looked at once when a snapshot is built.
package enum RuleText {
    /// A condition that nothing satisfies: what stands for a validation that can't be read.
    static let never = FilterExpression.unknownOperator("_invalid")

    /// nil, `null` and `{}` are no rule.
    static func isEmpty(_ rule: JSONValue?) -> Bool {
        switch rule {
        case nil, .null?: true
        case .object(let members)?: members.isEmpty
        default: false
        }
    }

    /// What makes a saved rule unusable (attacks D16 and C21), or nil.
    /// - Note: only what can be seen without the schema; names are resolved by QueryEngine.
    static func fault(in expression: FilterExpression, isValidation: Bool) -> String? {
        switch expression {
        case .all: return nil
        case .and(let parts), .or(let parts): return parts.lazy.compactMap { fault(in: $0, isValidation: isValidation) }.first
        case .key(let key, .all) where !isValidation:
            // `{ "tenant": {} }` says nothing of the tenant: a condition must not vanish.
            return "\"\(key.text)\" has no condition"
        case .key(let key, let inner):
            if isValidation {
                switch key {
                case .scoped, .follow: return "\"\(key.text)\" can't be judged on a payload"
                case .field, .function: break
                }
            }
            return fault(in: inner, isValidation: isValidation)
        case .some(let inner), .none(let inner):
            return isValidation ? "\"_some\" and \"_none\" can't be judged on a payload" : fault(in: inner, isValidation: false)
        case .unknownOperator(let name): return "\"\(name)\" is no operator"
        case .condition(let op, let operand):
            if !isValidation, op == .regex || op == .submitted { return "\"\(op.rawValue)\" is for validation only" }
            if isValidation, op == .regex, case .value(.string(let pattern)) = operand, JavaScriptPattern(pattern) == nil {
                return "\"\(pattern)\" is no regular expression that is supported"
            }
            return fault(in: operand)
        }
    }

    private static func fault(in operand: FilterOperand) -> String? {
        switch operand {
        case .variable: nil
        case .list(let parts): parts.lazy.compactMap(fault(in:)).first
        case .value(.string(let text)): isUnknownVariable(text) ? "\"\(text)\" is no variable" : nil
        case .value: nil
        }
    }

    /// `$BOGUS`, `$CURRENT_USERS.x`, `$NOW(`: written as a variable, but none that exists. `$5` and `$usd` are plain text.
    static func isUnknownVariable(_ text: String) -> Bool {
        guard text.utf8.first == UInt8(ascii: "$"), DynamicVariable(text) == nil else { return false }
        let name = text.utf8.dropFirst().prefix { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 == UInt8(ascii: "_") }
        guard name.count >= 3 else { return false }
        let rest = text.utf8.dropFirst(1 + name.count).first
        return rest == nil || rest == UInt8(ascii: ".") || rest == UInt8(ascii: "(")
    }

    package static func dottedVariables(in expression: FilterExpression) -> Set<DynamicVariable> {
        switch expression {
        case .all, .unknownOperator: []
        case .and(let parts), .or(let parts): parts.reduce(into: []) { $0.formUnion(dottedVariables(in: $1)) }
        case .key(_, let inner), .some(let inner), .none(let inner): dottedVariables(in: inner)
        case .condition(_, let operand): dottedVariables(in: operand)
        }
    }

    private static func dottedVariables(in operand: FilterOperand) -> Set<DynamicVariable> {
        switch operand {
        case .value: []
        case .variable(let variable): variable.isDotted ? [variable] : []
        case .list(let parts): parts.reduce(into: []) { $0.formUnion(dottedVariables(in: $1)) }
        }
    }

    /// Of presets, at any depth.
    package static func dottedVariables(in presets: JSONObject) -> Set<DynamicVariable> {
        presets.reduce(into: []) { $0.formUnion(dottedVariables(in: $1.value)) }
    }

    private static func dottedVariables(in value: JSONValue) -> Set<DynamicVariable> {
        switch value {
        case .null, .bool, .number: return []
        case .string(let text):
            guard let variable = DynamicVariable(text), variable.isDotted else { return [] }
            return [variable]
        case .array(let elements): return elements.reduce(into: []) { $0.formUnion(dottedVariables(in: $1)) }
        case .object(let members): return dottedVariables(in: members)
        }
    }
}

extension DynamicVariable {
    /// Its value has to be read from the database (`$CURRENT_USER.desk`).
    package var isDotted: Bool {
        switch self {
        case .now: false
        case .currentUser(let path), .currentRole(let path), .currentRoles(let path), .currentPolicies(let path): !path.isEmpty
        }
    }
}
