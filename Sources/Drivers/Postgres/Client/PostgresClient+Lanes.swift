internal import EventLoops

extension PostgresClient {
    private static let sweepInterval = Duration.milliseconds(100)

    /// Jobs that one shared connection works on before others get some.
    private static let sharedDepth = 64

    /// Sends a short statement on the first shared connection, or by the exclusive lane while there is none. One busy server process is cheaper
    /// than two that sleep and wake in turn; only what takes longer, or comes in masses, goes to the connection with the least to do.
    func submitFast(_ job: Job, _ continuation: JobContinuation) {
        job.wait(continuation)
        guard phase == .open else { return job.finish(.shutdown) }
        guard var best = fast.first else { return submitExclusive(job) }
        if job.takesLong || best.jobsInFlight >= PostgresClient.sharedDepth {
            for connection in fast where connection.jobsInFlight < best.jobsInFlight { best = connection }
        }
        best.send(job)
    }

    /// Starts a job on a free connection or lets it wait for one.
    func submitExclusive(_ job: Job) {
        guard phase == .open else { return job.finish(.shutdown) }
        if let connection = idle.popLast() { return give(connection, to: job) }
        if let outage = outageTooLong { return job.finish(outage) }
        job.becomeWaiting()
        job.waitingSince = loop.tickMilliseconds
        queue.append(job)
        startSweeping()
        openWhatIsNeeded()
    }

    /// A connection has become free: the next job that waits gets it.
    func offer(_ connection: Connection) {
        while let job = queue.popFirst() {
            if !job.isFinished { return give(connection, to: job) }
        }
        assert(!idle.contains { $0 === connection }, "a connection settles once a job")
        idle.append(connection)
    }

    private func give(_ connection: Connection, to job: Job) {
        if case .lease = job.kind {
            connection.isLeased = true
            job.becomeRunning(on: connection)
            job.finish()
        } else {
            connection.send(job)
        }
    }

    /// A connection for a transaction; give it back with `release` on every path.
    func lease() async throws(PostgresError) -> Connection {
        checkLoop()
        let job = Job.lease()
        await performCancellable(job)
        if let error = job.error { throw error }
        guard let connection = job.connection else { throw .shutdown }
        return connection
    }

    func release(_ connection: Connection) {
        connection.isLeased = false
        if !connection.isClosed, connection.isSettled { connectionDidSettle(connection) }
    }

    /// Why a job need not even wait: there has been no connection for longer than one may wait.
    private var outageTooLong: PostgresError? {
        guard let downSince, schedule.failures > 0 else { return nil }
        let isTooLong = loop.tickMilliseconds - downSince >= UInt64(configuration.waitForConnection.roundedMilliseconds)
        return isTooLong ? lastFailure ?? .unavailable(.notConnected("")) : nil
    }

    private func startSweeping() {
        guard queueSweep == nil else { return }
        queueSweep = loop.schedule(after: PostgresClient.sweepInterval, repeating: PostgresClient.sweepInterval) { [weak self] in self?.sweepQueue() }
    }

    /// Fails what has waited too long; rests once nothing waits.
    private func sweepQueue() {
        let isDown = !isConnected
        let limit = UInt64((isDown ? configuration.waitForConnection : configuration.waitForTurn).roundedMilliseconds)
        while let job = queue.first, job.isFinished || loop.tickMilliseconds - job.waitingSince >= limit {
            queue.popFirst()
            job.finish(isDown ? lastFailure ?? .unavailable(.notConnected("")) : .unavailable(.busy))
        }
        if queue.isEmpty { stopSweeping() }
    }

    func stopSweeping() {
        queueSweep?.cancel()
        queueSweep = nil
    }
}

extension PostgresClient: ConnectionOwner {
    func connectionDidSettle(_ connection: Connection) {
        guard !connection.isLeased else { return }
        if phase == .closing { return connection.close(.shutdown) }
        if connection.role == .lane(.exclusive) { offer(connection) }
    }

    func connectionDidClose(_ connection: Connection, _ state: SQLState?) {
        keepCount(of: connection)
        exclusive.removeAll { $0 === connection }
        idle.removeAll { $0 === connection }
        fast.removeAll { $0 === connection }
        guard phase == .open else { return finishClosing() }
        if !isConnected, downSince == nil { downSince = loop.tickMilliseconds }
        events(.connectionLost(connection.role, state))
        openWhatIsNeeded()
    }

    func connection(_ connection: Connection, didReceive notice: PostgresNotice) {
        events(.notice(notice))
    }
}
