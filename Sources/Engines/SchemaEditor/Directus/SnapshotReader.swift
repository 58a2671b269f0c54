import JSONText
import SchemaModel

/// Reads the value of a Directus schema snapshot. Collects every mistake; the result counts only when there is none.
///
/// - Source: contract/system.md, section 13. Takes what Directus 9 to 11 write: absent members have their defaults.
struct SnapshotReader {
    let builtIn: SchemaSnapshot
    var log = SnapshotLog()
    var schema = UserSchema()
    /// PostgreSQL's own types are kept; those of other databases are replaced by what the field's type has here.
    var isPostgres = true
    /// Foreign keys that a field tells of, by collection and field.
    var keysOfFields: [FieldPlace: SchemaReference] = [:]
    private var fieldsOf: [CollectionName: [Field]] = [:]
    private var orderOfCollections: [CollectionName] = []

    init(builtIn: SchemaSnapshot) { self.builtIn = builtIn }

    struct FieldPlace: Hashable {
        var collection: CollectionName
        var field: FieldName
    }

    struct SchemaReference: Hashable {
        var table: String
        var column: String
        var path: String
    }

    mutating func read(_ root: JSONValue) {
        guard var members = SnapshotMembers(unwrapped(root), at: SnapshotPath(), log: &log) else { return }
        head(&members)
        let collections = list(&members, "collections", isRequired: true)
        let fields = list(&members, "fields", isRequired: true)
        let systemFields = list(&members, "systemFields", isRequired: false)
        let relations = list(&members, "relations", isRequired: true)
        members.finish(into: &log)
        for (path, value) in collections { collection(value, at: path) }
        for (path, value) in fields { takeField(value, at: path) }
        for (path, value) in relations { relation(value, at: path) }
        for (path, value) in systemFields { systemField(value, at: path) }
        placeFields()
        completeForeignKeys()
        addColumnsOfRelations()
        dropDanglingNames()
    }

    /// The body of `GET /schema/snapshot` has the snapshot under `data`.
    private func unwrapped(_ root: JSONValue) -> JSONValue {
        if let object = root.object, object.keys == ["data"], let data = object["data"] { return data }
        return root
    }

    private mutating func head(_ members: inout SnapshotMembers) {
        let hasVersion = members.has("version")
        let version = members.integer("version")
        if !hasVersion, !members.has("collections") {
            members.mistake("not-a-snapshot", "version", "this is no Directus schema snapshot: it has neither `version` nor `collections`")
        } else if version != 1 {
            members.mistake(
                "unsupported-version", "version", "only snapshots of version 1 can be read, this one says \(version.map(String.init) ?? "nothing")")
        }
        _ = members.string("directus")
        let vendor = members.string("vendor") ?? "postgres"
        isPostgres = ["postgres", "postgresql", "pg", "cockroachdb"].contains(vendor)
        if !isPostgres { members.remark(.normalized, "vendor", "column types of \(vendor) become PostgreSQL's, by the type of each field") }
    }

    private mutating func list(_ members: inout SnapshotMembers, _ key: String, isRequired: Bool) -> [(SnapshotPath, JSONValue)] {
        let isThere = members.has(key)
        guard let value = members.value(key) else {
            if isRequired, !isThere { members.mistake("missing-key", key, "`\(key)` is missing") }
            return []
        }
        guard let elements = value.array else {
            members.mistake("wrong-type", key, "expected a list, found \(value.kindName)")
            return []
        }
        let path = members.path.appending(key)
        return elements.enumerated().map { (path.appending($0.offset), $0.element) }
    }

    private mutating func takeField(_ value: JSONValue, at path: SnapshotPath) {
        guard let (place, field) = field(value, at: path) else { return }
        guard isPlace(place, at: path) else { return }
        if fieldsOf[place.collection]?.contains(where: { $0.name == place.field }) == true {
            log.mistake("duplicate-field", at: path, "the field `\(place.collection).\(place.field)` stands here twice")
            return
        }
        if fieldsOf[place.collection] == nil { orderOfCollections.append(place.collection) }
        fieldsOf[place.collection, default: []].append(field)
    }

