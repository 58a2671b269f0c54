import CLibMicroHTTPD
package import EventLoops
import Glibc

/// A connection that has left HTTP (a WebSocket). Used on its loop only; its owner keeps it and watches the descriptor itself.
///
/// Closed by `close`, when the last reference goes, or in the end by the server's stop.
/// `@unchecked Sendable`: only on `loop`; `deinit` hops there.
package final class UpgradedConnection: @unchecked Sendable {
    /// Non-blocking, and the server's to close: stop watching it, then call `close()`.
    package let descriptor: Int32
    package let loop: EventLoop
    /// What the client sent after its request's head.
    package let earlyBytes: [UInt8]
    package let remoteAddress: String
    /// Called once when the server stops: say goodbye and `close()` within the grace, or be cut off.
    package var onServerStop: (() -> Void)?

    private var handle: OpaquePointer?
    private weak var server: LoopServer?

    init(descriptor: Int32, earlyBytes: [UInt8], remoteAddress: String, handle: OpaquePointer, server: LoopServer) {
        self.descriptor = descriptor
        self.earlyBytes = earlyBytes
        self.remoteAddress = remoteAddress
        self.handle = handle
        self.server = server
        loop = server.loop
    }

    deinit {
        guard let handle, let server else { return }
        let number = Int(bitPattern: handle)
        server.loop.execute { server.closeUpgraded(number) }
    }

    /// Closes the connection; more than one call does nothing.
    package func close() {
        loop.assertCurrent()
        guard let handle else { return }
        self.handle = nil
        onServerStop = nil
        server?.closeUpgraded(Int(bitPattern: handle))
    }
}
