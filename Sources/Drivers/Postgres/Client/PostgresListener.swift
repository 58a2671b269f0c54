package import EventLoops
package import SQLText

/// Hears notifications on a connection of its own, and connects again, for ever, when it is lost.
///
/// State can go: new -> open -> closed. `@unchecked Sendable`: touched on `loop` only.
package final class PostgresListener: @unchecked Sendable {
    private enum Phase {
        case new, open, closed
    }

    private let configuration: PostgresConfiguration
    private let loop: EventLoop
    private let channels: [SQLIdentifier]
    private let events: @Sendable (PostgresEvent) -> Void
    private let onNotification: (PostgresNotification) -> Void
    private let onReconnect: () -> Void

    private var phase = Phase.new
    private var connection: Connection?
    private var connector: Connector?
    private var schedule = ReconnectSchedule()
    private var retryTimer: LoopTimer?

    /// - Parameters:
    ///   - onNotification: called on the loop for each notification.
    ///   - onReconnect: called on the loop when the connection stands again: notifications may have been missed, so read anew.
    package init(
        configuration: PostgresConfiguration, loop: EventLoop, channels: [SQLIdentifier],
        events: @escaping @Sendable (PostgresEvent) -> Void = { _ in },
        onNotification: @escaping (PostgresNotification) -> Void, onReconnect: @escaping () -> Void
    ) {
        self.configuration = configuration
        self.loop = loop
        self.channels = channels
        self.events = events
        self.onNotification = onNotification
        self.onReconnect = onReconnect
    }

    /// Connects and listens; when it returns, nothing sent from then on is missed.
    /// - Throws: `PostgresError` of the one attempt; the listener may be started again.
    package func start() async throws {
        precondition(loop.isCurrent, "a PostgresListener is used on its own loop")
        guard phase == .new else { return }
        try await connect()
        phase = .open
    }

    /// Listens no more. Nothing is called after it.
    package func close() {
        precondition(loop.isCurrent, "a PostgresListener is used on its own loop")
        phase = .closed
        retryTimer?.cancel()
        retryTimer = nil
        connector?.abort(.shutdown)
        connection?.close(.shutdown)
    }

    private func connect() async throws {
        let connector = Connector(configuration, role: .listener, loop: loop)
        self.connector = connector
        defer { self.connector = nil }
        let opened = try await connector.connect(owner: self)
        connection = opened
        guard phase != .closed else {
            opened.close(.shutdown)
            throw PostgresError.shutdown
        }
        let job = Job(channels.map { SQLFragment("LISTEN \($0)").statement }, startsOutsideTransaction: true)
        await opened.performToTheEnd(job)
        if let error = job.error {
            opened.close(error)
            throw error
        }
        schedule.succeeded()
        events(.connected(.listener, serverVersion: opened.serverVersion))
        // `close` may have come after the answer, before this task had its turn.
        guard phase != .closed else { throw PostgresError.shutdown }
    }

    private func reconnect() async {
        do {
            try await connect()
            onReconnect()
        } catch {
            tryAgainLater(error as? PostgresError ?? .unavailable(.notConnected("\(error)")))
        }
    }

    private func tryAgainLater(_ error: PostgresError) {
        guard phase == .open, retryTimer == nil else { return }
        let delay = schedule.failed()
        events(.connectFailed(.listener, error, retryIn: delay))
        retryTimer = loop.schedule(after: delay) { [weak self] in
            guard let self else { return }
            retryTimer = nil
            loop.startTask { await self.reconnect() }
        }
    }
}

extension PostgresListener: ConnectionOwner {
    func connectionDidSettle(_ connection: Connection) {}

    func connectionDidClose(_ connection: Connection, _ state: SQLState?) {
        guard self.connection === connection else { return }
        self.connection = nil
        guard phase == .open, connector == nil else { return }
        events(.connectionLost(.listener, state))
        loop.startTask { await self.reconnect() }
    }

    func connection(_ connection: Connection, didReceive notice: PostgresNotice) {
        events(.notice(notice))
    }

    func connection(_ connection: Connection, didReceive notification: PostgresNotification) {
        if phase != .closed { onNotification(notification) }
    }
}
