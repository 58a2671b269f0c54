import AccessControl
package import JSONText
import SchemaModel

/// The explanation for machines: what `kerege explain --json` and `POST /utils/explain` answer. Members are always there; null = there is none.
extension ReadExplanation {
    /// Binds are cut to so many characters.
    static let shownCharacters = 400

    /// - Parameter request: as it was asked, without the caller.
    package func json(of request: String) -> JSONValue {
        [
            "request": .string(request), "as": access.json, "refusal": refusal?.json ?? .null, "answer": root?.json ?? .null,
            "notes": .strings(notes),
        ]
    }
}

extension JSONValue {
    fileprivate static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
    fileprivate static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    fileprivate static func optional(_ number: Double?) -> JSONValue { number.map { .number(JSONNumber($0)) } ?? .null }
}

extension AccessExplanation {
    fileprivate var json: JSONValue {
        [
            "name": .string(who), "admin": .bool(isAdmin), "app": .bool(hasAppAccess),
            "policies": .array(
                policies.map {
                    [
                        "id": .string($0.id.text), "name": .string($0.name), "through": .strings($0.through), "applies": .bool($0.applies),
                    ]
                }),
        ]
    }
}

extension RefusalExplanation {
    fileprivate var json: JSONValue {
        [
            "stage": .string(stage.rawValue), "code": .string(error.code.rawValue), "message": .string(error.message),
            "missing": .array(
                missing.map {
                    [
                        "action": "read", "collection": .string($0.collection.text), "field": .optional($0.field), "path": .strings($0.path),
                        "exists": .bool($0.exists), "did_you_mean": .optional($0.hint), "granted_by": .strings($0.grantedBy),
                    ]
                }),
        ]
    }
}

extension LevelExplanation {
    fileprivate var json: JSONValue {
        [
            "collection": .string(collection.text), "path": .strings(path), "fields": .array(fields.map(\.json)), "left_out": .strings(leftOut),
            "rows": .optional(rows), "permissions": .array(grants.map(\.json)), "filter": .optional(filter), "search": .optional(search),
            "sort": .strings(sort), "limit": limit.map { .integer($0) } ?? .null, "offset": .integer(offset),
            "aggregate": .optional(aggregation), "statement": statement.json, "advice": .array(advice.map(\.json)),
            "below": .array(below.map(\.json)),
        ]
    }
}

extension FieldExplanation {
    fileprivate var json: JSONValue {
        ["key": .string(key), "source": .string(source), "mask": .optional(mask), "concealed": .bool(isConcealed)]
    }
}

extension GrantExplanation {
    fileprivate var json: JSONValue {
        [
            "permission": permission.map { .integer($0.value) } ?? .null, "policy": .string(policy), "fields": .strings(fields),
            "rule": rule ?? .null, "place": .string(place), "counts": .bool(counts),
        ]
    }
}

extension StatementExplanation {
    fileprivate var json: JSONValue {
        [
            "sql": .string(sql), "binds": .array(binds.map(\.json)), "planning_ms": .optional(plan?.planning),
            "execution_ms": .optional(plan?.execution), "rows": plan?.rows.map { .integer($0) } ?? .null, "plan": plan?.root.json ?? .null,
            "notes": .strings(notes),
        ]
    }
}

extension BindExplanation {
    fileprivate var json: JSONValue {
        ["type": .string(type), "source": .string(sourceText), "value": .optional(shown), "hidden": .bool(isHidden)]
    }

    /// `value`, `keys`, or a variable's name.
    var sourceText: String {
        switch source {
        case .value: "value"
        case .keys: "keys"
        case .variable(let variable): variable.text
        }
    }

    var shown: String? {
        guard let text, text.count > ReadExplanation.shownCharacters else { return text }
        return text.prefix(ReadExplanation.shownCharacters) + "…"
    }
}

extension DatabasePlan.Step {
    fileprivate var json: JSONValue {
        [
            "step": .string(name), "relation": .optional(relation), "index": .optional(index), "expected_rows": .optional(expectedRows),
            "cost": .optional(cost), "rows": .optional(actual?.rows), "removed": .optional(actual?.removed),
            "loops": .optional(actual?.loops), "ms": .optional(actual?.milliseconds), "pages": .optional(actual?.pages),
            "below": .array(below.map(\.json)),
        ]
    }
}

extension IndexAdvice {
    fileprivate var json: JSONValue {
        var why: JSONValue = .null
        if case .none(let text) = remedy { why = .string(text) }
        return [
            "collection": .string(collection.text), "reason": .string(reason), "index": .optional(yaml), "file": .optional(file), "obstacle": why,
        ]
    }
}
