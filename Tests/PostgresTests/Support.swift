import EventLoops
import Postgres
import SQLText
import Synchronization
import TestSupport

/// Runs `body` with a started client on a loop and in a database of its own.
func withClient<T: Sendable>(
    _ configure: @Sendable (inout PostgresConfiguration) -> Void = { _ in }, events: EventLog = EventLog(), setUp script: String? = nil,
    _ body: @Sendable (PostgresClient) async throws -> T
) async throws -> T {
    try await withTestDatabase { database in
        var configuration = database.configuration.patient
        configure(&configuration)
        return try await onLoop(watchdog: .off) { [configuration] loop in
            let client = PostgresClient(configuration: configuration, loop: loop, events: { events.append($0) })
            try await client.start()
            return try await closing(client) { client in
                if let script { _ = try await client.withSession { try await $0.execute(script) } }
                return try await body(client)
            }
        }
    }
}

/// Closes the client after `body`, however that ends.
func closing<T>(_ client: PostgresClient, _ body: (PostgresClient) async throws -> T) async throws -> T {
    do {
        let value = try await body(client)
        await client.close(grace: .seconds(5))
        return value
    } catch {
        await client.close(grace: .zero)
        throw error
    }
}

/// Runs `work` for each number at once, in tasks of the same loop, and gives the answers in order.
func concurrently<T: Sendable>(
    _ count: Int, on loop: EventLoop, _ work: @escaping @Sendable (Int) async throws -> T
) async -> [Result<T, any Error>] {
    await withTaskGroup(of: (Int, Result<T, any Error>).self) { group in
        for number in 0..<count {
            group.addTask(executorPreference: loop) {
                do { return (number, .success(try await work(number))) } catch { return (number, .failure(error)) }
            }
        }
        var results: [(Int, Result<T, any Error>)] = []
        for await result in group { results.append(result) }
        return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
}

/// The error that `body` throws, if it is one of ours.
func postgresError(_ body: () async throws -> some Any) async -> PostgresError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? PostgresError
    }
}

/// How many statements that end in `pg_sleep(60)` run in this database.
let countSleepers = statement(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep(60)'")

/// What a client reported.
final class EventLog: Sendable {
    private let events = Mutex<[PostgresEvent]>([])

    func append(_ event: PostgresEvent) { events.withLock { $0.append(event) } }

    var all: [PostgresEvent] { events.withLock { $0 } }

    /// Of the exclusive lane.
    var lostConnections: Int {
        all.count { if case .connectionLost(.lane(.exclusive), _) = $0 { true } else { false } }
    }
}

/// A statement whose text is fixed and whose binds are text.
func statement(_ text: StaticString, _ binds: String...) -> SQLStatement {
    SQLTemplate(text: text.description, sources: binds.indices.map { .slot($0) }).statement(slots: binds.map { .text($0) })
}

extension PostgresResult {
    /// All cells of all rows, NULL as nil.
    var rows: [[String?]] {
        (0..<rowCount).map { row in (0..<columnCount).map { string(row, $0) } }
    }
}

extension PostgresConfiguration {
    /// With limits that a busy machine does not reach.
    var patient: PostgresConfiguration {
        var copy = self
        copy.connectTimeout = .seconds(120)
        copy.waitForConnection = .seconds(120)
        copy.waitForTurn = .seconds(120)
        return copy
    }
}

extension PostgresError {
    var isNotConnected: Bool {
        if case .unavailable(.notConnected) = self { true } else { false }
    }
}
