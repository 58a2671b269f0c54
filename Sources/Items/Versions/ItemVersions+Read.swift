package import AccessControl
import JSONText
import Postgres
package import QueryEngine
import QueryLanguage
import SchemaModel

/// Reads of an item as a version would make it: what the version holds is written, the item read as the caller, and all of it rolled back.
extension ItemVersions {
    /// - Parameter request: of one item or of a singleton, with a parsed query that names a version.
    /// - Throws: `FORBIDDEN` where the item has no such version; what the write says of a delta that can't be written.
    package func read(_ request: ReadRequest, by caller: Caller, in snapshot: EngineSnapshot, now: Moment) async throws -> ReadAnswer {
        guard case .parsed(let query) = request.query, let key = query.version else {
            return try await writer.reader.read(request, by: caller, in: snapshot, now: now)
        }
        try requireReading(caller)
        if key == "main" { return try await writer.reader.read(request, by: caller, in: snapshot, now: now) }
        let entry = try writer.reader.makeEntry(request, caller, snapshot, now)
        do {
            return try await writer.reader.client.withTransaction(.readWrite) { transaction -> ReadAnswer in
                let session = writer.session(in: transaction, by: caller, snapshot, now)
                let item = try await itemKey(request.target, in: entry.collection, session)
                let found = try await find(key, of: item, in: entry.collection, session)
                let preview = Preview(
                    entry: entry, shape: entry.isSingleton ? .singleton : .item, item: item, found: found, session: session,
                    limit: writer.reader.limits.answerSize)
                throw Finished(body: try await query.versionRaw ? preview.raw() : preview.applied(writer))
            }
        } catch let finished as Finished {
            return ReadAnswer(body: finished.body, export: entry.export)
        } catch {
            throw DatabaseFault.reading(error, isKeyed: true, of: entry.collection)
        }
    }

    /// Rolls a preview back, with its outcome.
    private struct Finished: Error {
        let body: ByteBuffer
    }

    private func itemKey(_ target: ReadRequest.Target, in collection: Collection, _ session: WriteSession) async throws -> String {
        switch target {
        case .item(let key):
            if let key = KeyText.text(of: .string(key), for: collection) { return key }
        case .collection:
            if let key = try await session.run(WriteSQL.firstKey(of: collection), for: collection).string(0, 0) { return key }
        case .keys: break
        }
        throw WireError.forbidden
    }

    private func find(_ key: String, of item: String, in collection: Collection, _ session: WriteSession) async throws -> FoundVersion {
        guard let versions = session.snapshot.schema.collection(VersionRow.collection) else { throw WireError.forbidden }
        let result = try await session.run(VersionSQL.version(key: key, collection: collection.name.text, item: item), for: versions)
        return try await visible(VersionRow.rows(of: result).first, versions, session)
    }
}

/// One read of a version, inside its transaction.
private struct Preview {
    let entry: PlanCache.Entry
    let shape: AnswerWriter.Shape
    let item: String
    let found: FoundVersion
    let session: WriteSession
    /// Bytes of the answer.
    let limit: Int

    /// Nothing is asked of rights while the delta is written: they were asked when it was saved (`VersionRights`).
    func applied(_ writer: ItemWriter) async throws -> ByteBuffer {
        guard let delta = found.row.delta else { return try body(of: try await tree()) }
        let deltas = VersionDelta(schema: found.schema)
        let (user, moment) = deltas.author(of: delta)
        let system = Caller(
            principal: user.map { .user($0, role: nil) } ?? .system(reason: "a preview shows what the version holds"), access: .full)
        let applying = writer.session(in: session.transaction, by: system, session.snapshot, moment ?? session.values.now, isPreview: true)
        _ = try await applying.update([item], deltas.plain(delta, of: found.collection.name), in: found.collection)
        let tree = try await tree()
        tree.hideKeys(applying.created)
        return try body(of: tree)
    }

    /// The delta itself over the item.
    func raw() async throws -> ByteBuffer {
        let live = try JSONParser.parse(stored: try body(of: try await tree()).bytes)
        guard case .object(var envelope) = live, case .object(var members)? = envelope["data"] else { throw WireError.forbidden }
        for (name, value) in found.current(for: session.caller) { members[name] = value }
        envelope["data"] = .object(members)
        var writer = ByteWriter(capacity: 1024)
        writer.append(.object(envelope))
        return writer.finish()
    }

    private func tree() async throws -> RowTree {
        let keys = shape == .item ? try KeyText.bind(item, type: entry.keyType) : nil
        let values = session.values
        let runner = PlanRunner(plan: entry.plan, inputs: .init(keys: keys, variables: { SlotValue.bind(values.value(of: $0), isArray: $1) }))
        return try await runner.run(in: session.transaction)
    }

    private func body(of tree: RowTree) throws -> ByteBuffer {
        try AnswerWriter(tree: tree, plan: entry.plan, shape: shape, limit: limit).body(further: [], emptySingleton: { .null })
    }
}
