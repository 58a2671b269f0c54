import AccessControl
import Postgres
import QueryEngine
import SchemaModel
import Snapshots

/// `kerege access check`: the rights in the database against the schema in the files. What names something that does not exist, or can't be read,
/// is told with the place that it comes from.
struct AccessCommand {
    private let folder: String

    init(_ arguments: [String]) throws {
        let options = try Options(arguments, taking: ["schemas"])
        guard let word = options.rest.first else { throw UsageProblem("access check") }
        guard word == "check" else { throw UsageProblem(unknown: word, "command", among: ["check"]) }
        if options.rest.count > 1 { throw UsageProblem("access check takes no \"\(options.rest[1])\"") }
        folder = options["schemas"] ?? SchemaFolder.standard
    }

    /// - Returns: 0 = nothing is wrong.
    func run() throws -> Int32 {
        let command = try DatabaseCommand(schemas: folder)
        let schema = try command.compile()
        return try command.run { try await AccessCommand.check(schema, using: $1) }
    }

    private static func check(_ schema: SchemaSnapshot, using database: PostgresClient) async throws -> Int32 {
        guard try await StoredAccess.isThere(in: database) else {
            Terminal.error("the database has no rights yet: no migration has been applied")
            return 1
        }
        let access = try await StoredAccess.load(using: database)
        let origins = try await StoredAccess.origins(using: database)
        let problems = EngineSnapshot(schema: schema, access: access, generation: 1).problems
        for problem in problems { Terminal.print(line(problem, access, origins)) }
        if !problems.isEmpty {
            Terminal.error("\(problems.count) problem(s) in \(access.permissions.count) permissions")
            return 1
        }
        Terminal.print("\(access.permissions.count) permissions, no problems")
        return 0
    }

    /// `Schemas/posts.yaml:12:5: permission 7 (read posts): …`; by its key alone where it was made through the API.
    private static func line(_ problem: AccessProblem, _ access: AccessSnapshot, _ origins: [Int: SourceLocation]) -> String {
        guard let id = problem.permission else { return problem.message }
        let place = origins[id].map { "\($0): " } ?? ""
        let what = access.permissions[PermissionID(id)].map { " (\($0.action.rawValue) \($0.collection), policy \($0.policy))" } ?? ""
        return "\(place)permission \(id)\(what): \(problem.message)"
    }
}
