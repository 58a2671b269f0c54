import AccessControl
import JSONText
import Postgres
import QueryEngine
import SchemaModel

/// One-to-many lists (junction rows too): written after the row, in the array form or the changes form (contract/items.md, 4.4).
extension WriteSession {
    /// - Returns: history entries of what was written.
    func writeChildren(of payload: JSONObject, key: String, in collection: Collection, path: [String]) async throws -> [Int] {
        var entries: [Int] = []
        let table = table(of: collection)
        for (name, value) in payload {
            guard case .oneToMany(let relation)? = table.field(name)?.role,
                let list = ChildList(relation, parent: key, parentCollection: collection, schema: snapshot.schema, path: path + [name])
            else { continue }
            entries += try await write(value, to: list)
        }
        return entries
    }

    private func write(_ value: JSONValue, to list: ChildList) async throws -> [Int] {
        switch value {
        case .null, .bool(false), .string(""): return try await replace([], in: list)
        case .array(let elements): return try await replace(elements, in: list)
        case .object(let members): return try await change(members, in: list)
        case .bool, .number, .string:
            throw WireError.invalidPayload("Invalid one-to-many update structure: \"value\" must be of type object")
        }
    }

    private func current(_ list: ChildList) async throws -> [String] {
        try await run(WriteSQL.children(of: list.parent, in: list.collection, by: list.field), for: list.collection).texts(column: 0)
    }

    /// The array form: what is not in the list is deselected.
    private func replace(_ elements: [JSONValue], in list: ChildList) async throws -> [Int] {
        let linked = try await current(list)
        let present = try await existing(try list.keys(of: elements), in: list.collection)
        var kept = Set<String>()
        var entries: [Int] = []
        for element in elements {
            if case .object(let object) = element {
                let written = try await save(object, in: list, linked: Set(linked), present: present)
                kept.insert(written.key)
                entries += written.entries
                continue
            }
            guard let key = KeyText.text(of: element, for: list.collection) else { throw WireError.forbidden }
            kept.insert(key)
            if linked.contains(key) { continue }
            // To others than admins one that isn't there is like one that they may not change.
            guard present.contains(key) || !caller.isAdmin else { throw WireError.forbidden }
            entries += try await update([key], JSONObject([(list.field.name.text, list.parentValue)]), in: list.collection, path: list.path).entries
        }
        let dropped = linked.filter { !kept.contains($0) }
        return entries + (try await deselect(dropped, in: list))
    }

    private func save(
        _ object: JSONObject, in list: ChildList, linked: Set<String>, present: Set<String>
    ) async throws -> (key: String, entries: [Int]) {
        var object = object
        if let key = try list.key(of: object), present.contains(key) {
            object[list.collection.primaryKey.text] = nil
            // The parent that is written wins over a key inside the element.
            if !linked.contains(key) || object[list.field.name.text] != nil { object[list.field.name.text] = list.parentValue }
            return (key, try await update([key], object, in: list.collection, path: list.path).entries)
        }
        object[list.field.name.text] = list.parentValue
        let item = try await create(object, in: list.collection, path: list.path)
        return (item.key, item.entry.map { [$0] } ?? [])
    }

    /// `{create, update, delete}`: what is not named stays.
    private func change(_ members: JSONObject, in list: ChildList) async throws -> [Int] {
        let changes = try ChildChanges(members)
        var entries: [Int] = []
        var sort = try await greatestSort(of: list, needed: !changes.create.isEmpty)
        for object in changes.create {
            var object = object
            object[list.field.name.text] = list.parentValue
            if let field = list.sortField, let last = sort {
                sort = last + 1
                if object[field.name.text] == nil { object[field.name.text] = .integer(last + 1) }
            }
            let item = try await create(object, in: list.collection, path: list.path)
            if let entry = item.entry { entries.append(entry) }
        }
        if !changes.update.isEmpty || !changes.delete.isEmpty {
            let linked = Set(try await current(list))
            let present = try await existing(try list.keys(of: changes.update.map { .object($0) }), in: list.collection)
            for object in changes.update {
                guard try list.key(of: object) != nil else { throw WireError.invalidPayload("Item in update misses primary key") }
                entries += try await save(object, in: list, linked: linked, present: present).entries
            }
            let dropped = changes.delete.compactMap { KeyText.text(of: $0, for: list.collection) }.filter { linked.contains($0) }
            entries += try await deselect(dropped, in: list)
        }
        return entries
    }

