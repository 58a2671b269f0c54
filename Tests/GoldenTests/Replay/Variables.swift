import JSONText

/// Values that cases captured, for the `{{name}}` in later requests and expectations.
struct Variables {
    private(set) var values: [String: JSONValue] = [:]
    /// The current one-time password of a base32 secret, for `{{totp:name}}`.
    var oneTimePassword: (String) -> String = { OneTimePassword.current(secret: $0) }

    subscript(name: String) -> JSONValue? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// The text with its variables in place. A text that is nothing but one variable becomes its value, of whatever kind; unknown ones stay.
    func fill(_ text: String) -> JSONValue {
        guard text.contains("{{") else { return .string(text) }
        let parts = split(text)
        if parts.count == 1, case .variable(let name, _) = parts[0], let value = values[name] { return value }
        var out = ""
        for part in parts {
            switch part {
            case .text(let text): out += text
            case .password(let name): out += oneTimePassword(values[name]?.string ?? "")
            case .variable(let name, let source): out += values[name].map(plainText) ?? String(source)
            }
        }
        return .string(out)
    }

    func fillText(_ text: String) -> String { plainText(fill(text)) }

    /// The value with the variables of all its strings, keys too, in place.
    func fill(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): fill(text)
        case .array(let elements): .array(elements.map { fill($0) })
        case .object(let members): .object(JSONObject(members.map { (fillText($0.key), fill($0.value)) }))
        case .null, .bool, .number: value
        }
    }

    private enum Part {
        case text(Substring)
        case password(String)
        case variable(String, source: Substring)
    }

    private func split(_ text: String) -> [Part] {
        var parts: [Part] = []
        var rest = text[...]
        var plain = rest.startIndex
        while let open = find("{{", in: rest) {
            guard let close = find("}}", in: rest[open.upperBound...]), let part = part(rest[open.upperBound..<close.lowerBound]) else {
                rest = rest[text.index(after: open.lowerBound)...]
                continue
            }
            if plain < open.lowerBound { parts.append(.text(text[plain..<open.lowerBound])) }
            parts.append(part)
            rest = rest[close.upperBound...]
            plain = close.upperBound
        }
        if plain < text.endIndex { parts.append(.text(text[plain...])) }
        return parts
    }

    private func part(_ inner: Substring) -> Part? {
        let isName = { (name: Substring) in
            !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." || $0 == ":" || $0 == "-" }
        }
        guard isName(inner) else { return nil }
        if inner.hasPrefix("totp:") { return .password(String(inner.dropFirst(5))) }
        return .variable(String(inner), source: "{{" + inner + "}}")
    }

    private func find(_ mark: String, in text: Substring) -> Range<String.Index>? {
        text.utf8.firstRange(of: mark.utf8)
    }

    /// A value inside a text.
    func plainText(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .null: "None"
        case .bool(let value): value ? "True" : "False"
        case .number(let number): number.text
        case .array, .object: value.text
        }
    }
}

/// The value at a dotted path (`data.0.id`); nil where there is none.
func pick(_ path: String, of value: JSONValue?) -> JSONValue? {
    var value = value
    for part in path.split(separator: ".", omittingEmptySubsequences: false) {
        switch value {
        case .object(let members): value = members[String(part)]
        case .array(let elements):
            guard let index = Int(part) else { return nil }
            let at = index < 0 ? elements.count + index : index
            value = elements.indices.contains(at) ? elements[at] : nil
        case .null, .bool, .number, .string, nil: return nil
        }
    }
    return value
}
