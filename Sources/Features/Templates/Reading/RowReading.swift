import Items
import JSONText
import SchemaModel

/// The elements of one file -> rows: columns alone, keys checked.
struct RowReading {
    let schema: SchemaSnapshot
    let collection: Collection
    let identity: RowIdentity
    let format: TemplateFormat
    let places: JSONPlaces

    private(set) var rows: [TemplateRow] = []
    private(set) var problems: [Diagnostic] = []
    private(set) var notes = FieldNotes()
    private var seen: Set<String> = []

    init(schema: SchemaSnapshot, collection: Collection, identity: RowIdentity, format: TemplateFormat, places: JSONPlaces) {
        self.schema = schema
        self.collection = collection
        self.identity = identity
        self.format = format
        self.places = places
    }

    mutating func read(_ elements: [JSONValue]) {
        for (index, element) in elements.enumerated() {
            let row = format.member.map { element[$0] ?? .null } ?? element
            guard let members = row.object else {
                let what = format.member.map { "an object with the member `\($0)`" } ?? "an object"
                report("not-a-row", "expected a row: \(what)", index)
                continue
            }
            guard let key = key(of: members, index) else { continue }
            if let payload = payload(of: members, index) { rows.append(TemplateRow(index: index, key: key, payload: payload)) }
        }
    }

    private mutating func report(_ code: String, _ message: String, _ index: Int) {
        problems.append(Diagnostic(code: code, message: "[\(index)]: \(message)", at: places.location(ofElement: index)))
    }

    /// - Returns: nil after a mistake; `.some(nil)` where the file doesn't tell keys.
    private mutating func key(of members: JSONObject, _ index: Int) -> String?? {
        switch identity.kind {
        case .singleton: return .some(nil)
        case .fields(let names):
            guard let first = names.first, let value = members[first.text], !value.isNull else {
                notes.add("the row is left out: it has no `\(names.first?.text ?? "")`", nil)
                return nil
            }
            return .some(nil)
        case .key: break
        }
        let name = collection.primaryKey.text
        guard let value = members[name], !value.isNull else {
            report("no-key", "the row has no `\(name)`", index)
            return nil
        }
        guard let key = KeyText.text(of: value, for: collection) else {
            report("bad-key", "`\(name)` can't be \(value.text)", index)
            return nil
        }
        guard seen.insert(key).inserted else {
            report("duplicate-key", "another row has the `\(name)` \(value.text) too", index)
            return nil
        }
        return key
    }

    /// What of a row goes into columns.
    private mutating func payload(of members: JSONObject, _ index: Int) -> JSONObject? {
        var payload = JSONObject()
        for (name, value) in members {
            if let dropped = format.dropped.first(where: { $0.field.text == name }) {
                if let reason = dropped.reason, !value.isNull { notes.add(reason, name) }
                continue
            }
            guard let field = schema.field(FieldName(name), of: collection.name) else {
                if !value.isNull { notes.add("there is no such field", name) }
                continue
            }
            guard let column = field.column else {
                if value.array?.contains(where: { $0.object != nil }) == true { notes.add("rows inside of rows are not read", name) }
                continue
            }
            if column.generated != nil || isLeftOut(value, field) { continue }
            if value.object != nil, schema.role(of: field.name, in: collection.name) != nil {
                report("nested-row", "`\(name)` has to be a key, found an object", index)
                return nil
            }
            payload[name] = value
        }
        return payload
    }

    /// Values that say nothing, and secrets.
    private mutating func isLeftOut(_ value: JSONValue, _ field: Field) -> Bool {
        if value.isNull { return field.column?.isNullable == false && field.name != collection.primaryKey }
        guard field.type == .hash || field.isConcealed, let text = value.string else { return false }
        if text == "**********" {
            notes.add("the template masks it", field.name.text)
            return true
        }
        guard field.type == .hash, collection.has(.users) else { return false }
        if text.hasPrefix("$argon2") {
            notes.add("a password comes along: whoever knows it gets in", nil)
            return false
        }
        notes.add("passwords are taken over as Argon2 hashes alone", field.name.text)
        return true
    }
}

/// What became of fields of many rows, a line for each kind.
struct FieldNotes {
    private var counts: [(reason: String, field: String?, count: Int)] = []

    mutating func add(_ reason: String, _ field: String?) {
        if let at = counts.firstIndex(where: { $0.reason == reason && $0.field == field }) {
            counts[at].count += 1
        } else {
            counts.append((reason, field, 1))
        }
    }

    func lines(_ path: String) -> [String] {
        counts.map { entry in
            let rows = entry.count == 1 ? "1 row" : "\(entry.count) rows"
            return "\(path): " + (entry.field.map { "`\($0)` left out of \(rows): \(entry.reason)" } ?? "\(rows): \(entry.reason)")
        }
    }
}
