package import AccessControl
import JSONText
import EventLoops
import Postgres
package import QueryEngine
import QueryLanguage
import SQLText
package import SchemaModel

/// Creates, updates and deletes items: one transaction a request, history in it, the answer read back as the same caller. One per loop.
///
/// - Errors: `WireError`, `WireErrors` for what the caller did wrong; `PostgresError` when the database is at fault.
/// - `@unchecked Sendable`: touched on the client's loop only.
package final class ItemWriter: @unchecked Sendable {
    let reader: ItemReader
    private let settings: WriteSettings
    private let tables = WriteTables()
    /// Told the collections that a committed transaction has changed, before the answer goes out.
    private let didCommit: @Sendable (Set<CollectionName>) async -> Void
    /// Told the keys that a committed transaction has deleted from collections with behaviour `files`.
    private let didDeleteFiles: @Sendable ([String]) async -> Void

    package init(
        reader: ItemReader, settings: WriteSettings, didCommit: @escaping @Sendable (Set<CollectionName>) async -> Void,
        didDeleteFiles: @escaping @Sendable ([String]) async -> Void = { _ in }
    ) {
        self.reader = reader
        self.settings = settings
        self.didCommit = didCommit
        self.didDeleteFiles = didDeleteFiles
    }

    package func write(_ request: WriteRequest, by caller: Caller, in snapshot: EngineSnapshot, now: Moment) async throws -> WriteAnswer {
        let query = try ItemQueryParser.parse(queryString: request.query, limits: reader.limits)
        let collection = try collection(request.collection, in: snapshot)
        let outcome = try await mutate(
            by: caller, in: snapshot, now: now, beforeCommit: { try await request.beforeCommit?($0.keys) },
            { [self] in try await run(request, on: collection, $0) })
        return try await answer(outcome, query, text: request.query, collection, caller, snapshot, now)
    }

    func collection(_ name: CollectionName, in snapshot: EngineSnapshot) throws(WireError) -> Collection {
        guard let collection = snapshot.schema.collection(name), collection.table != nil else { throw .forbidden(collection: name) }
        return collection
    }

    /// What a transaction has left.
    private struct Committed<Outcome> {
        let outcome: Outcome
        let touched: Set<CollectionName>
        let deletedFiles: [String]
    }

    /// What is to be shown of a finished mutation.
    private enum Outcome {
        case nothing
        case one(String, ToldRows?)
        case many([String], ToldRows?)
        case singleton

        var keys: [String] {
            switch self {
            case .nothing, .singleton: []
            case .one(let key, _): [key]
            case .many(let keys, _): keys
            }
        }
    }

    /// Runs `body` as one request's mutations: one transaction with its history, and what follows a commit. A deadlock or serialisation conflict is
    /// tried again, up to 3 times (contract/items.md, 4.6).
    /// - Parameter beforeCommit: what it throws rolls everything back.
    func mutate<Outcome>(
        by caller: Caller, in snapshot: EngineSnapshot, now: Moment, beforeCommit: (Outcome) async throws -> Void = { _ in },
        _ body: (WriteSession) async throws -> Outcome
    ) async throws -> Outcome {
        var pause = 100
        var takesSteps = false
        while true {
            do {
                let committed = try await transact(caller, snapshot, now, beforeCommit) { session in
                    session.takesSteps = takesSteps
                    return try await body(session)
                }
                if !committed.touched.isEmpty { await didCommit(committed.touched) }
                if !committed.deletedFiles.isEmpty { await didDeleteFiles(committed.deletedFiles) }
                return committed.outcome
            } catch let error as PostgresError where error.isSerializationConflict && pause <= 400 {
                await reader.client.loop.sleep(for: .milliseconds(pause))
                pause *= 2
            } catch is WriteTakesSteps {
                takesSteps = true
            } catch let conflict as UniqueConflict {
                throw try await conflict.error(by: caller, in: snapshot, now: now, reader: reader)
            }
        }
    }

    private func transact<Outcome>(
        _ caller: Caller, _ snapshot: EngineSnapshot, _ now: Moment, _ beforeCommit: (Outcome) async throws -> Void,
        _ body: (WriteSession) async throws -> Outcome
    ) async throws -> Committed<Outcome> {
        try await reader.client.withTransaction(.readWrite) { transaction in
            let session = session(in: transaction, by: caller, snapshot, now)
            let outcome = try await body(session)
            try await session.checkAdministrators()
            let last = try await session.historyStatements()
            try await beforeCommit(outcome)
            if !last.isEmpty { _ = try await transaction.commit(with: last) }
            return Committed(outcome: outcome, touched: session.touched, deletedFiles: session.deletedFiles)
        }
    }

    /// - Parameter isPreview: see `WriteSession.isPreview`.
    func session(
        in transaction: PostgresTransaction, by caller: Caller, _ snapshot: EngineSnapshot, _ now: Moment, isPreview: Bool = false
    ) -> WriteSession {
        WriteSession(
            transaction: transaction, snapshot: snapshot, caller: caller, values: DynamicValues(caller: caller, now: now), settings: settings,
            tables: tables, isPreview: isPreview)
    }

    private func run(_ request: WriteRequest, on collection: Collection, _ session: WriteSession) async throws -> Outcome {
        let serverValues = request.serverValues.first ?? JSONObject()
        switch request.operation {
        case .create(let payload):
            let end = end(of: request, on: collection, session)
            let made = try await session.create(payload, in: collection, serverValues: serverValues, end: end)
            return .one(made.key, made.told)
        case .createMany(let payloads):
            let end = end(of: request, on: collection, session)
            let made = try await session.create(payloads, in: collection, serverValues: request.serverValues, end: end)
            return .many(made.keys, made.told)
        case .update(let key, let payload):
            let key = try key.text(in: collection)
            let end = end(of: request, on: collection, session)
            let changed = try await session.update([key], payload, in: collection, serverValues: serverValues, end: end)
            return changed.keys.first.map { .one($0, changed.told) } ?? .nothing
        case .updateMany(let update): return try await run(update, on: collection, session)
        case .updateSingleton(let payload): return try await updateSingleton(payload, of: collection, session)
        case .delete(let key):
            try await session.delete([try key.text(in: collection)], in: collection)
            return .nothing
        case .deleteMany(.keys(let keys)):
            try await session.delete(try keys.texts(in: collection), in: collection)
            return .nothing
        case .deleteMany(.query(let query)):
            let keys = try await matching(query, in: collection, for: .delete, fields: [], session)
            if !keys.isEmpty { try await session.delete(keys, in: collection) }
            return .nothing
        }
    }

    private func end(of request: WriteRequest, on collection: Collection, _ session: WriteSession) -> WriteEnd {
        // What is asked before COMMIT needs a transaction that is still open.
        if request.beforeCommit != nil { return .open }
        let access = session.caller.access
        let table = session.table(of: collection)
        let action = request.operation.action
        guard table.isPlain, session.caller.isAdmin || access.access(to: collection.name, for: .read) != nil,
            session.caller.isAdmin || access.access(to: collection.name, for: action) != nil
        else { return .last(showing: nil) }
        return .last(
            showing: table.reply(to: request.query ?? "", for: access) {
                reader.returnedRows(request.query, of: collection, by: session.caller, in: session.snapshot, now: session.values.now)
            })
    }

    private func run(_ update: BatchUpdate, on collection: Collection, _ session: WriteSession) async throws -> Outcome {
        switch update {
        case .batch(let payloads): return .many(try await updateEach(payloads, in: collection, session), nil)
        case .keys(let keys, let payload):
            return .many(try await session.update(try keys.texts(in: collection), payload, in: collection).keys, nil)
        case .query(let query, let payload):
            let keys = try await matching(query, in: collection, for: .update, fields: payload.keys, session)
            if keys.isEmpty { return .many([], nil) }
            return .many(try await session.update(keys, payload, in: collection).keys, nil)
        }
    }

    private func updateEach(_ payloads: [JSONObject], in collection: Collection, _ session: WriteSession) async throws -> [String] {
        var keys: [String] = []
        for payload in payloads {
            guard let given = payload[collection.primaryKey.text], given.isTruthy else {
                throw WireError.invalidPayload("Item in update misses primary key")
            }
        }
        for payload in payloads {
            var payload = payload
            let key = try (payload[collection.primaryKey.text] ?? .null).text(in: collection)
            payload[collection.primaryKey.text] = nil
            for updated in try await session.update([key], payload, in: collection).keys where !keys.contains(updated) { keys.append(updated) }
        }
        return keys
    }

    private func updateSingleton(_ payload: JSONObject, of collection: Collection, _ session: WriteSession) async throws -> Outcome {
        if let key = try await session.run(WriteSQL.firstKey(of: collection), for: collection).texts(column: 0).first {
            var payload = payload
            payload[collection.primaryKey.text] = nil
            _ = try await session.update([key], payload, in: collection)
        } else {
            _ = try await session.create(payload, in: collection)
        }
        return .singleton
    }

    /// The keys of rows that match a mutation's query, that the caller may read and that the action's rule admits (contract/items.md, 5.8).
    private func matching(
        _ query: ItemQuery, in collection: Collection, for action: PermissionAction, fields: [String], _ session: WriteSession
    ) async throws -> [String] {
        let write =
            action == .delete ? try session.authorizer.delete(on: collection) : try session.authorizer.update(fields, on: collection)
        var query = query
        query.selections = []
        query.meta = []
        let resolved = try Resolver.resolve(query, on: collection, in: session.snapshot.schema, limits: reader.limits)
        let authorized = try Authorizer(snapshot: session.snapshot, access: session.caller.access).authorize(resolved)
        let runner = PlanRunner(
            plan: Planner.plan(authorized, root: .list),
            inputs: .init(keys: nil, variables: { SlotValue.bind(session.values.value(of: $0), isArray: $1) }))
        let found: [String]
        do {
            found = try await runner.run(in: session.transaction).result?.texts(column: 0) ?? []
        } catch let error as PostgresError {
            throw DatabaseFault.reading(error, isKeyed: false, of: collection)
        }
        if session.caller.isAdmin || found.isEmpty { return found }
        let permitted = Set(
            try await session.run(session.fill(WriteSQL.permittedKeys(by: write, oneKey: found.count == 1), keys: found), for: collection).texts(
                column: 0))
        return found.filter { permitted.contains($0) }
    }

    // MARK: Answer

    /// Reads what was written as the caller; what may not be read is an empty answer, the write stays (contract/items.md, 1.3).
    private func answer(
        _ outcome: Outcome, _ query: ItemQuery, text: String?, _ collection: Collection, _ caller: Caller, _ snapshot: EngineSnapshot, _ now: Moment
    ) async throws -> WriteAnswer {
        // By the text its plan is remembered.
        let isPlain = query.meta.isEmpty
        var query = query
        query.meta = []
        let target: ReadRequest.Target
        switch outcome {
        case .nothing: return .empty
        case .one(_, let told?): return answer(told, .item)
        case .many(_, let told?): return answer(told, .list)
        case .one(let key, nil):
            return try await answer(
                ReadRequest(collection: collection.name, target: .item(key: key), query: .text(text)), caller, snapshot, now)
        case .many(let keys, nil):
            if keys.isEmpty { return .items(ReadAnswer(body: ByteBuffer("{\"data\":[]}"), export: query.export)) }
            target = .keys(keys.map { .string($0) })
        case .singleton:
            return .items(
                try await reader.read(
                    ReadRequest(collection: collection.name, target: .collection, query: .parsed(query)), by: caller, in: snapshot, now: now))
        }
        return try await answer(
            ReadRequest(collection: collection.name, target: target, query: isPlain ? .text(text) : .parsed(query)), caller, snapshot, now)
    }

    /// What is too long is not shown; it is written.
    private func answer(_ told: ToldRows, _ shape: AnswerWriter.Shape) -> WriteAnswer {
        guard let body = try? told.body(shape, limit: reader.limits.answerSize) else { return .empty }
        return .items(ReadAnswer(body: body, export: nil))
    }

    func answer(_ shown: ReadRequest, _ caller: Caller, _ snapshot: EngineSnapshot, _ now: Moment) async throws -> WriteAnswer {
        do {
            return .items(try await reader.read(shown, by: caller, in: snapshot, now: now))
        } catch let error as WireError where error.code == .forbidden || error == AnswerTooLong(limit: reader.limits.answerSize).fault {
            // What is written is written.
            return .empty
        }
    }
}

extension JSONValue {
    /// - Throws: `.forbidden` for a key that the column can't hold.
    fileprivate func text(in collection: Collection) throws(WireError) -> String {
        guard let text = KeyText.text(of: self, for: collection) else { throw .forbidden }
        return text
    }

    fileprivate var isTruthy: Bool {
        switch self {
        case .null, .bool(false), .string(""): false
        case .number(let number): number.double != 0
        case .bool, .string, .array, .object: true
        }
    }
}

extension [JSONValue] {
    fileprivate func texts(in collection: Collection) throws(WireError) -> [String] {
        var texts: [String] = []
        for value in self { texts.append(try value.text(in: collection)) }
        return texts
    }
}
