package import AccessControl
package import JSONText
import Postgres
package import QueryEngine
import SQLText
import SchemaModel

/// Content versions: save, compare, promote (contract/system.md, section 10). Versions themselves are made, renamed and deleted like other items.
///
/// - Errors: as `ItemWriter`.
package struct ItemVersions: Sendable {
    let writer: ItemWriter

    package init(writer: ItemWriter) { self.writer = writer }

    /// Adds a partial item to what the version holds.
    /// - Returns: the item with all that the version holds on top, as far as the caller may read it.
    package func save(
        _ payload: JSONObject, to id: String, by caller: Caller, in snapshot: EngineSnapshot, now: Moment
    ) async throws -> JSONValue {
        let deltas = VersionDelta(schema: snapshot.schema)
        return try await writer.mutate(by: caller, in: snapshot, now: now) { session in
            let found = try await find(id, session, statement: { VersionSQL.lockedVersion(id: $0) })
            let collection = found.collection
            let saved = deltas.known(payload, of: collection.name)
            try await VersionRights(session: session).require(saved, on: found.row, of: collection, versions: found.versions)
            var delta = found.row.delta ?? JSONObject()
            if !saved.isEmpty {
                for (name, value) in deltas.stamped(saved, of: collection.name, user: caller.user, at: now) { delta[name] = value }
                _ = try await session.run(
                    VersionSQL.save(JSONValue.object(delta).text, of: found.row.id, user: caller.user?.text, at: now.isoText), for: found.versions)
                session.touch(found.versions)
            }
            let text = JSONValue.object(saved).text
            session.record(
                HistoryEntry(
                    action: "version_save", collection: collection.name.text, item: found.row.item, data: text, delta: text,
                    hasRevision: collection.keepsRevisions, version: found.row.id),
                of: collection, children: [])
            var item = try await found.main(session).read(by: caller)
            for (name, value) in deltas.readable(delta, of: collection.name, by: caller.access) { item[name] = value }
            return .object(item)
        }
    }

    /// - Returns: `{outdated, mainHash, current, main}`.
    package func compare(_ id: String, by caller: Caller, in snapshot: EngineSnapshot, now: Moment) async throws -> JSONValue {
        try await writer.reader.client.withTransaction(.repeatableReadOnly) { transaction in
            let session = writer.session(in: transaction, by: caller, snapshot, now)
            let found = try await find(id, session)
            let main = found.main(session)
            let item = try await main.read(by: caller)
            let hash = try await main.hash()
            return [
                "outdated": .bool(hash != found.row.hash), "mainHash": .string(hash), "current": .object(found.current(for: caller)),
                "main": .object(item),
            ]
        }
    }

    /// Writes what the version holds to its item, with the caller's rights. Version and delta stay.
    ///
    /// - What `mainHash` covers, the item's fields and which rows its lists hold, stands still from the comparison on. The hash tells nothing of
    ///   fields of related rows, so there the delta wins, as any write does.
    /// - Parameter body: `{mainHash, fields?}`.
    /// - Returns: the item's key, as text.
    package func promote(
        _ id: String, _ body: JSONObject, by caller: Caller, in snapshot: EngineSnapshot, now: Moment
    ) async throws -> JSONValue {
        let deltas = VersionDelta(schema: snapshot.schema)
        return try await writer.mutate(by: caller, in: snapshot, now: now) { session in
            let found = try await find(id, session)
            guard case .string(let expected)? = body["mainHash"] else { throw WireError.invalidPayload("\"mainHash\" field is required") }
            guard let delta = found.row.delta else { throw WireError.unprocessable("No changes to promote") }
            let main = found.main(session)
            var payload = deltas.plain(delta, of: found.collection.name)
            if case .array(let names)? = body["fields"] {
                let wanted = Set(names.compactMap(\.string))
                payload = JSONObject(payload.filter { wanted.contains($0.key) }.map { ($0.key, $0.value) })
            }
            try await main.lock()
            try await main.lockLists(payload.keys)
            guard try await main.hash() == expected else {
                throw WireError.unprocessable("Main item has changed since this version was last updated")
            }
            let key = KeyText.text(of: .string(found.row.item), for: found.collection) ?? found.row.item
            _ = try await session.update([key], payload, in: found.collection)
            return .string(found.row.item)
        }
    }

    /// A version's row as `GET /versions/:id` answers it: its delta like `current` of a comparison.
    package func shown(_ answer: ReadAnswer, of id: String, by caller: Caller, in snapshot: EngineSnapshot, now: Moment) async throws -> ReadAnswer {
        guard answer.export == nil, case .object(var envelope) = try JSONParser.parse(stored: answer.body.bytes),
            case .object(var row)? = envelope["data"], case .object? = row["delta"]
        else { return answer }
        let found = try await writer.reader.client.withTransaction(.repeatableReadOnly) { transaction in
            try await find(id, writer.session(in: transaction, by: caller, snapshot, now))
        }
        row["delta"] = .object(found.current(for: caller))
        envelope["data"] = .object(row)
        var body = ByteWriter(capacity: 1024)
        body.append(.object(envelope))
        return ReadAnswer(body: body.finish(), export: nil)
    }
}

/// A version that the caller may see, with what it is of.
struct FoundVersion: Sendable {
    let row: VersionRow
    let collection: Collection
    let versions: Collection
    let schema: SchemaSnapshot

    func main(_ session: WriteSession) -> MainItem { MainItem(key: row.item, collection: collection, session: session) }

    /// The delta as clients see it, with the item's key as text.
    func current(for caller: Caller) -> JSONObject {
        let deltas = VersionDelta(schema: schema)
        let delta = deltas.readable(row.delta ?? JSONObject(), of: collection.name, by: caller.access)
        var current = deltas.readable(deltas.shown(delta, of: collection.name), of: collection.name, by: caller.access)
        current[collection.primaryKey.text] = .string(row.item)
        return current
    }
}

extension ItemVersions {
    /// - Throws: `FORBIDDEN`, naming `directus_versions` where the caller has no right to read any.
    func requireReading(_ caller: Caller) throws(WireError) {
        if !caller.isAdmin, caller.access.access(to: VersionRow.collection, for: .read) == nil {
            throw .forbidden(collection: VersionRow.collection)
        }
    }

    /// - Throws: `FORBIDDEN` for one that isn't there or can't be read, or whose collection has no versions any more.
    private func find(
        _ id: String, _ session: WriteSession, statement: (String) -> SQLStatement = { VersionSQL.version(id: $0) }
    ) async throws -> FoundVersion {
        try requireReading(session.caller)
        guard let versions = session.snapshot.schema.collection(VersionRow.collection), let id = KeyText.text(of: .string(id), for: versions)
        else { throw WireError.forbidden }
        return try await visible(VersionRow.rows(of: try await session.run(statement(id), for: versions)).first, versions, session)
    }

    func visible(_ row: VersionRow?, _ versions: Collection, _ session: WriteSession) async throws -> FoundVersion {
        guard let row, let collection = session.snapshot.schema.collection(row.collection), collection.table != nil, collection.meta.versioning,
            try await session.permits(.read, row.id, of: versions, to: session.caller)
        else { throw WireError.forbidden }
        return FoundVersion(row: row, collection: collection, versions: versions, schema: session.snapshot.schema)
    }
}

extension WireError {
    static func unprocessable(_ reason: String) -> WireError {
        WireError(.unprocessableContent, message: "Can't process content. \(reason).", extensions: [("reason", .string(reason))])
    }
}
