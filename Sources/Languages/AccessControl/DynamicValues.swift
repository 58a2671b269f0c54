package import JSONText
package import SchemaModel

/// What the dynamic variables stand for, for one caller at one moment.
/// - Source: contract/items.md, 2.5.8.
package struct DynamicValues: Sendable {
    package let caller: Caller
    package let now: Moment

    package init(caller: Caller, now: Moment) {
        self.caller = caller
        self.now = now
    }

    /// In PostgreSQL's text form. A dotted variable that was not loaded is null.
    package func value(of variable: DynamicVariable) -> AttributeValue {
        switch variable {
        case .now(nil): .single(now.isoText)
        case .now(let adjustment?): .single(now.adjusted(by: adjustment).isoText)
        case .currentUser(path: []): .single(caller.user?.text)
        case .currentRole(path: []): .single(caller.role?.text)
        case .currentRoles(path: []): .list(caller.roles.map(\.text))
        case .currentPolicies(path: []): .list(caller.access.policies.map(\.text))
        case .currentUser, .currentRole: caller.attributes[variable] ?? .single(nil)
        case .currentRoles, .currentPolicies: caller.attributes[variable] ?? .list([])
        }
    }

    /// As it stands in a payload: a number or boolean where the field that it comes from is one, an array for a list.
    package func json(of variable: DynamicVariable) -> JSONValue {
        let type = caller.attributeTypes[variable]
        switch value(of: variable) {
        case .single(nil): return .null
        case .single(let text?): return DynamicValues.json(text, as: type)
        case .list(let texts): return .array(texts.map { DynamicValues.json($0, as: type) })
        }
    }

    /// Every variable in presets replaced by its value, at any depth; the texts `true`, `false`, `null` become values.
    package func resolve(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .number: return value
        case .string("true"): return .bool(true)
        case .string("false"): return .bool(false)
        case .string("null"), .string("NULL"): return .null
        case .string(let text): return DynamicVariable(text).map(json(of:)) ?? value
        case .array(let elements): return .array(elements.map(resolve))
        case .object(let members): return .object(JSONObject(members.map { ($0.key, resolve($0.value)) }))
        }
    }

    /// - Parameter text: what PostgreSQL prints for a value of a field of that type.
    private static func json(_ text: String, as type: FieldType?) -> JSONValue {
        switch type {
        case .integer, .float:
            if let number = JSONNumber(decimal: text) { .number(number) } else { .null }
        case .boolean: .bool(text == "t" || text == "true")
        case .timestamp: .string(Moment(isoText: text)?.isoText ?? text)
        case .dateTime: .string(String(text.map { $0 == " " ? "T" : $0 }))
        case .json: if let value = try? JSONParser.parse(text) { value } else { .string(text) }
        case .csv: .array(text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map { .string(String($0)) })
        case nil, .string, .text, .bigInteger, .decimal, .date, .time, .uuid, .hash, .binary, .geometry, .alias, .unknown: .string(text)
        }
    }
}

extension JSONNumber {
    /// - Returns: nil unless the text is a plain decimal number (`-12`, `1.50`, `1e3`): not `NaN`, `Infinity`, hexadecimal or blank.
    init?(decimal text: String) {
        let allowed = text.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
        guard allowed, text.utf8.first != UInt8(ascii: "+"), let value = Double(text), value.isFinite else { return nil }
        self.init(unchecked: text)
    }
}
