import EventLoops
import MigrationPlanning
import MigrationRunner
import Postgres
import SQLText
import SchemaModel
import Synchronization
import TestSupport
import Testing

/// A database of one test, with runners on it.
struct Harness: Sendable {
    let loop: EventLoop
    let client: PostgresClient
    let database: TestDatabase
    let log = EventLog()

    func runner(_ edit: (inout MigrationOptions) -> Void = { _ in }) -> MigrationRunner {
        var options = MigrationOptions()
        options.lockRetryDelay = .milliseconds(5)
        edit(&options)
        let log = log
        return MigrationRunner(client: client, options: options) { log.append($0) }
    }

    /// Rows of the last statement, as texts; NULL is `-`.
    @discardableResult func sql(_ script: String) async throws -> [[String]] {
        try await client.withSession { session in
            guard let rows = try await session.execute(script).last else { return [] }
            return (0..<rows.rowCount).map { row in (0..<rows.columnCount).map { rows.string(row, $0) ?? "-" } }
        }
    }

    func value(_ script: String) async throws -> String { try await sql(script).first?.first ?? "" }

    func fingerprint() async throws -> String { try await model().fingerprint }

    func model() async throws -> DatabaseModel {
        try await client.withSession { try await Introspector.read($0, schema: "public").model }
    }

    @discardableResult func apply(_ model: Model, _ tokens: String...) async throws -> ApplyOutcome {
        try await runner().apply(model.snapshot, policy: try await allowing(Set(tokens), model.snapshot))
    }

    /// These words, for the plan that is needed now.
    func allowing(_ tokens: Set<String>, _ snapshot: SchemaSnapshot) async throws -> ApplyPolicy {
        .allow(tokens, planHash: try await runner().plan(snapshot).hash)
    }

    /// What `apply` refuses with.
    func refusal(of body: () async throws -> some Any) async -> MigrationError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? MigrationError
        }
    }
}

final class EventLog: Sendable {
    private let events = Mutex<[MigrationEvent]>([])
    func append(_ event: MigrationEvent) { events.withLock { $0.append(event) } }
    var all: [MigrationEvent] { events.withLock { $0 } }
}

func withHarness(template: String? = nil, _ body: @Sendable (Harness) async throws -> Void) async throws {
    try await withTestDatabase(template: template) { database in
        // Comparing models in a debug build takes longer than a serving loop may.
        try await onLoop(watchdog: .off) { loop in
            let client = PostgresClient(configuration: database.configuration, loop: loop)
            try await client.start()
            do {
                try await body(Harness(loop: loop, client: client, database: database))
                await client.close(grace: .zero)
            } catch {
                await client.close(grace: .zero)
                throw error
            }
        }
    }
}
