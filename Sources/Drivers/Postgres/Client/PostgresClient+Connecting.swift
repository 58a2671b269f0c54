internal import EventLoops

/// How many connections to open now. Pure, so that it can be tested.
package struct ConnectionDemand: Sendable {
    package var exclusive = 0
    package var exclusiveIdle = 0
    package var exclusiveLimit: Int
    package var exclusiveOpening = 0
    /// Jobs that wait for an exclusive connection.
    package var waiting = 0
    package var fast = 0
    package var fastLimit: Int
    package var fastOpening = 0
    /// The last attempt failed: only one at a time feels its way.
    package var isProbing = false

    package init(
        exclusive: Int = 0, exclusiveIdle: Int = 0, exclusiveLimit: Int, exclusiveOpening: Int = 0, waiting: Int = 0, fast: Int = 0, fastLimit: Int,
        fastOpening: Int = 0, isProbing: Bool = false
    ) {
        self.exclusive = exclusive
        self.exclusiveIdle = exclusiveIdle
        self.exclusiveLimit = exclusiveLimit
        self.exclusiveOpening = exclusiveOpening
        self.waiting = waiting
        self.fast = fast
        self.fastLimit = fastLimit
        self.fastOpening = fastOpening
        self.isProbing = isProbing
    }

    package var missing: [PostgresRole] {
        let wanted = min(exclusiveLimit, max(1, exclusive - exclusiveIdle + waiting))
        let exclusiveMissing = max(0, wanted - exclusive - exclusiveOpening)
        let fastMissing = max(0, fastLimit - fast - fastOpening)
        let all =
            Array(repeating: PostgresRole.lane(.exclusive), count: exclusiveMissing) + Array(repeating: PostgresRole.lane(.fast), count: fastMissing)
        guard isProbing else { return all }
        return exclusiveOpening + fastOpening > 0 ? [] : Array(all.prefix(1))
    }
}

extension PostgresClient {
    /// Opens connections for the jobs that wait and for the fast lane, unless a failed attempt is to be slept over first.
    func openWhatIsNeeded() {
        guard phase == .open, retryTimer == nil else { return }
        for role in demand.missing {
            loop.startTask { await self.open(role) }
        }
    }

    private var demand: ConnectionDemand {
        ConnectionDemand(
            exclusive: exclusive.count, exclusiveIdle: idle.count, exclusiveLimit: max(1, configuration.exclusiveConnections),
            exclusiveOpening: connectors.count { $0.role == .lane(.exclusive) }, waiting: queue.count, fast: fast.count,
            fastLimit: configuration.fastConnections, fastOpening: connectors.count { $0.role == .lane(.fast) }, isProbing: schedule.failures > 0)
    }

    /// One attempt. Its outcome is seen in `exclusive` and `fast`, or `lastFailure`.
    private func open(_ role: PostgresRole) async {
        let connector = Connector(configuration, role: role, loop: loop)
        connectors.append((role: role, connector: connector))
        do {
            let connection = try await connector.connect(owner: self)
            connectors.removeAll { $0.connector === connector }
            adopt(connection)
        } catch {
            connectors.removeAll { $0.connector === connector }
            noteFailure(error as? PostgresError ?? .unavailable(.notConnected("\(error)")), role)
        }
        guard connectors.isEmpty else { return }
        for waiter in attemptWaiters { waiter.resume() }
        attemptWaiters = []
    }

    private func adopt(_ connection: Connection) {
        switch connection.role {
        case .lane(.fast): fast.append(connection)
        case .lane(.exclusive), .session, .listener: exclusive.append(connection)
        }
        guard phase == .open else { return connection.close(.shutdown) }
        downSince = nil
        schedule.succeeded()
        events(.connected(connection.role, serverVersion: connection.serverVersion))
        if connection.role == .lane(.exclusive) { offer(connection) }
        openWhatIsNeeded()
    }

    private func noteFailure(_ error: PostgresError, _ role: PostgresRole) {
        guard phase == .open else { return finishClosing() }
        lastFailure = error
        let delay = schedule.failed()
        events(.connectFailed(role, error, retryIn: delay))
        guard retryTimer == nil else { return }
        retryTimer = loop.schedule(after: delay) { [weak self] in
            guard let self else { return }
            retryTimer = nil
            openWhatIsNeeded()
        }
    }

    /// Takes no more jobs, fails those that wait, lets those that run finish for at most `grace`, then cancels them. Returns when all
    /// connections are closed.
    package func close(grace: Duration) async {
        checkLoop()
        guard phase != .closed else { return }
        phase = .closing
        retryTimer?.cancel()
        retryTimer = nil
        stopSweeping()
        for job in queue.removeAll() { job.finish(.shutdown) }
        for (_, connector) in connectors { connector.abort(.shutdown) }
        for connection in exclusive + fast where connection.isSettled && !connection.isLeased { connection.close(.shutdown) }
        finishClosing()
        guard phase != .closed else { return }
        let timer = loop.schedule(after: grace) { [weak self] in self?.closeByForce() }
        await withCheckedContinuation { closeWaiters.append($0) }
        timer.cancel()
    }

    private func closeByForce() {
        for connection in exclusive + fast {
            connection.cancelEverything()
            connection.close(.shutdown)
        }
    }

    func finishClosing() {
        guard phase == .closing, exclusive.isEmpty, fast.isEmpty, connectors.isEmpty else { return }
        phase = .closed
        for waiter in closeWaiters { waiter.resume() }
        closeWaiters = []
    }
}
