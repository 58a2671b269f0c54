import JSONText
import SchemaModel

/// One document on its way: the model, whom it is for, and what has been referred to so far.
struct DocumentWriter {
    let schema: SchemaSnapshot
    let audience: DocumentAudience
    var parts = SharedParts()
    /// Tags of the operations written, with their descriptions.
    var tags: [String: String] = [:]
    /// Paths with their operations by method, in order of writing.
    private var paths: [String: [(method: Operation.Method, value: JSONValue)]] = [:]

    init(schema: SchemaSnapshot, audience: DocumentAudience) {
        self.schema = schema
        self.audience = audience
    }

    mutating func add(_ value: JSONValue, _ method: Operation.Method, at template: String) {
        paths[template, default: []].append((method, value))
    }

    func hasOperation(_ method: Operation.Method, at template: String) -> Bool {
        paths[template]?.contains { $0.method == method } == true
    }

    /// By path, then in the order of `Operation.Method`.
    func pathsObject() -> JSONValue {
        let order = Operation.Method.allCases
        let members = paths.sorted { $0.key < $1.key }.map { path, operations in
            let sorted = order.flatMap { method in operations.filter { $0.method == method } }
            let item: Members = sorted.map { (key: $0.method.rawValue.lowercased(), value: $0.value) }
            return (key: path, value: JSONValue.object(JSONObject(unique: item)))
        }
        return .object(JSONObject(unique: members))
    }

    /// Writes what was referred to, and what that refers to.
    mutating func componentsObject() -> JSONValue {
        var schemas: [String: JSONValue] = [:]
        while let next = parts.next() { schemas[next.name] = object(for: next) }
        if !parts.responses.isEmpty { schemas["ErrorResponse"] = Refusal.schema }
        var members: Members = []
        members.append(("schemas", sorted(schemas)))
        if !parts.parameters.isEmpty {
            members.append(
                ("parameters", sorted(Dictionary(uniqueKeysWithValues: parts.parameters.map { ($0.componentName, $0.component) }))))
        }
        members.append(("responses", sorted(Dictionary(uniqueKeysWithValues: parts.responses.map { ($0.rawValue, $0.component) }))))
        members.append(("securitySchemes", Security.schemes))
        return .object(JSONObject(unique: members))
    }

    func tagsArray() -> JSONValue {
        .array(tags.sorted { $0.key < $1.key }.map { ["name": .string($0.key), "description": .string($0.value)] })
    }

    private func sorted(_ members: [String: JSONValue]) -> JSONValue {
        .object(JSONObject(unique: members.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }))
    }
}

/// How a caller says who they are.
enum Security {
    static let schemes: JSONValue = [
        "accessToken": [
            "type": "apiKey", "in": "query", "name": "access_token", "description": "A token in the address. Ends up in logs: prefer the header",
        ],
        "bearer": ["type": "http", "scheme": "bearer", "description": "A token of `/auth/login`, or a user's static token"],
        "session": ["type": "apiKey", "in": "cookie", "name": "directus_session_token", "description": "The cookie of a login with `mode: session`"],
    ]

    static let none: JSONValue = []
    static let required: JSONValue = [["bearer": []], ["session": []], ["accessToken": []]]
    static let optional: JSONValue = [[:], ["bearer": []], ["session": []], ["accessToken": []]]
}