    private func greatestSort(of list: ChildList, needed: Bool) async throws -> Int? {
        guard needed, let sort = list.sortField else { return nil }
        let result = try await run(WriteSQL.greatestSort(sort, of: list.parent, in: list.collection, by: list.field), for: list.collection)
        return result.int(0, 0) ?? 0
    }

    private func deselect(_ keys: [String], in list: ChildList) async throws -> [Int] {
        if keys.isEmpty { return [] }
        switch list.relation.oneDeselectAction {
        case .delete:
            try await delete(keys, in: list.collection)
            return []
        case .nullify:
            return try await update(keys, JSONObject([(list.field.name.text, .null)]), in: list.collection, path: list.path).entries
        }
    }
}

/// One parent's list.
struct ChildList {
    let relation: Relation
    let parent: String
    let parentValue: JSONValue
    let collection: Collection
    /// The foreign key on the children.
    let field: Field
    let sortField: Field?
    let path: [String]

    init?(_ relation: Relation, parent: String, parentCollection: Collection, schema: SchemaSnapshot, path: [String]) {
        guard let collection = schema.collection(relation.manyCollection), let field = schema.field(relation.manyField, of: collection.name) else {
            return nil
        }
        self.relation = relation
        self.parent = parent
        self.collection = collection
        self.field = field
        self.path = path
        sortField = relation.sortField.flatMap { schema.field($0, of: collection.name) }
        if parentCollection.key?.type == .integer, let number = Int(parent) { parentValue = .integer(number) } else { parentValue = .string(parent) }
    }

    /// The key inside an element; nil when it has none.
    func key(of object: JSONObject) throws(WireError) -> String? {
        guard let value = object[collection.primaryKey.text], !value.isNull, value != .string("") else { return nil }
        guard let key = KeyText.text(of: value, for: collection) else { throw .forbidden }
        return key
    }

    func keys(of elements: [JSONValue]) throws(WireError) -> [String] {
        var keys: [String] = []
        for element in elements {
            switch element {
            case .object(let object): if let key = try key(of: object) { keys.append(key) }
            case .string, .number: if let key = KeyText.text(of: element, for: collection) { keys.append(key) }
            case .null, .bool, .array: throw .invalidPayload("Invalid one-to-many update structure: an element must be a key or an object")
            }
        }
        return keys
    }
}

/// The changes form, checked.
struct ChildChanges {
    var create: [JSONObject] = []
    var update: [JSONObject] = []
    var delete: [JSONValue] = []

    init(_ members: JSONObject) throws(WireError) {
        for (name, value) in members {
            guard name == "create" || name == "update" || name == "delete" else { throw ChildChanges.refusal("\"\(name)\" is not allowed") }
            guard case .array(let elements) = value else { throw ChildChanges.refusal("\"\(name)\" must be an array") }
            for (index, element) in elements.enumerated() {
                try add(element, to: name, at: index)
            }
        }
    }

    private mutating func add(_ element: JSONValue, to name: String, at index: Int) throws(WireError) {
        switch (name, element) {
        case ("create", .object(let object)): create.append(object)
        case ("update", .object(let object)): update.append(object)
        case ("delete", .string), ("delete", .number): delete.append(element)
        case ("delete", _): throw ChildChanges.refusal("\"delete[\(index)]\" does not match any of the allowed types")
        default: throw ChildChanges.refusal("\"\(name)[\(index)]\" must be of type object")
        }
    }

    private static func refusal(_ what: String) -> WireError {
        .invalidPayload("Invalid one-to-many update structure: \(what)")
    }
}
