internal import AccessControl
internal import EventLoops
package import Postgres
internal import QueryEngine
package import SchemaModel
internal import Synchronization
package import Telemetry

/// Brings what is kept in memory up to date with the database.
///
/// - After a change made through the API: `announce`, on the loop of the request, before it is answered. The change then counts from the very
///   next request here; other instances hear of it at once.
/// - After a change made elsewhere: `reload`, by `SnapshotWatcher`.
package final class SnapshotUpdater: Sendable {
    /// What floor 7 gives: how a schema is read, and who else must know.
    package struct Hooks: Sendable {
        /// Reads the schema in force from the migrations' journal.
        package var loadSchema: @Sendable (any StatementRunner) async throws -> SchemaSnapshot
        /// Users' tokens, roles or states may have changed: forget what is known of them.
        package var usersChanged: @Sendable () -> Void
        /// The schema is another one: prepared statements and plans are stale.
        package var schemaChanged: @Sendable () -> Void

        package init(
            loadSchema: @escaping @Sendable (any StatementRunner) async throws -> SchemaSnapshot, usersChanged: @escaping @Sendable () -> Void = {},
            schemaChanged: @escaping @Sendable () -> Void = {}
        ) {
            self.loadSchema = loadSchema
            self.usersChanged = usersChanged
            self.schemaChanged = schemaChanged
        }
    }

    package let store: SnapshotStore
    /// Names this server in notifications.
    package let instance: String
    private let hooks: Hooks
    private let log: Logger
    private let retry = Mutex<(@Sendable (Set<SnapshotChange>) -> Void)?>(nil)

    package init(store: SnapshotStore, instance: String, hooks: Hooks, log: Logger) {
        self.store = store
        self.instance = instance
        self.hooks = hooks
        self.log = log
    }

    /// Tells this server and the others of a committed change. Never throws, since what was committed stays so: a reading that fails is tried
    /// again until it succeeds.
    package func announce(_ changes: Set<SnapshotChange>, using database: PostgresClient) async {
        guard !changes.isEmpty else { return }
        do {
            try await reload(changes, using: database)
        } catch {
            log.error("snapshot not reloaded", [.reason: .text("\(error)")])
            retry.withLock { $0 }?(changes)
        }
        do {
            try await SnapshotChange.tell(changes, from: instance, using: database)
        } catch {
            log.warning("change not announced to other servers", [.reason: .text("\(error)")])
        }
    }

    /// Reads anew what has changed and makes it current.
    /// - Throws: `PostgresError`, and what `loadSchema` throws; nothing is swapped then.
    package func reload(_ changes: Set<SnapshotChange>, using database: PostgresClient) async throws {
        hooks.usersChanged()
        if changes.contains(.schema) {
            let ticket = store.takeTicket()
            let schema = try await hooks.loadSchema(database)
            if try await publish(on: database.loop, { $0.publish(schema: schema, ticket) }) { hooks.schemaChanged() }
        }
        guard changes.contains(.rights) || changes.contains(.schema) else { return }
        let ticket = store.takeTicket()
        let results = try await StoredAccess.rows(using: database)
        let isSwapped = try await publish(on: database.loop) { $0.publish(access: AccessRowsSQL.snapshot(from: results), ticket) }
        // Once more: an answer that was read before may have been kept since.
        hooks.usersChanged()
        if isSwapped { report() }
    }

    /// Rules are parsed and resolved on the pool: hundreds of them would hold the loop.
    private func publish(on loop: EventLoop, _ body: @escaping @Sendable (SnapshotStore) -> Bool) async throws -> Bool {
        let store = store
        return try await loop.runBlocking { body(store) }
    }

    /// Called with what could not be read, to try again.
    func onFailure(_ body: (@Sendable (Set<SnapshotChange>) -> Void)?) {
        retry.withLock { $0 = body }
    }

    private static let shownProblems = 50

    private func report() {
        let snapshot = store.current
        let problems = snapshot.problems
        log.notice("rights in force", [.generation: .integer(snapshot.generation), .problems: .integer(problems.count)])
        for problem in problems.prefix(SnapshotUpdater.shownProblems) {
            var fields: LogFields = [.reason: .text(problem.message)]
            if let permission = problem.permission { fields.append(.permission, .integer(permission)) }
            log.error("a permission does not hold", fields)
        }
    }
}

extension LogKey {
    fileprivate static let problems = LogKey("problems")
    fileprivate static let permission = LogKey("permission")
}
