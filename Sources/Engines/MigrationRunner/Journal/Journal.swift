import JSONText
import MigrationPlanning
import Postgres
import SQLText

/// Statements over the journal's tables. Written so that a row says in itself what is to be done with it after a crash.
enum Journal {
    /// The newest entry whose definitions are in force.
    static let head: SQLFragment = """
        SELECT \(JournalEntry.columns) FROM kerege.migrations m WHERE m.state <> 'rolled_back' ORDER BY m.id DESC LIMIT 1
        """

    static func definitions(of generation: Int) -> SQLFragment {
        "SELECT m.definitions FROM kerege.migrations m WHERE m.id = \(bind: .text(String(generation)), as: .bigint)"
    }

    /// The newest entry in force with its definitions' text.
    static let recorded: SQLFragment = """
        SELECT m.id, m.definitions FROM kerege.migrations m WHERE m.state <> 'rolled_back' ORDER BY m.id DESC LIMIT 1
        """

    static let latest: SQLFragment = "SELECT \(JournalEntry.columns) FROM kerege.migrations m ORDER BY m.id DESC LIMIT 50"

    /// What a rollback takes back, and what it goes back to: the two newest plans that stand.
    static let standing: SQLFragment = """
        SELECT \(JournalEntry.columns) FROM kerege.migrations m WHERE m.kind = 'apply' AND m.state <> 'rolled_back' ORDER BY m.id DESC LIMIT 2
        """

    static func steps(of generation: Int) -> SQLFragment {
        "SELECT \(JournalStep.columns) FROM kerege.steps s WHERE s.migration = \(id(generation)) ORDER BY s.position"
    }

    struct NewEntry {
        var kind: JournalEntry.Kind
        var state: JournalEntry.State
        var plan: MigrationPlan
        var definitions: String
        var appliedBy: String
        var rollsBack: Int?
    }

    static func insert(_ entry: NewEntry) -> SQLFragment {
        let plan = entry.plan
        let steps = JSONValue.array(plan.steps.map(\.json)).text
        let up = plan.steps.map { "-- \($0.id)\n\($0.up.text);" }.joined(separator: "\n")
        let down = plan.steps.reversed().map { "-- \($0.id)\n\($0.down?.text ?? "-- can't be taken back");" }.joined(separator: "\n")
        return """
            INSERT INTO kerege.migrations (kind, state, plan_hash, definitions_hash, definitions, from_fingerprint, to_fingerprint, steps, up_sql, \
            down_sql, applied_by, rolls_back) VALUES (\(text(entry.kind.rawValue)), \(text(entry.state.rawValue)), \(text(plan.hash)), \
            \(text(plan.definitions)), \(text(entry.definitions)), \(text(plan.fromFingerprint)), \(text(plan.toFingerprint)), \
            \(bind: .text(steps), as: .json), \(text(up)), \(text(down)), \(text(entry.appliedBy)), \
            \(bind: entry.rollsBack.map { .text(String($0)) } ?? .null, as: .bigint)) RETURNING id, \
            to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            """
    }

    /// All steps of a plan: those of the transaction are done with it.
    static func insertSteps(of plan: MigrationPlan, generation: Int) -> SQLFragment {
        let rows = plan.steps.enumerated().map { position, step in
            [
                "position": .integer(position), "id": .string(step.id), "phase": .string(step.phase.rawValue), "definition": step.json,
                "state": .string(step.phase == .transactional ? JournalStep.State.done.rawValue : JournalStep.State.pending.rawValue),
            ] as JSONValue
        }
        return """
            INSERT INTO kerege.steps (migration, position, id, phase, definition, state, finished_at) \
            SELECT \(id(generation)), r.position, r.id, r.phase, r.definition, r.state, CASE WHEN r.state = 'done' THEN now() END \
            FROM json_to_recordset(\(bind: .text(JSONValue.array(rows).text), as: .json)) \
            AS r(position integer, id text, phase text, definition json, state text)
            """
    }

    static func mark(_ position: Int, of generation: Int, as state: JournalStep.State, sqlState: String? = nil) -> SQLFragment {
        """
        UPDATE kerege.steps SET state = \(text(state.rawValue)), sqlstate = \(bind: sqlState.map { .text($0) } ?? .null, as: .text), \
        started_at = CASE WHEN \(text(state.rawValue)) = 'running' THEN clock_timestamp() ELSE started_at END, \
        finished_at = CASE WHEN \(text(state.rawValue)) IN ('done', 'undone') THEN clock_timestamp() ELSE finished_at END \
        WHERE migration = \(id(generation)) AND position = \(bind: .text(String(position)), as: .integer)
        """
    }

    static func mark(_ generation: Int, as state: JournalEntry.State) -> SQLFragment {
        "UPDATE kerege.migrations SET state = \(text(state.rawValue)) WHERE id = \(id(generation))"
    }

    static func abandonSteps(of generation: Int) -> SQLFragment {
        """
        UPDATE kerege.steps SET state = 'abandoned' WHERE migration = \(id(generation)) AND state IN ('pending', 'running', 'failed')
        """
    }

    static func undoSteps(of generation: Int) -> SQLFragment {
        """
        UPDATE kerege.steps SET state = CASE WHEN state = 'done' THEN 'undone' ELSE 'abandoned' END \
        WHERE migration = \(id(generation)) AND state <> 'undone'
        """
    }

    /// Everything is done: the state, how long it took, and the digest of the catalogue as it is now.
    static func finish(_ generation: Int, schema: String, milliseconds: Int) -> SQLFragment {
        """
        UPDATE kerege.migrations SET state = 'applied', duration_ms = \(bind: .text(String(milliseconds)), as: .bigint), \
        live_digest = (\(CatalogueQueries.digest(of: schema))) WHERE id = \(id(generation))
        """
    }

    /// The catalogue changed in ways that ask for nothing: remembered, so that the next start is quick again.
    static func touchDigest(_ generation: Int, schema: String) -> SQLFragment {
        "UPDATE kerege.migrations SET live_digest = (\(CatalogueQueries.digest(of: schema))) WHERE id = \(id(generation))"
    }

    private static func text(_ value: String) -> SQLFragment { "\(bind: .text(value), as: .text)" }
    private static func id(_ generation: Int) -> SQLFragment { "\(bind: .text(String(generation)), as: .bigint)" }
}
