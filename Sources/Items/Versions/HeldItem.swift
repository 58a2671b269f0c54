package import AccessControl
package import JSONText
package import QueryEngine
import QueryLanguage
package import SchemaModel

/// A change of one item that depends on how it stands.
package struct HeldUpdate {
    package let collection: CollectionName
    package let key: String
    package let payload: JSONObject
    /// Shapes the answer; nil = no query string.
    package let query: String?
    /// What the server adds to the payload (`WriteRequest.serverValues`). Given the item as it stands, all its fields, whoever asks; nobody else changes
    /// it from now to COMMIT. Not asked where there is none. May be asked again after a conflict.
    package let serverValues: (_ item: JSONObject) async throws -> JSONObject
    /// Once the item is changed; what it throws rolls everything back.
    package let beforeCommit: () async throws -> Void

    package init(
        of collection: CollectionName, key: String, payload: JSONObject, query: String?,
        serverValues: @escaping (JSONObject) async throws -> JSONObject, beforeCommit: @escaping () async throws -> Void
    ) {
        self.collection = collection
        self.key = key
        self.payload = payload
        self.query = query
        self.serverValues = serverValues
        self.beforeCommit = beforeCommit
    }
}

/// One item, held by its row's lock while something that isn't in the database follows it.
extension ItemWriter {
    fileprivate static let server = Caller(principal: .system(reason: "an item is held as it stands, whoever asks"), access: .full)

    /// - Returns: as `write`; `.empty` where an administrator names an item that isn't there.
    /// - Errors: as `write`.
    package func update(_ update: HeldUpdate, by caller: Caller, in snapshot: EngineSnapshot, now: Moment) async throws -> WriteAnswer {
        _ = try ItemQueryParser.parse(queryString: update.query, limits: reader.limits)
        let collection = try collection(update.collection, in: snapshot)
        let keys = try await mutate(
            by: caller, in: snapshot, now: now,
            beforeCommit: { (keys: [String]) in if !keys.isEmpty { try await update.beforeCommit() } },
            { session in
                let item = try await MainItem(key: update.key, collection: collection, session: session).held()
                let values = if let item { try await update.serverValues(item) } else { JSONObject() }
                return try await session.update([update.key], update.payload, in: collection, serverValues: values).keys
            })
        guard let key = keys.first else { return .empty }
        let shown = ReadRequest(collection: collection.name, target: .item(key: key), query: .text(update.query))
        return try await answer(shown, caller, snapshot, now)
    }

    /// Runs `body` with an item as it stands, which nobody changes or deletes meanwhile; whoever is changing it is waited for.
    ///
    /// - Parameter body: is given all fields, whoever asks; nil = the item isn't there. May run again after a conflict.
    /// - Errors: `FORBIDDEN` for a collection without a table; `PostgresError`; what `body` throws.
    package func holding<T: Sendable>(
        _ key: String, of name: CollectionName, in snapshot: EngineSnapshot, now: Moment, _ body: (JSONObject?) async throws -> T
    ) async throws -> T {
        let collection = try collection(name, in: snapshot)
        return try await mutate(by: ItemWriter.server, in: snapshot, now: now) { session in
            try await body(try await MainItem(key: key, collection: collection, session: session).held())
        }
    }
}

extension MainItem {
    /// Locks the item and reads it; nil where there is none.
    fileprivate func held() async throws -> JSONObject? {
        try await lock()
        do {
            return try await read(by: ItemWriter.server)
        } catch let error as WireError where error.code == .forbidden {
            return nil
        }
    }
}
