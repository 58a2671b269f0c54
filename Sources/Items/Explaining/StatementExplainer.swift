package import AccessControl
package import Postgres
package import QueryEngine
import SQLText
package import SchemaModel

/// Asks PostgreSQL how it runs the statements of a read, level by level, each with the keys that the level above really has.
///
/// - All in one read-only transaction that is rolled back, each statement under a timeout of its own. Statements and values are those of a
///   request (`PlanRunner`).
/// - Errors: `PostgresError` but for timeouts and values that do not fit, which are noted where they happened: nothing below is asked then.
package struct StatementExplainer {
    package enum Depth: Sendable {
        /// PostgreSQL only says what it would do.
        case planned
        /// Statements are run and measured.
        case measured
    }

    private let client: PostgresClient
    private let depth: Depth
    private let timeout: Duration
    private let schema: SchemaSnapshot

    package init(client: PostgresClient, depth: Depth, timeout: Duration, schema: SchemaSnapshot) {
        self.client = client
        self.depth = depth
        self.timeout = timeout
        self.schema = schema
    }

    /// Ends the transaction without a commit.
    private struct RolledBack: Error {
        let tree: StatementTree
    }

    package func run(_ read: PlannedRead, _ target: ReadRequest.Target, by caller: Caller, now: Moment) async throws -> StatementTree {
        let run = ExplainRun(
            runner: try runner(read, target, caller, now), probe: read.longList?.probe, depth: depth, timeout: timeout, schema: schema)
        do {
            let (seconds, attoseconds) = timeout.components
            let limit = ExplainSQL.timeout(milliseconds: Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000))
            return try await client.withTransaction(.repeatableReadOnly, prologue: [limit]) { transaction in
                throw RolledBack(tree: try await run.root(in: transaction))
            }
        } catch let done as RolledBack {
            return done.tree
        }
    }

    private func runner(_ read: PlannedRead, _ target: ReadRequest.Target, _ caller: Caller, _ now: Moment) throws(WireError) -> PlanRunner {
        let keys = try target.keys(for: read.collection)
        let values = DynamicValues(caller: caller, now: now)
        return PlanRunner(
            plan: read.plan, inputs: .init(keys: keys, variables: { SlotValue.bind(values.value(of: $0), isArray: $1) }),
            longLists: PlanRunner.LongLists())
    }
}
