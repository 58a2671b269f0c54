internal import CLibPQ
internal import EventLoops
internal import Telemetry

/// Hears what happens on a connection. Called on its loop, never from within a call to the connection other than `send`.
protocol ConnectionOwner: AnyObject {
    /// Nothing is in flight any more.
    func connectionDidSettle(_ connection: Connection)
    /// The connection is closed; its jobs have been told.
    func connectionDidClose(_ connection: Connection, _ state: SQLState?)
    func connection(_ connection: Connection, didReceive notice: PostgresNotice)
    func connection(_ connection: Connection, didReceive notification: PostgresNotification)
}

extension ConnectionOwner {
    func connection(_ connection: Connection, didReceive notification: PostgresNotification) {}
}

/// One libpq connection in non-blocking pipeline mode, driven by its loop.
///
/// Jobs go out as they come (`send`), answers come back in the same order. State can go: open -> closed.
/// `@unchecked Sendable`: touched on `loop` only (asserted where work enters).
final class Connection: @unchecked Sendable {
    /// What libpq will give results for, in its own order.
    enum Operation {
        case parse(PreparedStatement, Job)
        case execute(PreparedStatement?, Job)
        case sync(Job)
        /// A statement of our own housekeeping, whose answer does not matter, and its Sync.
        case tidy
        case tidySync
        case script(Job)
    }

    let loop: EventLoop
    let role: PostgresRole
    let raw: OpaquePointer
    let serverVersion: Int
    private let preparation: PostgresConfiguration.Preparation
    let trace: (@Sendable (PostgresRole, String) -> Void)?
    unowned let owner: any ConnectionOwner

    let cache: StatementCache
    let parameters = ParameterBuffer()
    var operations = Queue<Operation>()
    /// Jobs that wait for a script or a cancel request to be over.
    var held = Queue<Job>()
    /// Jobs sent and not yet answered to the end.
    var jobsInFlight = 0
    var statements = StatementCount.zero
    /// When the last answer was taken.
    var answeredAt = ContinuousClock.now
    var cancelIsOnItsWay = false
    var scriptIsRunning = false
    /// A task has this connection to itself.
    var isLeased = false
    /// Prepared statements must go before the next job that begins outside a transaction.
    var cacheIsStale = false
    private(set) var isClosed = false
    private var watcher: DescriptorWatcher?
    private var wantsWritable = false
    /// NULLs that came where a Sync was due; more than a few mean that we and libpq disagree.
    var strayNulls = 0

    /// Takes over a connection that stands.
    /// - Throws: `EventLoopError` where the loop can't watch it; the connection is closed then.
    init(owning raw: OpaquePointer, role: PostgresRole, configuration: PostgresConfiguration, loop: EventLoop, owner: any ConnectionOwner) throws {
        self.raw = raw
        self.role = role
        self.loop = loop
        self.owner = owner
        serverVersion = Int(PQserverVersion(raw))
        preparation = configuration.preparation
        trace = configuration.trace
        cache = StatementCache(capacity: configuration.statementCacheCapacity)
        PQsetnonblocking(raw, 1)
        PQenterPipelineMode(raw)
        do {
            watcher = try loop.watch(descriptor: PQsocket(raw), for: .readable) { [unowned self] in ready($0) }
        } catch {
            PQfinish(raw)
            throw error
        }
        listenForNotices()
    }

    deinit {
        assert(isClosed, "a connection is closed before it is let go")
    }

    var preparesStatements: Bool { preparation == .named }

    /// Nothing in flight and nothing held.
    var isSettled: Bool { operations.isEmpty && held.isEmpty && !cancelIsOnItsWay }

    /// Closes at once. Jobs in flight end with `error`, or `.connectionLost` where none is given; the owner is told.
    func close(_ error: PostgresError? = nil, state: SQLState? = nil) {
        loop.assertCurrent()
        guard !isClosed else { return }
        isClosed = true
        watcher?.stop()
        watcher = nil
        PQfinish(raw)
        for operation in operations.removeAll() {
            switch operation {
            case .parse(_, let job), .execute(_, let job), .sync(let job), .script(let job): job.finish(error ?? .connectionLost(state))
            case .tidy, .tidySync: break
            }
        }
        for job in held.removeAll() { job.finish(error ?? .unavailable(.notConnected("the connection broke"))) }
        owner.connectionDidClose(self, state)
    }

    /// Hands what libpq has buffered to the system, and waits for room where there is too much.
    func flush() {
        switch PQflush(raw) {
        case 0: setWantsWritable(false)
        case 1: setWantsWritable(true)
        default: close()
        }
    }

    private func setWantsWritable(_ wants: Bool) {
        guard wants != wantsWritable else { return }
        wantsWritable = wants
        watcher?.update(wants ? [.readable, .writable] : .readable)
    }

    private func ready(_ events: ReadinessEvents) {
        if events.contains(.readable) {
            let isWell = PQconsumeInput(raw) == 1
            receive()
            if isClosed { return }
            guard isWell else { return close() }
        }
        if wantsWritable { flush() }
    }

    private func listenForNotices() {
        let argument = Unmanaged.passUnretained(self).toOpaque()
        PQsetNoticeReceiver(
            raw,
            { argument, result in
                guard let argument, let result, let notice = PostgresNotice(result: result) else { return }
                let connection = Unmanaged<Connection>.fromOpaque(argument).takeUnretainedValue()
                connection.owner.connection(connection, didReceive: notice)
            }, argument)
    }
}
