import CLibMicroHTTPD
import EventLoops
import Glibc
import JSONText

/// The part of a server that lives on one loop: a libmicrohttpd daemon without threads, whose epoll descriptor the loop watches.
///
/// The library is run at the end of a tick, after the jobs of the tick, so that what they answered goes out in one go.
/// `@unchecked Sendable`: only on `loop`.
final class LoopServer: @unchecked Sendable {
    /// What all loops of a server share.
    struct Shared: Sendable {
        var configuration: HTTPServerConfiguration
        var handler: @Sendable (HTTPRequest) async -> HTTPResponse
        var refusal: @Sendable (HTTPRefusal) -> HTTPResponse
        var events: @Sendable (HTTPServerEvent) -> Void
        var addresses: AddressCounter?
        var random: UInt32
    }

    let loop: EventLoop
    let shared: Shared
    let clockLimits: ConnectionClock.Limits
    let compressor: Compressor?
    var requestIDs: RequestID
    var connections: [ClientConnection] = []
    /// By the library's handle.
    private var upgraded: [Int: WeakUpgraded] = [:]
    var lingering: [ObjectIdentifier: LingeringClose] = [:]
    private(set) var isStopping = false

    private var daemon: OpaquePointer?
    private var watcher: DescriptorWatcher?
    private var hook: TickHook?
    private var needsRun = false
    /// Requests that wait for their answer on the library's list of ready connections.
    private var pollingCount = 0
    /// Answers that the system sends from a file: the library goes on with them without a call to us.
    var fileAnswers = 0
    /// Wakes the library for those that have waited long enough.
    private var pollingTimer: LoopTimer?
    private var isPollingTimerArmed = false
    /// The library did something in this run that it goes on with in the next.
    private var hasMore = false
    var deadlineTimer: LoopTimer?
    var hangUpTimer: LoopTimer?
    private var emptied: CheckedContinuation<Void, Never>?

    init(loop: EventLoop, shared: Shared) {
        self.loop = loop
        self.shared = shared
        clockLimits = ConnectionClock.Limits(shared.configuration.deadlines)
        compressor = shared.configuration.compression.map { Compressor($0, loop: loop) }
        requestIDs = RequestID(server: shared.random, loop: loop.index)
    }

    /// Starts to accept from `socket`, which this closes in the end.
    func start(socket: Int32, connectionLimit: Int) throws {
        loop.assertCurrent()
        let limits = shared.configuration.limits
        var options = kerege_daemon_options()
        options.socket = socket
        options.connection_limit = UInt32(clamping: connectionLimit)
        options.connection_memory = limits.headBytes + limits.headBytes / 3
        options.context = Unmanaged.passUnretained(self).toOpaque()
        options.request = { LoopServer.requestCallback($1, $3, $5, $6, $7) }
        options.request_line = { LoopServer.requestLineCallback($0, $1, $2) }
        options.unescape = { _, _, text in text.map { strlen($0) } ?? 0 }
        options.completed = { LoopServer.completedCallback($2, $3) }
        options.connection = { LoopServer.connectionCallback($0, $1, $2, $3) }
        options.log = { context, format, _ in LoopServer.logCallback(context, format) }
        guard let daemon = kerege_start_daemon(&options) else {
            close(socket)
            throw HTTPServerError.library
        }
        self.daemon = daemon
        do {
            watcher = try loop.watch(descriptor: kerege_epoll_descriptor(daemon), for: .readable) { _ in self.needsRun = true }
        } catch {
            MHD_stop_daemon(daemon)
            self.daemon = nil
            throw error
        }
        // Keeps this object, which the library refers to, until `end`.
        hook = loop.addTickHook { self.runLibrary() }
        needsRun = true
    }

    /// Lets the library work, if it has something to do; true when it must be called again at once.
    private func runLibrary() -> Bool {
        guard needsRun, let daemon else { return false }
        needsRun = false
        hasMore = false
        MHD_run(daemon)
        var timeout: UInt64 = 0
        // Those that poll count as ready for the library, which would be run for ever.
        if MHD_get_timeout(daemon, &timeout) == .YES, timeout == 0, pollingCount == 0 || hasMore || fileAnswers > 0 { needsRun = true }
        return needsRun
    }

