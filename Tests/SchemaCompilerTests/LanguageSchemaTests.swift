import FoundationEssentials
import JSONText
import SchemaCompiler
import SchemaModel
import Testing

@Suite struct LanguageSchemaTests {
    @Test(arguments: ["example.txt", "fields.txt", "relations.txt", "collections.txt", "access.txt", "import.txt"])
    func `the JSON Schema accepts what compiles`(_ file: String) {
        let schema = SchemaLanguage.jsonSchema()
        for test in CaseFile.read(file) {
            for source in test.files {
                for document in YAMLReader.documents(source.text, file: source.path).0 {
                    let faults = JSONSchemaCheck(schema).faults(in: document.json)
                    #expect(faults == [], "\(file): \(test.name)")
                }
            }
        }
    }

    @Test(arguments: [
        "collection: t\nfield: {}\n", "collection: t\nfields: { a: { type: strng } }\n",
        "collection: t\nfields: { a: { to: b, on_delete: explode } }\n",
        "collection: t\nfields: { a: { length: x, type: string } }\n", "collection: t\npermissions: { public: { create: { where: {} } } }\n",
        "folder: t\nfields: {}\n", "roles: { a: { nme: x } }\n", "flows: {}\n", "[]\n",
    ])
    func `the JSON Schema refuses mistakes`(_ yaml: String) throws {
        let document = try #require(YAMLReader.documents(yaml, file: "t").0.first)
        #expect(JSONSchemaCheck(SchemaLanguage.jsonSchema()).faults(in: document.json) != [])
    }

    @Test func `the JSON Schema explains every key`() throws {
        let definitions = try #require(SchemaLanguage.jsonSchema()["definitions"]?.object)
        #expect(definitions.keys.contains("field") && definitions.keys.contains("role"))
        for definition in definitions {
            for property in definition.value["properties"]?.object ?? JSONObject() {
                #expect(property.value["description"]?.string?.isEmpty == false, "\(definition.key).\(property.key)")
            }
        }
    }

    /// The page holds what the program says of its keys. `REWRITE_GOLDENS=1` writes it.
    @Test func `the documentation has the tables of keys`() throws {
        let url = URL(filePath: "\(#filePath)").deletingLastPathComponent().appending(path: "../../docs/schema-language.md")
        let page = try String(contentsOf: url, encoding: .utf8)
        let begin = try #require(page.firstRange(of: "<!-- keys: made by the program -->\n"))
        let end = try #require(page.firstRange(of: "<!-- end of keys -->"))
        let reference = SchemaLanguage.keyReference()
        if ProcessInfo.processInfo.environment["REWRITE_GOLDENS"] == "1" {
            let text = page[..<begin.upperBound] + "\n" + reference + "\n" + page[end.lowerBound...]
            try Data(String(text).utf8).write(to: url)
        } else {
            #expect(page[begin.upperBound..<end.lowerBound] == "\n" + reference + "\n")
        }
    }
}

/// As much of JSON Schema as ours uses.
private struct JSONSchemaCheck {
    let root: JSONValue
    init(_ root: JSONValue) { self.root = root }

    func faults(in value: JSONValue) -> [String] { faults(in: value, root, "$") }

    private func faults(in value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
        if let reference = schema["$ref"]?.string {
            let name = String(reference.split(separator: "/").last ?? "")
            return faults(in: value, root["definitions"]?[name] ?? .null, path)
        }
        var found: [String] = []
        if let alternatives = schema["anyOf"]?.array {
            let all = alternatives.map { faults(in: value, $0, path) }
            if !all.contains([]) { found.append(all.min { $0.count < $1.count }?.first ?? path) }
        }
        if let types = schema["type"], !(types.array ?? [types]).contains(where: { isOf($0.string ?? "", value) }) {
            return ["\(path): \(types.text)"]
        }
        if let words = schema["enum"]?.array, !words.contains(value) { found.append("\(path): enum") }
        if let pattern = schema["pattern"]?.string, let text = value.string, let regex = try? Regex(pattern), text.firstMatch(of: regex) == nil {
            found.append("\(path): pattern")
        }
        if let least = schema["minLength"]?.number?.int, (value.string?.count ?? 0) < least { found.append("\(path): minLength") }
        if let number = value.number?.int {
            if let least = schema["minimum"]?.number?.int, number < least { found.append("\(path): minimum") }
            if let most = schema["maximum"]?.number?.int, number > most { found.append("\(path): maximum") }
        }
        if let items = schema["items"] {
            for (index, item) in (value.array ?? []).enumerated() { found += faults(in: item, items, "\(path)[\(index)]") }
        }
        return found + faults(inMembersOf: value, schema, path)
    }

    private func faults(inMembersOf value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
        guard let members = value.object else { return [] }
        var found: [String] = []
        for required in schema["required"]?.array ?? [] where members[required.string ?? ""] == nil { found.append("\(path): required") }
        for member in members {
            if let property = schema["properties"]?[member.key] {
                found += faults(in: member.value, property, "\(path).\(member.key)")
            } else if let rest = schema["additionalProperties"] {
                if rest == false { found.append("\(path): \(member.key)") } else { found += faults(in: member.value, rest, "\(path).\(member.key)") }
            }
        }
        return found
    }

    private func isOf(_ type: String, _ value: JSONValue) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("number", .number), ("null", .null): true
        case ("integer", .number(let number)): number.int != nil
        default: false
        }
    }
}
