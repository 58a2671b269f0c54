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

/// What a create left behind.
struct WrittenItem {
    let key: String
    /// Its place in the history.
    let entry: Int?
    /// nil = to be read.
    var told: ToldRows?
}

extension WriteSession {
    /// - Parameters:
    ///   - path: the relational fields that lead here, for validation messages.
    ///   - serverValues: added after rights, presets and validation.
    ///   - end: where nothing follows and this is all that is to be done, one statement does it and the transaction ends with it.
    func create(
        _ payload: JSONObject, in collection: Collection, path: [String] = [], serverValues: JSONObject = JSONObject(), end: WriteEnd = .open
    ) async throws -> WrittenItem {
        let table = table(of: collection)
        let prepared = try await prepare(payload, in: table, path: path, serverValues)
        if case .last(let reply) = end, table.isPlain, isUntouched, !prepared.hasExplicitKey, !hasLists(prepared.payload, in: table) {
            return try await createAlone(prepared, in: table, reply)
        }
        let result = try await run(statement(prepared, table), for: collection, payload: prepared.payload)
        guard let key = result.string(0, 0) else { throw WriteSession.noKey }
        if prepared.hasExplicitKey { try await advanceSequence(of: collection) }
        return try await finish(prepared, key: key, in: collection, path: path)
    }

    /// The row and its history in one statement.
    private func createAlone(_ prepared: PreparedCreate, in table: WriteTable, _ reply: WriteReply?) async throws -> WrittenItem {
        let reply = usable(reply, in: table)
        var binds = prepared.columns.map(\.bind)
        let history = InsertHistory(of: table.collection)
        switch history {
        case nil: break
        case .activity?: binds += historyBinds(nil)
        case .revision?: binds += historyBinds(RevisionText.created(prepared.payload, in: table))
        }
        let shown = shown(reply, in: table)
        let statement = table.insert(prepared.columns, history: history, showing: shown).statement(slots: binds)
        let result = try await finish(with: statement, for: table.collection, payload: prepared.payload) {
            $0.refusesLoneStatement || shown != nil && $0.refusesColumns
        }
        guard let result, let key = result.string(0, reply?.rows.keyCell ?? 0) else { throw WriteSession.noKey }
        return WrittenItem(key: key, entry: nil, told: told(result, shown, by: reply, in: table))
    }

    /// nil for a table that is known to have rules of its own: what it returns is not what a read would find.
    func usable(_ reply: WriteReply?, in table: WriteTable) -> WriteReply? {
        switch table.ownRules.known(hold: settings.ownRulesHold) {
        case .has: nil
        case .hasNot, .none: reply
        }
    }

    func shown(_ reply: WriteReply?, in table: WriteTable) -> ShownRow? {
        guard let reply else { return nil }
        switch table.ownRules.known(hold: settings.ownRulesHold) {
        case .hasNot: return ShownRow(reply.rows, .knownNot)
        case .has, .none:
            table.ownRules.ask()
            return ShownRow(reply.rows, .asked)
        }
    }

    /// - Returns: nil where the row may be another by now than it was returned.
    func told(_ result: PostgresResult, _ shown: ShownRow?, by reply: WriteReply?, in table: WriteTable) -> ToldRows? {
        guard let reply, let shown, result.rowCount > 0 else { return nil }
        switch shown.ownRules {
        case .knownNot: break
        case .asked:
            let hasOwnRules = result.bool(0, reply.rows.ownRulesCell) != false
            table.ownRules.note(hasOwnRules: hasOwnRules)
            if hasOwnRules { return nil }
        }
        return ToldRows(reply: reply, result: result)
    }

    /// All rows and their history in one statement.
    /// - Returns: nil where they don't have a shape for that, or the table is known to have rules of its own: nothing has happened then.
    /// - Throws: `WriteTakesSteps` where the database refuses one of the rows, which is found out row by row, and for tables with rules of their own.
    private func createAlone(
        _ prepared: [PreparedCreate], in table: WriteTable, _ reply: WriteReply?
    ) async throws -> (keys: [String], told: ToldRows?)? {
        if case .has = table.ownRules.known(hold: settings.ownRulesHold) { return nil }
        guard let lists = RowLists(prepared.map(\.columns)) else { return nil }
        let reply = reply.flatMap { $0.fits(prepared.count) ? $0 : nil }
        var binds = lists.binds
        let history = InsertHistory(of: table.collection)
        switch history {
        case nil: break
        case .activity?: binds += historyBinds(nil)
        case .revision?: binds += historyBinds(ValueText.array(prepared.map { RevisionText.created($0.payload, in: table) }))
        }
        // The statement itself fails where the table has rules of its own.
        let shown = reply.map { ShownRow($0.rows, .knownNot) }
        let statement = table.insert(lists, history: history, showing: shown).statement(slots: binds)
        let result = try await finish(with: statement, for: table.collection, payload: JSONObject()) { error in
            if error.tellsOwnRules { table.ownRules.note(hasOwnRules: true) }
            return error.mayBeOneRow
        }
        // Without rules of its own a table takes each row or none.
        guard let result, case let keys = result.texts(column: reply?.rows.keyCell ?? 0), keys.count == prepared.count else {
            throw WriteSession.noKey
        }
        return (keys, reply.map { ToldRows(reply: $0, result: result) })
    }

    private static let noKey = WireError(.internalServerError, message: "No key came back")

