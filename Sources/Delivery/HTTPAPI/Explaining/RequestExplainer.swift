package import AccessControl
package import Identity
package import Items
package import Postgres
package import QueryEngine
package import QueryLanguage
import SchemaModel
import Snapshots

/// How a read is answered to somebody: the same stages that answer it, kept and told.
///
/// - Nothing is written: PostgreSQL is asked in a read-only transaction that is rolled back.
package struct RequestExplainer {
    private let database: PostgresClient
    private let snapshot: EngineSnapshot
    private let limits: QueryLimits
    private let attributes: AttributeLoader
    private let now: Moment

    package init(database: PostgresClient, snapshot: EngineSnapshot, limits: QueryLimits, attributes: AttributeLoader, now: Moment) {
        self.database = database
        self.snapshot = snapshot
        self.limits = limits
        self.attributes = attributes
        self.now = now
    }

    /// - Parameters:
    ///   - who: their rights count, without an address: policies bound to addresses don't apply.
    ///   - timeout: of each statement.
    /// - Throws: `PostgresError`. What the request is refused for is part of the explanation.
    package func explain(
        _ request: ExplainedRequest, as who: NamedCaller, _ depth: StatementExplainer.Depth, timeout: Duration
    ) async throws -> ReadExplanation {
        let labels = try await StoredAccess.labels(using: database)
        let caller = snapshot.access.caller(who.principal, origin: RequestOrigin())
        let explainer = ReadExplainer(caller.access, in: snapshot, labels)
        var explanation = ReadExplanation(access: AccessExplanation(caller, called: who.name, in: snapshot.access, labels))
        explanation.notes = notes(on: caller)
        var stages = ReadStages(caller, in: snapshot, limits: limits, now: now)
        let read: ReadRequest
        let planned: PlannedRead
        do throws(WireError) {
            read = try request.read(by: caller.user, in: snapshot.schema, limits: limits)
            planned = try stages.plan(read)
        } catch {
            explanation.refusal = refusal(error, stages, request, explainer)
            return explanation
        }
        let level = explainer.explain(planned.resolved, planned.authorized, planned.plan, root: planned.root)
        let whole = try await attributes.load(caller, for: .reads, further: planned.plan.variables, in: snapshot, using: database)
        let asking = StatementExplainer(client: database, depth: depth, timeout: timeout, schema: snapshot.schema)
        let tree = try await asking.run(planned, read.target, by: whole, now: now)
        explanation.root = level.with(tree)
        explanation.notes += notes(on: planned, read, tree)
        return explanation
    }

    private func refusal(
        _ error: WireError, _ stages: ReadStages, _ request: ExplainedRequest, _ explainer: ReadExplainer
    ) -> RefusalExplanation {
        var missing: [MissingGrant] = []
        if error.code == .forbidden {
            if let resolved = stages.resolved {
                missing = explainer.missing(in: resolved)
            } else if let name = request.collectionName, snapshot.schema.collection(name)?.table == nil {
                missing = [explainer.missing(collection: name)]
            }
        }
        // The route refuses before there is a query to read.
        let isRoute = stages.stage == .query && error.code != .invalidQuery && error.code != .invalidPayload
        return RefusalExplanation(stage: isRoute ? .collection : stages.stage, error: error, missing: missing)
    }

    private func notes(on caller: Caller) -> [String] {
        guard caller.user == NamedCaller.nobody else { return [] }
        return ["a role is explained by a user of it whom nothing belongs to: $CURRENT_USER is nobody's key"]
    }

    private func notes(on planned: PlannedRead, _ read: ReadRequest, _ tree: StatementTree) -> [String] {
        var notes: [String] = []
        if planned.query.version != nil { notes.append("`version` is left out: explained is the read of the item itself") }
        if case .item = read.target, tree.statement.plan?.rows == 0 {
            notes.append("no row: the request is answered with 403, since there is no such item, or the row rule hides it")
        }
        return notes
    }
}