    private mutating func isPlace(_ place: FieldPlace, at path: SnapshotPath) -> Bool {
        if let system = builtIn.collection(place.collection) {
            guard system.fields.contains(where: { $0.name == place.field }) else { return true }
            log.mistake("built-in-field", at: path.appending("field"), "`\(place.collection).\(place.field)` is built in")
            return false
        }
        if schema.collections.contains(where: { $0.name == place.collection }) { return true }
        log.mistake(
            "unknown-collection", at: path.appending("collection"),
            "the field `\(place.field)` belongs to the collection `\(place.collection)`, which the snapshot does not define")
        return false
    }

    /// Gives the fields to their collections, in the order of the studio.
    private mutating func placeFields() {
        for index in schema.collections.indices {
            var collection = schema.collections[index]
            collection.fields = StudioOrder.sorted(fieldsOf[collection.name] ?? [])
            ensurePrimaryKey(&collection)
            schema.collections[index] = collection
        }
        for name in orderOfCollections where !schema.collections.contains(where: { $0.name == name }) {
            let fields = StudioOrder.sorted(fieldsOf[name] ?? [])
            if let at = schema.additions.firstIndex(where: { $0.collection == name }) {
                schema.additions[at].fields = fields
            } else {
                schema.additions.append(SystemAddition(collection: name, fields: fields))
            }
        }
        schema.additions.sort { $0.collection < $1.collection }
    }

    /// The collection's table; nearly always they have one name.
    func table(of name: CollectionName) -> String { schema.collections.first { $0.name == name }?.table?.name ?? name.text }

    /// A key that Directus has no row for is not in the snapshot; Directus itself then makes `id`, and so do we.
    private mutating func ensurePrimaryKey(_ collection: inout Collection) {
        guard collection.table != nil else { return }
        if let key = collection.fields.first(where: { $0.column?.isPrimaryKey == true }) {
            collection.primaryKey = key.name
            return
        }
        let path = SnapshotPath(steps: [.key("collections")])
        guard !collection.fields.contains(where: { $0.name == "id" }) else {
            log.mistake("no-primary-key", at: path, "no field of the collection `\(collection.name)` is its primary key")
            return
        }
        let message = "the collection `\(collection.name)` has no primary key in the snapshot: it gets the integer key `id`"
        log.remark(.assumed, at: path, message)
        let column = Column(dataType: "integer", isNullable: false, isPrimaryKey: true, hasAutoIncrement: true)
        collection.fields.insert(Field(name: "id", type: .integer, column: column, hasMeta: false), at: 0)
        collection.primaryKey = "id"
    }

    private mutating func systemField(_ value: JSONValue, at path: SnapshotPath) {
        guard var members = SnapshotMembers(value, at: path, log: &log) else { return }
        let collection = members.name("collection")
        let field = members.name("field")
        var isIndexed = false
        if let value = members.value("schema"), var column = SnapshotMembers(value, at: path.appending("schema"), log: &log) {
            isIndexed = column.bool("is_indexed", default: false)
            column.finish(into: &log)
        }
        members.finish(into: &log)
        guard let collection, let field, isIndexed else { return }
        let name = CollectionName(collection)
        let index = Index(fields: [FieldName(field)])
        guard let found = builtIn.field(FieldName(field), of: name) else {
            log.mistake("unknown-field", at: path, "`\(collection).\(field)` is no built-in field")
            return
        }
        if found.column?.isIndexed == true || builtIn.collection(name)?.indexes.contains(index) == true { return }
        guard let at = schema.additions.firstIndex(where: { $0.collection == name }) else {
            schema.additions.append(SystemAddition(collection: name, indexes: [index]))
            return
        }
        schema.additions[at].indexes.append(index)
    }
}
