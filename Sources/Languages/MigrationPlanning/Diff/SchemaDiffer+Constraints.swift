import SQLText
import SchemaModel

extension DiffWork {
    mutating func compareConstraints(of live: TableModel, with table: TableModel) {
        comparePrimaryKey(of: live, with: table)
        compareUniques(of: live, with: table)
        compareIndexes(of: live, with: table)
        compareChecks(of: live, with: table)
        compareForeignKeys(of: live, with: table)
    }

    /// Whether something missing on the table may be added: not where a system table was found as others made it, unless a column of it is new.
    func mayComplete(_ table: SQLIdentifier, columns: [SQLIdentifier], isOwned: Bool) -> Bool {
        guard isBuiltIn(table, columns) else { return true }
        return isOwned || columns.contains { addedColumns.contains(ColumnPath(table, $0)) }
    }

    func survives(_ table: SQLIdentifier, _ columns: [SQLIdentifier]) -> Bool {
        !columns.contains { droppedColumns.contains(ColumnPath(table, $0)) }
    }

    private mutating func comparePrimaryKey(of live: TableModel, with table: TableModel) {
        guard live.primaryKey?.columns != table.primaryKey?.columns else {
            if let was = live.primaryKey, let key = table.primaryKey { rename(was.name, key.name, on: table.name) }
            return
        }
        if desired.tables[table.name]?.isSystem == true {
            let note = PlanNote(.keptAsFound, object: table.name.name, detail: "the primary key differs")
            out.notes.append(note)
            return
        }
        if let was = live.primaryKey, survives(live.name, was.columns) { emit(.dropPrimaryKey(table.name, was), cause: origin(of: table.name)) }
        if let key = table.primaryKey { emit(.addPrimaryKey(table.name, key), cause: origin(of: table.name)) }
    }

    private mutating func rename(_ was: SQLIdentifier, _ name: SQLIdentifier, on table: SQLIdentifier) {
        guard was != name, renamed.contains(table) else { return }
        emit(.renameConstraint(table, from: was, to: name), cause: origin(of: table))
    }

    private mutating func compareUniques(of live: TableModel, with table: TableModel) {
        let own = owned.authored.tables[table.name]
        var matched: Set<SQLIdentifier> = []
        for key in table.uniques {
            if let was = live.uniques.first(where: { Set($0.columns) == Set(key.columns) }), survives(table.name, was.columns) {
                matched.insert(was.name)
                rename(was.name, key.name, on: table.name)
            } else if let index = live.indexes.first(where: { $0.isPlainUnique(over: key.columns) }), survives(table.name, key.columns) {
                matched.insert(index.name)
            } else if mayComplete(
                table.name, columns: key.columns, isOwned: own != nil && own?.uniques.contains { $0.columns == key.columns } == false)
            {
                emit(.addUnique(table.name, key), cause: origin(of: ColumnPath(table.name, key.name)))
            } else {
                out.notes.append(PlanNote(.keptAsFound, object: "\(table.name.name).\(key.name.name)", detail: "the unique constraint is missing"))
            }
        }
        for index in table.indexes where index.isUnique && index.predicate == nil {
            if let was = live.uniques.first(where: { Set($0.columns) == Set(index.columns) }) { matched.insert(was.name) }
        }
        for was in live.uniques where !matched.contains(was.name) && survives(table.name, was.columns) {
            let isOwn = own?.uniques.contains { $0.name == was.name || Set($0.columns) == Set(was.columns) } == true
            if isOwn, !isBuiltIn(table.name, was.columns) {
                emit(.dropUnique(table.name, was), cause: origin(of: table.name))
            } else {
                out.unmanaged.append(UnmanagedObject(.unique, "\(table.name.name).\(was.name.name)"))
            }
        }
    }

    private mutating func compareChecks(of live: TableModel, with table: TableModel) {
        let own = owned.authored.tables[table.name]
        var matched: Set<SQLIdentifier> = []
        for check in table.checks {
            if let was = live.checks.first(where: { check.expression.isSame(as: $0.expression) && !matched.contains($0.name) }) {
                matched.insert(was.name)
                rename(was.name, check.name, on: table.name)
                if !was.isValid { emit(.validateConstraint(table.name, name: was.name), cause: origin(of: ColumnPath(table.name, check.name))) }
                continue
            }
            if let was = live.checks.first(where: { $0.name == check.name }) {
                matched.insert(was.name)
                emit(.dropCheck(table.name, was), cause: origin(of: ColumnPath(table.name, check.name)))
            }
            emit(.addCheck(table.name, check), cause: origin(of: ColumnPath(table.name, check.name)))
        }
        for was in live.checks where !matched.contains(was.name) && survives(table.name, was.columns) {
            let isOwn = own?.checks.contains { $0.name == was.name || $0.expression == was.expression } == true
            if isOwn || live.isNotNullHelper(was) {
                emit(.dropCheck(table.name, was), cause: origin(of: table.name))
            } else {
                out.unmanaged.append(UnmanagedObject(.check, "\(table.name.name).\(was.name.name)"))
            }
        }
    }

