import JSONText
import SchemaModel

extension SnapshotReader {
    /// One entry of `fields`; nil after a mistake.
    mutating func field(_ value: JSONValue, at path: SnapshotPath) -> (FieldPlace, Field)? {
        guard var members = SnapshotMembers(value, at: path, log: &log) else { return nil }
        let collection = members.name("collection")
        let name = members.name("field")
        let type = fieldType(&members)
        let meta = members.value("meta")
        let columnValue = members.value("schema")
        members.finish(into: &log)
        guard let collection, let name, let type else { return nil }
        let place = FieldPlace(collection: CollectionName(collection), field: FieldName(name))
        guard (columnValue == nil) == (type == .alias) else {
            let message =
                type == .alias ? "an alias has no column, yet `schema` is there" : "a field of type `\(type.wireName)` needs a `schema`, its column"
            log.mistake("contradiction", at: path.appending("schema"), message)
            return nil
        }
        var field = Field(name: FieldName(name), type: type, column: nil, hasMeta: meta != nil)
        if let meta, var members = SnapshotMembers(meta, at: path.appending("meta"), log: &log) {
            field.meta = fieldMeta(&members, of: place)
            members.finish(into: &log)
        }
        if let columnValue, var members = SnapshotMembers(columnValue, at: path.appending("schema"), log: &log) {
            field.column = column(&members, of: place, type: type)
            members.finish(into: &log)
        }
        return (place, field)
    }

    private func fieldType(_ members: inout SnapshotMembers) -> FieldType? {
        guard let word = members.name("type") else { return nil }
        if let type = FieldType(wireName: word) { return type }
        let nearest = Spelling.nearest(to: word, among: FieldType.allNamed.map(\.wireName))
        members.mistake("unknown-type", "type", "`\(word)` is no field type", hint: nearest.map { "did you mean `\($0)`?" })
        return nil
    }

    private func fieldMeta(_ members: inout SnapshotMembers, of place: FieldPlace) -> FieldMeta {
        var meta = FieldMeta()
        for (key, expected) in [("collection", place.collection.text), ("field", place.field.text)] {
            if let other = members.string(key), other != expected {
                members.mistake("contradiction", key, "`meta.\(key)` is `\(other)`, the field is `\(place.collection).\(place.field)`")
            }
        }
        _ = members.integer("id")
        let special = members.strings("special")
        if let special, special.isEmpty { members.remark(.normalized, "special", "an empty list is read as `null`") }
        meta.special = special ?? []
        meta.interface = members.string("interface")
        meta.options = members.value("options")
        meta.display = members.string("display")
        meta.displayOptions = members.value("display_options")
        meta.readonly = members.bool("readonly", default: false)
        meta.hidden = members.bool("hidden", default: false)
        meta.sort = members.integer("sort")
        if members.has("width") { meta.width = members.string("width") }
        meta.translations = members.value("translations")
        meta.note = members.string("note")
        meta.conditions = members.value("conditions")
        meta.required = members.bool("required", default: false)
        meta.group = members.string("group")
        meta.validation = members.value("validation")
        meta.validationMessage = members.string("validation_message")
        meta.searchable = members.bool("searchable", default: true)
        return meta
    }

    private mutating func column(_ members: inout SnapshotMembers, of place: FieldPlace, type: FieldType) -> Column {
        checkPlace(&members, place)
        let word = members.string("data_type")
        var column = Column(dataType: dataType(word, type: type, &members))
        column.maxLength = members.integer("max_length").flatMap { $0 > 0 && WireColumn.hasLength(column.dataType) ? $0 : nil }
        let precision = members.integer("numeric_precision")
        let scale = members.integer("numeric_scale")
        if column.dataType == "numeric" { (column.precision, column.scale) = (precision, scale) }
        if isPostgres, word != nil, WireColumn.numbers(of: column) != (precision, scale) {
            let numbers = "\(precision.map(String.init) ?? "null"), \(scale.map(String.init) ?? "null")"
            members.remark(.normalized, "numeric_precision", "precision and scale (\(numbers)) are not those that `\(column.dataType)` has")
        }
        column.isPrimaryKey = members.bool("is_primary_key", default: false)
        column.isNullable = members.bool("is_nullable", default: !column.isPrimaryKey) && !column.isPrimaryKey
        column.isUnique = members.bool("is_unique", default: false) && !column.isPrimaryKey
        column.isIndexed = members.bool("is_indexed", default: false) && !column.isPrimaryKey
        column.hasAutoIncrement = members.bool("has_auto_increment", default: false)
        column.comment = members.string("comment")
        let isGenerated = members.bool("is_generated", default: false)
        let expression = members.string("generation_expression")
        if isGenerated || expression != nil { column.generated = expression }
        column.default = defaultValue(&members, of: place, type: type, column: column)
        reference(&members, of: place)
        return column
    }

    private func checkPlace(_ members: inout SnapshotMembers, _ place: FieldPlace) {
        for (key, expected) in [("name", place.field.text), ("table", table(of: place.collection))] {
            if let other = members.string(key), other != expected {
                members.mistake("contradiction", key, "`schema.\(key)` is `\(other)`, the field is `\(place.collection).\(place.field)`")
            }
        }
        // Older versions name the schema; it is the configured one.
        _ = members.string("schema")
        _ = members.string("foreign_key_schema")
    }

    private func dataType(_ word: String?, type: FieldType, _ members: inout SnapshotMembers) -> String {
        let usual = Column.usual(for: type)?.dataType ?? "text"
        guard let word, isPostgres else { return usual }
        return WireColumn.modelType(word)
    }

    private func defaultValue(_ members: inout SnapshotMembers, of place: FieldPlace, type: FieldType, column: Column) -> ColumnDefault? {
        guard let value = members.value("default_value"), column.generated == nil else { return nil }
        if column.hasAutoIncrement {
            let expected = WireColumn.sequenceDefault(table: table(of: place.collection), column: place.field.text)
            if value.string != expected, isPostgres {
                members.remark(.normalized, "default_value", "the key's sequence will have the name of the table and column", value: value)
            }
            return nil
        }
        if let text = value.string, WireDefault.isAmbiguous(text, type: type) {
            members.remark(.assumed, "default_value", "taken as a text; if it is an expression, write `default: { sql: … }`", value: value)
        }
        return WireDefault.read(value, type: type)
    }

    private mutating func reference(_ members: inout SnapshotMembers, of place: FieldPlace) {
        let table = members.string("foreign_key_table")
        let column = members.string("foreign_key_column")
        guard let table else { return }
        keysOfFields[place] = SchemaReference(table: table, column: column ?? "id", path: members.path.description)
    }
}
