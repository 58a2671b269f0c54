import SQLText

extension PlanWork {
    mutating func addPrimaryKey(_ table: SQLIdentifier, _ key: KeyModel, _ change: SchemaChange) {
        var step = step("add_primary_key", table, object: key.name, .accessExclusive)
        step.isBlocking = true
        step.hazards += [.indexBuild, .correctness]
        step.up = ddl.alter(table, "ADD CONSTRAINT \(key.name) PRIMARY KEY (\(ddl.list(key.columns)))")
        step.down = ddl.alter(table, "DROP CONSTRAINT IF EXISTS \(key.name)")
        if !isNew(table, key.columns) { step.precheck = duplicates(of: key.columns, in: table) }
        append(step, to: .constraints, change)
    }

    mutating func dropPrimaryKey(_ table: SQLIdentifier, _ key: KeyModel, _ change: SchemaChange) {
        var step = step("drop_primary_key", table, object: key.name, .accessExclusive)
        step.hazards += [.correctness, .indexDropped]
        step.allowToken = "change_primary_key:\(table.name)"
        step.up = ddl.alter(table, "DROP CONSTRAINT \(key.name)")
        step.down = ddl.alter(table, "ADD CONSTRAINT \(key.name) PRIMARY KEY (\(ddl.list(key.columns)))")
        append(step, to: .dropConstraints, change)
    }

    mutating func addUnique(_ table: SQLIdentifier, _ key: KeyModel, _ change: SchemaChange) {
        var build = step("build_unique", table, object: key.name, .shareUpdateExclusive)
        build.phase = .concurrent
        build.builtIndex = key.name
        build.hazards.append(.indexBuild)
        build.up = "CREATE UNIQUE INDEX CONCURRENTLY \(key.name) ON \(ddl.name(table)) (\(ddl.list(key.columns)))"
        build.down = ddl.drop(index: key.name, concurrently: true)
        build.precheck = uniqueCheck(table, key)
        append(build, to: .buildIndexes, change)

        var finish = step("add_unique", table, object: key.name, .accessExclusive)
        finish.phase = .finish
        finish.up = ddl.alter(table, "ADD CONSTRAINT \(key.name) UNIQUE USING INDEX \(key.name)")
        finish.down = ddl.alter(table, "DROP CONSTRAINT IF EXISTS \(key.name)")
        append(finish, to: .finish, change)
    }

    private func uniqueCheck(_ table: SQLIdentifier, _ key: KeyModel) -> Precheck? {
        guard isNew(table, key.columns) else { return duplicates(of: key.columns, in: table) }
        // A new column with one value for every row: a second row is one too many.
        let added = key.columns.compactMap { addedColumns[ColumnPath(table, $0)] }
        guard added.count == key.columns.count, added.allSatisfy({ $0.default != nil && !$0.needsRewrite }) else { return nil }
        return Precheck(
            query: "SELECT \(liveKey(table)) FROM \(live(table)) OFFSET 1 LIMIT \(Precheck.limit)", reason: .duplicateValues,
            object: "\(table.name).\(key.columns[0].name)")
    }

    private func duplicates(of columns: [SQLIdentifier], in table: SQLIdentifier) -> Precheck {
        let names = columns.map { liveColumn(table, $0) }
        let shown: DDLText = names.count == 1 ? "\(names[0])::text" : "(\(ddl.list(names)))::text"
        let present = names.map { "\($0) IS NOT NULL" as DDLText }.joined(separator: " AND ")
        return Precheck(
            query:
                "SELECT \(shown) FROM \(live(table)) WHERE \(present) GROUP BY \(ddl.list(names)) HAVING count(*) > 1 LIMIT \(Precheck.limit)",
            reason: .duplicateValues, object: "\(table.name).\(columns.map(\.name).joined(separator: ","))")
    }

    mutating func dropUnique(_ table: SQLIdentifier, _ key: KeyModel, _ change: SchemaChange) {
        var step = step("drop_unique", table, object: key.name, .accessExclusive)
        step.hazards.append(.indexDropped)
        step.up = ddl.alter(table, "DROP CONSTRAINT \(key.name)")
        step.down = ddl.alter(table, "ADD CONSTRAINT \(key.name) UNIQUE (\(ddl.list(key.columns)))")
        append(step, to: .dropConstraints, change)
    }

    mutating func addCheck(_ table: SQLIdentifier, _ check: CheckModel, _ change: SchemaChange) {
        var step = step("add_check", table, object: check.name, .accessExclusive)
        step.up = ddl.alter(table, "ADD CONSTRAINT \(check.name) CHECK (\(DDLWriter.sql(check.expression.source))) NOT VALID")
        step.down = ddl.alter(table, "DROP CONSTRAINT IF EXISTS \(check.name)")
        if !hasNewNames(table) {
            step.precheck = Precheck(
                query:
                    "SELECT \(liveKey(table)) FROM \(live(table)) WHERE NOT (\(DDLWriter.sql(check.expression.source))) LIMIT \(Precheck.limit)",
                reason: .violatedCheck, object: step.objects[0])
        }
        append(step, to: .constraints, change)
        validate(table, check.name, change)
    }

