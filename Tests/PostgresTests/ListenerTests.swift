import EventLoops
import Postgres
import SQLText
import Synchronization
import Telemetry
import TestSupport
import Testing

/// What a listener heard.
final class ListenerLog: Sendable {
    private struct State {
        var payloads: [String] = []
        var reconnects = 0
    }

    private let state = Mutex(State())

    var payloads: [String] { state.withLock { $0.payloads } }
    var reconnects: Int { state.withLock { $0.reconnects } }

    func listener(
        _ configuration: PostgresConfiguration, _ loop: EventLoop, events: @escaping @Sendable (PostgresEvent) -> Void = { _ in }
    ) -> PostgresListener {
        PostgresListener(
            configuration: configuration, loop: loop, channels: ["changes", "Odd \"name\""].compactMap { SQLIdentifier($0) }, events: events,
            onNotification: { heard in self.state.withLock { $0.payloads.append(heard.payload) } },
            onReconnect: { self.state.withLock { $0.reconnects += 1 } })
    }
}

private let killListeners = statement(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'")

@Suite struct ListenerTests {
    @Test func `hears every notification in order, on every channel`() async throws {
        try await withTestDatabase { database in
            try await onLoop { [configuration = database.configuration] loop in
                let heard = ListenerLog()
                let listener = heard.listener(configuration, loop)
                try await listener.start()
                try await PostgresSession.with(configuration, loop: loop) { session in
                    for number in 0..<200 { _ = try await session.query(statement("SELECT pg_notify('changes', $1)", String(number))) }
                    _ = try await session.query(statement("SELECT pg_notify('Odd \"name\"', 'odd')"))
                    _ = try await session.query(statement("SELECT pg_notify('other', 'never')"))
                    _ = try await session.query(statement("SELECT pg_notify('changes', 'last')"))
                }
                while heard.payloads.last != "last" { await loop.sleep(for: .milliseconds(1)) }
                #expect(heard.payloads == (0..<200).map { String($0) } + ["odd", "last"] && heard.reconnects == 0)
                listener.close()
            }
        }
    }

    @Test func `listens again when its connection is killed`() async throws {
        try await withTestDatabase { database in
            try await onLoop { [configuration = database.configuration] loop in
                let heard = ListenerLog()
                let listener = heard.listener(configuration, loop)
                try await listener.start()
                for round in 1...3 {
                    try await PostgresSession.with(configuration, loop: loop) { session in
                        _ = try await session.query(killListeners)
                        while heard.reconnects < round { await loop.sleep(for: .milliseconds(1)) }
                        _ = try await session.query(statement("SELECT pg_notify('changes', $1)", String(round)))
                    }
                    while heard.payloads.count < round { await loop.sleep(for: .milliseconds(1)) }
                }
                #expect(heard.payloads == ["1", "2", "3"])
                listener.close()
            }
        }
    }

    @Test func `calls nobody once closed, even if it had just connected again`() async throws {
        try await withTestDatabase { database in
            try await onLoop { [configuration = database.configuration] loop in
                let heard = ListenerLog()
                let closer = Closer()
                let listener = heard.listener(configuration, loop, events: { closer.hear($0) })
                closer.listener = listener
                try await listener.start()
                try await PostgresSession.with(configuration, loop: loop) { session in
                    _ = try await session.query(killListeners)
                    while closer.connections < 2 { await loop.sleep(for: .milliseconds(1)) }
                    _ = try await session.query(statement("SELECT pg_notify('changes', 'late')"))
                }
                #expect(heard.reconnects == 0 && heard.payloads.isEmpty)
            }
        }
    }

    /// Closes a listener the moment it has connected again. On one loop.
    private final class Closer: @unchecked Sendable {
        var listener: PostgresListener?
        var connections = 0

        func hear(_ event: PostgresEvent) {
            guard case .connected(.listener, _) = event else { return }
            connections += 1
            if connections == 2 { listener?.close() }
        }
    }

    @Test func `says why it can't start`() async throws {
        try await onLoop { loop in
            let listener = ListenerLog().listener(PostgresConfiguration(conninfo: "host=/nowhere"), loop)
            let error = await postgresError { try await listener.start() }
            listener.close()
            #expect(error?.isNotConnected == true)
        }
    }
}