    private mutating func compareForeignKeys(of live: TableModel, with table: TableModel) {
        let own = owned.authored.tables[table.name]
        var matched: Set<SQLIdentifier> = []
        for key in table.foreignKeys {
            let path = ColumnPath(table.name, key.name)
            guard survives(table.name, key.columns), let was = live.foreignKeys.first(where: { $0.pointsLike(key) }) else {
                let isOwned = own != nil && own?.foreignKeys.contains { $0.pointsLike(key) } == false
                if mayComplete(table.name, columns: key.columns, isOwned: isOwned) {
                    emit(.addForeignKey(table.name, key), cause: origin(of: path))
                } else {
                    out.notes.append(PlanNote(.keptAsFound, object: path.description, detail: "the foreign key is missing"))
                }
                continue
            }
            matched.insert(was.name)
            compare(was, with: key, own: own?.foreignKeys.first { $0.pointsLike(key) }, at: path)
        }
        for was in live.foreignKeys where !matched.contains(was.name) && survives(table.name, was.columns) {
            guard !isGone(was) else { continue }
            let isOwn = own?.foreignKeys.contains { $0.pointsLike(was) } == true
            if isOwn, !isBuiltIn(table.name, was.columns) {
                emit(.dropForeignKey(table.name, was), cause: origin(of: table.name))
            } else {
                out.unmanaged.append(UnmanagedObject(.foreignKey, "\(table.name.name).\(was.name.name)"))
            }
        }
    }

    /// Dropped already with the table or column that it points at.
    private func isGone(_ key: ForeignKeyModel) -> Bool {
        guard key.targetSchema == nil else { return false }
        return droppedTables.contains(key.target) || key.targetColumns.contains { droppedColumns.contains(ColumnPath(key.target, $0)) }
    }

    private mutating func compare(_ was: ForeignKeyModel, with key: ForeignKeyModel, own: ForeignKeyModel?, at path: ColumnPath) {
        let table = path.table
        let isRetyped =
            key.columns.contains { retyped.contains(ColumnPath(table, $0)) }
            || key.targetColumns.contains { retyped.contains(ColumnPath(key.target, $0)) }
        let actsAlike = was.onDelete == key.onDelete && was.onUpdate == key.onUpdate
        if !isRetyped, !actsAlike, isBuiltIn(table, key.columns), own == nil || own == key {
            out.notes.append(
                PlanNote(.keptAsFound, object: path.description, detail: "ON DELETE \(was.onDelete.rawValue), ON UPDATE \(was.onUpdate.rawValue)"))
            return
        }
        if isRetyped || !actsAlike {
            emit(.dropForeignKey(table, was), cause: origin(of: path))
            emit(.addForeignKey(table, key), cause: origin(of: path))
        } else {
            rename(was.name, key.name, on: table)
            let name = renamed.contains(table) ? key.name : was.name
            if !was.isValid { emit(.validateConstraint(table, name: name), cause: origin(of: path)) }
        }
    }
}

extension ForeignKeyModel {
    /// Same columns to the same place, whatever the name and the actions.
    func pointsLike(_ other: ForeignKeyModel) -> Bool {
        columns == other.columns && targetSchema == other.targetSchema && target == other.target && targetColumns == other.targetColumns
    }
}

extension IndexModel {
    func isPlainUnique(over wanted: [SQLIdentifier]) -> Bool {
        guard isUnique, isValid, predicate == nil, keys.count == wanted.count else { return false }
        return Set(keys.map(\.subject)) == Set(wanted.map { .column($0) })
    }
}

extension TableModel {
    /// Left by a plan that was stopped between `VALIDATE` and `SET NOT NULL`.
    func isNotNullHelper(_ check: CheckModel) -> Bool {
        columns.contains { DerivedNames.name(table: name, parts: [$0.name.name], kind: .notNull) == check.name }
    }
}
