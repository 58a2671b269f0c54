import MigrationPlanning
import Postgres
import SQLText

/// Steps outside of the transaction, each with its state in `kerege.steps`, and what is to be done with those that a crash left.
extension MigrationWork {
    /// An entry that is not complete is brought to an end before anything new is planned.
    func settle(_ head: JournalEntry, _ wanted: Definitions) async throws {
        switch head.state {
        case .applied, .abandoned, .rolledBack: return
        case .rollingBack:
            let (target, previous) = try await standingPlans()
            guard let previous else { throw MigrationError.rollbackRefused(.nothingBefore) }
            _ = try await carryOutRollback(of: target, to: previous)
        case .finishing:
            if head.definitionsHash == wanted.hash {
                emit(.resumed(generation: head.generation))
                let started = ContinuousClock.now
                try await runLaterSteps(of: head.generation)
                try await finish(head.generation, started)
            } else {
                emit(.abandoned(generation: head.generation))
                _ = try await session.batch([
                    Journal.abandonSteps(of: head.generation).statement, Journal.mark(head.generation, as: .abandoned).statement,
                ])
            }
        }
    }

    func steps(of generation: Int) async throws -> [JournalStep] {
        let rows = try await session.query(Journal.steps(of: generation).statement)
        let steps = (0..<rows.rowCount).compactMap { JournalStep(rows, $0) }
        guard steps.count == rows.rowCount else { throw MigrationError.journalUnreadable(generation: generation, nil) }
        return steps
    }

    func runLaterSteps(of generation: Int) async throws {
        for entry in try await steps(of: generation) where [.pending, .running, .failed].contains(entry.state) {
            do {
                try await run(entry, of: generation)
            } catch PostgresError.server(let fault) {
                try await giveUp(entry, of: generation, fault)
            }
        }
    }

    private func run(_ entry: JournalStep, of generation: Int) async throws {
        let step = entry.step
        _ = try await session.query(Journal.mark(entry.position, of: generation, as: .running).statement)
        try await probe(.beforeLater(step: step.id))
        emit(.stepStarted(step.id))
        let started = ContinuousClock.now
        switch step.phase {
        case .concurrent:
            // A run that was cut off may have built the index, or left half of one.
            let isThere = entry.state == .pending ? false : try await hasIndex(step.builtIndex)
            if !isThere { _ = try await session.execute(step.up.text) }
            try await probe(.afterLater(step: step.id))
            _ = try await session.query(Journal.mark(entry.position, of: generation, as: .done).statement)
        case .validate, .finish, .transactional:
            try await runInTransaction(step.up, step, marking: Journal.mark(entry.position, of: generation, as: .done))
        }
        emit(.stepFinished(step.id, ContinuousClock.now - started))
    }

    /// The step and its mark are one: after a crash it is either undone and unmarked, or done and marked.
    func runInTransaction(_ text: DDLText, _ step: MigrationStep, marking mark: SQLFragment) async throws {
        try await retryingLocks(tables: step.locks.map(\.table.name)) {
            try await session.withTransaction { transaction in
                _ = try await transaction.query(Settings.local(lock: options.lockTimeout, statement: .zero))
                _ = try await transaction.execute(text.text)
                _ = try await transaction.query(mark.statement)
            }
        }
    }

    /// Whether the index stands; one that is invalid is dropped.
    private func hasIndex(_ name: SQLIdentifier?) async throws -> Bool {
        guard let name else { return false }
        let query: SQLFragment = """
            SELECT x.indisvalid FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = i.relnamespace \
            WHERE n.nspname = \(bind: .text(schema), as: .text) AND i.relname = \(bind: .text(name.name), as: .text)
            """
        guard let isValid = try await session.query(query.statement).bool(0, 0) else { return false }
        if !isValid {
            try await dropIndex(name)
            emit(.invalidIndexDropped(name.name))
        }
        return isValid
    }

    private func dropIndex(_ name: SQLIdentifier) async throws {
        let text: DDLText = "DROP INDEX CONCURRENTLY IF EXISTS \(options.schema).\(name)"
        _ = try await session.execute(text.text)
    }

    /// Marks the step and clears what it left: an invalid unique index would go on refusing writes.
    private func giveUp(_ entry: JournalStep, of generation: Int, _ fault: ServerFault) async throws {
        _ = try await session.query(Journal.mark(entry.position, of: generation, as: .failed, sqlState: fault.sqlState.rawValue).statement)
        if entry.step.phase == .concurrent { _ = try await hasIndex(entry.step.builtIndex) }
        throw MigrationError.stepFailed(step: entry.step.id, generation: generation, reason: fault)
    }
}
