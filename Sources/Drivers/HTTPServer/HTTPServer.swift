package import EventLoops
import Glibc
import JSONText
import Synchronization

/// An HTTP/1.1 server on a few loops: requests in (bodies streamed), answers out (bytes, stream, file, upgrade). Knows nothing of the product.
///
/// - Each connection lives on one loop: the handler runs there, as a task of its own, and may suspend for as long as it likes.
/// - When the client goes away, the request's task is cancelled, its body ends with `.aborted`, its stream with `HTTPAnswerClosed`.
/// - What is not HTTP is refused before the handler (`HTTPRefusal`). A few mistakes the library answers itself, with a bare page: a head too
///   large for its memory (414, 431), a malformed chunk or length (400, 413), a version it does not speak (505).
/// - Source: RFC 9112, RFC 9110; `contract/attacks.md`, group P.
package final class HTTPServer: Sendable {
    private struct State {
        var parts: [LoopServer] = []
        var port: UInt16 = 0
    }

    private let loops: [EventLoop]
    private let shared: LoopServer.Shared
    private let state = Mutex(State())

    /// - Parameters:
    ///   - refusal: words what was refused; its connection is closed afterwards, whatever it says.
    ///   - events: is told what handlers do not see, on the loop where it happens.
    ///   - handler: answers requests, on their loop.
    package init(
        configuration: HTTPServerConfiguration, loops: [EventLoop],
        refusal: @escaping @Sendable (HTTPRefusal) -> HTTPResponse = { HTTPResponse(status: $0.status) },
        events: @escaping @Sendable (HTTPServerEvent) -> Void = { _ in },
        handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) {
        precondition(!loops.isEmpty, "a server runs on at least one loop")
        self.loops = loops
        shared = LoopServer.Shared(
            configuration: configuration, handler: handler, refusal: refusal, events: events,
            addresses: configuration.limits.connectionsPerAddress.map { AddressCounter(limit: $0) }, random: .random(in: 0...UInt32.max))
    }

    /// The port as bound; 0 before `start` and for unix sockets.
    package var port: Int { state.withLock { Int($0.port) } }

    /// Binds, and begins to accept on every loop. Raises the process's limit of descriptors to what the connections need, where it may.
    /// - Throws: `HTTPServerError`.
    package func start() async throws {
        let limits = shared.configuration.limits
        Self.raiseDescriptorLimit(to: limits.connections + 512)
        let socket = try ListeningSocket.open(shared.configuration.address)
        defer { close(socket.descriptor) }
        state.withLock { $0.port = socket.port }
        for loop in loops {
            // The library closes the socket it is given, so that each loop gets its own.
            let copy = fcntl(socket.descriptor, F_DUPFD_CLOEXEC, 0)
            guard copy >= 0 else { throw HTTPServerError.system(operation: "dup", code: errno) }
            let part = LoopServer(loop: loop, shared: shared)
            do {
                try await loop.run { try part.start(socket: copy, connectionLimit: max(limits.connections / self.loops.count, 1)) }
            } catch {
                await stop(grace: .zero)
                throw error
            }
            state.withLock { $0.parts.append(part) }
        }
    }

    /// Stops to accept, lets what is in flight finish for `grace` at most, then cancels its tasks and closes the connections.
    /// Call it once, and before the loops are shut down. Not from a handler: it would wait for itself.
    package func stop(grace: Duration) async {
        let parts = state.withLock { state in
            defer { state.parts = [] }
            return state.parts
        }
        for part in parts { part.loop.execute { part.beginStop() } }
        for part in parts {
            try? await part.loop.run { await part.finishStop(grace: grace) }
        }
    }

    private static func raiseDescriptorLimit(to count: Int) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(count) else { return }
        limit.rlim_cur = min(limit.rlim_max, rlim_t(count))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
