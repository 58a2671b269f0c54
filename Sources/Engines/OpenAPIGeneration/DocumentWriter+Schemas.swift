import JSONText
import SchemaModel

/// The schemas of one collection: what is read, what a create takes, what an update takes. Fields that the audience may not use are not in them.
extension DocumentWriter {
    mutating func object(for schema: SharedParts.Schema) -> JSONValue {
        switch schema {
        case .read(let name): readSchema(name)
        case .create(let name): writeSchema(name, .create)
        case .update(let name): writeSchema(name, .update)
        }
    }

    func keySchema(of collection: CollectionName, isNullable: Bool = false) -> JSONValue {
        var members = schema.primaryKey(of: collection)?.type.schemaMembers ?? [("type", "string")]
        if isNullable { members.append(("nullable", true)) }
        return .object(JSONObject(unique: members))
    }

    // MARK: Reads

    /// No field is required: `fields` decides what is there.
    private mutating func readSchema(_ name: CollectionName) -> JSONValue {
        guard let collection = schema.collection(name) else { return ["type": "object"] }
        var properties: Members = []
        for field in collection.fields where !field.isNoData && audience.may(.read, field.name, of: name) {
            if let value = readProperty(field, of: collection) { properties.append((field.name.text, value)) }
        }
        return object(collection, properties: properties)
    }

    private mutating func readProperty(_ field: Field, of collection: Collection) -> JSONValue? {
        let isNullable = field.column?.isNullable == true || audience.mayBeMasked(field.name, of: collection.name)
        switch schema.role(of: field.name, in: collection.name) {
        case nil: return field.type == .alias ? nil : field.schema(isNullable: isNullable)
        case .manyToOne(let relation)?:
            guard let one = relation.oneCollection, audience.may(.read, one) else { return field.schema(isNullable: isNullable) }
            return union("oneOf", [key(field, isNullable: isNullable), parts.reference(.read(one))], field)
        case .oneToMany(let relation)?:
            guard audience.may(.read, relation.manyCollection) else { return nil }
            let items: JSONValue = ["oneOf": [keySchema(of: relation.manyCollection), parts.reference(.read(relation.manyCollection))]]
            return described(["type": "array", "items": items], field)
        case .anyToOne(let relation)?:
            let readable = (relation.oneAllowedCollections ?? []).filter { audience.may(.read, $0) && schema.collection($0) != nil }
            guard !readable.isEmpty else { return field.schema(isNullable: isNullable) }
            var options = [key(field, isNullable: isNullable)]
            for name in readable { options.append(parts.reference(.read(name))) }
            return union("anyOf", options, field)
        }
    }

    // MARK: Writes

    private mutating func writeSchema(_ name: CollectionName, _ action: PermissionAction) -> JSONValue {
        guard let collection = schema.collection(name) else { return ["type": "object"] }
        var properties: Members = []
        var required: [JSONValue] = []
        for field in collection.fields where !field.isNoData && field.column?.generated == nil && audience.may(action, field.name, of: name) {
            guard let value = writeProperty(field, of: collection, action) else { continue }
            properties.append((field.name.text, value))
            guard action == .create, field.mustBeSent, !collection.has(.files), !audience.isPreset(field.name, of: name) else { continue }
            // Set by the server where the row is made inside its parent.
            if schema.role(of: field.name, in: name) == nil { required.append(.string(field.name.text)) }
        }
        return object(collection, properties: properties, required: required)
    }

    private mutating func writeProperty(_ field: Field, of collection: Collection, _ action: PermissionAction) -> JSONValue? {
        let isNullable = field.column?.isNullable == true
        switch schema.role(of: field.name, in: collection.name) {
        case nil: return field.type == .alias ? nil : field.schema(isNullable: isNullable, withDefault: action == .create)
        case .manyToOne(let relation)?:
            let nested = relation.oneCollection.map { nestedItems([$0]) } ?? []
            return nested.isEmpty ? field.schema(isNullable: isNullable) : union("anyOf", [key(field, isNullable: isNullable)] + nested, field)
        case .oneToMany(let relation)?: return described(nestedList(relation.manyCollection), field)
        case .anyToOne(let relation)?:
            let nested = nestedItems(relation.oneAllowedCollections ?? [])
            return nested.isEmpty ? field.schema(isNullable: isNullable) : union("anyOf", [key(field, isNullable: isNullable)] + nested, field)
        }
    }

    /// The whole list, or what is to be made, changed and taken out.
    private mutating func nestedList(_ many: CollectionName) -> JSONValue {
        let key = keySchema(of: many)
        let nested = nestedItems([many])
        let element: JSONValue = nested.isEmpty ? key : ["anyOf": .array([key] + nested)]
        var changes: Members = []
        if audience.may(.create, many) { changes.append(("create", ["type": "array", "items": parts.reference(.create(many))])) }
        if audience.may(.update, many) { changes.append(("update", ["type": "array", "items": parts.reference(.update(many))])) }
        changes.append(("delete", ["type": "array", "items": key]))
        return [
            "anyOf": [
                ["type": "array", "items": element], ["type": "object", "properties": .object(JSONObject(unique: changes))],
            ]
        ]
    }

    private mutating func nestedItems(_ collections: [CollectionName]) -> [JSONValue] {
        var options: [JSONValue] = []
        for name in collections where schema.collection(name) != nil {
            if audience.may(.create, name) { options.append(parts.reference(.create(name))) }
            if audience.may(.update, name) { options.append(parts.reference(.update(name))) }
        }
        return options
    }

    // MARK: Parts

    private func key(_ field: Field, isNullable: Bool) -> JSONValue {
        var members = field.type.schemaMembers
        if isNullable, !members.isEmpty { members.append(("nullable", true)) }
        return .object(JSONObject(unique: members))
    }

    private func union(_ word: String, _ options: [JSONValue], _ field: Field) -> JSONValue {
        described(.object(JSONObject([(word, .array(options))])), field)
    }

    private func described(_ value: JSONValue, _ field: Field) -> JSONValue {
        guard let note = MarkdownText.plain(field.meta.note), let members = value.object else { return value }
        return .object(JSONObject(unique: members.members + [("description", .string(note))]))
    }

    private func object(_ collection: Collection, properties: Members, required: [JSONValue] = []) -> JSONValue {
        var members: Members = [("type", "object")]
        if let note = MarkdownText.plain(collection.meta.note) { members.append(("description", .string(note))) }
        if !required.isEmpty { members.append(("required", .array(required))) }
        members.append(("properties", .object(JSONObject(unique: properties))))
        return .object(JSONObject(unique: members))
    }
}