    func libraryHasMore() { hasMore = true }

    // MARK: polling for answers

    /// Milliseconds that a request may poll; then its connection is suspended. Also the longest that the library rests while any polls.
    static let pollingLimit: UInt64 = 5
    /// At once: each run of the library asks every one of them.
    private static let pollingCountLimit = 64

    func startPolling() -> Bool {
        guard pollingCount < Self.pollingCountLimit, fileAnswers == 0 else { return false }
        pollingCount += 1
        armPollingTimer()
        return true
    }

    func stopPolling() { pollingCount -= 1 }

    private func armPollingTimer() {
        guard !isPollingTimerArmed else { return }
        let timer = pollingTimer ?? loop.makeTimer { [weak self] in self?.pollingTimerFired() }
        pollingTimer = timer
        isPollingTimerArmed = true
        timer.start(after: .milliseconds(Self.pollingLimit))
    }

    private func pollingTimerFired() {
        isPollingTimerArmed = false
        guard pollingCount > 0 else { return }
        needsRun = true
        armPollingTimer()
    }

    func runAgain() { needsRun = true }

    /// Resumes a suspended connection; the library goes on with it in this tick.
    func resume(_ connection: OpaquePointer) {
        MHD_resume_connection(connection)
        needsRun = true
    }

    func remember(_ connection: UpgradedConnection, handle: OpaquePointer) {
        upgraded[Int(bitPattern: handle)] = WeakUpgraded(connection: connection)
    }

    /// Closes a connection that has left HTTP. Each handle is closed once: here, or by the daemon's end.
    func closeUpgraded(_ handle: Int) {
        guard daemon != nil, upgraded.removeValue(forKey: handle) != nil else { return }
        kerege_close_upgraded(OpaquePointer(bitPattern: handle))
        needsRun = true
    }

    // MARK: stopping

    /// Stops to accept; connections between two requests are closed, the others after their answer.
    func beginStop() {
        loop.assertCurrent()
        guard let daemon, !isStopping else { return }
        isStopping = true
        let socket = MHD_quiesce_daemon(daemon)
        if socket >= 0 { close(socket) }
        for connection in connections where connection.clock.phase == .idle && kerege_unread_bytes(connection.descriptor) == 0 {
            connection.cutOff()
        }
        for weak in Array(upgraded.values) {
            let farewell = weak.connection?.onServerStop
            weak.connection?.onServerStop = nil
            farewell?()
        }
        needsRun = true
    }

    /// Waits until all connections are closed, `grace` at most; then cuts off what is left and ends the daemon.
    func finishStop(grace: Duration) async {
        guard daemon != nil else { return }
        await waitUntilEmpty(atMost: grace)
        for connection in connections {
            connection.exchange?.cancel()
        }
        // Handlers that heed cancellation answer now.
        await waitUntilEmpty(atMost: .milliseconds(100))
        for (handle, weak) in upgraded {
            weak.connection?.close()
            closeUpgraded(handle)
        }
        for connection in connections {
            connection.exchange?.abandon()
            connection.cutOff()
        }
        needsRun = true
        await waitUntilEmpty(atMost: .seconds(1))
        end()
    }

    private func waitUntilEmpty(atMost grace: Duration) async {
        guard !connections.isEmpty else { return }
        let timer = loop.schedule(after: grace) { [unowned self] in resumeEmptied() }
        await withCheckedContinuation { emptied = $0 }
        timer.cancel()
    }

    func resumeEmptied() {
        emptied?.resume()
        emptied = nil
    }

    private func end() {
        watcher?.stop()
        hook?.remove()
        pollingTimer?.cancel()
        deadlineTimer?.cancel()
        hangUpTimer?.cancel()
        deadlineTimer = nil
        hangUpTimer = nil
        for linger in Array(lingering.values) { linger.end() }
        guard let daemon else { return }
        self.daemon = nil
        MHD_stop_daemon(daemon)
    }
}

private struct WeakUpgraded {
    weak var connection: UpgradedConnection?
}
