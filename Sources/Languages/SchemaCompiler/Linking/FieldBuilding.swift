import JSONText
import SchemaModel

/// Where a field stands, as far as building it needs to know.
struct FieldSurroundings {
    var isKey: Bool
    /// `form: plain`: metadata is only what is written.
    var isPlain: Bool
    /// The collection's manual order.
    var isManualOrder: Bool
    /// For relations: what is pointed at.
    var target: (name: CollectionName, key: ColumnType)?
    /// Place among the fields of its group.
    var place: Int
}

/// Declaration -> `Field`: column, flags, form.
///
/// - Errors, by code: `contradiction`, `misplaced-key`, `bad-default`, `bad-choice`, `impossible-index`, `bad-name`, `long-name`, `reserved-name`.
struct FieldBuilding {
    private(set) var diagnostics: [Diagnostic] = []
    let draft: FieldDraft
    let surroundings: FieldSurroundings
    var keys: KeyedNode<FieldKey> { draft.keys }

    init(_ draft: FieldDraft, _ surroundings: FieldSurroundings) {
        self.draft = draft
        self.surroundings = surroundings
    }

    mutating func report(_ code: String, _ message: String, at location: SourceLocation, hint: String? = nil) {
        diagnostics.append(Diagnostic(code: code, message: message, at: location, hint: hint))
    }

    mutating func contradiction(_ a: FieldKey, _ b: FieldKey, _ why: String) {
        report("contradiction", "`\(a.rawValue)` and `\(b.rawValue)` contradict each other: \(why)", at: keys.location(of: b))
    }

    mutating func build() -> Field? {
        if let fault = NameRules.fault(ofField: draft.name, hasColumn: draft.form.hasColumn) {
            report(fault.code, fault.message, at: draft.location)
        }
        if let old = keys.name(.renamedFrom) {
            if let fault = NameRules.faultOfAny(old.value, "field") { report(fault.code, fault.message, at: old.location) }
            if old.value == draft.name { report("contradiction", "`\(draft.name)` is renamed from its own name", at: old.location) }
        }
        var type = FieldType.alias
        var column: Column?
        if draft.form.hasColumn {
            var reading = ColumnTypeReading()
            let found = reading.read(draft.declaration, pointsAt: surroundings.target?.key)
            diagnostics += reading.diagnostics
            guard let found else { return nil }
            type = found.type
            column = buildColumn(found)
        }
        let hasMeta = keys.flag(.meta) ?? true
        if !hasMeta { refuseMetadata() }
        return Field(
            name: FieldName(draft.name), type: type, column: column, meta: hasMeta ? buildMeta(type, column) : FieldMeta(), hasMeta: hasMeta,
            renamedFrom: keys.text(.renamedFrom), origin: draft.location, isSystem: draft.isSystem)
    }

    private mutating func refuseMetadata() {
        let columnKeys: Set<FieldKey> = [
            .type, .to, .any, .collectionField, .onDelete, .onDeselect, .foreignKey, .primary, .autoIncrement, .required, .nullable, .unique, .index,
            .default, .length, .precision, .scale, .jsonb, .column, .generated, .using, .comment, .renamedFrom, .oneField, .junctionField,
            .sortField, .relationMeta, .meta,
        ]
        for key in keys.keys where !columnKeys.contains(key) && !draft.isDerived {
            report("contradiction", "`meta: false` leaves no place for `\(key.rawValue)`", at: keys.location(of: key))
        }
        if !draft.form.hasColumn { report("contradiction", "a field without column and metadata is nothing", at: keys.location(of: .meta)) }
    }

    private mutating func buildColumn(_ type: ColumnType) -> Column {
        let isKey = surroundings.isKey
        let isRequired = keys.flag(.required) == true
        if isRequired, keys.flag(.nullable) == true { contradiction(.required, .nullable, "a required column is NOT NULL") }
        if isKey, keys.flag(.nullable) == true { contradiction(.primary, .nullable, "a key is NOT NULL") }
        var column = Column(
            dataType: type.dataType, maxLength: type.maxLength, precision: type.precision, scale: type.scale,
            isNullable: !isKey && (keys.flag(.nullable) ?? !isRequired), isPrimaryKey: isKey, isUnique: !isKey && keys.flag(.unique) == true,
            isIndexed: !isKey && keys.flag(.index) == true, hasAutoIncrement: isNumbered(type), comment: keys.text(.comment),
            using: keys.text(.using) ?? keys.nested(.using, SQLKey.self)?.text(.sql))
        if type.dataType == "json" {
            for key in [FieldKey.unique, .index] where keys.flag(key) == true {
                report("impossible-index", "PostgreSQL can't compare `json`", at: keys.location(of: key), hint: "say `jsonb: true`")
            }
        }
        column.generated = keys.nested(.generated, SQLKey.self)?.text(.sql)
        if keys.has(.generated), column.generated == nil {
            report("missing-key", "`generated` needs `sql`", at: keys.location(of: .generated))
        }
        column.default = buildDefault(type, column)
        return column
    }

    private mutating func buildDefault(_ type: ColumnType, _ column: Column) -> ColumnDefault? {
        guard let node = keys[.default] else { return nil }
        if column.generated != nil { contradiction(.generated, .default, "the value is computed") }
        if column.hasAutoIncrement { contradiction(.autoIncrement, .default, "the database numbers the items") }
        switch DefaultReading.read(node, type) {
        case .success(let value): return value
        case .failure(let problem):
            report("bad-default", problem.message, at: node.location, hint: problem.hint)
            return nil
        }
    }

    /// `auto_increment` as said; a key of whole numbers that nothing else fills is numbered.
    private mutating func isNumbered(_ type: ColumnType) -> Bool {
        let isWhole = ["integer", "bigint", "smallint"].contains(type.dataType)
        let isFree = draft.form == .column && !keys.has(.default) && !keys.has(.generated)
        guard let said = keys.flag(.autoIncrement) else {
            return surroundings.isKey && isWhole && isFree && (type.type == .integer || type.type == .bigInteger)
        }
        if said, !isWhole {
            report("misplaced-key", "`auto_increment` belongs to `integer` and `bigInteger`", at: keys.location(of: .autoIncrement))
        } else if said, !surroundings.isKey {
            report("misplaced-key", "`auto_increment` belongs to the primary key", at: keys.location(of: .autoIncrement))
        }
        return said && isWhole
    }
}
