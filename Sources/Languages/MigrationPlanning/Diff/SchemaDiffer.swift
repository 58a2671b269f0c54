package import SQLText
import SchemaModel

/// Compares what is with what shall be. Pure; the order of the result is the order in which the changes can be applied to a model.
///
/// - Objects are matched by what they are (columns, target, method), not by their names: databases made by others keep theirs.
/// - Ownership: what `owned` (the last applied snapshot) had and `desired` has not is dropped; what neither has is reported as unmanaged.
/// - System tables that exist are completed, never altered, unless their definition changed since `owned`.
/// - Renames come from `renamed_from` alone.
/// - Source: contract/migrations.md, section 3, rules 7, 8 and 10.
package enum SchemaDiffer {
    /// - Parameter available: the extensions that the server could create; nil = unknown, assume all.
    package static func diff(
        current: DatabaseModel, desired: DesiredModel, owned: DesiredModel? = nil, available: Set<SQLIdentifier>? = nil
    ) -> SchemaDiff {
        var work = DiffWork(current: current, desired: desired, owned: owned ?? DesiredModel(), available: available)
        work.requireExtensions()
        work.renameTables()
        work.renameColumns()
        work.compareTables()
        var diff = work.out
        // By stage; within one in the order of discovery.
        diff.changes = SchemaChange.Kind.Stage.allCases.flatMap { stage in diff.changes.filter { $0.kind.stage == stage } }
        return diff
    }
}

/// One comparison under way. `current` and `owned` follow the renames, so that everything else is compared under its new name.
struct DiffWork {
    var current: DatabaseModel
    let desired: DesiredModel
    var owned: DesiredModel
    let available: Set<SQLIdentifier>?
    var out = SchemaDiff()
    /// Tables and columns that got a new name in this plan: what is named after them is renamed too.
    var renamed: Set<SQLIdentifier> = []
    /// Columns whose type changes so that foreign keys on them must be made again.
    var retyped: Set<ColumnPath> = []
    var droppedTables: Set<SQLIdentifier> = []
    var droppedColumns: Set<ColumnPath> = []
    var addedColumns: Set<ColumnPath> = []

    init(current: DatabaseModel, desired: DesiredModel, owned: DesiredModel, available: Set<SQLIdentifier>?) {
        self.current = current
        self.desired = desired
        self.owned = owned
        self.available = available
        for name in current.tables.keys {
            if let own = self.owned.authored.tables[name] { self.current.tables[name]?.takeAuthored(from: own) }
        }
    }

    mutating func emit(_ kind: SchemaChange.Kind, cause: SourceLocation?) {
        out.changes.append(SchemaChange(kind, cause: cause))
    }

    func origin(of table: SQLIdentifier) -> SourceLocation? { desired.tables[table]?.origin }
    func origin(of path: ColumnPath) -> SourceLocation? { desired.columns[path]?.origin ?? desired.origins[path] ?? origin(of: path.table) }

    /// Part of what ships with the program, so that it is left as it is found.
    func isBuiltIn(_ table: SQLIdentifier, _ columns: [SQLIdentifier]) -> Bool {
        guard desired.tables[table]?.isSystem == true else { return false }
        return columns.allSatisfy { desired.columns[ColumnPath(table, $0)]?.isSystem ?? true }
    }

    mutating func requireExtensions() {
        for (name, path) in desired.requiredExtensions where current.extensions[name] == nil {
            if let available, !available.contains(name) {
                let detail = "needs the PostgreSQL extension \(name.name), which this server does not have"
                out.problems.append(PlanProblem(.extensionMissing, object: path.description, detail: detail, location: origin(of: path)))
            } else {
                emit(.createExtension(name), cause: origin(of: path))
            }
        }
    }

    mutating func renameTables() {
        for table in desired.database.sortedTables {
            guard let old = desired.tables[table.name]?.renamedFrom, current.tables[table.name] == nil, current.tables[old] != nil else { continue }
            emit(.renameTable(from: old, to: table.name), cause: origin(of: table.name))
            current.renameTable(old, to: table.name)
            if owned.authored.tables[table.name] == nil { owned.authored.renameTable(old, to: table.name) }
            renamed.insert(table.name)
        }
    }

