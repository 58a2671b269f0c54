import EventLoops
import JSONText
import MigrationPlanning
import MigrationRunner
import Postgres
import SchemaModel
import Telemetry

/// `kerege migrate plan | apply | status | rollback`.
struct MigrateCommand {
    private enum Verb: String {
        case plan, apply, status, rollback
    }

    private let verb: Verb
    private let folder: String
    private let allowed: Set<String>
    private let planHash: String?
    private let isJSON: Bool

    init(_ arguments: [String]) throws {
        let options = try Options(arguments, taking: ["schemas", "allow", "plan"], flags: ["json"])
        guard let word = options.rest.first, let verb = Verb(rawValue: word), options.rest.count == 1 else {
            throw UsageProblem("migrate plan, apply, status or rollback")
        }
        self.verb = verb
        folder = options["schemas"] ?? "Schemas"
        allowed = Set(options.values["allow"] ?? [])
        planHash = options["plan"]
        isJSON = options.has("json")
    }

    func run() throws -> Int32 {
        var reader = try EnvironmentReader.current(folder: ".")
        let configuration = try ServerConfiguration.read(&reader)
        let log = Logger(LogSink(descriptor: 2, threshold: configuration.logThreshold))
        let schema = verb == .rollback ? nil : try SchemaFolder(path: folder).compile(variables: configuration.variables)
        let loops = try SchemaMigration.makeLoop()
        defer { loops.shutdown() }
        let loop = loops.loops[0]
        let command = self
        do {
            return try LoopRun.wait(on: loop) { try await command.run(schema, configuration, log, on: loop) }
        } catch let refusal as MigrationRefusal {
            Terminal.error(refusal.description)
            return refusal.exitCode
        }
    }

    private func run(_ schema: SchemaSnapshot?, _ configuration: ServerConfiguration, _ log: Logger, on loop: EventLoop) async throws -> Int32 {
        do {
            return try await EmbeddedPostgres.withDatabase(of: configuration, on: loop, log: log) { conninfo in
                let migration = SchemaMigration(
                    configuration: configuration, conninfo: configuration.database.migrationURL ?? conninfo, loop: loop, log: log)
                return try await migration.withClient { try await self.perform(migration.runner($0), schema) }
            }
        } catch let error as MigrationError {
            throw MigrationRefusal(error)
        }
    }

    private func perform(_ runner: MigrationRunner, _ schema: SchemaSnapshot?) async throws -> Int32 {
        switch verb {
        case .plan:
            guard let schema else { return 1 }
            show(try await runner.plan(schema))
        case .apply:
            guard let schema else { return 1 }
            tell(try await runner.apply(schema, policy: allowed.isEmpty && planHash == nil ? .safe : .allow(allowed, planHash: planHash)))
        case .rollback: tell(try await runner.rollback(allowing: allowed))
        case .status: show(try await runner.status(schema))
        }
        return 0
    }

    private func show(_ plan: MigrationPlan) {
        if isJSON {
            var writer = ByteWriter()
            writer.appendPretty(plan.json)
            Terminal.print(writer.finish().string)
        } else {
            Terminal.print(plan.text)
        }
    }

    private func tell(_ outcome: ApplyOutcome) {
        switch outcome {
        case .upToDate(let generation): Terminal.print("nothing to do: the database is at generation \(generation)")
        case .applied(let generation, let plan): Terminal.print("\(plan.text)\napplied as generation \(generation)")
        }
    }

    private func show(_ status: MigrationStatus) {
        guard let head = status.head else {
            Terminal.print("no migration has been applied")
            return
        }
        Terminal.print(
            "generation \(head.generation), \(head.state)" + (status.isLiveMoved ? "; the tables have been changed since by somebody else" : ""))
        for entry in status.entries { Terminal.print("  \(entry.generation)  \(entry.state)") }
        for step in status.openSteps { Terminal.print("  open: \(step.step)") }
        for table in status.kept { Terminal.print("  kept: \(table)") }
        if let plan = status.plan { Terminal.print(plan.text) }
    }
}