    private func statement(_ prepared: PreparedCreate, _ table: WriteTable) -> SQLStatement {
        table.insert(prepared.columns, history: nil).statement(slots: prepared.columns.map(\.bind))
    }

    /// Several rows; those without relations go out in one batch.
    /// - Parameter end: as for one.
    func create(
        _ payloads: [JSONObject], in collection: Collection, serverValues: [JSONObject] = [], end: WriteEnd = .open
    ) async throws -> (keys: [String], told: ToldRows?) {
        let serverValues = payloads.indices.map { $0 < serverValues.count ? serverValues[$0] : JSONObject() }
        let table = table(of: collection)
        if payloads.contains(where: { hasLists($0, in: table) || hasObjects($0, in: table) }) || collection.hasExplicitKeys(payloads) {
            var keys: [String] = []
            for (payload, added) in zip(payloads, serverValues) {
                keys.append(try await create(payload, in: collection, serverValues: added).key)
            }
            return (keys, nil)
        }
        var prepared: [PreparedCreate] = []
        var failures: [WireError] = []
        for (payload, added) in zip(payloads, serverValues) {
            do {
                prepared.append(try await prepare(payload, in: table, path: [], added))
            } catch let errors as WireErrors {
                failures = errors.errors
                break
            }
        }
        if !failures.isEmpty { throw WireErrors(failures) }
        // Of refused rows all is done again, which is dear for hashes.
        if case .last(let reply) = end, table.isPlain, isUntouched, !table.hasHashes,
            let written = try await createAlone(prepared, in: table, reply)
        {
            return written
        }
        let keys = try await insert(prepared, in: table)
        for (item, key) in zip(prepared, keys) { _ = try await finish(item, key: key, in: collection, path: []) }
        return (keys, nil)
    }

    private func insert(_ prepared: [PreparedCreate], in table: WriteTable) async throws -> [String] {
        let collection = table.collection
        if prepared.isEmpty { return [] }
        if let lists = RowLists(prepared.map(\.columns)),
            let keys = try await insertAtOnce(table.insert(lists).statement(slots: lists.binds), prepared, collection)
        {
            return keys
        }
        let results: [String]
        do {
            results = try await transaction.batch(prepared.map { statement($0, table) }).compactMap { $0.string(0, 0) }
        } catch {
            throw batchFault(error, prepared, collection)
        }
        guard results.count == prepared.count else { throw WriteSession.noKey }
        return results
    }

    /// - Returns: nil where the database refuses one of the rows: which one is found out row by row.
    private func insertAtOnce(_ statement: SQLStatement, _ prepared: [PreparedCreate], _ collection: Collection) async throws -> [String]? {
        do {
            let keys = try await transaction.savepoint { try await transaction.query(statement).texts(column: 0) }
            guard keys.count == prepared.count else { throw WriteSession.noKey }
            return keys
        } catch let error as PostgresError {
            if error.fault != nil, !error.isSerializationConflict { return nil }
            throw error
        }
    }

    private func prepare(
        _ payload: JSONObject, in table: WriteTable, path: [String], _ serverValues: JSONObject
    ) async throws -> PreparedCreate {
        let collection = table.collection
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
        let (fields, children) = try await writeParents(of: merged, in: table, path: path)
        var finished = fields
        try stages.prepare(&finished)
        finished = try await applySpecials(finished, of: table, isCreate: true)
        var columns: [ColumnValue] = []
        columns.reserveCapacity(finished.count)
        var hasExplicitKey = false
        for (name, value) in finished {
            guard let known = table.field(name), known.isWritable else { continue }
            let field = known.field
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
        let data = collection.keepsRevisions ? RevisionText.created(prepared.payload, in: table(of: collection)) : nil
        let entry = record(
            HistoryEntry(
                action: "create", collection: collection.name.text, item: key, data: data, delta: data, hasRevision: collection.keepsRevisions),
            of: collection, children: children)
        return WrittenItem(key: key, entry: entry)
    }

    private func advanceSequence(of collection: Collection) async throws {
        _ = try await run(WriteSQL.advanceSequence(of: collection), for: collection)
    }

    /// Rows of other collections hang on the payload.
    func hasLists(_ payload: JSONObject, in table: WriteTable) -> Bool {
        payload.contains { name, _ in
            switch table.field(name)?.role {
            case .oneToMany?: true
            case .manyToOne?, .anyToOne?, nil: false
            }
        }
    }

    /// Rows of other collections go before the payload's.
    func hasObjects(_ payload: JSONObject, in table: WriteTable) -> Bool {
        payload.contains { name, value in
            guard case .object = value else { return false }
            switch table.field(name)?.role {
            case .manyToOne?, .anyToOne?: return true
            case .oneToMany?, nil: return false
            }
        }
    }
}

extension InsertHistory {
    /// nil where none is kept.
    fileprivate init?(of collection: Collection) {
        switch collection.meta.accountability {
        case .none: return nil
        case .activity: self = .activity
        case .all: self = .revision
        }
    }
}

extension Collection {
    /// Some element names its key in a collection whose sequence must then follow.
    fileprivate func hasExplicitKeys(_ payloads: [JSONObject]) -> Bool {
        key?.column?.hasAutoIncrement == true && payloads.contains { $0[primaryKey.text].map { !$0.isNull } ?? false }
    }
}
