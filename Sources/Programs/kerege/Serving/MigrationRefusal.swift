import MigrationPlanning
import MigrationRunner
import SchemaModel

/// Why the schema was not applied, for a person: the plan, what is missing, what to do.
struct MigrationRefusal: Error, CustomStringConvertible {
    /// Who wanted the schema applied: what a refusal means for them.
    struct Situation: Sendable {
        enum Asker: Sendable {
            /// A server that starts.
            case start
            /// A server that runs, after a file was saved.
            case save
            case command
        }
        var asker: Asker
        /// Of the schema files.
        var folder: String
    }

    let description: String
    let exitCode: Int32
    /// For logs: without plan and row data.
    let summary: String
    /// What applies the plan all the same, to paste; nil where that would not help.
    let command: String?

    init(text: String, exitCode: Int32) {
        description = text
        summary = text
        command = nil
        self.exitCode = exitCode
    }

    init(_ error: MigrationError, in situation: Situation) {
        let consequence = situation.consequence
        let way = error.wayOut(folder: situation.folder)
        summary = "\(error)"
        command = way
        switch error {
        case .destructive(let plan, _):
            description = """
                \(plan.text)
                \(consequence): this plan loses data. If that is meant, allow each of its steps, for this plan alone:
                  \(way ?? "")
                Else put back into the files what is missing there.
                """
        case .pending(let plan):
            let loss = plan.allowTokens.isEmpty ? "" : " (it loses data, so its words of permission are with it)"
            description = """
                \(plan.text)
                \(consequence): with MIGRATE=off it only checks, and the database is not as the files say. To apply the plan\(loss):
                  \(way ?? "")
                """
        case .problems(let plan): description = "\(plan.text)\n\(consequence): the plan has problems"
        case .rowsInTheWay(let plan, let obstacles):
            description = "\(plan.text)\n\(consequence): rows are in the way\n" + obstacles.map(\.line).joined(separator: "\n")
        case .planMoved(let expected, let plan):
            description = """
                \(plan.text)
                \(consequence): --plan \(expected) does not name the plan that is needed now. If this one is meant:
                  \(way ?? "")
                """
        case .rollbackRefused(let refusal): description = "\(consequence): \(refusal.reason)" + (way.map { "\n  \($0)" } ?? "")
        case .stepFailed: description = "\(error)\nWhat came before this step stays; it is tried again at the next start, or by `migrate apply`."
        case .notLowerable, .locked, .anotherMigration, .stepRefused, .journalUnreadable: description = "\(error)\n\(consequence)"
        }
        exitCode = error.losesData ? 3 : 1
    }
}

extension MigrationRefusal.Situation {
    fileprivate var consequence: String {
        switch asker {
        case .start: "server not started"
        case .save: "not applied, the schema before stays in force"
        case .command: "nothing was changed"
        }
    }
}

/// Commands to paste, as arguments of this program.
enum MigrationCommandLine {
    /// - Returns: what applies this plan, and only this, with all it needs to be allowed.
    static func apply(_ plan: MigrationPlan, folder: String) -> [String] {
        let allowed = plan.allowTokens.flatMap { ["--allow", $0] }
        return ["migrate", "apply"] + schemas(folder) + allowed + (allowed.isEmpty ? [] : ["--plan", String(plan.hash.prefix(12))])
    }

    static func rollback(allowing tokens: [String], folder: String) -> [String] {
        ["migrate", "rollback"] + schemas(folder) + tokens.flatMap { ["--allow", $0] }
    }

    private static func schemas(_ folder: String) -> [String] { folder == SchemaFolder.standard ? [] : ["--schemas", folder] }
}

extension MigrationError {
    /// The command that applies the plan all the same.
    fileprivate func wayOut(folder: String) -> String? {
        switch self {
        case .destructive(let plan, _), .pending(let plan), .planMoved(_, let plan):
            ShellText.command(MigrationCommandLine.apply(plan, folder: folder))
        case .rollbackRefused(.wouldLoseData(let missing)): ShellText.command(MigrationCommandLine.rollback(allowing: missing, folder: folder))
        case .rollbackRefused, .problems, .rowsInTheWay, .notLowerable, .locked, .anotherMigration, .stepRefused, .stepFailed, .journalUnreadable:
            nil
        }
    }

    fileprivate var losesData: Bool {
        if case .destructive = self { return true }
        if case .rollbackRefused(.wouldLoseData) = self { return true }
        return false
    }
}

extension RollbackRefusal {
    fileprivate var reason: String {
        switch self {
        case .nothingBefore: "there is no plan to take back, or only the first"
        case .irreversible(let step): "the step \(step) can't be taken back"
        case .wouldLoseData: "rows or values that came since would be lost. If that is meant:"
        case .liveMoved: "the tables have been changed since by somebody else, so the way back doesn't fit them"
        }
    }
}

extension Obstacle {
    fileprivate var line: String {
        let place = cause.map { " (\($0))" } ?? ""
        return "  \(object): \(reason.words)\(place), for example \(keys.prefix(5).joined(separator: ", "))\n    \(reason.wayOut)"
    }
}

extension Precheck.Reason {
    fileprivate var words: String {
        switch self {
        case .nullValues: "rows without a value"
        case .duplicateValues: "values that stand there more than once"
        case .orphans: "values that point at rows which aren't there"
        case .violatedCheck: "rows that don't pass the check"
        case .rowsExist: "the table has rows, and these would have no value"
        case .tooLong: "values that are too long"
        }
    }

    fileprivate var wayOut: String {
        switch self {
        case .nullValues: "fill them first, or say `nullable: true`"
        case .duplicateValues: "make them different first, or take `unique` away"
        case .orphans: "empty or mend them first, or say `foreign_key: false`"
        case .violatedCheck: "mend them first, or take the check away"
        case .rowsExist: "give the field a `default`, or say `nullable: true`, fill it, and make it required then"
        case .tooLong: "shorten them first, or give the field a greater `length`"
        }
    }
}
