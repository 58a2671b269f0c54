package import JSONText
package import SchemaModel

/// One violated rule of a payload: what `FAILED_VALIDATION` says about it.
/// - Source: contract/items.md, 6.2 (types, members, sentences).
package struct ValidationFailure: Sendable, Equatable {
    /// The word in `extensions.type`. The starts/ends families have no sentence of their own.
    package enum Kind: String, Sendable, CaseIterable {
        case required, nnull, null, empty, nempty, eq, neq, `in`, nin, gt, gte, lt, lte, contains, ncontains, regex, email
        case startsWith = "starts_with"
        case nstartsWith = "nstarts_with"
        case istartsWith = "istarts_with"
        case nistartsWith = "nistarts_with"
        case endsWith = "ends_with"
        case nendsWith = "nends_with"
        case iendsWith = "iends_with"
        case niendsWith = "niends_with"
        /// Between bounds that exclude it; the reference has no word for it.
        case nbetween
        /// A rule that can't be judged or read: never satisfied.
        case rule
    }

    package enum Detail: Sendable, Equatable {
        case none
        case valid(JSONValue)
        case invalid(JSONValue)
        case substring(String)
    }

    /// The key at its own level; `year(day)` for a rule about a function.
    package var field: String
    /// The relational fields that lead to the payload, then what is below `field`.
    package var path: [String]
    package var kind: Kind
    package var detail: Detail

    package init(field: String, path: [String] = [], kind: Kind, detail: Detail = .none) {
        self.field = field
        self.path = path
        self.kind = kind
        self.detail = detail
    }

    package var wireError: WireError {
        var message = "Validation failed for field \"\(field)\""
        if !path.isEmpty { message += " at \"\(path.joined(separator: "."))\"" }
        message += "."
        if let sentence { message += " \(sentence)" }
        var extensions: [(key: String, value: JSONValue)] = [
            ("field", .string(field)), ("path", .array(path.map { .string($0) })), ("type", .string(kind.rawValue)),
        ]
        switch detail {
        case .none: break
        case .valid(let value): extensions.append(("valid", value))
        case .invalid(let value): extensions.append(("invalid", value))
        case .substring(let text): extensions.append(("substring", .string(text)))
        }
        return WireError(.failedValidation, message: message, extensions: extensions)
    }

    private var sentence: String? {
        switch kind {
        case .required: "Value is required."
        case .nnull: "Value can't be null."
        case .null: "Value has to be null."
        case .empty: "Value has to be empty."
        case .nempty: "Value can't be empty."
        case .eq: named("Value has to be")
        case .neq: named("Value can't be")
        case .in: named("Value has to be one of")
        case .nin: named("Value can't be one of")
        case .gt: named("Value has to be greater than")
        case .gte: named("Value has to be greater than or equal to")
        case .lt: named("Value has to be less than")
        case .lte: named("Value has to be less than or equal to")
        case .contains: named("Value has to contain")
        case .ncontains: named("Value can't contain")
        case .regex: "Value doesn't have the correct format."
        case .email: "Value has to be a valid email address."
        case .startsWith, .nstartsWith, .istartsWith, .nistartsWith, .endsWith, .nendsWith, .iendsWith, .niendsWith, .nbetween, .rule: nil
        }
    }

    /// The beginning with what the rule names; nil when the rule's value is withheld.
    private func named(_ beginning: String) -> String? {
        switch detail {
        case .none: nil
        case .substring(let text): "\(beginning) \"\(text)\"."
        case .valid(.array(let values)): "\(beginning) \(ValidationFailure.list(ValidationFailure.withoutNull(values)))."
        case .invalid(.array(let values)): "\(beginning) \(ValidationFailure.list(values))."
        case .valid(let value), .invalid(let value): "\(beginning) \"\(ValidationFailure.text(value))\"."
        }
    }

    /// That a field may also be empty is no choice that people would look for; they would read it as a text.
    private static func withoutNull(_ values: [JSONValue]) -> [JSONValue] {
        let others = values.filter { !$0.isNull }
        return others.isEmpty ? values : others
    }

    private static func list(_ values: [JSONValue]) -> String { values.map { "\"\(text($0))\"" }.joined(separator: ", ") }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .number(let number): number.canonicalText
        case .null, .bool, .array, .object: value.text
        }
    }
}
