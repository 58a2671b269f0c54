import JSONText
import SchemaModel

/// The operations on one collection's items.
extension DocumentWriter {
    /// Writes the operation where the audience may run it; `SEARCH` has no place in OpenAPI 3.0.
    mutating func addItems(_ action: Operation.ItemAction, of collection: Collection, _ operation: Operation, at template: String) {
        guard action != .search, collection.table != nil, audience.may(action.needed, collection.name) else { return }
        if collection.meta.singleton, action != .list, action != .updateMany { return }
        var members: Members = [
            ("operationId", .string(operationID(action, collection))),
            ("summary", .string(summary(action, operation, collection))),
            ("tags", [.string(SchemaNames.tag(collection))]),
            ("security", audience.isUser ? Security.required : Security.optional),
        ]
        let parameters = parameters(action, collection)
        if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
        if let body = body(action, collection) {
            members.append(("requestBody", ["required": true, "content": ["application/json": ["schema": body]]]))
        }
        members.append(("responses", responses(action, collection)))
        add(.object(JSONObject(unique: members)), operation.method, at: template)
        note(tag: collection)
    }

    private mutating func note(tag collection: Collection) {
        let name = SchemaNames.tag(collection)
        guard tags[name] == nil else { return }
        tags[name] = MarkdownText.plain(collection.meta.note) ?? (collection.isSystem ? "\(name) of the project" : "Items of a collection")
    }

    private func operationID(_ action: Operation.ItemAction, _ collection: Collection) -> String {
        let name = SchemaNames.pascal(collection.isSystem ? CollectionName(String(collection.name.text.dropFirst(9))) : collection.name)
        if collection.isSystem { return action.verb + name + (action.isOfOne ? "ByKey" : "") }
        return action.verb + (collection.meta.singleton ? "Singleton" : action.isOfOne ? "Item" : "Items") + name
    }

    private func summary(_ action: Operation.ItemAction, _ operation: Operation, _ collection: Collection) -> String {
        guard collection.meta.singleton, !collection.isSystem else { return operation.summary }
        return action == .list ? "Reads the item" : "Changes the item"
    }

    private mutating func parameters(_ action: Operation.ItemAction, _ collection: Collection) -> [JSONValue] {
        var out: [JSONValue] = []
        if action.isOfOne { out.append(["name": "id", "in": "path", "required": true, "schema": keySchema(of: collection.name)]) }
        var names: [QueryParameter]
        switch action {
        case .list where !collection.meta.singleton: names = QueryParameter.ofList
        case .list, .search, .read: names = QueryParameter.ofItem
        case .create, .updateMany, .update: names = QueryParameter.ofWrite
        case .delete, .deleteMany: names = []
        }
        if collection.meta.versioning, action == .read || (action == .list && collection.meta.singleton) { names.append(.version) }
        if action.needed != .read, !audience.may(.read, collection.name) { names = [] }
        for name in names { out.append(parts.reference(name)) }
        return out
    }

    // MARK: Bodies

    private mutating func body(_ action: Operation.ItemAction, _ collection: Collection) -> JSONValue? {
        let name = collection.name
        switch action {
        case .list, .search, .read, .delete: return nil
        case .create:
            let item = parts.reference(.create(name))
            return ["oneOf": [item, ["type": "array", "items": item]]]
        case .update: return parts.reference(.update(name))
        case .updateMany:
            let changes = parts.reference(.update(name))
            if collection.meta.singleton { return changes }
            let keyed: JSONValue = [
                "type": "object", "required": [.string(collection.primaryKey.text)],
                "properties": .object(JSONObject([(collection.primaryKey.text, keySchema(of: name))])),
            ]
            return [
                "oneOf": [
                    ["type": "array", "items": ["allOf": [changes, keyed]]],
                    ["type": "object", "required": ["keys", "data"], "properties": ["keys": keys(name), "data": changes]],
                    ["type": "object", "required": ["query", "data"], "properties": ["query": Self.query, "data": changes]],
                ]
            ]
        case .deleteMany:
            return [
                "oneOf": [
                    keys(name), ["type": "object", "required": ["keys"], "properties": ["keys": keys(name)]],
                    ["type": "object", "required": ["query"], "properties": ["query": Self.query]],
                ]
            ]
        }
    }

    private func keys(_ collection: CollectionName) -> JSONValue { ["type": "array", "items": keySchema(of: collection)] }

    private static let query: JSONValue = ["type": "object", "additionalProperties": true, "description": "Parameters of the query language"]

    // MARK: Answers

    private mutating func responses(_ action: Operation.ItemAction, _ collection: Collection) -> JSONValue {
        var members: Members = []
        if action.needed == .delete {
            members.append(("204", ["description": "Done"]))
        } else if audience.may(.read, collection.name) {
            members.append(("200", DocumentWriter.answer("The answer", answer(action, collection))))
        }
        if action.needed == .create || action.needed == .update { members.append(("204", ["description": "Done, nothing of it may be read"])) }
        var refusals: [Refusal] = [.badRequest, .unauthorized, .forbidden]
        if action.needed != .read { refusals.append(.tooLarge) }
        for refusal in refusals + [.unavailable] { members.append((refusal.status, parts.reference(refusal))) }
        return .object(JSONObject(unique: members))
    }

    private mutating func answer(_ action: Operation.ItemAction, _ collection: Collection) -> JSONValue {
        let item = parts.reference(.read(collection.name))
        let list: JSONValue = ["type": "array", "items": item]
        switch action {
        case .read, .update, .delete: return DocumentWriter.data(item)
        case .create: return DocumentWriter.data(["oneOf": [item, list]])
        case .list, .updateMany, .search, .deleteMany:
            if collection.meta.singleton { return DocumentWriter.data(item) }
            guard action == .list else { return DocumentWriter.data(list) }
            return [
                "type": "object", "required": ["data"],
                "properties": [
                    "data": list,
                    "meta": [
                        "type": "object", "properties": ["total_count": ["type": "integer"], "filter_count": ["type": "integer"]],
                    ],
                ],
            ]
        }
    }

    static func data(_ value: JSONValue) -> JSONValue { ["type": "object", "required": ["data"], "properties": ["data": value]] }

    static func answer(_ description: String, _ schema: JSONValue, type: String = "application/json") -> JSONValue {
        let content: JSONValue = ["schema": schema]
        return ["description": .string(description), "content": .object(JSONObject([(type, content)]))]
    }
}

extension Operation.ItemAction {
    /// The right that it takes.
    var needed: PermissionAction {
        switch self {
        case .list, .search, .read: .read
        case .create: .create
        case .updateMany, .update: .update
        case .deleteMany, .delete: .delete
        }
    }

    var isOfOne: Bool {
        switch self {
        case .read, .update, .delete: true
        case .list, .search, .create, .updateMany, .deleteMany: false
        }
    }

    fileprivate var verb: String { needed.rawValue }
}
