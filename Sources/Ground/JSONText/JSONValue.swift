/// A JSON value that keeps what the sender wrote: the order of keys and the text of numbers.
package enum JSONValue: Sendable, Equatable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    package var string: String? { if case .string(let text) = self { text } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var number: JSONNumber? { if case .number(let value) = self { value } else { nil } }
    package var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
    package var object: JSONObject? { if case .object(let members) = self { members } else { nil } }
    package var isNull: Bool { self == .null }

    /// A member of an object; nil for every other kind of value.
    package subscript(key: String) -> JSONValue? { object?[key] }

    package static func integer(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }

    /// The value as compact JSON text.
    package var text: String {
        var writer = ByteWriter(capacity: 256)
        writer.append(self)
        return writer.finish().string
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(nilLiteral: ()) { self = .null }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}

/// A number by its text, as sent: `1.50`, `9007199254740993`, `1e3`.
package struct JSONNumber: Sendable, Equatable, Hashable {
    package let text: String

    /// - Parameter text: a valid JSON number; not checked.
    package init(unchecked text: String) { self.text = text }
    package init(_ value: Int) { text = String(value) }
    package init(_ value: Double) { text = JSONNumber.text(of: value) }

    package var double: Double { Double(text) ?? .nan }

    /// The value when it is integral and fits (`5`, `5.0`, `1e3`); nil otherwise.
    package var int: Int? {
        if let value = Int(text) { return value }
        let value = double
        guard value.rounded() == value, abs(value) < 9.2e18 else { return nil }
        return Int(value)
    }

    /// The shortest text that a JavaScript engine would print for the number: `5.0` is `5`, `1e3` is `1000`. Integers beyond 2^53 keep
    /// their digits.
    package var canonicalText: String {
        if Int(text) != nil { return text.hasPrefix("-0") && text == "-0" ? "0" : text }
        return JSONNumber.text(of: double)
    }

    private static func text(of value: Double) -> String {
        if value.rounded() == value, abs(value) < 1e15 { return String(Int(value)) }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

/// The members of a JSON object in the order they were written. Keys are unique.
package struct JSONObject: Sendable, Equatable, Hashable {
    package private(set) var members: [(key: String, value: JSONValue)]

    package init() { members = [] }

    /// Later members with the same key take the place of earlier ones.
    package init(_ members: [(String, JSONValue)]) {
        self.members = []
        for (key, value) in members { self[key] = value }
    }

    /// - Parameter members: keys must be unique; not checked.
    package init(unique members: [(key: String, value: JSONValue)]) { self.members = members }

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    package var keys: [String] { members.map(\.key) }

    /// Linear: objects in requests are small, and large ones are iterated.
    package subscript(key: String) -> JSONValue? {
        get { members.first { $0.key == key }?.value }
        set {
            if let at = members.firstIndex(where: { $0.key == key }) {
                if let newValue { members[at].value = newValue } else { members.remove(at: at) }
            } else if let newValue {
                members.append((key, newValue))
            }
        }
    }

    /// Equal when the members are, whatever their order.
    package static func == (a: JSONObject, b: JSONObject) -> Bool {
        a.members.count == b.members.count && a.members.allSatisfy { b[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        for key in keys.sorted() {
            hasher.combine(key)
            hasher.combine(self[key])
        }
    }
}

extension JSONObject: Sequence {
    package func makeIterator() -> IndexingIterator<[(key: String, value: JSONValue)]> { members.makeIterator() }
}
