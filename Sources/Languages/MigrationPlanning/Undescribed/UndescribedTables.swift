package import SQLText
package import SchemaModel

/// Tables that no file describes -> collections with `hasMeta` false, as far as they can be served.
///
/// - Shape: one collection per table whose key is one column, sorted by name; one relation per foreign key of one column that leaves it, whatever it
///   is called. Tables without such a key stand in `unkeyed`: listed, refused.
/// - Source: contract/items.md, 3.2.
package struct UndescribedTables: Sendable {
    package private(set) var collections: [Collection] = []
    package private(set) var relations: [Relation] = []
    /// Tables without a key of one column.
    package private(set) var unkeyed: [SQLIdentifier] = []

    /// - Parameter described: tables that need no collection.
    package init(of model: DatabaseModel, except described: Set<SQLIdentifier>) {
        for table in model.sortedTables where !described.contains(table.name) {
            guard let key = table.primaryKey, key.columns.count == 1 else {
                unkeyed.append(table.name)
                continue
            }
            collections.append(
                Collection(
                    name: CollectionName(table.name.name), table: TableName(name: table.name.name), hasMeta: false,
                    fields: table.columns.map { UndescribedTables.field($0, of: table) }, primaryKey: FieldName(key.columns[0].name),
                    isManaged: false))
            relations += table.foreignKeys.compactMap { UndescribedTables.relation($0, of: table) }
        }
    }

    private static func relation(_ key: ForeignKeyModel, of table: TableModel) -> Relation? {
        guard key.columns.count == 1, key.targetColumns.count == 1, key.targetSchema == nil else { return nil }
        let reference = ForeignKey(
            constraintName: key.name.name, column: FieldName(key.targetColumns[0].name), onDelete: key.onDelete, onUpdate: key.onUpdate)
        return Relation(
            manyCollection: CollectionName(table.name.name), manyField: FieldName(key.columns[0].name),
            oneCollection: CollectionName(key.target.name), foreignKey: reference, hasMeta: false)
    }

    private static func field(_ column: ColumnModel, of table: TableModel) -> Field {
        let isKey = table.primaryKey?.columns.contains(column.name) == true
        let type = FieldType(found: column.type)
        var facts = Column(dataType: column.type.base, isNullable: column.isNullable, isPrimaryKey: isKey, generated: column.generated?.text)
        if case .geometry = type { facts.dataType = column.type.text }
        facts.comment = column.comment
        facts.isUnique = isKey || table.uniques.contains { $0.columns == [column.name] }
        facts.isIndexed = table.indexes.contains { !$0.isUnique && $0.keys.map(\.subject) == [.column(column.name)] }
        facts.hasAutoIncrement = isKey && column.default?.isAutoIncrement == true
        switch column.type.base {
        case "character varying", "character", "bit", "bit varying": facts.maxLength = column.type.arguments.first
        case "numeric":
            facts.precision = column.type.arguments.first
            facts.scale = facts.precision == nil ? nil : column.type.arguments.dropFirst().first ?? 0
        default: break
        }
        switch column.default {
        case .expression(let expression): facts.default = ColumnDefault(found: expression.text, of: column.type)
        case .sequence(let expression?) where !isKey: facts.default = .sql(expression)
        case .sequence, .identity, nil: break
        }
        return Field(name: FieldName(column.name.name), type: type, column: facts, hasMeta: false)
    }
}

extension FieldType {
    /// What a column of a table made by others is to the API.
    package init(found type: TypeText) {
        switch type.base {
        case "boolean", "bit": self = .boolean
        case "smallint", "integer": self = .integer
        case "bigint": self = .bigInteger
        // Without a precision: whole numbers, as the reference reads it, whose values are texts.
        case "numeric": self = type.arguments.isEmpty ? .integer : .decimal
        case "real", "double precision", "money": self = .float
        case "character varying", "character", "interval": self = .string
        case "text", "citext": self = .text
        case "date": self = .date
        case "time without time zone", "time with time zone": self = .time
        case "timestamp without time zone": self = .dateTime
        case "timestamp with time zone": self = .timestamp
        case "json", "jsonb": self = .json
        case "uuid": self = .uuid
        case "point": self = .geometry(.point)
        case "polygon": self = .geometry(.polygon)
        case "geometry", "geography": self = FieldType(geometry: type.text)
        default: self = .unknown
        }
    }

    /// `geometry(PointZ,4326)` is a point; a collection of geometries is nothing the API knows.
    private init(geometry text: String) {
        guard let open = text.firstIndex(of: "(") else {
            self = .geometry(nil)
            return
        }
        let word = text[text.index(after: open)...].prefix { $0.isLetter }
        if word == "Geometry" || word.isEmpty {
            self = .geometry(nil)
        } else if let kind = GeometryKind.allCases.first(where: { word == $0.rawValue || word == "\($0.rawValue)Z" }) {
            self = .geometry(kind)
        } else {
            self = .unknown
        }
    }
}
