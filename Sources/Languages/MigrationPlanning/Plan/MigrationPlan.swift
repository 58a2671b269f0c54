import Digests
package import SQLText

/// What will be done, in order, and what was found on the way.
package struct MigrationPlan: Sendable, Equatable {
    /// The schema that holds the tables: `public`.
    package var schema: SQLIdentifier
    /// The journal's newest generation when the plan was made; 0 = none.
    package var baseGeneration: Int
    /// Of the live structure when the plan was made, and of what it will be.
    package var fromFingerprint: String
    package var toFingerprint: String
    /// Hash of the canonical text of the definitions that the plan brings into force.
    package var definitions: String
    package var steps: [MigrationStep]
    /// What the transaction locks at its start, by the names the tables have then.
    package var initialLocks: [TableLock]
    package var problems: [PlanProblem]
    package var questions: [RenameQuestion]
    package var unmanaged: [UnmanagedObject]
    package var notes: [PlanNote]
    /// Tables and columns that get another name, in this order.
    package var renames: [PlannedRename]
    /// Hash of the definitions in force when the plan was made; nil = none.
    package var definitionsBefore: String?
    /// What becomes different in the rights that files define.
    package var rights: [RightsChange]
    /// Roles and policies that no file defines any more, with what refers to them.
    package var leaving: [RightsLoss]

    package init(
        schema: SQLIdentifier, baseGeneration: Int, fromFingerprint: String, toFingerprint: String, definitions: String, steps: [MigrationStep]
    ) {
        self.schema = schema
        self.baseGeneration = baseGeneration
        self.fromFingerprint = fromFingerprint
        self.toFingerprint = toFingerprint
        self.definitions = definitions
        self.steps = steps
        initialLocks = []
        problems = []
        questions = []
        unmanaged = []
        notes = []
        renames = []
        rights = []
        leaving = []
    }

    /// No DDL. The definitions may still differ (a label, a rule).
    package var isEmpty: Bool { steps.isEmpty }
    /// Neither DDL nor other definitions.
    package var changesNothing: Bool { isEmpty && rights.isEmpty && definitionsBefore == definitions }
    /// What goes with roles and policies that leave the files.
    package var losses: [RightsLoss] { leaving.filter { $0.allowToken != nil } }

    /// SHA-256 in hex over both fingerprints, the definitions and every step's text: what `--plan HASH` names.
    package var hash: String {
        var hash = IncrementalHash(.sha256)
        for part in [fromFingerprint, toFingerprint, definitions, schema.name] { hash.update(part + "\n") }
        for step in steps { hash.update("\(step.id)\n\(step.phase.rawValue)\n\(step.up.text)\n\(step.down?.text ?? "-")\n") }
        return hash.finish().hex
    }

    /// The words that the destructive steps and the lost rights need, in order, each once.
    package var allowTokens: [String] {
        var seen: Set<String> = []
        return (steps.compactMap(\.allowToken) + losses.compactMap(\.allowToken)).filter { seen.insert($0).inserted }
    }

    package func missingTokens(allowed: Set<String>) -> [String] { allowTokens.filter { !allowed.contains($0) } }

    package var transactionalSteps: [MigrationStep] { steps.filter { $0.phase == .transactional } }
    package var laterSteps: [MigrationStep] { steps.filter { $0.phase != .transactional } }
    package var isReversible: Bool { steps.allSatisfy(\.isReversible) }
}

package struct PlannedRename: Sendable, Equatable {
    /// The table, under its new name.
    package var table: SQLIdentifier
    /// nil: the table itself is renamed.
    package var column: SQLIdentifier?
    package var oldName: SQLIdentifier
    package init(table: SQLIdentifier, column: SQLIdentifier?, oldName: SQLIdentifier) {
        self.table = table
        self.column = column
        self.oldName = oldName
    }
}

/// What the planner must know beside the difference.
package struct PlanContext: Sendable {
    package var schema: SQLIdentifier
    package var baseGeneration: Int
    /// By table; from `pg_class.reltuples`.
    package var estimatedRows: [SQLIdentifier: Int]
    package var definitions: String

    package init(
        schema: SQLIdentifier = SQLIdentifier(static: "public"), baseGeneration: Int = 0, estimatedRows: [SQLIdentifier: Int] = [:],
        definitions: String = ""
    ) {
        self.schema = schema
        self.baseGeneration = baseGeneration
        self.estimatedRows = estimatedRows
        self.definitions = definitions
    }
}
