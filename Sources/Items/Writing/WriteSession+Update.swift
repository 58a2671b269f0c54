import AccessControl
import JSONText
import Postgres
import QueryEngine
import SQLText
import SchemaModel

/// What an update left behind.
struct UpdatedItems {
    /// Those that were there.
    let keys: [String]
    /// Places in the history.
    var entries: [Int] = []
    /// nil = to be read.
    var told: ToldRows?
}

extension WriteSession {
    /// Applies one payload to several rows: many-to-one objects are saved once, lists are applied to each.
    /// - Parameter end: as for `create`.
    @discardableResult
    func update(
        _ keys: [String], _ payload: JSONObject, in collection: Collection, path: [String] = [], serverValues: JSONObject = JSONObject(),
        end: WriteEnd = .open
    ) async throws -> UpdatedItems {
        let table = table(of: collection)
        let stages = BehaviorStages(.update, on: collection, path: path, in: self)
        try await stages.admit(payload)
        let write = try authorizer.update(payload.keys, on: collection)
        try spend(keys.count)
        if case .last(let reply) = end, table.isPlain, isUntouched, keys.count == 1,
            let columns = try await loneColumns(of: payload, in: table, by: write, serverValues)
        {
            return try await updateAlone(keys, columns, in: table, by: write, reply)
        }
        if !caller.isAdmin { try await checkRows(keys, write, action: "update", fields: payload.keys) }
        if keys.isEmpty { return UpdatedItems(keys: []) }
        touch(collection)
        var merged = Presets.merge(write.permissionRows, into: payload, values: values)
        stages.complete(&merged)
        try validate(
            merged, of: collection, isCreate: false, permissions: write.permissionRows, path: path, further: try await stages.faults(in: merged))
        for (name, value) in serverValues { merged[name] = value }
        try await stages.willChange(keys, merged)
        let (fields, children) = try await writeParents(of: merged, in: table, path: path)
        var finished = fields
        finished[collection.primaryKey.text] = nil
        try stages.prepare(&finished)
        finished = try await applySpecials(finished, of: table, isCreate: false)
        let columns = try columns(finished, of: table)
        let rows = try await writeRows(keys, columns, by: write, in: table, payload: merged)
        if !rows.keys.isEmpty {
            var told = fields
            told[collection.primaryKey.text] = nil
            try await stages.didWrite(rows.keys, told)
        }
        var entries: [Int] = []
        for (place, key) in rows.keys.enumerated() {
            let below = try await writeChildren(of: merged, key: key, in: collection, path: path)
            let entry = HistoryEntry(
                action: "update", collection: collection.name.text, item: key, data: place < rows.snapshots.count ? rows.snapshots[place] : nil,
                delta: columns.isEmpty ? nil : RevisionText.delta(columns, finished, of: collection),
                hasRevision: !columns.isEmpty && collection.keepsRevisions)
            if let at = record(entry, of: collection, children: place == 0 ? children + below : below) { entries.append(at) }
        }
        return UpdatedItems(keys: rows.keys, entries: entries)
    }

    private func columns(_ payload: JSONObject, of table: WriteTable) throws -> [ColumnValue] {
        var columns: [ColumnValue] = []
        columns.reserveCapacity(payload.count)
        for (name, value) in payload {
            guard let known = table.field(name), known.isWritable else { continue }
            columns.append(try PayloadText.value(value, for: known.field))
        }
        return columns
    }

    /// A payload that one statement can write.
    private struct LoneColumns {
        /// As it came.
        let payload: JSONObject
        /// With presets.
        let merged: JSONObject
        let columns: [ColumnValue]
        let delta: String?
    }

    /// - Returns: nil where a row and its history are not all that is to be done, or can't be done by one statement: nothing has happened then. What
    ///   is wrong with the payload is found anew, after what is wrong with the row.
    private func loneColumns(
        of payload: JSONObject, in table: WriteTable, by write: AuthorizedWrite, _ serverValues: JSONObject
    ) async throws -> LoneColumns? {
        let collection = table.collection
        var merged = Presets.merge(write.permissionRows, into: payload, values: values)
        guard !hasLists(merged, in: table), !hasObjects(merged, in: table), !collection.keepsRevisions || table.state != nil else { return nil }
        var finished: JSONObject
        let columns: [ColumnValue]
        do {
            try validate(merged, of: collection, isCreate: false, permissions: write.permissionRows, path: [], further: [])
            for (name, value) in serverValues { merged[name] = value }
            finished = try await writeParents(of: merged, in: table, path: []).0
            finished[collection.primaryKey.text] = nil
            finished = try await applySpecials(finished, of: table, isCreate: false)
            columns = try self.columns(finished, of: table)
        } catch {
            if caller.isAdmin { throw error }
            return nil
        }
        if columns.isEmpty { return nil }
        return LoneColumns(
            payload: payload, merged: merged, columns: columns,
            delta: collection.keepsRevisions ? RevisionText.delta(columns, finished, of: collection) : nil)
    }

