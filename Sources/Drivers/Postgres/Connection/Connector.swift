internal import CLibPQ
internal import EventLoops
internal import Telemetry

/// One attempt to connect.
///
/// The lookup of the first host's name runs on the blocking pool, everything after that on the loop. (libpq looks further hosts of a list up
/// itself when it comes to them: name such hosts by address.)
/// `@unchecked Sendable`: touched on `loop` only.
final class Connector: @unchecked Sendable {
    private let loop: EventLoop
    private let configuration: PostgresConfiguration
    private let role: PostgresRole
    private var raw: OpaquePointer?
    private var watcher: DescriptorWatcher?
    private var timer: LoopTimer?
    private(set) var failure: PostgresError?
    private var waiter: CheckedContinuation<Void, Never>?

    init(_ configuration: PostgresConfiguration, role: PostgresRole, loop: EventLoop) {
        self.configuration = configuration
        self.role = role
        self.loop = loop
    }

    /// - Throws: `PostgresError.unavailable`, or what `abort` was given.
    func connect(owner: any ConnectionOwner) async throws -> Connection {
        guard ConnectionParameters.isReadable(configuration.conninfo.reveal()) else {
            throw PostgresError.unavailable(.notConnected("the connection string is malformed"))
        }
        let parameters = ConnectionParameters(configuration, role: role)
        let started = try await loop.runBlocking { StartedConnection(raw: parameters.start()) }
        guard let raw = started.raw else { throw PostgresError.unavailable(.notConnected("out of memory")) }
        self.raw = raw
        do {
            try await finish(raw)
            return try Connection(owning: raw, role: role, configuration: configuration, loop: loop, owner: owner)
        } catch let error as PostgresError {
            PQfinish(raw)
            throw error
        } catch {
            // `Connection` has closed it.
            throw PostgresError.unavailable(.notConnected("\(error)"))
        }
    }

    /// Ends the attempt, unless it is over or still on the pool, where it can't be reached: then it ends right after.
    func abort(_ error: PostgresError) {
        failure = failure ?? error
        wake()
    }

    /// Lets libpq go on whenever its socket is ready, until the connection stands.
    private func finish(_ raw: OpaquePointer) async throws(PostgresError) {
        timer = loop.schedule(after: configuration.connectTimeout) { [unowned self] in abort(.unavailable(.notConnected("timed out"))) }
        defer {
            timer?.cancel()
            timer = nil
        }
        guard PQstatus(raw) != CONNECTION_BAD else { throw Connector.failure(of: raw) }
        var state = PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            guard state == PGRES_POLLING_WRITING || state == PGRES_POLLING_READING else { throw Connector.failure(of: raw) }
            await readiness(of: PQsocket(raw), for: state == PGRES_POLLING_READING ? .readable : .writable)
            if let failure { throw failure }
            state = PQconnectPoll(raw)
        }
        let version = Int(PQserverVersion(raw))
        guard ConnectionParameters.isSupported(serverVersion: version) else { throw .unavailable(.unsupportedServer(version: version)) }
        if let size = role.widestRow { try await widenInput(of: raw, for: size) }
    }

    func readiness(of descriptor: Int32, for events: ReadinessEvents) async {
        await withCheckedContinuation { continuation in
            guard failure == nil else { return continuation.resume() }
            waiter = continuation
            do {
                // The socket may be another one at each step.
                watcher = try loop.watch(descriptor: descriptor, for: events) { [unowned self] _ in wake() }
            } catch {
                failure = .unavailable(.notConnected("\(error)"))
                wake()
            }
        }
    }

    private func wake() {
        watcher?.stop()
        watcher = nil
        waiter?.resume()
        waiter = nil
    }

    static func failure(of raw: OpaquePointer) -> PostgresError {
        let text = PQerrorMessage(raw).map { String(cString: $0) } ?? ""
        return .unavailable(.notConnected(text.split(separator: "\n").joined(separator: "; ")))
    }
}

/// `@unchecked Sendable`: made by one pool thread, then used by the loop alone.
private struct StartedConnection: @unchecked Sendable {
    let raw: OpaquePointer?
}
