import MigrationPlanning
import Postgres
import SQLText
import SchemaModel

/// The newest plan taken back: later steps first, each marked, then everything else with the rows and the journal in one transaction.
extension MigrationWork {
    func rollback(allowing allowed: Set<String>) async throws -> ApplyOutcome {
        try await prepareSession()
        let head = try await headIfAny()
        let (target, previous) = try await standingPlans()
        guard let previous, let head else { throw MigrationError.rollbackRefused(.nothingBefore) }
        if target.state != .rollingBack {
            try await refuseWhereDataIsLost(target, head, allowed, to: previous)
            _ = try await session.query(Journal.mark(target.generation, as: .rollingBack).statement)
        }
        return try await carryOutRollback(of: target, to: previous)
    }

    /// The newest plan that stands, and the one before it.
    func standingPlans() async throws -> (target: JournalEntry, previous: JournalEntry?) {
        let rows: PostgresResult
        do {
            rows = try await session.query(Journal.standing.statement)
        } catch let error as PostgresError where error.isMissingJournal {
            throw MigrationError.rollbackRefused(.nothingBefore)
        }
        guard let target = JournalEntry(rows, 0) else { throw MigrationError.rollbackRefused(.nothingBefore) }
        return (target, rows.rowCount > 1 ? JournalEntry(rows, 1) : nil)
    }

    private func refuseWhereDataIsLost(
        _ target: JournalEntry, _ head: JournalEntry, _ allowed: Set<String>, to previous: JournalEntry
    ) async throws {
        let digest = try await session.query(CatalogueQueries.digest(of: schema).statement).string(0, 0)
        if let recorded = head.liveDigest, recorded != digest { throw MigrationError.rollbackRefused(.liveMoved) }
        var missing: [String] = []
        for entry in try await steps(of: target.generation) where entry.state != .abandoned && entry.state != .pending {
            guard entry.step.isReversible else { throw MigrationError.rollbackRefused(.irreversible(step: entry.step.id)) }
            guard let check = entry.step.undoGuard, !allowed.contains(check.allowToken) else { continue }
            if let rows = try await session.execute(check.query.text).last, rows.rowCount > 0 { missing.append(check.allowToken) }
        }
        missing += try await lostRights(from: target, to: previous).filter { !allowed.contains($0) }
        guard missing.isEmpty else { throw MigrationError.rollbackRefused(.wouldLoseData(missing: missing)) }
    }

    /// Goes on wherever a crash stopped it: what is undone is marked.
    func carryOutRollback(of target: JournalEntry, to previous: JournalEntry) async throws -> ApplyOutcome {
        let all = try await steps(of: target.generation)
        let later = all.filter { $0.step.phase != .transactional && ![.undone, .abandoned, .pending].contains($0.state) }
        for entry in later.reversed() { try await undo(entry, of: target.generation) }
        let snapshot = try await snapshot(of: previous.generation)
        let inner = all.filter { $0.step.phase == .transactional && $0.state == .done }.reversed().map(\.step)
        let tables = Set(inner.flatMap { $0.locks.map(\.table.name) }).sorted()
        let outcome = try await retryingLocks(tables: tables) {
            try await undoTransaction(inner, target: target, previous: previous, snapshot: snapshot)
        }
        guard case .applied(let generation, var plan) = outcome else { return outcome }
        plan.definitionsBefore = target.definitionsHash
        plan.rights = RightsDiffer.diff(from: try await self.snapshot(of: target.generation).access, to: snapshot.access)
        return .applied(generation: generation, plan: plan)
    }

    private func undo(_ entry: JournalStep, of generation: Int) async throws {
        let mark = Journal.mark(entry.position, of: generation, as: .undone)
        guard let down = entry.step.down, !down.text.isEmpty else {
            _ = try await session.query(mark.statement)
            return
        }
        try await probe(.beforeLater(step: entry.step.id))
        if entry.step.phase == .concurrent {
            _ = try await session.execute(down.text)
            _ = try await session.query(mark.statement)
        } else {
            try await runInTransaction(down, entry.step, marking: mark)
        }
    }

