import JSONText
import SchemaModel

/// One object of a snapshot while it is read: hands out members by type and remembers which were never asked for.
///
/// - Note: an absent member and `null` are the same; a member of the wrong type is a mistake and counts as absent.
struct SnapshotMembers {
    let path: SnapshotPath
    private var rest: JSONObject
    private(set) var log = SnapshotLog()

    init(_ object: JSONObject, at path: SnapshotPath) {
        rest = object
        self.path = path
    }

    /// The object at `path`, or a mistake in `log`.
    init?(_ value: JSONValue, at path: SnapshotPath, log: inout SnapshotLog) {
        guard let object = value.object else {
            log.mistake("wrong-type", at: path, "expected an object, found \(value.kindName)")
            return nil
        }
        self.init(object, at: path)
    }

    mutating func mistake(_ code: String, _ key: String, _ message: String, hint: String? = nil) {
        log.mistake(code, at: path.appending(key), message, hint: hint)
    }

    mutating func remark(_ kind: ImportRemark.Kind, _ key: String, _ message: String, value: JSONValue? = nil) {
        log.remark(kind, at: path.appending(key), message, value: value)
    }

    func has(_ key: String) -> Bool { rest[key] != nil }
    func isNull(_ key: String) -> Bool { rest[key] == .null }

    mutating func take(_ other: SnapshotLog) { log.take(other) }

    mutating func value(_ key: String) -> JSONValue? {
        let value = rest[key]
        rest[key] = Optional.none
        guard let value, !value.isNull else { return Optional.none }
        return value
    }

    mutating func string(_ key: String) -> String? { take(key, "a text") { $0.string } }
    /// - Note: a `null` is told, as it is not written again.
    mutating func bool(_ key: String, default value: Bool) -> Bool {
        if isNull(key) { remark(.normalized, key, "`null` is read as `\(value)`") }
        return take(key, "true or false") { $0.bool } ?? value
    }

    mutating func integer(_ key: String) -> Int? { take(key, "a whole number") { $0.number?.int } }

    mutating func strings(_ key: String) -> [String]? {
        take(key, "a list of texts") { value in
            guard let elements = value.array else { return nil }
            let texts = elements.compactMap(\.string)
            return texts.count == elements.count ? texts : nil
        }
    }

    /// A text that must be there and not be empty.
    mutating func name(_ key: String) -> String? {
        let before = log.mistakes.count
        if let text = string(key), !text.isEmpty { return text }
        if log.mistakes.count == before { mistake("missing-key", key, "`\(key)` is missing or empty") }
        return nil
    }

    /// One of a closed set of words.
    mutating func word<Word: RawRepresentable & CaseIterable>(_ key: String, default value: Word) -> Word where Word.RawValue == String {
        guard let text = string(key) else { return value }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        mistake(
            "unknown-word", key, "`\(text)` is none of \(words.map { "`\($0)`" }.joined(separator: ", "))",
            hint: Spelling.nearest(to: text, among: words).map { "did you mean `\($0)`?" })
        return value
    }

    private mutating func take<Value>(_ key: String, _ expected: String, _ convert: (JSONValue) -> Value?) -> Value? {
        guard let found = value(key) else { return nil }
        if let converted = convert(found) { return converted }
        mistake("wrong-type", key, "expected \(expected), found \(found.kindName)")
        return nil
    }

    /// Ends the reading of this object: what nobody asked for goes to the report.
    mutating func finish(into target: inout SnapshotLog) {
        for (key, value) in rest {
            remark(.unknown, key, "this member is not part of the format and was not taken over", value: value)
        }
        rest = JSONObject()
        target.take(log)
        log = SnapshotLog()
    }
}

extension JSONValue {
    /// What a person calls it.
    var kindName: String {
        switch self {
        case .null: "nothing (null)"
        case .bool(let flag): "`\(flag)`"
        case .number(let number): "the number \(number.text)"
        case .string(let text): text.count > 40 ? "a text" : "the text \"\(text)\""
        case .array: "a list"
        case .object: "an object"
        }
    }
}
