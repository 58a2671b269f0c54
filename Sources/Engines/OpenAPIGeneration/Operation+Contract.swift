import JSONText
import SchemaModel

/// What the document says of an operation that is not one of a collection's items.
struct OperationContract {
    enum Callers: Equatable {
        /// Answered before anything looks at credentials, or what one calls to get some.
        case anybody
        /// Answers callers with and without a token.
        case everybody
        case users
        case administrators
        /// Those with this right on a collection.
        case holders(PermissionAction, CollectionName)
    }

    var callers: Callers
    var tag: (name: String, text: String)
    /// Schema of a JSON body; nil = none.
    var body: JSONValue?
    var bodyIsRequired = true
    /// Media type and schema of the answer; nil = 204.
    var answer: (type: String, schema: JSONValue)?
    var refusals: [Refusal] = [.badRequest, .unauthorized, .forbidden]
    var parameters: [QueryParameter] = []
}

extension OperationContract {
    fileprivate static let server = (name: "Server", text: "The server itself")
    fileprivate static let login = (name: "Authentication", text: "Logging in and out")
    fileprivate static let caller = (name: "Caller", text: "The caller and what they may do")
    fileprivate static let utilities = (name: "Utilities", text: "Small helps")
    fileprivate static let assets = (name: "Assets", text: "The bytes of files")

    fileprivate static let tokens: JSONValue = [
        "type": "object", "required": ["expires"],
        "properties": [
            "access_token": ["type": "string"], "refresh_token": ["type": "string", "nullable": true],
            "expires": ["type": "integer", "description": "Milliseconds"],
        ],
    ]
    fileprivate static let mode: JSONValue = ["type": "string", "enum": ["json", "cookie", "session"]]
    fileprivate static let session: JSONValue = ["type": "object", "properties": ["refresh_token": ["type": "string"], "mode": mode]]
    fileprivate static let rights: JSONValue = ["type": "object", "additionalProperties": ["type": "object", "additionalProperties": true]]

    fileprivate static func json(_ schema: JSONValue) -> (type: String, schema: JSONValue) { ("application/json", schema) }
    fileprivate static func data(_ schema: JSONValue) -> (type: String, schema: JSONValue) { json(DocumentWriter.data(schema)) }
}

extension DocumentWriter {
    /// nil for operations on items, which collections describe. One that has no case of its own is described plainly, for those
    /// with the right on the system collection that its path begins with, or for users.
    mutating func contract(of operation: Operation) -> OperationContract? {
        switch operation.action {
        case .items: nil
        case .ping:
            OperationContract(
                callers: .anybody, tag: OperationContract.server, answer: ("text/html", ["type": "string", "enum": ["pong"]]), refusals: [.badRequest]
            )
        case .documentation: pageContract(type: "text/html", schema: ["type": "string"])
        case .documentationFile: pageContract(type: "application/octet-stream", schema: ["type": "string", "format": "binary"])
        case .metrics:
            OperationContract(
                callers: .administrators, tag: OperationContract.server, answer: ("text/plain", ["type": "string"]),
                refusals: [.unauthorized, .forbidden, .notFound])
        case .health, .info, .specification: serverContract(operation.action)
        case .setup: OperationContract(callers: .anybody, tag: OperationContract.server, refusals: [.badRequest, .forbidden])
        case .robots: pageContract(type: "text/plain", schema: ["type": "string"])
        case .randomString, .generateHash, .verifyHash: textContract(operation.action)
        case .clearCache:
            OperationContract(callers: .administrators, tag: OperationContract.utilities, refusals: [.badRequest, .unauthorized, .forbidden])
        case .explain:
            OperationContract(
                callers: .administrators, tag: OperationContract.utilities, body: ExplanationSchema.body,
                answer: OperationContract.data(ExplanationSchema.answer))
        case .authProviders, .login, .refresh, .logout: loginContract(operation.action)
        case .currentUser, .updateCurrentUser, .trackPage, .currentRoles, .currentPermissions, .currentItemPermissions, .currentPolicyGlobals:
            callerContract(operation.action)
        case .uploadFiles, .updateFile, .asset: fileContract(operation.action)
        default: plainContract(operation)
        }
    }

    private func plainContract(_ operation: Operation) -> OperationContract {
        let first = operation.path.first ?? ""
        let resource = CollectionName(CollectionName.systemPrefix + first)
        var contract = OperationContract(callers: .users, tag: (SchemaNames.pascal(path: [first]), "Operations under `/\(first)`"))
        if first == "auth" {
            (contract.callers, contract.tag) = (.anybody, OperationContract.login)
        } else if first == "utils" {
            contract.tag = OperationContract.utilities
        } else if schema.collection(resource) != nil {
            contract.callers = .holders(operation.method.needed, resource)
        }
        if operation.method == .post || operation.method == .patch {
            contract.body = ["type": "object", "additionalProperties": true]
            contract.bodyIsRequired = false
        }
        if operation.method != .delete { contract.answer = OperationContract.json(["type": "object", "additionalProperties": true]) }
        return contract
    }

    // MARK: By what they are about

