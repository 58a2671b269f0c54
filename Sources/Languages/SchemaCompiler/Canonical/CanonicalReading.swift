import JSONText
import SchemaModel

/// One object of the canonical text, read member by member. A member that is absent has its default.
struct CanonicalReading {
    private let members: JSONObject
    let path: String

    init(_ value: JSONValue, _ path: String) throws(CanonicalSchemaError) {
        guard let object = value.object else { throw .malformed(path) }
        members = object
        self.path = path
    }

    subscript(key: String) -> JSONValue? { members[key] }

    private func malformed(_ key: String) -> CanonicalSchemaError { .malformed("\(path).\(key)") }

    func text(_ key: String) throws(CanonicalSchemaError) -> String {
        guard let text = members[key]?.string else { throw malformed(key) }
        return text
    }

    func optionalText(_ key: String) throws(CanonicalSchemaError) -> String? {
        guard members[key] != nil else { return nil }
        return try text(key)
    }

    func integer(_ key: String) throws(CanonicalSchemaError) -> Int {
        guard let number = members[key]?.number?.int else { throw malformed(key) }
        return number
    }

    func optionalInteger(_ key: String) throws(CanonicalSchemaError) -> Int? {
        guard members[key] != nil else { return nil }
        return try integer(key)
    }

    func flag(_ key: String, else fallback: Bool) throws(CanonicalSchemaError) -> Bool {
        guard let value = members[key] else { return fallback }
        guard let flag = value.bool else { throw malformed(key) }
        return flag
    }

    func texts(_ key: String) throws(CanonicalSchemaError) -> [String] {
        guard let value = members[key] else { return [] }
        guard let values = value.array else { throw malformed(key) }
        let texts = values.compactMap(\.string)
        guard texts.count == values.count else { throw malformed(key) }
        return texts
    }

    func objects(_ key: String) throws(CanonicalSchemaError) -> [CanonicalReading] {
        guard let value = members[key] else { return [] }
        guard let values = value.array else { throw malformed(key) }
        var objects: [CanonicalReading] = []
        objects.reserveCapacity(values.count)
        for (index, value) in values.enumerated() { objects.append(try CanonicalReading(value, "\(path).\(key)[\(index)]")) }
        return objects
    }

    func object(_ key: String) throws(CanonicalSchemaError) -> CanonicalReading? {
        guard let value = members[key] else { return nil }
        return try CanonicalReading(value, "\(path).\(key)")
    }

    func word<Word: RawRepresentable<String>>(_ key: String, else fallback: Word?) throws(CanonicalSchemaError) -> Word {
        guard let text = try optionalText(key) else {
            guard let fallback else { throw malformed(key) }
            return fallback
        }
        guard let word = Word(rawValue: text) else { throw malformed(key) }
        return word
    }

    func origin() throws(CanonicalSchemaError) -> SourceLocation? {
        guard let value = members["origin"] else { return nil }
        guard let parts = value.array, parts.count == 3, let file = parts[0].string, let line = parts[1].number?.int,
            let column = parts[2].number?.int
        else { throw malformed("origin") }
        return SourceLocation(file: file, line: line, column: column)
    }

    func field(_ key: String) throws(CanonicalSchemaError) -> FieldName? {
        guard let text = try optionalText(key) else { return nil }
        return FieldName(text)
    }
}