    mutating func renameColumns() {
        for table in desired.database.sortedTables {
            for column in table.columns {
                let path = ColumnPath(table.name, column.name)
                guard let old = desired.columns[path]?.renamedFrom, let live = current.tables[table.name] else { continue }
                guard live.column(old) != nil, live.column(column.name) == nil else { continue }
                emit(.renameColumn(table.name, from: old, to: column.name), cause: origin(of: path))
                current.renameColumn(of: table.name, old, to: column.name)
                owned.authored.renameColumn(of: table.name, old, to: column.name)
                renamed.insert(table.name)
            }
        }
    }

    mutating func compareTables() {
        for table in current.sortedTables where desired.database.tables[table.name] == nil && !desired.unmanaged.contains(table.name) {
            if let own = owned.authored.tables[table.name], owned.tables[own.name]?.isSystem != true {
                droppedTables.insert(table.name)
            } else {
                out.unmanaged.append(UnmanagedObject(.table, table.name.name))
            }
        }
        for name in desired.unmanaged.sorted(by: { $0.name < $1.name }) where current.tables[name] == nil && current.occupied[name] == nil {
            out.notes.append(PlanNote(.tableMissing, object: name.name, detail: "the collection is not managed, and its table is not there"))
        }
        let pairs = desired.database.sortedTables.map { ($0, current.tables[$0.name]) }
        for case (let table, let live?) in pairs { compareColumns(of: live, with: table) }
        for name in droppedTables.sorted(by: { $0.name < $1.name }) { dropTable(name) }
        for (table, live) in pairs {
            if let live { compareConstraints(of: live, with: table) } else { create(table) }
        }
    }

    private mutating func create(_ table: TableModel) {
        if let kind = current.occupied[table.name] {
            let detail = "the name belongs to a \(kind) of the database"
            out.problems.append(PlanProblem(.nameTaken, object: table.name.name, detail: detail, location: origin(of: table.name)))
            return
        }
        emit(.createTable(table), cause: origin(of: table.name))
        for key in table.foreignKeys { emit(.addForeignKey(table.name, key), cause: origin(of: ColumnPath(table.name, key.name))) }
    }

    /// A key that points at what is dropped. Tables of others are not touched, so they keep what they point at.
    mutating func dropReference(_ key: ForeignKeyModel, of table: SQLIdentifier, to object: String) {
        guard desired.database.tables[table] != nil else {
            let detail = "`\(table.name)`, which no file defines, points at it (\(key.name.name)); drop that foreign key first"
            out.problems.append(PlanProblem(.referencedByOthers, object: object, detail: detail))
            return
        }
        emit(.dropForeignKey(table, key), cause: nil)
    }

    /// The keys that point at the table or leave it go first: on rollback they come back one by one.
    private mutating func dropTable(_ name: SQLIdentifier) {
        guard let table = current.tables[name] else { return }
        for other in current.sortedTables where other.name != name && !droppedTables.contains(other.name) {
            for key in other.foreignKeys where key.target == name && key.targetSchema == nil { dropReference(key, of: other.name, to: name.name) }
        }
        for key in table.foreignKeys where key.target != name { emit(.dropForeignKey(name, key), cause: nil) }
        emit(.dropTable(table), cause: nil)
    }
}

extension TableModel {
    /// What dropped objects are made again with on a rollback: the author's words, which print as the live ones do.
    fileprivate mutating func takeAuthored(from own: TableModel) {
        for at in checks.indices {
            guard let known = own.checks.first(where: { $0.name == checks[at].name }) else { continue }
            checks[at].expression.authored = known.expression.text
        }
        for at in indexes.indices {
            guard let known = own.indexes.first(where: { $0.name == indexes[at].name })?.predicate else { continue }
            indexes[at].predicate?.authored = known.text
        }
        for at in columns.indices {
            guard let known = own.column(columns[at].name)?.generated else { continue }
            columns[at].generated?.authored = known.text
        }
    }
}
