import JSONText
import QueryEngine
import SchemaModel

/// Many-to-one and many-to-any objects: saved before the row, replaced by their keys (contract/items.md, 4.4).
extension WriteSession {
    /// - Returns: the payload with keys in place of objects, and the history entries of what was written.
    func writeParents(of payload: JSONObject, in table: WriteTable, path: [String]) async throws -> (JSONObject, [Int]) {
        try checkTargets(of: payload, in: table)
        var out = payload
        var entries: [Int] = []
        guard hasObjects(payload, in: table) else { return (out, entries) }
        for (name, value) in payload {
            guard case .object(let object) = value, case .manyToOne(let relation)? = table.field(name)?.role,
                let target = relation.oneCollection.flatMap({ snapshot.schema.collection($0) })
            else { continue }
            out[name] = try await save(object, in: target, path: path + [name], entries: &entries)
        }
        for (name, value) in payload {
            guard case .object(let object) = value, case .anyToOne(let relation)? = table.field(name)?.role else { continue }
            let named = relation.oneCollectionField.flatMap { payload[$0.text]?.string }
            guard let named, let target = snapshot.schema.collection(CollectionName(named)) else {
                throw WireError.invalidPayload(
                    "Can't update nested record \"\(table.collection.name).\(name)\" without field \"\(table.collection.name).\(relation.oneCollectionField?.text ?? "collection")\" being set"
                )
            }
            let key = try await save(object, in: target, path: path + [name], entries: &entries)
            out[name] = ValueText.text(key).map { .string($0) } ?? .null
        }
        return (out, entries)
    }

    /// What a many-to-any may hold: the name of an allowed collection, whether an item comes with it or not, and a key or an object.
    private func checkTargets(of payload: JSONObject, in table: WriteTable) throws(WireError) {
        for relation in table.manyToAny {
            if let named = relation.oneCollectionField.flatMap({ payload[$0.text] }), !named.isNull {
                let isAllowed = named.string.map { (relation.oneAllowedCollections ?? []).contains(CollectionName($0)) } ?? false
                if !isAllowed {
                    let name = named.string ?? named.text
                    throw .invalidPayload("\"\(table.collection.name).\(relation.manyField)\" can't be linked to collection \"\(name)\"")
                }
            }
            switch payload[relation.manyField.text] {
            case .bool?, .array?: throw .invalidPayload("Invalid value for field \"\(relation.manyField)\"")
            case nil, .null?, .number?, .string?, .object?: break
            }
        }
    }

    /// Updates the object's row where its key exists, else creates it (with that key).
    private func save(_ object: JSONObject, in target: Collection, path: [String], entries: inout [Int]) async throws -> JSONValue {
        let given = object[target.primaryKey.text]
        if let given, !given.isNull, given != .string("") {
            guard let key = KeyText.text(of: given, for: target) else { throw WireError.forbidden }
            if try await existing([key], in: target).contains(key) {
                var rest = object
                rest[target.primaryKey.text] = nil
                if !rest.isEmpty { entries += try await update([key], rest, in: target, path: path).entries }
                return keyValue(key, of: target)
            }
        }
        let item = try await create(object, in: target, path: path)
        if let entry = item.entry { entries.append(entry) }
        return keyValue(item.key, of: target)
    }

    /// A key in the JSON type of its field.
    func keyValue(_ key: String, of collection: Collection) -> JSONValue {
        if collection.key?.type == .integer, let number = Int(key) { return .integer(number) }
        return .string(key)
    }
}
