import AccessControl
import JSONText
import QueryEngine
import SchemaModel

/// What a version changes: a partial item, relations in write syntax. As stored, it and every object below a relation carry `_user` and `_date` of
/// whoever saved them (contract/system.md, section 10).
struct VersionDelta {
    private static let userMark = "_user"
    private static let dateMark = "_date"

    let schema: SchemaSnapshot

    // MARK: Saving

    /// Marks a payload. Names that are no field are dropped.
    func stamped(_ payload: JSONObject, of collection: CollectionName, user: UserID?, at now: Moment) -> JSONObject {
        let marks = JSONObject([
            (VersionDelta.userMark, user.map { .string($0.text) } ?? .null), (VersionDelta.dateMark, .string(now.isoText)),
        ])
        return stamped(payload, of: collection, marks)
    }

    /// The payload's fields of the collection.
    func known(_ payload: JSONObject, of collection: CollectionName) -> JSONObject {
        var out = JSONObject()
        for (name, value) in payload where schema.field(FieldName(name), of: collection) != nil { out[name] = value }
        return out
    }

    private func stamped(_ object: JSONObject, of collection: CollectionName, _ marks: JSONObject) -> JSONObject {
        var out = mapped(object, of: collection) { inner, target in target.map { stamped(inner, of: $0, marks) } ?? marked(inner, marks) }
        out = marked(out, marks)
        return out
    }

    private func marked(_ object: JSONObject, _ marks: JSONObject) -> JSONObject {
        var out = object
        for (name, value) in marks { out[name] = value }
        return out
    }

    // MARK: Showing and applying

    /// Without marks: what is written to the item.
    func plain(_ delta: JSONObject, of collection: CollectionName) -> JSONObject { without(marks: delta, of: collection) }

    private func without(marks object: JSONObject, of collection: CollectionName?) -> JSONObject {
        var out = object
        if let collection { out = mapped(object, of: collection) { inner, target in without(marks: inner, of: target) } }
        out[VersionDelta.userMark] = nil
        out[VersionDelta.dateMark] = nil
        return out
    }

    /// As clients see it: marks have become the fields that would hold them.
    func shown(_ delta: JSONObject, of collection: CollectionName) -> JSONObject { shown(delta, of: collection, isNew: false) }

    private func shown(_ object: JSONObject, of collection: CollectionName?, isNew: Bool) -> JSONObject {
        guard let collection else { return without(marks: object, of: nil) }
        var out = mapped(object, of: collection) { inner, target in
            let key = target.flatMap { schema.collection($0)?.primaryKey.text }
            return shown(inner, of: target, isNew: key.map { inner[$0]?.isNull ?? true } ?? false)
        }
        let (user, date) = (out[VersionDelta.userMark], out[VersionDelta.dateMark])
        out[VersionDelta.userMark] = nil
        out[VersionDelta.dateMark] = nil
        for field in schema.collection(collection)?.fields ?? [] {
            if let date, field.has(special: isNew ? "date-created" : "date-updated") { out[field.name.text] = date }
            if let user, field.has(special: isNew ? "user-created" : "user-updated") { out[field.name.text] = user }
        }
        return out
    }

    /// Who saved last, and when.
    func author(of delta: JSONObject) -> (user: UserID?, at: Moment?) {
        (delta[VersionDelta.userMark]?.string.map { UserID($0) }, delta[VersionDelta.dateMark]?.string.flatMap { Moment(isoText: $0) })
    }

    // MARK: Rights

    /// Without what the caller may not read, on any level. Marks stay.
    func readable(_ delta: JSONObject, of collection: CollectionName, by access: EffectiveAccess) -> JSONObject {
        if access.isAdmin { return delta }
        let fields = access.access(to: collection, for: .read)?.fields ?? .some([])
        var kept = JSONObject()
        for (name, value) in delta {
            let isMark = name == VersionDelta.userMark || name == VersionDelta.dateMark
            if isMark || fields.contains(FieldName(name)) { kept[name] = value }
        }
        return mapped(kept, of: collection) { inner, target in target.map { readable(inner, of: $0, by: access) } ?? inner }
    }

    // MARK: Walking

    /// Replaces each object below a relation.
    /// - Parameter change: with the collection that the object belongs to; nil for `{create, update, delete}` itself.
    private func mapped(
        _ object: JSONObject, of collection: CollectionName, _ change: (JSONObject, CollectionName?) -> JSONObject
    ) -> JSONObject {
        var out = object
        for (name, value) in object {
            guard let role = schema.role(of: FieldName(name), in: collection) else { continue }
            switch role {
            case .manyToOne(let relation):
                if case .object(let inner) = value { out[name] = .object(change(inner, relation.oneCollection)) }
            case .anyToOne(let relation):
                let target = relation.oneCollectionField.flatMap { object[$0.text]?.string }.map { CollectionName($0) }
                if case .object(let inner) = value { out[name] = .object(change(inner, target)) }
            case .oneToMany(let relation): out[name] = list(value, of: relation.manyCollection, change)
            }
        }
        return out
    }

    private func list(_ value: JSONValue, of collection: CollectionName, _ change: (JSONObject, CollectionName?) -> JSONObject) -> JSONValue {
        func elements(_ values: [JSONValue]) -> JSONValue {
            .array(values.map { element in element.object.map { .object(change($0, collection)) } ?? element })
        }
        switch value {
        case .array(let values): return elements(values)
        case .object(var members):
            for name in ["create", "update"] {
                if case .array(let values)? = members[name] { members[name] = elements(values) }
            }
            return .object(change(members, nil))
        case .null, .bool, .number, .string: return value
        }
    }
}
