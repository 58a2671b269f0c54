package import JSONText
package import QueryLanguage
package import SchemaModel

/// A mutation of one collection, as a route hands it over.
package struct WriteRequest: Sendable {
    package enum Operation: Sendable {
        case create(JSONObject)
        case createMany([JSONObject])
        case update(key: JSONValue, JSONObject)
        case updateMany(BatchUpdate)
        case updateSingleton(JSONObject)
        case delete(key: JSONValue)
        case deleteMany(BatchDelete)

        var action: PermissionAction {
            switch self {
            case .create, .createMany: .create
            case .update, .updateMany, .updateSingleton: .update
            case .delete, .deleteMany: .delete
            }
        }
    }
    package var collection: CollectionName
    package var operation: Operation
    /// Shapes the answer; nil text = no query string.
    package var query: String?
    /// What the server itself adds to each payload, by place (an upload's size): needs no grant, wins over payload and presets.
    package var serverValues: [JSONObject]
    /// Called with the keys written, before COMMIT (again where the transaction is tried again); what it throws rolls everything back.
    package var beforeCommit: (@Sendable (_ keys: [String]) async throws -> Void)?

    package init(
        collection: CollectionName, operation: Operation, query: String?, serverValues: [JSONObject] = [],
        beforeCommit: (@Sendable ([String]) async throws -> Void)? = nil
    ) {
        self.collection = collection
        self.operation = operation
        self.query = query
        self.serverValues = serverValues
        self.beforeCommit = beforeCommit
    }
}

/// What a mutation answers.
package enum WriteAnswer: Sendable {
    /// 204: nothing to show, or nothing that the caller may see.
    case empty
    case items(ReadAnswer)
}

/// What bounds mutations, and what the engine gets from floors above as values.
package struct WriteSettings: Sendable {
    /// `MAX_BATCH_MUTATION`; nil = no bound.
    package var maximumBatchMutation: Int?
    /// Text -> Argon2id PHC string, on the loop's blocking pool.
    package var hashPassword: @Sendable (String) async throws -> String
    /// A static token as it is stored (`sha256:…`).
    package var storeToken: @Sendable (String) -> String
    /// The value of an encrypted field as it is stored.
    package var sealText: @Sendable (String) throws -> String
    /// A fresh UUID (v4).
    package var makeUUID: @Sendable () -> String
    /// For how long a table counts as one without triggers of its own once it was looked at.
    package var ownRulesHold: Duration

    package init(
        maximumBatchMutation: Int? = nil, ownRulesHold: Duration = .milliseconds(5),
        hashPassword: @escaping @Sendable (String) async throws -> String, storeToken: @escaping @Sendable (String) -> String,
        sealText: @escaping @Sendable (String) throws -> String, makeUUID: @escaping @Sendable () -> String
    ) {
        self.maximumBatchMutation = maximumBatchMutation
        self.ownRulesHold = ownRulesHold
        self.hashPassword = hashPassword
        self.storeToken = storeToken
        self.sealText = sealText
        self.makeUUID = makeUUID
    }
}
