package import JSONText

/// The language as data, for editors and documentation. Both are made of the key tables that the parser uses.
package enum SchemaLanguage {
    /// A JSON Schema (draft 7) of one document; what `kerege schema json-schema` prints and `# yaml-language-server: $schema=` names.
    /// - Note: it knows the keys and the form of values; names and rules between documents are checked by `SchemaCompiler` alone.
    package static func jsonSchema() -> JSONValue {
        var writing = JSONSchemaWriting()
        let kinds = documents.map { writing.reference(to: $0) }
        return .object(
            JSONObject([
                ("$schema", "http://json-schema.org/draft-07/schema#"), ("title", "Kerege data model"),
                ("description", "One document of Schemas/**/*.yaml: a collection, a folder, or roles and policies."), ("anyOf", .array(kinds)),
                ("definitions", writing.definitions()),
            ]))
    }

    static let documents = [CollectionKey.keyTable, FolderKey.keyTable, AccessKey.keyTable]
}

/// Shapes -> JSON Schema. Key tables become definitions that are referred to.
struct JSONSchemaWriting {
    private var tables: [(name: String, table: KeyTable)] = []

    mutating func reference(to table: KeyTable) -> JSONValue {
        let name = JSONSchemaWriting.name(of: table)
        if !tables.contains(where: { $0.name == name }) { tables.append((name, table)) }
        return ["$ref": .string("#/definitions/\(name)")]
    }

    private static func name(of table: KeyTable) -> String {
        var words = table.title.filter { $0 != "`" }.split(separator: " ")
        if ["a", "an", "the"].contains(words.first) { words.removeFirst() }
        return words.joined(separator: "-")
    }

    /// All that was referred to, and what these refer to.
    mutating func definitions() -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("variable", ["type": "string", "pattern": "\\$\\{", "description": "A value from the environment: ${NAME} or ${NAME:-default}."])
        ]
        var next = 0
        while next < tables.count {
            members.append((tables[next].name, schema(of: tables[next].table)))
            next += 1
        }
        return .object(JSONObject(members))
    }

    private mutating func schema(of table: KeyTable) -> JSONValue {
        var properties: [(String, JSONValue)] = []
        for row in table.rows {
            var doc = row.spec.doc
            if let fallback = row.spec.fallback, fallback != "required" { doc += " Default: \(fallback)." }
            properties.append((row.name, described(optional(row.spec.shape), doc)))
        }
        let required = table.rows.filter { $0.spec.fallback == "required" }.map { JSONValue.string($0.name) }
        var members: [(String, JSONValue)] = [
            ("type", "object"), ("properties", .object(JSONObject(properties))), ("additionalProperties", false),
        ]
        if !required.isEmpty { members.append(("required", .array(required))) }
        return .object(JSONObject(members))
    }

    private func described(_ schema: JSONValue, _ doc: String) -> JSONValue {
        guard let members = schema.object else { return schema }
        return .object(JSONObject([("description", .string(doc))] + members.map { ($0.key, $0.value) }))
    }

    /// `null` is the same as leaving the key out.
    private mutating func optional(_ shape: Shape) -> JSONValue {
        let inner = schema(of: shape)
        if case .json = shape { return inner }
        var alternatives = inner["anyOf"]?.array ?? [inner]
        if !alternatives.contains(["type": "null"]) { alternatives.append(["type": "null"]) }
        return ["anyOf": .array(alternatives)]
    }

    private mutating func schema(of shape: Shape) -> JSONValue {
        let variable: JSONValue = ["$ref": "#/definitions/variable"]
        switch shape {
        case .text: return ["type": "string"]
        case .name: return ["type": "string", "minLength": 1]
        case .word(let words): return ["anyOf": [["enum": .array(words.map { .string($0) })], variable]]
        case .flag: return ["anyOf": [["type": "boolean"], variable]]
        case .integer(let range):
            return ["anyOf": [["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)], variable]]
        case .scalar: return ["type": ["string", "number", "boolean"]]
        case .json: return [:]
        case .object, .filter: return ["type": "object"]
        case .fieldType:
            let words = TypeWord.allWords.map { JSONValue.string($0) }
            return ["anyOf": [["enum": .array(words)], ["type": "string", "pattern": "^(string\\(\\d+\\)|decimal\\(\\d+(, *\\d+)?\\))$"], variable]]
        case .list(let element): return ["type": "array", "items": schema(of: element)]
        case .nullable(let inner): return ["anyOf": .array(flattened([inner]) + [["type": "null"]])]
        case .either(let shapes): return ["anyOf": .array(flattened(shapes))]
        case .keys(let table): return reference(to: table)
        case .named(_, let element): return ["type": "object", "additionalProperties": schema(of: element)]
        }
    }

    private mutating func flattened(_ shapes: [Shape]) -> [JSONValue] {
        var out: [JSONValue] = []
        for shape in shapes {
            let one = schema(of: shape)
            for alternative in one["anyOf"]?.array ?? [one] where !out.contains(alternative) { out.append(alternative) }
        }
        return out
    }
}
