import SQLText

/// Difference -> ordered steps.
///
/// - Shape: first what goes into the one transaction, in dependency order with foreign keys last, so that cycles need no thought; then what must
///   stand outside of it: leftovers away, indexes built and dropped concurrently, constraints validated, and the instant steps that needed those.
/// - New tables are made whole. On tables that exist foreign keys and checks come as `NOT VALID` and are validated later, `NOT NULL` by way of
///   such a check, unique constraints by way of an index built concurrently.
/// - What is dropped is kept: tables move into a schema of their own, columns are copied (`kerege._trash_*`).
/// - Source: contract/migrations.md, sections 2 and 3.
package enum MigrationPlanner {
    package static func plan(current: DatabaseModel, diff: SchemaDiff, context: PlanContext = PlanContext()) -> MigrationPlan {
        var work = PlanWork(current: current, changes: diff.changes, context: context)
        for change in diff.changes { work.add(change) }
        let steps = work.orderedSteps
        var plan = MigrationPlan(
            schema: context.schema, baseGeneration: context.baseGeneration, fromFingerprint: current.fingerprint,
            toFingerprint: current.applying(diff.changes).fingerprint, definitions: context.definitions, steps: steps)
        plan.initialLocks = work.initialLocks(of: steps)
        plan.problems = diff.problems
        plan.questions = diff.questions
        plan.unmanaged = diff.unmanaged
        plan.notes = diff.notes
        plan.renames = diff.changes.compactMap(\.rename)
        return plan
    }
}

/// Where a step stands in the plan.
enum PlanStage: Int, CaseIterable {
    case extensions, renames, dropForeignKeys, dropConstraints, safety, drops, alterations, tables, columns, constraints, foreignKeys, comments
    // Outside of the transaction:
    case leftovers, buildIndexes, dropIndexes, validations, finish
}

/// One planning under way.
struct PlanWork {
    let context: PlanContext
    let ddl: DDLWriter
    /// The live model with the renames done: names as the steps after them see.
    let model: DatabaseModel
    var stages: [PlanStage: [MigrationStep]] = [:]
    private(set) var createdTables: Set<SQLIdentifier> = []
    private(set) var droppedColumns: Set<ColumnPath> = []
    private(set) var addedColumns: [ColumnPath: ColumnModel] = [:]
    /// New name -> the name before the plan.
    private var oldTables: [SQLIdentifier: SQLIdentifier] = [:]
    private var oldColumns: [ColumnPath: SQLIdentifier] = [:]

    init(current: DatabaseModel, changes: [SchemaChange], context: PlanContext) {
        self.context = context
        ddl = DDLWriter(schema: context.schema)
        model = current.applying(changes.filter { $0.kind.stage == .renames })
        for change in changes {
            switch change.kind {
            case .createTable(let table): createdTables.insert(table.name)
            case .dropColumn(let table, let column): droppedColumns.insert(ColumnPath(table, column.name))
            case .addColumn(let table, let column): addedColumns[ColumnPath(table, column.name)] = column
            case .renameTable(let old, let new): oldTables[new] = old
            case .renameColumn(let table, let old, let new): oldColumns[ColumnPath(table, new)] = old
            case .createExtension, .dropTable, .alterType, .setDefault, .dropExpression, .setNotNull, .dropNotNull, .setColumnComment,
                .addPrimaryKey, .dropPrimaryKey, .addUnique, .dropUnique, .addForeignKey, .dropForeignKey, .addCheck, .dropCheck,
                .validateConstraint, .renameConstraint, .createIndex, .dropIndex, .renameIndex:
                break
            }
        }
    }

