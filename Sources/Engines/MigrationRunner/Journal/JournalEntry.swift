import JSONText
package import MigrationPlanning
import Postgres
import SQLText

/// One row of `kerege.migrations`, without its long texts.
package struct JournalEntry: Sendable, Equatable {
    package enum Kind: String, Sendable { case apply, rollback }

    /// finishing -> applied, abandoned, rolling_back; applied, abandoned -> rolling_back -> rolled_back.
    package enum State: String, Sendable {
        /// Its definitions are in force; steps after the transaction are still to be run.
        case finishing
        case applied
        /// In force, but later definitions took over its remaining steps.
        case abandoned
        case rollingBack = "rolling_back"
        case rolledBack = "rolled_back"
    }

    package var generation: Int
    package var kind: Kind
    package var state: State
    package var planHash: String
    package var definitionsHash: String
    package var fromFingerprint: String
    package var toFingerprint: String
    /// Digest of the live catalogue when the plan was done; nil while it is not.
    package var liveDigest: String?
    /// As PostgreSQL prints it, in UTC.
    package var appliedAt: String
    package var appliedBy: String
    package var rollsBack: Int?

    static let columns: SQLFragment = """
        m.id, m.kind, m.state, m.plan_hash, m.definitions_hash, m.from_fingerprint, m.to_fingerprint, m.live_digest, \
        to_char(m.applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), m.applied_by, m.rolls_back
        """

    init?(_ rows: PostgresResult, _ row: Int) {
        guard let generation = rows.int(row, 0), let kind = rows.string(row, 1).flatMap(Kind.init(rawValue:)),
            let state = rows.string(row, 2).flatMap(State.init(rawValue:))
        else { return nil }
        self.generation = generation
        self.kind = kind
        self.state = state
        planHash = rows.string(row, 3) ?? ""
        definitionsHash = rows.string(row, 4) ?? ""
        fromFingerprint = rows.string(row, 5) ?? ""
        toFingerprint = rows.string(row, 6) ?? ""
        liveDigest = rows.string(row, 7)
        appliedAt = rows.string(row, 8) ?? ""
        appliedBy = rows.string(row, 9) ?? ""
        rollsBack = rows.int(row, 10)
    }
}

/// One row of `kerege.steps`.
package struct JournalStep: Sendable, Equatable {
    package enum State: String, Sendable { case pending, running, done, failed, abandoned, undone }
    package var position: Int
    package var step: MigrationStep
    package var state: State

    static let columns: SQLFragment = "s.position, s.definition, s.state"

    init?(_ rows: PostgresResult, _ row: Int) {
        guard let position = rows.int(row, 0), let text = rows.string(row, 1), let json = try? JSONParser.parse(text),
            let step = MigrationStep(json: json), let state = rows.string(row, 2).flatMap(State.init(rawValue:))
        else { return nil }
        self.position = position
        self.step = step
        self.state = state
    }
}
