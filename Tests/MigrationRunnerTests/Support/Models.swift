import JSONText
import SchemaModel

/// Short words for snapshots in tests.
struct Model: Sendable {
    var collections: [Collection] = []
    var relations: [Relation] = []
    var access = AccessDefinitions()

    init(_ collections: Collection..., relations: [Relation] = []) {
        self.collections = collections
        self.relations = relations
    }

    /// With the system tables that the mirror writes to.
    var snapshot: SchemaSnapshot {
        SchemaSnapshot(collections: collections + SystemModel.collections, relations: relations + SystemModel.relations, access: access)
    }

    /// The user's tables alone: nothing is mirrored.
    var bare: SchemaSnapshot { SchemaSnapshot(collections: collections, relations: relations) }

    func editing(_ body: (inout Model) -> Void) -> Model {
        var out = self
        body(&out)
        return out
    }
}

func collection(_ name: String, _ fields: Field..., edit: (inout Collection) -> Void = { _ in }) -> Collection {
    var out = Collection(
        name: CollectionName(name), table: TableName(name: name), fields: [serialKey] + fields, primaryKey: "id",
        origin: SourceLocation(file: "Schemas/\(name).yaml", line: 1, column: 1))
    edit(&out)
    return out
}

let serialKey = Field(
    name: "id", type: .integer, column: Column(dataType: "integer", isNullable: false, isPrimaryKey: true, hasAutoIncrement: true))

func field(_ name: String, _ type: FieldType = .string, _ edit: (inout Field) -> Void = { _ in }) -> Field {
    let (dataType, length): (String, Int?) =
        switch type {
        case .string: ("character varying", 255)
        case .integer: ("integer", nil)
        case .bigInteger: ("bigint", nil)
        case .boolean: ("boolean", nil)
        case .timestamp: ("timestamp with time zone", nil)
        case .json: ("json", nil)
        case .uuid: ("uuid", nil)
        case .decimal: ("numeric", nil)
        case .geometry: ("geometry(Point,4326)", nil)
        default: ("text", nil)
        }
    var column = Column(dataType: dataType, maxLength: length)
    if type == .decimal { (column.precision, column.scale) = (10, 5) }
    let origin = SourceLocation(file: "Schemas/x.yaml", line: 7, column: 3)
    var out = Field(name: FieldName(name), type: type, column: column, origin: origin)
    edit(&out)
    return out
}

extension Field {
    func with(_ edit: (inout Column) -> Void) -> Field {
        var out = self
        if var column = out.column {
            edit(&column)
            out.column = column
        }
        return out
    }

    func defaulting(_ value: ColumnDefault) -> Field { with { $0.default = value } }
    var required: Field { with { $0.isNullable = false } }
    var unique: Field { with { $0.isUnique = true } }
    var indexed: Field { with { $0.isIndexed = true } }
    func renamed(from old: String) -> Field {
        var out = self
        out.renamedFrom = old
        return out
    }
}

func toOne(_ many: String, _ field: String, _ one: String, onDelete: ForeignKey.Action = .setNull) -> Relation {
    Relation(
        manyCollection: CollectionName(many), manyField: FieldName(field), oneCollection: CollectionName(one),
        foreignKey: ForeignKey(constraintName: "\(many)_\(field)_foreign", column: "id", onDelete: onDelete))
}
