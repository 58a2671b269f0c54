import CLibMicroHTTPD
package import EventLoops
import Glibc

/// A connection that has left HTTP (a WebSocket). Used on its loop only; its owner watches the descriptor itself.
///
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
        server.loop.execute {
            guard let handle = OpaquePointer(bitPattern: number) else { return }
            server.closeUpgraded(handle)
        }
    }

    /// Closes the connection; more than one call does nothing.
    package func close() {
        loop.assertCurrent()
        guard let handle else { return }
        self.handle = nil
        onServerStop = nil
        server?.forget(self)
        server?.closeUpgraded(handle)
    }
}
