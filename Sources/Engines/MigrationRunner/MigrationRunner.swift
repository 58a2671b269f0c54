internal import EventLoops
package import MigrationPlanning
package import Postgres
import SQLText
package import SchemaModel

/// Brings a database to what a snapshot asks, and keeps the record of it.
///
/// - Shape: a snapshot in, a plan or an outcome out. Each operation has a connection to itself; `apply` and `rollback` hold one advisory lock of the
///   session, so any number of servers may start at once.
/// - Crash safety: everything instant, the definitions' rows and the journal row are one transaction; what must stand outside of it has its state
///   in `kerege.steps`, and the next `apply` goes on or plans anew.
/// - Called on the client's loop.
/// - Source: style.md, "One schema change"; contract/migrations.md, section 3.
package struct MigrationRunner: Sendable {
    package let client: PostgresClient
    package let options: MigrationOptions
    let events: @Sendable (MigrationEvent) -> Void

    package init(
        client: PostgresClient, options: MigrationOptions = MigrationOptions(),
        events: @escaping @Sendable (MigrationEvent) -> Void = { _ in }
    ) {
        self.client = client
        self.options = options
        self.events = events
    }

    /// What would be done. Takes no lock and changes nothing (the desired tables are made as temporary ones and rolled back).
    /// - Throws: `MigrationError.notLowerable`, `.journalUnreadable`; `PostgresError`. Problems stand in the plan.
    package func plan(_ snapshot: SchemaSnapshot) async throws -> MigrationPlan {
        let wanted = Definitions(snapshot)
        return try await client.withSession { session in
            let work = MigrationWork(runner: self, session: session)
            return try await work.plan(wanted, head: try await work.headIfAny())
        }
    }

    /// Does what is needed and allowed. Quick where nothing is: one round trip.
    /// - Throws: `MigrationError`; `PostgresError`. Nothing was changed, but with `.stepFailed`.
    @discardableResult package func apply(_ snapshot: SchemaSnapshot, policy: ApplyPolicy = .safe) async throws -> ApplyOutcome {
        let wanted = Definitions(snapshot)
        if let generation = try await generationAtHead(wanted) { return .upToDate(generation: generation) }
        return try await client.withSession { session in
            let work = MigrationWork(runner: self, session: session)
            if case .check = policy { return try await work.check(wanted) }
            try await work.takeMigrationLock()
            return try await work.apply(wanted, policy)
        }
    }

    /// Takes the newest plan back, with the data it put aside. The schema before it gets a new generation.
    /// - Parameter allowed: words for data that came since: `drop_column:posts.subtitle`.
    @discardableResult package func rollback(allowing allowed: Set<String> = []) async throws -> ApplyOutcome {
        try await client.withSession { session in
            let work = MigrationWork(runner: self, session: session)
            try await work.takeMigrationLock()
            return try await work.rollback(allowing: allowed)
        }
    }

    /// The snapshot in force, as recorded; nil before the first migration.
    package func loadRecorded() async throws -> RecordedSchema? {
        let rows: PostgresResult
        do {
            rows = try await client.query(Journal.recorded.statement)
        } catch let error as PostgresError where error.isMissingJournal {
            return nil
        }
        guard let generation = rows.int(0, 0), let text = rows.string(0, 1) else { return nil }
        // Decoded on the pool: a serving loop has no time for it.
        return RecordedSchema(
            generation: generation, snapshot: try await client.loop.runBlocking { try Definitions.decode(text, of: generation) })
    }

    /// The role that the first admin user gets; nil where no role has full access.
    package func administratorRole() async throws -> RoleID? {
        try await client.query(FirstRows.administratorRole(schema: options.schema).statement).string(0, 0).map { RoleID($0) }
    }

    /// The generation in force if it has these definitions, is complete, and the catalogue is as it was left.
    private func generationAtHead(_ wanted: Definitions) async throws -> Int? {
        do {
            let results = try await client.batch(
                [Journal.head.statement, CatalogueQueries.digest(of: options.schema.name).statement],
                prologue: [CatalogueQueries.searchPath(options.schema.name, for: .transaction).statement], lane: .exclusive)
            return wanted.generationAtHead(results)
        } catch let error as PostgresError where error.isMissingJournal {
            return nil
        }
    }
}

package enum ApplyPolicy: Sendable, Equatable {
    /// Only look: throws `.pending` when there is something to do.
    case check
    /// Everything but what loses data.
    case safe
    /// Also the destructive steps named, if the plan is still the one they were given for. A hash may be cut to 8 or more digits.
    case allow(Set<String>, planHash: String)
}

package enum ApplyOutcome: Sendable, Equatable {
    case upToDate(generation: Int)
    case applied(generation: Int, plan: MigrationPlan)

    package var generation: Int {
        switch self {
        case .upToDate(let generation), .applied(let generation, _): generation
        }
    }
}

package struct RecordedSchema: Sendable, Equatable {
    package var generation: Int
    package var snapshot: SchemaSnapshot

    /// Equal when they are the same object.
    package static func == (a: Self, b: Self) -> Bool { a.generation == b.generation && a.snapshot === b.snapshot }
}
