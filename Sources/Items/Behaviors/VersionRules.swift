import AccessControl
import JSONText
import Postgres
import QueryEngine
import SchemaModel

/// Behaviour `versions` (contract/system.md, section 10): what a version's row may hold, and that whoever makes, changes or deletes one may change
/// the item that it is of (attack D8).
struct VersionRules: BehaviorRules {
    private static let reserved: Set<String> = ["main"]

    func admit(_ payload: JSONObject, _ write: BehaviorWrite) async throws {
        let isCreate = write.action == .create
        if write.action == .delete { return }
        let allowed = isCreate ? ["key", "name", "collection", "item"] : ["key", "name", "item"]
        for name in payload.keys where !allowed.contains(name) { throw WireError.invalidPayload("\"\(name)\" is not allowed") }
        for name in ["key", "collection", "item"] where isCreate && (payload[name]?.isNull ?? true) {
            throw WireError.invalidPayload("\"\(name)\" is required")
        }
        if case .string(let key)? = payload["key"], VersionRules.reserved.contains(key) {
            throw WireError.invalidPayload("\"\(key)\" is a reserved version key")
        }
        if isCreate { try await requireReading(payload["item"], of: CollectionName(payload["collection"].flatMap(ValueText.text) ?? ""), write) }
    }

    func faults(in payload: JSONObject, _ write: BehaviorWrite) async throws -> [ValidationFailure] {
        if write.action == .create, let item = payload["item"] { try await write.session.require(.update, item: item, of: payload["collection"]) }
        return []
    }

    func willChange(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        let rows = VersionRow.rows(of: try await write.session.run(VersionSQL.versions(ids: keys), for: write.collection))
        for row in rows {
            if let item = payload["item"] {
                try await requireReading(item, of: row.collection, write)
                try await write.session.require(.update, item: item, of: .string(row.collection.text))
            }
            try await requireChanging(row, write)
        }
    }

    func didWrite(_ keys: [String], _ payload: JSONObject, _ write: BehaviorWrite) async throws {
        let session = write.session
        if payload["key"] != nil || payload["item"] != nil {
            let results = try await session.transaction.batch([VersionSQL.lockKeys, VersionSQL.shared(by: keys)])
            if let found = results.last, found.rowCount > 0 {
                let (key, collection, item) = (found.string(0, 0) ?? "", found.string(0, 1) ?? "", found.string(0, 2) ?? "")
                throw WireError.unprocessable("Version \"\(key)\" already exists for item \"\(item)\" in collection \"\(collection)\"")
            }
        }
        guard payload["item"] != nil else { return }
        for row in VersionRow.rows(of: try await session.run(VersionSQL.versions(ids: keys), for: write.collection)) {
            guard let collection = session.snapshot.schema.collection(row.collection) else { continue }
            let hash = try await MainItem(key: row.item, collection: collection, session: session).hash()
            _ = try await session.run(VersionSQL.setHash(hash, of: row.id), for: write.collection)
        }
    }

    /// The item is there, may be read, and its collection has versions.
    private func requireReading(_ item: JSONValue?, of name: CollectionName, _ write: BehaviorWrite) async throws {
        let session = write.session
        guard let collection = session.snapshot.schema.collection(name), collection.table != nil,
            write.caller.isAdmin || write.caller.access.access(to: name, for: .read) != nil
        else { throw WireError.forbidden }
        guard collection.meta.versioning else { throw WireError.unprocessable("Content Versioning is not enabled for collection \"\(name)\"") }
        guard let key = item.flatMap(ValueText.text), try await session.permits(.read, key, of: collection, to: write.caller) else {
            throw WireError.forbidden
        }
    }

    /// Versions of items that are gone are whoever's the permissions say.
    private func requireChanging(_ row: VersionRow, _ write: BehaviorWrite) async throws {
        let session = write.session
        if write.caller.isAdmin { return }
        guard let collection = session.snapshot.schema.collection(row.collection),
            let key = KeyText.text(of: .string(row.item), for: collection), try await session.existing([key], in: collection).contains(key)
        else { return }
        try await session.require(.update, item: .string(row.item), of: .string(row.collection.text))
    }
}
