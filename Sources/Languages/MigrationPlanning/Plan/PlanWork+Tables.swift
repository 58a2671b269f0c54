import SQLText

extension PlanWork {
    mutating func createExtension(_ name: SQLIdentifier, _ change: SchemaChange) {
        let step = MigrationStep(
            id: "create_extension:\(name.name)", up: "CREATE EXTENSION IF NOT EXISTS \(name) WITH SCHEMA \(context.schema)",
            down: "DROP EXTENSION IF EXISTS \(name)")
        append(step, to: .extensions, change)
    }

    mutating func createTable(_ table: TableModel, _ change: SchemaChange) {
        var step = MigrationStep(
            id: "create_table:\(table.name.name)", up: ddl.create(table), down: "DROP TABLE IF EXISTS \(ddl.name(table.name))")
        step.objects = [table.name.name]
        step.undoGuard = UndoGuard(allowToken: "drop_table:\(table.name.name)", query: "SELECT 1 FROM \(ddl.name(table.name)) LIMIT 1")
        append(step, to: .tables, change)
    }

    /// The table is not dropped but put aside, whole, into a schema that only this plan has: instant, and a rollback puts it back.
    mutating func dropTable(_ table: TableModel, _ change: SchemaChange) {
        let trash = trashSchema
        if stages[.safety, default: []].allSatisfy({ $0.id != "keep_schema:\(trash.name)" }) {
            let keep = MigrationStep(
                id: "keep_schema:\(trash.name)", up: "CREATE SCHEMA IF NOT EXISTS \(trash)", down: "DROP SCHEMA IF EXISTS \(trash)")
            append(keep, to: .safety, change)
        }
        var step = step("drop_table", table.name, object: nil, .accessExclusive)
        step.up = ddl.alter(table.name, "SET SCHEMA \(trash)")
        step.down = "ALTER TABLE \(trash).\(table.name) SET SCHEMA \(context.schema)"
        step.hazards += [.deletesData, .banDropTable]
        step.allowToken = "drop_table:\(table.name.name)"
        append(step, to: .drops, change)
    }

    mutating func renameTable(_ old: SQLIdentifier, _ new: SQLIdentifier, _ change: SchemaChange) {
        var step = step("rename_table", new, object: nil, .accessExclusive)
        step.objects = [old.name, new.name]
        step.hazards += [.renamingTable, .correctness]
        step.up = ddl.alter(old, "RENAME TO \(new)")
        step.down = ddl.alter(new, "RENAME TO \(old)")
        append(step, to: .renames, change)
    }

    mutating func renameColumn(_ table: SQLIdentifier, _ old: SQLIdentifier, _ new: SQLIdentifier, _ change: SchemaChange) {
        var step = step("rename_column", table, object: new, .accessExclusive)
        step.objects = ["\(table.name).\(old.name)", "\(table.name).\(new.name)"]
        step.hazards += [.renamingColumn, .correctness]
        step.up = ddl.alter(table, "RENAME COLUMN \(old) TO \(new)")
        step.down = ddl.alter(table, "RENAME COLUMN \(new) TO \(old)")
        append(step, to: .renames, change)
    }

    mutating func renameConstraint(_ table: SQLIdentifier, _ old: SQLIdentifier, _ new: SQLIdentifier, _ change: SchemaChange) {
        var step = step("rename_constraint", table, object: new, .accessExclusive)
        step.up = ddl.alter(table, "RENAME CONSTRAINT \(old) TO \(new)")
        step.down = ddl.alter(table, "RENAME CONSTRAINT \(new) TO \(old)")
        append(step, to: .renames, change)
    }

    mutating func renameIndex(_ table: SQLIdentifier, _ old: SQLIdentifier, _ new: SQLIdentifier, _ change: SchemaChange) {
        var step = step("rename_index", table, object: new, .shareUpdateExclusive)
        step.up = "ALTER INDEX \(ddl.name(old)) RENAME TO \(new)"
        step.down = "ALTER INDEX \(ddl.name(new)) RENAME TO \(old)"
        append(step, to: .renames, change)
    }

    // What the steps share.

    /// A step with its id, objects, lock, the lock's hazard and the table's size; texts are still empty.
    func step(_ verb: String, _ table: SQLIdentifier, object: SQLIdentifier?, _ level: LockLevel) -> MigrationStep {
        let name = object.map { "\(table.name).\($0.name)" } ?? table.name
        var step = MigrationStep(id: "\(verb):\(name)", up: "", down: "")
        step.objects = [name]
        guard !createdTables.contains(table) else { return step }
        step.locks = [TableLock(table, level)]
        step.estimatedRows = context.estimatedRows[table]
        switch level {
        case .accessExclusive: step.hazards = [.acquiresAccessExclusiveLock]
        case .shareRowExclusive: step.hazards = [.acquiresShareRowExclusiveLock]
        case .share: step.hazards = [.acquiresShareLock]
        case .shareUpdateExclusive: break
        }
        return step
    }

    var trashSchema: SQLIdentifier {
        SQLIdentifier("kerege_trash_\(context.baseGeneration + 1)") ?? SQLIdentifier(static: "kerege_trash")
    }

    /// Copies a column with its rows' keys into `kerege._trash_…` before it is lost.
    /// - Returns: the copy's name; nil when the table has no key to find the rows by (then nothing is copied).
    mutating func keepCopy(of column: SQLIdentifier, in table: SQLIdentifier, _ change: SchemaChange) -> DDLText? {
        guard let key = model.tables[table]?.primaryKey, !key.columns.contains(column) else { return nil }
        let parts = "_trash_\(context.baseGeneration + 1)_\(table.name)_\(column.name)"
        let name = SQLIdentifier(parts) ?? DerivedNames.name(table: SQLIdentifier(static: "_trash"), parts: [parts], kind: .index)
        let kept: DDLText = "\(SQLIdentifier(static: "kerege")).\(name)"
        var step = step("keep_copy", table, object: column, .share)
        step.isBlocking = true
        step.hazards.append(.impactsDatabasePerformance)
        step.up =
            "CREATE TABLE \(kept) AS SELECT \(ddl.list(key.columns + [column])) FROM \(ddl.name(table)) WHERE \(column) IS NOT NULL"
        step.down = "DROP TABLE IF EXISTS \(kept)"
        append(step, to: .safety, change)
        return kept
    }

    /// Puts the kept values back where the keys are the same.
    func restore(_ column: SQLIdentifier, in table: SQLIdentifier, from kept: DDLText) -> DDLText {
        let key = model.tables[table]?.primaryKey?.columns ?? []
        let same = key.map { "t.\($0) = k.\($0)" as DDLText }.joined(separator: " AND ")
        return "UPDATE \(ddl.name(table)) AS t SET \(column) = k.\(column) FROM \(kept) AS k WHERE \(same)"
    }
}
