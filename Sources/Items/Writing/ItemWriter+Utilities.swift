package import AccessControl
package import JSONText
import Postgres
package import QueryEngine
package import SchemaModel

/// `POST /utils/revert/:revision` and `POST /utils/sort/:collection` (contract/system.md, 14.2).
extension ItemWriter {
    /// Writes what a revision says of its item, as the caller, who needs to read the revision and to update every field of it. An item that is gone
    /// stays gone.
    package func revert(to revision: String, by caller: Caller, in snapshot: EngineSnapshot, now: Moment) async throws {
        let name: CollectionName = "directus_revisions"
        guard let revisions = snapshot.schema.collection(name), caller.isAdmin || caller.access.access(to: name, for: .read) != nil else {
            throw WireError.forbidden(collection: name)
        }
        guard let id = KeyText.text(of: .string(revision), for: revisions) else { throw WireError.forbidden }
        try await mutate(by: caller, in: snapshot, now: now) { session in
            guard try await session.permits(.read, id, of: revisions, to: caller) else { throw WireError.forbidden }
            let found = try await session.run(SystemRowsSQL.revision(id), for: revisions)
            guard let collection = snapshot.schema.collection(CollectionName(found.string(0, 0) ?? "")), collection.table != nil,
                let key = found.string(0, 1).flatMap({ KeyText.text(of: .string($0), for: collection) })
            else { throw WireError.forbidden }
            guard case .object(let data)? = found.string(0, 2).flatMap({ try? JSONParser.parse($0) }) else {
                throw WireError.invalidPayload("Revision doesn't contain data to revert to")
            }
            _ = try await session.update([key], columns(of: data, in: collection, snapshot.schema), in: collection)
        }
    }

    private func columns(of data: JSONObject, in collection: Collection, _ schema: SchemaSnapshot) -> JSONObject {
        var payload = JSONObject()
        for (name, value) in data where FieldName(name) != collection.primaryKey {
            if schema.field(FieldName(name), of: collection.name)?.column?.generated == nil,
                schema.field(FieldName(name), of: collection.name)?.column != nil
            {
                payload[name] = value
            }
        }
        return payload
    }

    /// Moves an item to the place of another, by the collection's sort field.
    /// - Parameter body: `{item, to}`: keys.
    package func sort(
        _ name: CollectionName, _ body: JSONObject, by caller: Caller, in snapshot: EngineSnapshot, now: Moment
    ) async throws {
        let found = snapshot.schema.collection(name).flatMap { $0.table == nil || $0.isSystem ? nil : $0 }
        if !caller.isAdmin, found == nil || caller.access.access(to: name, for: .update) == nil {
            throw WireError.forbidden(action: "update", on: name)
        }
        guard let collection = found else { throw WireError.forbidden(collection: name) }
        guard let sort = collection.meta.sortField.flatMap({ snapshot.schema.field($0, of: name) }), sort.column != nil else {
            throw WireError.invalidPayload("Collection \"\(name)\" doesn't have a sort field")
        }
        var keys: [String] = []
        for member in ["item", "to"] {
            guard let given = body[member], !given.isNull else { throw WireError.invalidPayload("\"\(member)\" is required") }
            guard let key = KeyText.text(of: given, for: collection) else { throw WireError.forbidden }
            keys.append(key)
        }
        let (moved, target) = (keys[0], keys[1])
        try await mutate(by: caller, in: snapshot, now: now) { session in
            let write = try session.authorizer.update([sort.name.text], on: collection)
            if !caller.isAdmin { try await session.checkRows([moved], write, action: "update", fields: [sort.name.text]) }
            let there = try await session.existing(keys, in: collection)
            guard there.contains(moved), there.contains(target), try await session.permits(.read, target, of: collection, to: caller) else {
                throw WireError.forbidden
            }
            do {
                _ = try await session.transaction.batch(ManualSortSQL(collection: collection, sort: sort).statements(moving: moved, to: target))
            } catch {
                throw session.fault(collection, JSONObject()).error(error)
            }
            session.touch(collection)
        }
    }
}
