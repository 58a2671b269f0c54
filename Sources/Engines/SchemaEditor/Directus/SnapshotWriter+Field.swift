import JSONText
import SchemaModel

extension SnapshotWriter {
    func field(_ field: Field, of collection: CollectionName) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("collection", .string(collection.text)), ("field", .string(field.name.text)), ("type", .string(field.type.wireName)),
            ("meta", field.hasMeta ? meta(of: field, in: collection) : .null),
        ]
        if let column = field.column { members.append(("schema", schema(of: column, field: field, in: collection))) }
        return .object(JSONObject(members))
    }

    private func meta(of field: Field, in collection: CollectionName) -> JSONValue {
        let meta = field.meta
        return .object(
            JSONObject([
                ("collection", .string(collection.text)), ("conditions", meta.conditions ?? .null), ("display", .text(meta.display)),
                ("display_options", meta.displayOptions ?? .null), ("field", .string(field.name.text)), ("group", .text(meta.group)),
                ("hidden", .bool(meta.hidden)), ("interface", .text(meta.interface)), ("note", .text(meta.note)),
                ("options", meta.options ?? .null), ("readonly", .bool(meta.readonly)), ("required", .bool(meta.required)),
                ("searchable", .bool(meta.searchable)), ("sort", .whole(meta.sort)),
                ("special", meta.special.isEmpty ? .null : .array(meta.special.map { .string($0) })),
                ("translations", meta.translations ?? .null), ("validation", meta.validation ?? .null),
                ("validation_message", .text(meta.validationMessage)), ("width", .text(meta.width)),
            ]))
    }

    private func schema(of column: Column, field: Field, in collection: CollectionName) -> JSONValue {
        let table = table(of: collection)
        let numbers = WireColumn.numbers(of: column)
        let relation = self.schema.relations.first {
            $0.manyCollection == collection && $0.manyField == field.name && $0.foreignKey != nil
        }
        var value = column.default.map(WireDefault.wire) ?? .null
        if column.hasAutoIncrement { value = .string(WireColumn.sequenceDefault(table: table, column: field.name.text)) }
        return .object(
            JSONObject([
                ("name", .string(field.name.text)), ("table", .string(table)), ("data_type", .string(WireColumn.dataType(of: column))),
                ("default_value", value), ("max_length", .whole(column.maxLength)), ("numeric_precision", .whole(numbers.precision)),
                ("numeric_scale", .whole(numbers.scale)), ("is_nullable", .bool(column.isNullable)),
                ("is_unique", .bool(column.isUnique || column.isPrimaryKey)), ("is_indexed", .bool(column.isIndexed)),
                ("is_primary_key", .bool(column.isPrimaryKey)), ("is_generated", .bool(column.generated != nil)),
                ("generation_expression", .text(column.generated)), ("has_auto_increment", .bool(column.hasAutoIncrement)),
                ("foreign_key_table", .text(relation?.oneCollection.map(self.table))),
                ("foreign_key_column", .text(relation?.foreignKey?.column.text)),
            ]))
    }
}