    mutating func add(_ change: SchemaChange) {
        switch change.kind {
        case .createExtension(let name): createExtension(name, change)
        case .createTable(let table): createTable(table, change)
        case .dropTable(let table): dropTable(table, change)
        case .renameTable(let old, let new): renameTable(old, new, change)
        case .addColumn(let table, let column): addColumn(table, column, change)
        case .dropColumn(let table, let column): dropColumn(table, column, change)
        case .renameColumn(let table, let old, let new): renameColumn(table, old, new, change)
        case .alterType(let table, let from, let to, let using): alterType(table, from, to, using, change)
        case .setDefault(let table, let column, let from, let to): setDefault(table, column, from, to, change)
        case .dropExpression(let table, let column): dropExpression(table, column, change)
        case .setNotNull(let table, let column): setNotNull(table, column, change)
        case .dropNotNull(let table, let column): dropNotNull(table, column, change)
        case .setColumnComment(let table, let column, let from, let to): setComment(table, column, from, to, change)
        case .addPrimaryKey(let table, let key): addPrimaryKey(table, key, change)
        case .dropPrimaryKey(let table, let key): dropPrimaryKey(table, key, change)
        case .addUnique(let table, let key): addUnique(table, key, change)
        case .dropUnique(let table, let key): dropUnique(table, key, change)
        case .addForeignKey(let table, let key): addForeignKey(table, key, change)
        case .dropForeignKey(let table, let key): dropForeignKey(table, key, change)
        case .addCheck(let table, let check): addCheck(table, check, change)
        case .dropCheck(let table, let check): dropCheck(table, check, change)
        case .validateConstraint(let table, let name): validate(table, name, change)
        case .renameConstraint(let table, let old, let new): renameConstraint(table, old, new, change)
        case .createIndex(let table, let index): createIndex(table, index, change)
        case .dropIndex(let table, let index): dropIndex(table, index, change)
        case .renameIndex(let table, let old, let new): renameIndex(table, old, new, change)
        }
    }

    mutating func append(_ step: MigrationStep, to stage: PlanStage, _ change: SchemaChange) {
        var step = step
        step.cause = step.cause ?? change.cause
        stages[stage, default: []].append(step)
    }

    /// All steps in order. Ids are unique: a second step of one id gets a number.
    var orderedSteps: [MigrationStep] {
        var counts: [String: Int] = [:]
        return PlanStage.allCases.flatMap { stages[$0] ?? [] }.map { step in
            var step = step
            let seen = counts[step.id, default: 0] + 1
            counts[step.id] = seen
            if seen > 1 { step.id += "#\(seen)" }
            return step
        }
    }

    /// The strongest lock of each table that exists before the plan, under its name before the plan, sorted.
    func initialLocks(of steps: [MigrationStep]) -> [TableLock] {
        var levels: [SQLIdentifier: LockLevel] = [:]
        for step in steps where step.phase == .transactional {
            for lock in step.locks where !createdTables.contains(lock.table) {
                let name = oldTables[lock.table] ?? lock.table
                levels[name] = max(levels[name] ?? lock.level, lock.level)
            }
        }
        return levels.map { TableLock($0.key, $0.value) }.sorted { $0.table.name < $1.table.name }
    }

    // Names before the plan, for questions that are asked before it runs.

    func live(_ table: SQLIdentifier) -> DDLText { ddl.name(oldTables[table] ?? table) }

    func liveColumn(_ table: SQLIdentifier, _ column: SQLIdentifier) -> SQLIdentifier { oldColumns[ColumnPath(table, column)] ?? column }

    /// The key text of the table's rows, under the old names.
    func liveKey(_ table: SQLIdentifier) -> DDLText {
        guard var found = model.tables[table] else { return "ctid::text" }
        if let key = found.primaryKey { found.primaryKey = KeyModel(name: key.name, columns: key.columns.map { liveColumn(table, $0) }) }
        return ddl.keyText(of: found)
    }

    func isNew(_ table: SQLIdentifier, _ columns: [SQLIdentifier]) -> Bool {
        createdTables.contains(table) || columns.contains { addedColumns[ColumnPath(table, $0)] != nil }
    }
}

extension SchemaChange {
    fileprivate var rename: PlannedRename? {
        if case .renameTable(let old, let new) = kind { return PlannedRename(table: new, column: nil, oldName: old) }
        if case .renameColumn(let table, let old, let new) = kind { return PlannedRename(table: table, column: new, oldName: old) }
        return nil
    }
}
