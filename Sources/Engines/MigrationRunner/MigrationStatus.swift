package import MigrationPlanning
import Postgres
import SQLText
package import SchemaModel

/// Where the database stands.
package struct MigrationStatus: Sendable, Equatable {
    /// In force; nil before the first migration.
    package var head: JournalEntry?
    /// The newest 50, newest first.
    package var entries: [JournalEntry]
    /// Steps of the head that are still to be run.
    package var openSteps: [JournalStep]
    /// The catalogue is not as the last plan left it.
    package var isLiveMoved: Bool
    /// Copies that dropped columns and tables left: `kerege._trash_3_posts_subtitle`, `kerege_trash_3.posts`.
    package var kept: [String]
    /// From here to the given snapshot; nil when none was given.
    package var plan: MigrationPlan?
}

extension MigrationRunner {
    /// - Parameter snapshot: the files' proposal, to say what is pending.
    package func status(_ snapshot: SchemaSnapshot? = nil) async throws -> MigrationStatus {
        try await client.withSession { session in
            let work = MigrationWork(runner: self, session: session)
            var status = MigrationStatus(entries: [], openSteps: [], isLiveMoved: false, kept: [])
            if let head = try await work.headIfAny() {
                status.head = head
                let results = try await session.batch([
                    CatalogueQueries.searchPath(options.schema.name, for: .session).statement, Journal.latest.statement,
                    CatalogueQueries.digest(of: options.schema.name).statement, MigrationStatus.keptTables,
                ])
                status.entries = (0..<results[1].rowCount).compactMap { JournalEntry(results[1], $0) }
                status.isLiveMoved = results[2].string(0, 0) != head.liveDigest
                status.kept = (0..<results[3].rowCount).compactMap { results[3].string($0, 0) }
                if head.state == .finishing || head.state == .rollingBack {
                    status.openSteps = try await work.steps(of: head.generation).filter { $0.state != .done && $0.state != .undone }
                }
            }
            if let snapshot { status.plan = try await work.plan(Definitions(snapshot), head: status.head) }
            return status
        }
    }
}

extension MigrationStatus {
    fileprivate static let keptTables: SQLStatement = SQLFragment(
        """
        SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE c.relkind = 'r' AND (n.nspname LIKE 'kerege\\_trash\\_%' OR (n.nspname = 'kerege' AND c.relname LIKE '\\_trash\\_%')) ORDER BY 1
        """
    ).statement
}
