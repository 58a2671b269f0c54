import JSONText
import QueryEngine
import SchemaModel

/// Many-to-one and many-to-any objects: saved before the row, replaced by their keys (contract/items.md, 4.4).
extension WriteSession {
    /// - Returns: the payload with keys in place of objects, and the history entries of what was written.
    func writeParents(of payload: JSONObject, in collection: Collection, path: [String]) async throws -> (JSONObject, [Int]) {
        try checkTargets(of: payload, in: collection)
        var out = payload
        var entries: [Int] = []
        for (name, value) in payload {
            guard case .manyToOne(let relation)? = snapshot.schema.role(of: FieldName(name), in: collection.name),
                let target = relation.oneCollection.flatMap({ snapshot.schema.collection($0) }), case .object(let object) = value
            else { continue }
            out[name] = try await save(object, in: target, path: path + [name], entries: &entries)
        }
        for (name, value) in payload {
            guard case .anyToOne(let relation)? = snapshot.schema.role(of: FieldName(name), in: collection.name), case .object(let object) = value
            else { continue }
            let named = relation.oneCollectionField.flatMap { payload[$0.text]?.string }
            guard let named, let target = snapshot.schema.collection(CollectionName(named)) else {
                throw WireError.invalidPayload(
                    "Can't update nested record \"\(collection.name).\(name)\" without field \"\(collection.name).\(relation.oneCollectionField?.text ?? "collection")\" being set"
                )
            }
            let key = try await save(object, in: target, path: path + [name], entries: &entries)
            out[name] = ValueText.text(key).map { .string($0) } ?? .null
        }
        return (out, entries)
    }

    /// What a many-to-any may hold: the name of an allowed collection, whether an item comes with it or not, and a key or an object.
    private func checkTargets(of payload: JSONObject, in collection: Collection) throws(WireError) {
        for relation in snapshot.schema.relations where relation.manyCollection == collection.name {
            guard case .anyToOne(let relation)? = snapshot.schema.role(of: relation.manyField, in: collection.name) else { continue }
            if let named = relation.oneCollectionField.flatMap({ payload[$0.text] }), !named.isNull {
                let isAllowed = named.string.map { (relation.oneAllowedCollections ?? []).contains(CollectionName($0)) } ?? false
                if !isAllowed {
                    let name = named.string ?? named.text
                    throw .invalidPayload("\"\(collection.name).\(relation.manyField)\" can't be linked to collection \"\(name)\"")
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
