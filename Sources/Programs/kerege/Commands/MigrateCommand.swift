import MigrationPlanning
import MigrationRunner
import Postgres
import SchemaModel

/// `kerege migrate plan | apply | status | rollback`.
struct MigrateCommand {
    private enum Verb: String, CaseIterable {
        case plan, apply, status, rollback
    }

    private let verb: Verb
    private let report: MigrationReport
    private let folder: String
    private let allowed: Set<String>
    private let planHash: String?

    init(_ arguments: [String]) throws {
        let options = try Options(arguments, taking: ["schemas", "allow", "plan"], flags: ["json"])
        guard let word = options.rest.first else { throw UsageProblem("migrate plan, apply, status or rollback") }
        guard let verb = Verb(rawValue: word) else { throw UsageProblem(unknown: word, "command", among: Verb.allCases.map(\.rawValue)) }
        if options.rest.count > 1 { throw UsageProblem("migrate \(word) takes no \"\(options.rest[1])\"") }
        switch verb {
        case .plan, .status: try options.refuse(["allow", "plan"], because: "`migrate \(word)` changes nothing")
        case .apply: try options.refuse(["json"], because: "it is for `migrate plan` and `migrate status`")
        case .rollback: try options.refuse(["plan", "json"], because: "`migrate rollback` takes back the newest plan")
        }
        self.verb = verb
        folder = options["schemas"] ?? SchemaFolder.standard
        allowed = Set(options.values["allow"] ?? [])
        planHash = options["plan"]
        report = MigrationReport(folder: folder, isJSON: options.has("json"))
    }

    func run() throws -> Int32 {
        let command = try DatabaseCommand(schemas: folder)
        let schema = verb == .rollback ? nil : try command.compile()
        do {
            return try command.run(asMigrator: true) { migration, client in
                do {
                    return try await perform(migration.runner(client), schema, command)
                } catch let error as MigrationError {
                    throw MigrationRefusal(error, in: .init(asker: .command, folder: folder))
                }
            }
        } catch let refusal as MigrationRefusal {
            Terminal.error(refusal.description)
            if verb == .apply, refusal.exitCode == 3, !allowed.isEmpty, planHash == nil {
                Terminal.error("(--allow counts only together with --plan HASH, which names the plan that it was given for.)")
            }
            return refusal.exitCode
        }
    }

    private func perform(_ runner: MigrationRunner, _ schema: SchemaSnapshot?, _ command: DatabaseCommand) async throws -> Int32 {
        switch verb {
        case .plan:
            guard let schema else { return 1 }
            report.show(try await runner.plan(schema))
        case .apply:
            guard let schema else { return 1 }
            report.tell(try await runner.apply(schema, policy: planHash.map { .allow(allowed, planHash: $0) } ?? .safe))
        case .rollback:
            report.tell(try await runner.rollback(allowing: allowed))
            await warnOfFiles(runner, command)
        case .status: report.show(try await runner.status(schema))
        }
        return 0
    }

    /// Files that still say what was taken back are applied by the next start.
    private func warnOfFiles(_ runner: MigrationRunner, _ command: DatabaseCommand) async {
        do {
            _ = try await runner.apply(try command.compile(), policy: .check)
        } catch MigrationError.pending(let plan), MigrationError.problems(let plan) {
            let next = plan.allowTokens.isEmpty ? "would apply them again" : "would refuse them, as they lose data now"
            Terminal.error("warning: the files in \(folder) say something else than the database now, and the next start \(next): change them first")
        } catch {
            Terminal.error("warning: the files in \(folder) can't be compared with the database: \(error)")
        }
    }
}