    /// One row and its history in one statement.
    private func updateAlone(
        _ keys: [String], _ given: LoneColumns, in table: WriteTable, by write: AuthorizedWrite, _ reply: WriteReply?
    ) async throws -> UpdatedItems {
        let collection = table.collection
        let reply = usable(reply, in: table)
        let history: UpdateHistory?
        switch collection.meta.accountability {
        case .none: history = nil
        case .activity: history = .activity
        case .all: history = table.state.map { .revision($0) }
        }
        let shown = shown(reply, in: table)
        let statement = fill(
            table.update(given.columns, by: write, history: history, showing: shown), first: given.columns.map(\.bind), keys: keys,
            last: history == nil ? [] : historyBinds(given.delta))
        touch(collection)
        let result = try await finish(with: statement, for: collection, payload: given.merged) { error in
            // Whether the row may be changed is told first.
            error.refusesLoneStatement || shown != nil && error.refusesColumns || !caller.isAdmin && error.mayPrecedeRow
        }
        let written = result?.texts(column: reply?.rows.keyCell ?? 0) ?? []
        if !caller.isAdmin, written.isEmpty { throw WireError.forbidden(action: "update", on: collection.name, fields: given.payload.keys) }
        return UpdatedItems(keys: written, told: result.flatMap { told($0, shown, by: reply, in: table) })
    }

    /// Each row must be there and admitted by the rules; names the payload's fields in the refusal.
    func checkRows(_ keys: [String], _ write: AuthorizedWrite, action: String, fields: [String]) async throws {
        if keys.isEmpty || Set(keys).count != keys.count {
            throw WireError.forbidden(action: action, on: write.collection.name, fields: fields)
        }
        let permitted = try await run(fill(WriteSQL.permittedKeys(by: write, oneKey: keys.count == 1), keys: keys), for: write.collection)
        if permitted.rowCount != keys.count { throw WireError.forbidden(action: action, on: write.collection.name, fields: fields) }
    }

    private func writeRows(
        _ keys: [String], _ columns: [ColumnValue], by write: AuthorizedWrite, in table: WriteTable, payload: JSONObject
    ) async throws -> (keys: [String], snapshots: [String]) {
        let collection = table.collection
        if columns.isEmpty {
            return (WriteSession.ordered(try await existing(keys, in: collection), as: keys), [])
        }
        let result = try await run(
            fill(table.update(columns, by: write, oneKey: keys.count == 1), first: columns.map(\.bind), keys: keys), for: collection, payload: payload
        )
        if !caller.isAdmin, result.rowCount != keys.count {
            throw WireError.forbidden(action: "update", on: collection.name, fields: payload.keys)
        }
        var byKey: [String: String] = [:]
        for row in 0..<result.rowCount {
            guard let key = result.string(row, 0) else { continue }
            byKey[key] = collection.keepsRevisions ? RevisionText.snapshot(result, row: row, in: table) : ""
        }
        let there = WriteSession.ordered(result.texts(column: 0), as: keys)
        return (there, there.compactMap { byKey[$0] })
    }

    /// Keys of rows in the order in which they were asked for. The last are those that were asked for in another spelling than the database's:
    /// `1.5` for `1.50000`, a moment with a `T` in it.
    private static func ordered(_ found: some Sequence<String>, as keys: [String]) -> [String] {
        var left = Set(found)
        let known = keys.filter { left.remove($0) != nil }
        return left.isEmpty ? known : known + found.filter { left.remove($0) != nil }
    }

    /// Removes rows. Admins may name keys that aren't there.
    func delete(_ keys: [String], in collection: Collection) async throws {
        let stages = BehaviorStages(.delete, on: collection, in: self)
        try await stages.admit()
        let write = try authorizer.delete(on: collection)
        try spend(keys.count)
        if !caller.isAdmin, keys.isEmpty || Set(keys).count != keys.count {
            throw WireError.forbidden(action: "delete", on: collection.name)
        }
        if keys.isEmpty { return }
        touch(collection)
        if !stages.isEmpty {
            // Rights come first; what behaviours refuse may not tell of rows that the caller can't delete.
            if !caller.isAdmin { try await checkRows(keys, write, action: "delete", fields: []) }
            try await stages.willChange(keys)
        }
        let result = try await run(fill(WriteSQL.delete(by: write, oneKey: keys.count == 1), keys: keys), for: collection)
        if !caller.isAdmin, result.rowCount != keys.count { throw WireError.forbidden(action: "delete", on: collection.name) }
        let gone = result.texts(column: 0)
        try await stages.didDelete(gone.sorted())
        for key in WriteSession.ordered(gone, as: keys) {
            record(HistoryEntry(action: "delete", collection: collection.name.text, item: key, hasRevision: false), of: collection, children: [])
        }
    }
}
