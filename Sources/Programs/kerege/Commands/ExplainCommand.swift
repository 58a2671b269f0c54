import AccessControl
import HTTPAPI
import Identity
import Items
import JSONText
import MigrationRunner
import Postgres
import QueryEngine
import QueryLanguage
import Snapshots
import Telemetry

/// `kerege explain 'GET /items/…' [--as WHO]`: how a read is answered to somebody, from its query to PostgreSQL's plan.
struct ExplainCommand {
    private let request: ExplainedRequest
    private let name: String
    private let depth: StatementExplainer.Depth
    private let timeout: Duration
    private let isJSON: Bool

    init(_ arguments: [String]) throws {
        let options = try Options(arguments, taking: ["as", "body", "timeout"], flags: ["no-analyze", "json"])
        guard let text = options.rest.first else { throw UsageProblem("explain 'GET /items/…' [--as WHO]") }
        if options.rest.count > 1 { throw UsageProblem("explain takes one request, in quotes; \"\(options.rest[1])\" is a second one") }
        let body = try options["body"].map(ExplainCommand.body)
        do throws(ExplainedRequest.Problem) {
            request = try ExplainedRequest(text, body: body)
        } catch {
            throw UsageProblem("\(error)")
        }
        name = options["as"] ?? "admin"
        depth = options.has("no-analyze") ? .planned : .measured
        timeout = .seconds(try ExplainCommand.seconds(options["timeout"] ?? "10"))
        isJSON = options.has("json")
    }

    private static func body(_ text: String) throws -> JSONValue {
        do { return try JSONParser.parse(text) } catch { throw UsageProblem("--body is no JSON: \(error)") }
    }

    private static func seconds(_ text: String) throws -> Int {
        guard let seconds = Int(text), (1...3600).contains(seconds) else { throw UsageProblem("--timeout takes seconds, from 1 to 3600") }
        return seconds
    }

    func run() throws -> Int32 {
        let command = try DatabaseCommand()
        let work = self
        return try command.run { migration, database in
            guard let recorded = try await migration.runner(database).loadRecorded() else {
                throw Refusal(description: "the database is new: no migration has been applied")
            }
            let access = try await StoredAccess.load(using: database)
            let snapshot = EngineSnapshot(schema: recorded.snapshot, access: access, generation: 1)
            return try await work.explain(in: snapshot, limits: command.configuration.limits, using: database)
        }
    }

    private func explain(in snapshot: EngineSnapshot, limits: QueryLimits, using database: PostgresClient) async throws -> Int32 {
        let explainer = RequestExplainer(
            database: database, snapshot: snapshot, limits: limits, attributes: AttributeLoader(),
            now: Moment(milliseconds: WallClock.now().milliseconds))
        let who = try await NamedCaller.find(name, in: snapshot, using: database)
        let explanation = try await explainer.explain(request, as: who, depth, timeout: timeout)
        if isJSON {
            var writer = ByteWriter()
            writer.appendPretty(explanation.json(of: request.text))
            Terminal.print(writer.finish().string)
        } else {
            Terminal.print(explanation.text(of: request.text))
        }
        return 0
    }

    private struct Refusal: Error, CustomStringConvertible {
        let description: String
    }
}
