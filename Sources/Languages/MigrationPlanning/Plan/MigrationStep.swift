package import SQLText
package import SchemaModel

/// One step of a plan: text that runs as a whole, and what to know of it before it does.
package struct MigrationStep: Sendable, Equatable {
    package enum Phase: String, Sendable, CaseIterable {
        /// In the plan's one transaction, with the journal row and the mirror.
        case transactional
        /// Outside of any transaction (`CONCURRENTLY`); one statement.
        case concurrent
        /// Scans without blocking writers; in a transaction of its own.
        case validate
        /// Instant, after what it needs was validated or built; in a transaction of its own.
        case finish
    }

    /// Unique in its plan: `add_column:posts.subtitle`.
    package var id: String
    package var phase: Phase
    /// One or more statements, separated by semicolons.
    package var up: DDLText
    /// Takes the step back; empty = nothing to take back; nil = can't be taken back.
    package var down: DDLText?
    package var locks: [TableLock]
    /// Names of tables, columns, constraints and indexes, as `posts` and `posts.subtitle`.
    package var objects: [String]
    package var hazards: [Hazard]
    package var rewritesTable: Bool
    /// Holds a lock that stops writers for as long as the table is big.
    package var isBlocking: Bool
    /// Needs this word of the admin's: `drop_column:posts.subtitle`.
    package var allowToken: String?
    /// Rows of the table by the planner's statistics; nil = new or unknown.
    package var estimatedRows: Int?
    package var precheck: Precheck?
    /// Set where taking the step back would lose rows or values that came since.
    package var undoGuard: UndoGuard?
    /// The index that a concurrent step builds: a failed build leaves it behind, invalid.
    package var builtIndex: SQLIdentifier?
    package var cause: SourceLocation?

    package init(id: String, phase: Phase = .transactional, up: DDLText, down: DDLText?) {
        self.id = id
        self.phase = phase
        self.up = up
        self.down = down
        locks = []
        objects = []
        hazards = []
        rewritesTable = false
        isBlocking = false
    }

    package var isReversible: Bool { down != nil }
    package var isDestructive: Bool { allowToken != nil }
}

package struct TableLock: Sendable, Hashable {
    package var table: SQLIdentifier
    package var level: LockLevel
    package init(_ table: SQLIdentifier, _ level: LockLevel) {
        self.table = table
        self.level = level
    }
}

/// Lock levels that data definition takes, weakest first.
/// - Source: PostgreSQL, "Explicit Locking".
package enum LockLevel: Int, Sendable, Comparable, CaseIterable {
    case shareUpdateExclusive, share, shareRowExclusive, accessExclusive

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    package var words: String {
        switch self {
        case .shareUpdateExclusive: "SHARE UPDATE EXCLUSIVE"
        case .share: "SHARE"
        case .shareRowExclusive: "SHARE ROW EXCLUSIVE"
        case .accessExclusive: "ACCESS EXCLUSIVE"
        }
    }

    /// As in `LOCK TABLE … IN … MODE`.
    package var sql: DDLText {
        switch self {
        case .shareUpdateExclusive: "SHARE UPDATE EXCLUSIVE"
        case .share: "SHARE"
        case .shareRowExclusive: "SHARE ROW EXCLUSIVE"
        case .accessExclusive: "ACCESS EXCLUSIVE"
        }
    }
}

/// What may hurt: the words of pg-schema-diff (capitals) and of Squawk (hyphens), contract/migrations.md, section 1. Stable.
package enum Hazard: String, Sendable, CaseIterable {
    case acquiresAccessExclusiveLock = "ACQUIRES_ACCESS_EXCLUSIVE_LOCK"
    case acquiresShareLock = "ACQUIRES_SHARE_LOCK"
    case acquiresShareRowExclusiveLock = "ACQUIRES_SHARE_ROW_EXCLUSIVE_LOCK"
    case correctness = "CORRECTNESS"
    case deletesData = "DELETES_DATA"
    case hasUntrackableDependencies = "HAS_UNTRACKABLE_DEPENDENCIES"
    case indexBuild = "INDEX_BUILD"
    case indexDropped = "INDEX_DROPPED"
    case impactsDatabasePerformance = "IMPACTS_DATABASE_PERFORMANCE"
    case addingFieldWithDefault = "adding-field-with-default"
    case addingRequiredField = "adding-required-field"
    case addingSerialPrimaryKeyField = "adding-serial-primary-key-field"
    case banDropColumn = "ban-drop-column"
    case banDropTable = "ban-drop-table"
    case banDropNotNull = "ban-drop-not-null"
    case changingColumnType = "changing-column-type"
    case renamingColumn = "renaming-column"
    case renamingTable = "renaming-table"
}

/// A question to the rows before anything is done: what it returns stands in the way.
package struct Precheck: Sendable, Equatable {
    package enum Reason: String, Sendable {
        case nullValues = "null-values"
        case duplicateValues = "duplicate-values"
        case orphans = "missing-parents"
        case violatedCheck = "violated-check"
        case rowsExist = "rows-exist"
        case tooLong = "too-long"
    }
    /// One statement that returns at most `limit` rows of one text column: the keys (or values) that offend.
    package var query: DDLText
    package var reason: Reason
    /// `posts.title`
    package var object: String
    package static let limit = 20

    package init(query: DDLText, reason: Reason, object: String) {
        self.query = query
        self.reason = reason
        self.object = object
    }
}

/// Guards the rollback of a step that made room for data.
package struct UndoGuard: Sendable, Equatable {
    /// `drop_table:posts`: with this word of the admin's the rollback may lose what is there.
    package var allowToken: String
    /// Returns a row when there is something to lose.
    package var query: DDLText

    package init(allowToken: String, query: DDLText) {
        self.allowToken = allowToken
        self.query = query
    }
}
