import MigrationPlanning
import Postgres
import SQLText
import SchemaModel

extension MigrationWork {
    /// Looks, and says what there would be to do.
    func check(_ wanted: Definitions) async throws -> ApplyOutcome {
        let head = try await headIfAny()
        let plan = try await plan(wanted, head: head)
        if let head, head.state == .applied, head.definitionsHash == wanted.hash, plan.isEmpty, plan.problems.isEmpty {
            return .upToDate(generation: head.generation)
        }
        throw plan.problems.isEmpty ? MigrationError.pending(plan) : MigrationError.problems(plan)
    }

    /// - Precondition: the migration lock is held.
    func apply(_ wanted: Definitions, _ policy: ApplyPolicy) async throws -> ApplyOutcome {
        try await prepareSession()
        try await prepareJournal()
        if let generation = try await generationAtHead(wanted) { return .upToDate(generation: generation) }
        if let head = try await headIfAny() { try await settle(head, wanted) }
        let head = try await headIfAny()
        let plan = try await plan(wanted, head: head)
        guard plan.problems.isEmpty else { throw MigrationError.problems(plan) }
        // Also what was left to do of a plan that had crashed: the hash that allowed it names no plan any more.
        if let head, plan.isEmpty, head.definitionsHash == wanted.hash, head.state == .applied {
            _ = try await session.query(Journal.touchDigest(head.generation, schema: schema).statement)
            return .upToDate(generation: head.generation)
        }
        try authorize(plan, policy)
        try await askPrechecks(of: plan)
        return try await carryOut(plan, wanted)
    }

    func prepareJournal() async throws {
        let there = try await session.query(SQLFragment("SELECT to_regclass('kerege.origins') IS NOT NULL").statement)
        if there.bool(0, 0) != true { try await JournalTables.create(in: session) }
    }

    private func generationAtHead(_ wanted: Definitions) async throws -> Int? {
        let results = try await session.batch([
            CatalogueQueries.searchPath(schema, for: .session).statement, Journal.head.statement, CatalogueQueries.digest(of: schema).statement,
        ])
        return wanted.generationAtHead(Array(results.dropFirst()))
    }

    private func authorize(_ plan: MigrationPlan, _ policy: ApplyPolicy) throws {
        var allowed: Set<String> = []
        if case .allow(let tokens, let hash) = policy {
            if hash.count < 8 || !plan.hash.hasPrefix(hash) { throw MigrationError.planMoved(expected: hash, found: plan) }
            allowed = tokens
        }
        let missing = plan.missingTokens(allowed: allowed)
        guard missing.isEmpty else { throw MigrationError.destructive(plan, missing: missing) }
    }

    /// Asks the rows before anything is locked.
    private func askPrechecks(of plan: MigrationPlan) async throws {
        var found: [Obstacle] = []
        for step in plan.steps {
            guard let precheck = step.precheck, let rows = try await session.execute(precheck.query.text).last, rows.rowCount > 0 else { continue }
            let keys = (0..<rows.rowCount).map { rows.string($0, 0) ?? "" }
            found.append(Obstacle(step: step.id, reason: precheck.reason, object: precheck.object, keys: keys, cause: step.cause))
        }
        guard found.isEmpty else { throw MigrationError.rowsInTheWay(plan, found) }
    }

    private func carryOut(_ plan: MigrationPlan, _ wanted: Definitions) async throws -> ApplyOutcome {
        let started = ContinuousClock.now
        let tables = plan.initialLocks.map(\.table.name)
        let written = try await retryingLocks(tables: tables) { try await runTransaction(plan, wanted, started) }
        let generation = written.generation
        try await probe(.afterCommit(generation: generation))
        if !plan.laterSteps.isEmpty {
            try await runLaterSteps(of: generation)
            try await finish(generation, started)
        }
        try await verify(plan)
        emit(.applied(generation: generation, plan: plan.hash, steps: plan.steps.count, ContinuousClock.now - started))
        if !plan.isEmpty { await writeRecord(plan, generation: generation, appliedAt: written.appliedAt) }
        return .applied(generation: generation, plan: plan)
    }

    /// DDL, first rows, mirror, journal: one transaction.
    private func runTransaction(
        _ plan: MigrationPlan, _ wanted: Definitions, _ started: ContinuousClock.Instant
    ) async throws -> (generation: Int, appliedAt: String) {
        try await session.withTransaction { transaction in
            try await lock(plan.initialLocks, in: transaction)
            let isLong = plan.transactionalSteps.contains { $0.isBlocking }
            _ = try await transaction.query(Settings.local(lock: options.lockTimeout, statement: isLong ? .zero : options.statementTimeout))
            for step in plan.transactionalSteps { try await run(step, in: transaction) }
            try await writeRows(plan, wanted.snapshot, in: transaction)
            let entry = Journal.NewEntry(
                kind: .apply, state: .finishing, plan: plan, definitions: wanted.text, appliedBy: options.appliedBy)
            let row = try await transaction.query(Journal.insert(entry).statement)
            guard let generation = row.int(0, 0), let appliedAt = row.string(0, 1) else { throw PostgresError.transactionAborted }
            try await grantRights(in: transaction)
            var last = [Journal.insertSteps(of: plan, generation: generation).statement, notification(generation)]
            if plan.laterSteps.isEmpty {
                last.append(Journal.finish(generation, schema: schema, milliseconds: (ContinuousClock.now - started).milliseconds).statement)
            }
            _ = try await transaction.batch(last)
            try await probe(.beforeCommit)
            return (generation, appliedAt)
        }
    }

    func run(_ step: MigrationStep, in transaction: PostgresTransaction) async throws {
        emit(.stepStarted(step.id))
        let started = ContinuousClock.now
        do {
            _ = try await transaction.execute(step.up.text)
        } catch PostgresError.server(let fault) {
            if PostgresError.server(fault).isLockConflict { throw PostgresError.server(fault) }
            throw MigrationError.stepRefused(step: step.id, cause: step.cause, reason: fault)
        }
        emit(.stepFinished(step.id, ContinuousClock.now - started))
        try await probe(.inTransaction(step: step.id))
    }

    private func writeRows(_ plan: MigrationPlan, _ snapshot: SchemaSnapshot, in transaction: PostgresTransaction) async throws {
        if plan.steps.contains(where: { $0.id == "create_table:directus_policies" }) {
            _ = try await transaction.batch(FirstRows.statements(schema: options.schema, snapshot: snapshot))
        }
        guard let mirror = Mirror(snapshot, schema: options.schema, renames: plan.renames) else { return }
        try await refuseNewDependents(plan, snapshot, in: transaction)
        _ = try await transaction.batch(mirror.statements)
    }

    func notification(_ generation: Int) -> SQLStatement {
        SQLFragment("SELECT pg_notify('kerege_schema', \(bind: .text(String(generation)), as: .text))").statement
    }

    func finish(_ generation: Int, _ started: ContinuousClock.Instant) async throws {
        try await probe(.beforeFinish)
        let milliseconds = (ContinuousClock.now - started).milliseconds
        _ = try await session.query(Journal.finish(generation, schema: schema, milliseconds: milliseconds).statement)
    }

    /// The structure must be what the plan said it would become.
    private func verify(_ plan: MigrationPlan) async throws {
        guard !plan.isEmpty else { return }
        let found = try await Introspector.read(session, schema: schema).model.fingerprint
        if found != plan.toFingerprint { emit(.fingerprintDiffers(expected: plan.toFingerprint, found: found)) }
    }
}