    private func undoTransaction(
        _ steps: [MigrationStep], target: JournalEntry, previous: JournalEntry, snapshot: SchemaSnapshot
    ) async throws -> ApplyOutcome {
        let definitions = Definitions(snapshot)
        return try await session.withTransaction { transaction in
            try await lock(try await presentLocks(of: steps, in: transaction), in: transaction)
            _ = try await transaction.query(Settings.local(lock: options.lockTimeout, statement: .zero))
            for step in steps {
                if let down = step.down, !down.text.isEmpty { _ = try await transaction.execute(down.text) }
                try await probe(.inTransaction(step: step.id))
            }
            if let mirror = Mirror(snapshot, schema: options.schema, renames: inverseRenames(of: steps)) {
                _ = try await transaction.batch(mirror.statements)
            }
            let plan = record(of: target, definitions.hash, steps)
            let entry = Journal.NewEntry(
                kind: .rollback, state: .finishing, plan: plan, definitions: definitions.text, appliedBy: options.appliedBy,
                rollsBack: target.generation)
            guard let generation = try await transaction.query(Journal.insert(entry).statement).int(0, 0) else {
                throw PostgresError.transactionAborted
            }
            _ = try await transaction.batch([
                Journal.mark(target.generation, as: .rolledBack).statement, Journal.undoSteps(of: target.generation).statement,
                Journal.finish(generation, schema: schema, milliseconds: 0).statement, notification(generation),
            ])
            try await probe(.beforeCommit)
            emit(.rolledBack(generation: target.generation, by: generation))
            return .applied(generation: generation, plan: plan)
        }
    }

    /// The entry's plan, backwards: what went up goes down.
    private func record(of target: JournalEntry, _ definitions: String, _ steps: [MigrationStep]) -> MigrationPlan {
        MigrationPlan(
            schema: options.schema, baseGeneration: target.generation, fromFingerprint: target.toFingerprint,
            toFingerprint: target.fromFingerprint, definitions: definitions,
            steps: steps.map { MigrationStep(id: "undo:\($0.id)", up: $0.down ?? "", down: $0.up) })
    }

    /// Locks on those tables that are there: the plan may have made or moved some.
    private func presentLocks(of steps: [MigrationStep], in transaction: PostgresTransaction) async throws -> [TableLock] {
        var levels: [SQLIdentifier: LockLevel] = [:]
        for lock in steps.flatMap(\.locks) { levels[lock.table] = max(levels[lock.table] ?? lock.level, lock.level) }
        let query: SQLFragment = """
            SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
            WHERE n.nspname = \(bind: .text(schema), as: .text) AND c.relkind = 'r'
            """
        let rows = try await transaction.query(query.statement)
        let present = Set((0..<rows.rowCount).compactMap { rows.identifier($0, 0) })
        return levels.filter { present.contains($0.key) }.map { TableLock($0.key, $0.value) }.sorted { $0.table.name < $1.table.name }
    }

    private func inverseRenames(of steps: [MigrationStep]) -> [PlannedRename] {
        let all = steps.compactMap { $0.inverseRename }
        let tables = all.filter { $0.column == nil }
        // Tables first, and columns under the names that those have then.
        let columns = all.filter { $0.column != nil }.map { rename in
            var rename = rename
            rename.table = tables.first { $0.oldName == rename.table }?.table ?? rename.table
            return rename
        }
        return tables + columns
    }
}

extension MigrationStep {
    /// What a rename step renames when it is taken back. Its objects are the old name and the new one.
    fileprivate var inverseRename: PlannedRename? {
        guard objects.count == 2, let new = locks.first?.table else { return nil }
        if id.hasPrefix("rename_table:"), let old = SQLIdentifier(objects[0]) {
            return PlannedRename(table: old, column: nil, oldName: new)
        }
        let prefix = "\(new.name)."
        if id.hasPrefix("rename_column:"), objects[0].hasPrefix(prefix), objects[1].hasPrefix(prefix),
            let old = SQLIdentifier(String(objects[0].dropFirst(prefix.count))), let name = SQLIdentifier(String(objects[1].dropFirst(prefix.count)))
        {
            return PlannedRename(table: new, column: old, oldName: name)
        }
        return nil
    }
}
