import MigrationPlanning
import Postgres
import SQLText
import SchemaModel

/// One operation of a runner on its session.
struct MigrationWork {
    let runner: MigrationRunner
    let session: PostgresSession

    var options: MigrationOptions { runner.options }
    var schema: String { options.schema.name }
    func emit(_ event: MigrationEvent) { runner.events(event) }
    func probe(_ point: MigrationProbe) async throws { try await options.probe?(point) }

    func headIfAny() async throws -> JournalEntry? {
        do {
            return JournalEntry(try await session.query(Journal.head.statement), 0)
        } catch let error as PostgresError where error.isMissingJournal {
            return nil
        }
    }

    /// Computes the plan from the live database to the wanted definitions.
    func plan(_ wanted: Definitions, head: JournalEntry?) async throws -> MigrationPlan {
        let lowered = try lower(wanted.snapshot)
        let live = try await Introspector.read(session, schema: schema)
        let (desired, refused) = try await normalize(lowered, live: live)
        var recorded: SchemaSnapshot?
        if let head { recorded = try await snapshot(of: head.generation) }
        let owned = try recorded.map { try lower($0) }
        var diff = SchemaDiffer.diff(current: live.model, desired: desired, owned: owned, available: live.availableExtensions)
        diff.problems += refused
        let context = PlanContext(
            schema: options.schema, baseGeneration: head?.generation ?? 0, estimatedRows: live.estimatedRows, definitions: wanted.hash)
        var plan = MigrationPlanner.plan(current: live.model, diff: diff, context: context)
        plan.definitionsBefore = head?.definitionsHash
        plan.rights = RightsDiffer.diff(from: recorded?.access ?? AccessDefinitions(), to: wanted.snapshot.access)
        plan.leaving = try await askDependents(of: RightsLoss.leaving(from: recorded?.access ?? AccessDefinitions(), to: wanted.snapshot.access)) {
            live.model.tables[$0]?.column($1) != nil
        }
        let drift = plan.notes.filter { $0.code == .drift }.map(\.object)
        if !drift.isEmpty { emit(.drift(drift)) }
        return plan
    }

    func snapshot(of generation: Int) async throws -> SchemaSnapshot {
        let text = try await session.query(Journal.definitions(of: generation).statement).string(0, 0)
        guard let text else { throw MigrationError.journalUnreadable(generation: generation, nil) }
        return try Definitions.decode(text, of: generation)
    }

    private func lower(_ snapshot: SchemaSnapshot) throws -> DesiredModel {
        do {
            return try SchemaLowering.lower(snapshot)
        } catch {
            throw MigrationError.notLowerable(error)
        }
    }

    /// Settings for the rest of the session: no limits but those that a transaction sets for itself, names found where the model has them.
    func prepareSession() async throws {
        _ = try await session.batch([Settings.free, CatalogueQueries.searchPath(schema, for: .session).statement])
    }
}

/// `set_config` statements of the runner.
enum Settings {
    static let free: SQLStatement =
        SQLFragment("SELECT set_config('lock_timeout', '0', false), set_config('statement_timeout', '0', false)").statement

    /// For one transaction. Zero = no limit.
    static func local(lock: Duration, statement: Duration) -> SQLStatement {
        let fragment: SQLFragment = """
            SELECT set_config('lock_timeout', \(bind: .text(lock.millisecondsText), as: .text), true), \
            set_config('statement_timeout', \(bind: .text(statement.millisecondsText), as: .text), true)
            """
        return fragment.statement
    }
}

extension Duration {
    var milliseconds: Int { Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000) }
    var millisecondsText: String { String(milliseconds) }
}
