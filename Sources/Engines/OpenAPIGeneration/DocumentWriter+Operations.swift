import AccessControl
import JSONText
import SchemaModel

/// Operations that are not on a collection's items.
extension DocumentWriter {
    /// Writes the operation where the audience may run it.
    mutating func addFixed(_ operation: Operation) {
        guard operation.method != .search, let contract = permitted(operation) else { return }
        var members: Members = [
            ("operationId", .string(operation.method.rawValue.lowercased() + SchemaNames.pascal(path: operation.path))),
            ("summary", .string(operation.summary)),
            ("tags", [.string(contract.tag.name)]),
            ("security", security(contract.callers)),
        ]
        var parameters: [JSONValue] = operation.path.filter { $0.hasPrefix(":") }.map { segment in
            ["name": .string(String(segment.dropFirst())), "in": "path", "required": true, "schema": ["type": "string"]]
        }
        for parameter in contract.parameters { parameters.append(parts.reference(parameter)) }
        if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
        if let body = contract.body { members.append(("requestBody", requestBody(body, contract, operation))) }
        members.append(("responses", responses(contract)))
        add(.object(JSONObject(unique: members)), operation.method, at: operation.template)
        if tags[contract.tag.name] == nil { tags[contract.tag.name] = contract.tag.text }
    }

    /// What the audience may run: asked before anything is referred to, so that nothing else is described.
    private mutating func permitted(_ operation: Operation) -> OperationContract? {
        let before = parts
        if let contract = contract(of: operation), isOpen(contract.callers) { return contract }
        parts = before
        return nil
    }

    private func isOpen(_ callers: OperationContract.Callers) -> Bool {
        switch callers {
        case .anybody, .everybody: true
        case .users: audience.isUser
        case .administrators: audience.access.isAdmin
        case .holders(let action, let collection): audience.may(action, collection)
        }
    }

    private func security(_ callers: OperationContract.Callers) -> JSONValue {
        switch callers {
        case .anybody: Security.none
        case .everybody: Security.optional
        case .users, .administrators: Security.required
        case .holders: audience.isUser ? Security.required : Security.optional
        }
    }

    private func requestBody(_ schema: JSONValue, _ contract: OperationContract, _ operation: Operation) -> JSONValue {
        var content: Members = [("application/json", ["schema": schema])]
        if operation.action == .uploadFiles || operation.action == .updateFile {
            content.append(
                (
                    "multipart/form-data",
                    ["schema": ["type": "object", "properties": ["file": ["type": "string", "format": "binary"]]]]
                ))
        }
        return ["required": .bool(contract.bodyIsRequired), "content": .object(JSONObject(unique: content))]
    }

    private mutating func responses(_ contract: OperationContract) -> JSONValue {
        var members: Members = []
        if let answer = contract.answer {
            members.append(("200", DocumentWriter.answer("The answer", answer.schema, type: answer.type)))
        } else {
            members.append(("204", ["description": "Done"]))
        }
        for refusal in contract.refusals { members.append((refusal.status, parts.reference(refusal))) }
        return .object(JSONObject(unique: members))
    }
}
