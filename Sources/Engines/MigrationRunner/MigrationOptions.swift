package import SQLText

/// How a runner works. Durations are upper bounds unless said otherwise.
package struct MigrationOptions: Sendable {
    /// The schema of the tables.
    package var schema = SQLIdentifier(static: "public")
    /// Longest wait for the locks of the transaction, and for each lock after it: readers queue behind us no longer than this.
    package var lockTimeout = Duration.seconds(3)
    /// How often the transaction is tried when locks are not to be had.
    package var lockAttempts = 10
    /// Between two attempts; each waits between half of it and all of it, twice as long every time, at most 32 times.
    package var lockRetryDelay = Duration.milliseconds(200)
    /// Longest wait for another process that migrates.
    package var migrationWait = Duration.seconds(600)
    /// Longest run of a statement in the transaction, unless a step is known to be long (a rewrite, a copy).
    package var statementTimeout = Duration.seconds(60)
    /// Written to the journal: who applies.
    package var appliedBy = "kerege"
    /// Where records of plans are written; nil = nowhere.
    package var recordsFolder: String?
    /// The role that serves, where it is not the one that migrates: it gets the rights to read and write rows of both schemas, no more.
    package var servingRole: SQLIdentifier?
    /// Called at each point where a crash would be interesting. For tests: what it throws is treated as a crash.
    package var probe: (@Sendable (MigrationProbe) async throws -> Void)?

    package init() {}
}

/// Points of a migration at which tests stop it.
package enum MigrationProbe: Sendable, Equatable {
    /// After a step of the transaction.
    case inTransaction(step: String)
    case beforeCommit
    case afterCommit(generation: Int)
    /// A later step is marked as running, and not yet run.
    case beforeLater(step: String)
    /// A later step was run, and is not yet marked as done (concurrent ones alone: the others are marked in their own transaction).
    case afterLater(step: String)
    case beforeFinish
}
