import AccessControl
import JSONText
import Postgres
import QueryEngine
import SQLText
import SchemaModel

/// A row that is ready to be inserted: rights, presets, validation, parents and generated values are done.
struct PreparedCreate {
    let write: AuthorizedWrite
    /// With presets, as the history tells it.
    let payload: JSONObject
    /// The payload with keys in place of many-to-one objects, before generated values.
    let fields: JSONObject
    let columns: [ColumnValue]
    let hasExplicitKey: Bool
    var children: [Int]
}

/// What a nested write left behind.
struct WrittenItem {
    let key: String
    /// Its place in the history.
    let entry: Int?
}

extension WriteSession {
    /// - Parameters:
    ///   - path: the relational fields that lead here, for validation messages.
    ///   - serverValues: added after rights, presets and validation.
    func create(
        _ payload: JSONObject, in collection: Collection, path: [String] = [], serverValues: JSONObject = JSONObject()
    ) async throws -> WrittenItem {
        let prepared = try await prepare(payload, in: collection, path: path, serverValues)
        let result = try await run(WriteSQL.insert(prepared.columns, by: prepared.write), for: collection, payload: prepared.payload)
        guard let key = result.string(0, 0) else { throw WireError(.internalServerError, message: "No key came back") }
        if prepared.hasExplicitKey { try await advanceSequence(of: collection) }
        return try await finish(prepared, key: key, in: collection, path: path)
    }

    /// Several rows; those without relations go out in one batch.
    func create(_ payloads: [JSONObject], in collection: Collection, serverValues: [JSONObject] = []) async throws -> [String] {
        let serverValues = payloads.indices.map { $0 < serverValues.count ? serverValues[$0] : JSONObject() }
        if payloads.contains(where: { hasNested($0, in: collection) }) || collection.hasExplicitKeys(payloads) {
            var keys: [String] = []
            for (payload, added) in zip(payloads, serverValues) {
                keys.append(try await create(payload, in: collection, serverValues: added).key)
            }
            return keys
        }
        var prepared: [PreparedCreate] = []
        var failures: [WireError] = []
        for (payload, added) in zip(payloads, serverValues) {
            do {
                prepared.append(try await prepare(payload, in: collection, path: [], added))
            } catch let errors as WireErrors {
                failures = errors.errors
                break
            }
        }
        if !failures.isEmpty { throw WireErrors(failures) }
        let keys = try await insert(prepared, in: collection)
        for (item, key) in zip(prepared, keys) { _ = try await finish(item, key: key, in: collection, path: []) }
        return keys
    }

    private func insert(_ prepared: [PreparedCreate], in collection: Collection) async throws -> [String] {
        guard let first = prepared.first else { return [] }
        if let statement = WriteSQL.insert(prepared.map(\.columns), by: first.write),
            let keys = try await insertAtOnce(statement, prepared, collection)
        {
            return keys
        }
        let results: [String]
        do {
            results = try await transaction.batch(prepared.map { WriteSQL.insert($0.columns, by: $0.write) }).compactMap { $0.string(0, 0) }
        } catch {
            throw batchFault(error, prepared, collection)
        }
        guard results.count == prepared.count else { throw WireError(.internalServerError, message: "No key came back") }
        return results
    }

    /// - Returns: nil where the database refuses one of the rows: which one is found out row by row.
    private func insertAtOnce(_ statement: SQLStatement, _ prepared: [PreparedCreate], _ collection: Collection) async throws -> [String]? {
        do {
            let keys = try await transaction.savepoint { try await transaction.query(statement).texts(column: 0) }
            guard keys.count == prepared.count else { throw WireError(.internalServerError, message: "No key came back") }
            return keys
        } catch let error as PostgresError {
            if error.fault != nil, !error.isSerializationConflict { return nil }
            throw error
        }
    }

    private func prepare(
        _ payload: JSONObject, in collection: Collection, path: [String], _ serverValues: JSONObject
    ) async throws -> PreparedCreate {
        let stages = BehaviorStages(.create, on: collection, path: path, in: self)
        try await stages.admit(payload)
        let write = try authorizer.create(payload.keys, on: collection)
        try spend(1)
        touch(collection)
        var merged = Presets.merge(write.permissionRows, into: payload, values: values)
        stages.complete(&merged)
        try validate(
            merged, of: collection, isCreate: true, permissions: write.permissionRows, path: path, further: try await stages.faults(in: merged))
        for (name, value) in serverValues { merged[name] = value }
        let (fields, children) = try await writeParents(of: merged, in: collection, path: path)
        var finished = fields
        try stages.prepare(&finished)
        finished = try await applySpecials(finished, of: collection, isCreate: true)
        var columns: [ColumnValue] = []
        var hasExplicitKey = false
        for (name, value) in finished {
            guard let field = snapshot.schema.field(FieldName(name), of: collection.name), let column = field.column, column.generated == nil else {
                continue
            }
            if field.name == collection.primaryKey {
                if value.isNull || (value == .string("") && field.type != .string && field.type != .text) { continue }
                guard let key = KeyText.text(of: value, for: collection) else { throw WireError.forbidden }
                hasExplicitKey = true
                columns.append(ColumnValue(field: field, bind: .text(key)))
                continue
            }
            columns.append(try PayloadText.value(value, for: field))
        }
        return PreparedCreate(
            write: write, payload: merged, fields: fields, columns: columns,
            hasExplicitKey: hasExplicitKey && collection.key?.column?.hasAutoIncrement == true, children: children)
    }

    private func finish(_ prepared: PreparedCreate, key: String, in collection: Collection, path: [String]) async throws -> WrittenItem {
        try await BehaviorStages(.create, on: collection, path: path, in: self).didWrite([key], prepared.fields)
        if isPreview { note(created: key, in: collection) }
        var children = prepared.children
        children += try await writeChildren(of: prepared.payload, key: key, in: collection, path: path)
        let data = collection.keepsRevisions ? RevisionText.created(prepared.payload, of: collection, schema: snapshot.schema) : nil
        let entry = record(
            HistoryEntry(
                action: "create", collection: collection.name.text, item: key, data: data, delta: data, hasRevision: collection.keepsRevisions),
            of: collection, children: children)
        return WrittenItem(key: key, entry: entry)
    }

    private func advanceSequence(of collection: Collection) async throws {
        _ = try await run(WriteSQL.advanceSequence(of: collection), for: collection)
    }

    private func hasNested(_ payload: JSONObject, in collection: Collection) -> Bool {
        payload.contains { key, value in
            guard let role = snapshot.schema.role(of: FieldName(key), in: collection.name) else { return false }
            switch role {
            case .oneToMany: return true
            case .manyToOne, .anyToOne: return value.object != nil
            }
        }
    }
}

extension Collection {
    /// Some element names its key in a collection whose sequence must then follow.
    fileprivate func hasExplicitKeys(_ payloads: [JSONObject]) -> Bool {
        key?.column?.hasAutoIncrement == true && payloads.contains { $0[primaryKey.text].map { !$0.isNull } ?? false }
    }
}
