import MigrationPlanning
import SQLText
import SchemaModel

/// Short words for models in tables of cases.
func name(_ text: String) -> SQLIdentifier { SQLIdentifier(text) ?? SQLIdentifier(static: "invalid") }

func column(_ text: String, _ type: String = "integer", nullable: Bool = true, default value: DefaultModel? = nil) -> ColumnModel {
    ColumnModel(name: name(text), type: TypeText(type), isNullable: nullable, default: value)
}

let id = ColumnModel(name: name("id"), type: TypeText("integer"), isNullable: false, default: .sequence(expression: nil))

func table(_ text: String, _ columns: [ColumnModel], edit: (inout TableModel) -> Void = { _ in }) -> TableModel {
    var out = TableModel(name: name(text), columns: [id] + columns, primaryKey: KeyModel(name: name("\(text)_pkey"), columns: [name("id")]))
    edit(&out)
    return out
}

func reference(_ text: String, _ column: String, to target: String, onDelete: ForeignKey.Action = .setNull) -> ForeignKeyModel {
    ForeignKeyModel(name: name(text), columns: [name(column)], target: name(target), targetColumns: [name("id")], onDelete: onDelete)
}

func index(_ text: String, _ columns: String...) -> IndexModel {
    IndexModel(name: name(text), method: name("btree"), keys: columns.map { IndexKey(.column(name($0))) })
}

func desired(_ tables: [TableModel], renamedTables: [String: String] = [:], renamedColumns: [String: String] = [:]) -> DesiredModel {
    var out = DesiredModel(database: DatabaseModel(tables: tables))
    for (new, old) in renamedTables { out.tables[name(new)] = TableNotes(renamedFrom: name(old)) }
    for (path, old) in renamedColumns {
        let parts = path.split(separator: ".").map { name(String($0)) }
        out.columns[ColumnPath(parts[0], parts[1])] = ColumnNotes(renamedFrom: name(old))
    }
    return out
}

/// The plan from one model, that the last plan made, to another.
func plan(from old: [TableModel], to new: DesiredModel, owned: Bool = true) -> (diff: SchemaDiff, plan: MigrationPlan) {
    let current = DatabaseModel(tables: old)
    let diff = SchemaDiffer.diff(current: current, desired: new, owned: owned ? DesiredModel(database: current) : nil)
    return (diff, MigrationPlanner.plan(current: current, diff: diff))
}
