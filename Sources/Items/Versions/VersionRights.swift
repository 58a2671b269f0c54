import AccessControl
import JSONText
import QueryEngine
import SchemaModel

/// Who may save into a version: whoever may write the same to the item (attack D8). What a delta does to related rows counts too, since previews
/// apply it without asking again.
struct VersionRights {
    let session: WriteSession

    /// - Throws: `FORBIDDEN`.
    func require(_ payload: JSONObject, on row: VersionRow, of collection: Collection, versions: Collection) async throws {
        if session.caller.isAdmin { return }
        let write = try session.authorizer.update(["delta"], on: versions)
        try await session.checkRows([row.id], write, action: "update", fields: [])
        try await update(row.item, payload, in: collection)
    }

    private func update(_ key: String, _ payload: JSONObject, in collection: Collection) async throws {
        let write = try session.authorizer.update(payload.keys, on: collection)
        try await session.checkRows([key], write, action: "update", fields: payload.keys)
        try await nested(payload, in: collection)
    }

    private func create(_ payload: JSONObject, in collection: Collection) async throws {
        _ = try session.authorizer.create(payload.keys, on: collection)
        try await nested(payload, in: collection)
    }

    private func nested(_ payload: JSONObject, in collection: Collection) async throws {
        for (name, value) in payload {
            guard let role = session.snapshot.schema.role(of: FieldName(name), in: collection.name) else { continue }
            switch role {
            case .manyToOne(let relation): try await save(value, in: relation.oneCollection)
            case .anyToOne(let relation):
                try await save(value, in: relation.oneCollectionField.flatMap { payload[$0.text]?.string }.map { CollectionName($0) })
            case .oneToMany(let relation):
                guard let target = session.snapshot.schema.collection(relation.manyCollection) else { continue }
                try await list(value, relation, target)
            }
        }
    }

    /// An object below a many-to-one or many-to-any field.
    private func save(_ value: JSONValue, in name: CollectionName?) async throws {
        guard case .object(let object) = value, let target = name.flatMap({ session.snapshot.schema.collection($0) }) else { return }
        try await save(object, in: target)
    }

    private func save(_ object: JSONObject, in target: Collection) async throws {
        var rest = object
        rest[target.primaryKey.text] = nil
        guard let key = object[target.primaryKey.text].flatMap({ KeyText.text(of: $0, for: target) }),
            try await session.existing([key], in: target).contains(key)
        else { return try await create(object, in: target) }
        if !rest.isEmpty { try await update(key, rest, in: target) }
    }

    private func list(_ value: JSONValue, _ relation: Relation, _ target: Collection) async throws {
        let link = relation.manyField.text
        switch value {
        case .array(let elements):
            try await save(elements, link, target)
            try await deselect([], relation, target)
        case .object(let members):
            for object in members["create"]?.array ?? [] { try await save([object], link, target) }
            try await save(members["update"]?.array ?? [], link, target)
            if case .array(let keys)? = members["delete"], !keys.isEmpty {
                try await deselect(keys.compactMap { KeyText.text(of: $0, for: target) }, relation, target)
            }
        case .null, .bool, .number, .string: try await deselect([], relation, target)
        }
    }

    private func save(_ elements: [JSONValue], _ link: String, _ target: Collection) async throws {
        for element in elements {
            if case .object(var object) = element {
                object[link] = object[link] ?? .null
                try await save(object, in: target)
            } else if let key = KeyText.text(of: element, for: target) {
                try await update(key, JSONObject([(link, .null)]), in: target)
            }
        }
    }

    /// - Parameter keys: empty = whatever the array form leaves out: the right as such is asked for.
    private func deselect(_ keys: [String], _ relation: Relation, _ target: Collection) async throws {
        let write: AuthorizedWrite
        switch relation.oneDeselectAction {
        case .delete: write = try session.authorizer.delete(on: target)
        case .nullify: write = try session.authorizer.update([relation.manyField.text], on: target)
        }
        if !keys.isEmpty { try await session.checkRows(keys, write, action: write.action.rawValue, fields: []) }
    }
}