    private func serverContract(_ action: Operation.Action) -> OperationContract {
        var contract = OperationContract(callers: .everybody, tag: OperationContract.server)
        contract.refusals = [.badRequest, .unauthorized]
        if action == .health {
            contract.refusals.append(.unavailable)
            contract.answer = (
                "application/health+json",
                ["type": "object", "required": ["status"], "properties": ["status": ["type": "string", "enum": ["ok", "warn", "error"]]]]
            )
        } else if action == .info {
            contract.answer = OperationContract.data(["type": "object", "properties": ["project": ["type": "object", "additionalProperties": true]]])
        } else {
            contract.answer = OperationContract.json(["type": "object", "additionalProperties": true])
            contract.refusals.append(.notFound)
        }
        return contract
    }

    private func pageContract(type: String, schema: JSONValue) -> OperationContract {
        OperationContract(callers: .anybody, tag: OperationContract.server, answer: (type, schema), refusals: [.badRequest, .notFound])
    }

    private func textContract(_ action: Operation.Action) -> OperationContract {
        var contract = OperationContract(callers: .everybody, tag: OperationContract.utilities)
        contract.refusals = [.badRequest, .unauthorized]
        var members = JSONObject([("string", ["type": "string"])])
        if action == .randomString {
            contract.parameters = [QueryParameter.length]
            contract.answer = OperationContract.data(["type": "string"])
            return contract
        }
        if action == .verifyHash { members["hash"] = ["type": "string"] }
        contract.body = ["type": "object", "required": .array(members.map { .string($0.key) }), "properties": .object(members)]
        contract.answer = OperationContract.data(["type": action == .verifyHash ? "boolean" : "string"])
        return contract
    }

    private func loginContract(_ action: Operation.Action) -> OperationContract {
        var contract = OperationContract(callers: .anybody, tag: OperationContract.login)
        contract.refusals = [.badRequest, .unauthorized, .unavailable]
        switch action {
        case .authProviders:
            contract.answer = OperationContract.json([
                "type": "object", "required": ["data"],
                "properties": ["data": ["type": "array", "items": ["type": "object"]], "disableDefault": ["type": "boolean"]],
            ])
        case .login:
            contract.body = [
                "type": "object", "required": ["email", "password"],
                "properties": [
                    "email": ["type": "string"], "password": ["type": "string"], "mode": OperationContract.mode, "otp": ["type": "string"],
                ],
            ]
            contract.answer = OperationContract.data(OperationContract.tokens)
        case .refresh:
            contract.body = OperationContract.session
            contract.bodyIsRequired = false
            contract.answer = OperationContract.data(OperationContract.tokens)
        default:
            contract.body = OperationContract.session
            contract.bodyIsRequired = false
        }
        return contract
    }

    private mutating func callerContract(_ action: Operation.Action) -> OperationContract {
        var contract = OperationContract(callers: .users, tag: OperationContract.caller)
        switch action {
        case .currentUser:
            contract.answer = OperationContract.data(row(of: "directus_users"))
            contract.parameters = QueryParameter.ofItem
        case .updateCurrentUser:
            contract.callers = .holders(.update, "directus_users")
            if audience.may(.update, "directus_users") { contract.body = parts.reference(.update("directus_users")) }
            contract.answer = OperationContract.data(row(of: "directus_users"))
            contract.parameters = QueryParameter.ofWrite
        case .trackPage:
            contract.body = ["type": "object", "properties": ["last_page": ["type": "string", "nullable": true]]]
        case .currentRoles:
            contract.answer = OperationContract.data(["type": "array", "items": row(of: "directus_roles")])
            contract.parameters = QueryParameter.ofItem
        case .currentPolicyGlobals:
            contract.callers = .everybody
            contract.answer = OperationContract.data([
                "type": "object", "required": ["app_access"],
                "properties": ["app_access": ["type": "boolean"], "admin_access": ["type": "boolean"], "enforce_tfa": ["type": "boolean"]],
            ])
        default: contract.answer = OperationContract.data(OperationContract.rights)
        }
        return contract
    }

    /// As far as it may be read, else its key.
    private mutating func row(of collection: CollectionName) -> JSONValue {
        guard schema.collection(collection) != nil, audience.isUser, audience.may(.read, collection) else {
            return ["type": "object", "properties": ["id": keySchema(of: collection)]]
        }
        return parts.reference(.read(collection))
    }

    private mutating func fileContract(_ action: Operation.Action) -> OperationContract {
        let files: CollectionName = "directus_files"
        var contract = OperationContract(callers: .holders(.read, files), tag: OperationContract.assets)
        if action == .asset {
            contract.answer = ("application/octet-stream", ["type": "string", "format": "binary"])
            return contract
        }
        let right: PermissionAction = action == .uploadFiles ? .create : .update
        contract.callers = .holders(right, files)
        contract.tag = ("Files", "Files of the project")
        contract.refusals.append(.tooLarge)
        guard audience.may(right, files), schema.collection(files) != nil else { return contract }
        contract.body = parts.reference(right == .create ? .create(files) : .update(files))
        if audience.may(.read, files) { contract.answer = OperationContract.data(parts.reference(.read(files))) }
        return contract
    }
}

extension Operation.Method {
    /// The right that it takes on what the path names, unless the operation says otherwise.
    fileprivate var needed: PermissionAction {
        switch self {
        case .get, .search: .read
        case .post, .patch: .update
        case .delete: .delete
        }
    }
}