    /// Columns are added or renamed in this plan, so an expression over the new ones can't be asked of the live table.
    private func hasNewNames(_ table: SQLIdentifier) -> Bool {
        model.tables[table].map { $0.columns.contains { liveColumn(table, $0.name) != $0.name } } ?? true
            || addedColumns.keys.contains { $0.table == table }
    }

    mutating func dropCheck(_ table: SQLIdentifier, _ check: CheckModel, _ change: SchemaChange) {
        var step = step("drop_check", table, object: check.name, .accessExclusive)
        step.up = ddl.alter(table, "DROP CONSTRAINT \(check.name)")
        step.down = ddl.alter(table, "ADD CONSTRAINT \(check.name) CHECK (\(DDLWriter.sql(check.expression.source)))")
        append(step, to: .dropConstraints, change)
    }

    mutating func validate(_ table: SQLIdentifier, _ name: SQLIdentifier, _ change: SchemaChange) {
        var step = step("validate", table, object: name, .shareUpdateExclusive)
        step.phase = .validate
        step.up = ddl.alter(table, "VALIDATE CONSTRAINT \(name)")
        append(step, to: .validations, change)
    }

    mutating func addForeignKey(_ table: SQLIdentifier, _ key: ForeignKeyModel, _ change: SchemaChange) {
        let isNewTable = createdTables.contains(table)
        var step = step("add_foreign_key", table, object: key.name, .shareRowExclusive)
        if !createdTables.contains(key.target), key.target != table, key.targetSchema == nil {
            step.locks.append(TableLock(key.target, .shareRowExclusive))
            if step.hazards.isEmpty { step.hazards = [.acquiresShareRowExclusiveLock] }
        }
        let clause = ddl.clause(key)
        step.up = ddl.alter(table, isNewTable ? "ADD \(clause)" : "ADD \(clause) NOT VALID")
        step.down = ddl.alter(table, "DROP CONSTRAINT IF EXISTS \(key.name)")
        if !isNew(table, key.columns) { step.precheck = orphans(table, key) }
        append(step, to: .foreignKeys, change)
        if !isNewTable { validate(table, key.name, change) }
    }

    private func orphans(_ table: SQLIdentifier, _ key: ForeignKeyModel) -> Precheck? {
        guard key.columns.count == 1, key.targetColumns.count == 1, key.targetSchema == nil else { return nil }
        let column = liveColumn(table, key.columns[0])
        let shown = liveKey(table)
        let object = "\(table.name).\(key.columns[0].name)"
        if createdTables.contains(key.target) {
            return Precheck(
                query: "SELECT \(shown) FROM \(live(table)) WHERE \(column) IS NOT NULL LIMIT \(Precheck.limit)", reason: .orphans, object: object)
        }
        let there = liveColumn(key.target, key.targetColumns[0])
        // Texts are compared: while a key changes its type, the two columns differ in theirs.
        return Precheck(
            query:
                """
                SELECT \(shown) FROM \(live(table)) WHERE \(column) IS NOT NULL \
                AND \(column)::text NOT IN (SELECT \(there)::text FROM \(live(key.target)) WHERE \(there) IS NOT NULL) LIMIT \(Precheck.limit)
                """, reason: .orphans, object: object)
    }

    mutating func dropForeignKey(_ table: SQLIdentifier, _ key: ForeignKeyModel, _ change: SchemaChange) {
        var step = step("drop_foreign_key", table, object: key.name, .accessExclusive)
        if key.target != table, key.targetSchema == nil { step.locks.append(TableLock(key.target, .accessExclusive)) }
        step.up = ddl.alter(table, "DROP CONSTRAINT \(key.name)")
        step.down = ddl.alter(table, "ADD \(ddl.clause(key))")
        append(step, to: .dropForeignKeys, change)
    }

    mutating func createIndex(_ table: SQLIdentifier, _ index: IndexModel, _ change: SchemaChange) {
        var step = step("create_index", table, object: index.name, .shareUpdateExclusive)
        step.phase = .concurrent
        step.builtIndex = index.name
        step.hazards.append(.indexBuild)
        step.up = ddl.create(index, on: table, concurrently: true)
        step.down = ddl.drop(index: index.name, concurrently: true)
        if index.isUnique, index.predicate == nil, !isNew(table, index.columns) { step.precheck = duplicates(of: index.columns, in: table) }
        append(step, to: .buildIndexes, change)
    }

    mutating func dropIndex(_ table: SQLIdentifier, _ index: IndexModel, _ change: SchemaChange) {
        let goesWithColumn = index.columns.contains { droppedColumns.contains(ColumnPath(table, $0)) }
        var step = step("drop_index", table, object: index.name, goesWithColumn ? .accessExclusive : .shareUpdateExclusive)
        step.hazards.append(.indexDropped)
        step.up = ddl.drop(index: index.name, concurrently: !goesWithColumn)
        step.down = index.isValid ? ddl.create(index, on: table, concurrently: !goesWithColumn) : ""
        if !goesWithColumn { step.phase = .concurrent }
        append(step, to: goesWithColumn ? .dropConstraints : index.isValid ? .dropIndexes : .leftovers, change)
    }
}
