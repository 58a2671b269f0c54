import CLibMicroHTTPD
import EventLoops
import Glibc

/// One accepted socket. Only on its loop; kept by the library from its opening to its closing.
final class ClientConnection {
    let descriptor: Int32
    let address: String
    /// What connections are counted by, nil where they are not.
    let countedAs: String?
    var clock: ConnectionClock
    /// The request that is being read, handled or answered.
    var exchange: Exchange?
    /// Position in the server's list.
    var slot = 0
    /// Looks for the client's hang-up while a request takes long.
    var hangUpWatch: DescriptorWatcher?
    var isCutOff = false

    init(_ connection: OpaquePointer, now: UInt64) {
        descriptor = kerege_connection_descriptor(connection)
        let peer = PeerAddress(kerege_client_address(connection))
        address = peer.text
        countedAs = peer.countedAs
        clock = ConnectionClock(now: now)
    }

    var progress: ConnectionClock.Progress? {
        var progress = ConnectionClock.Progress(acknowledged: 0, received: 0)
        guard kerege_tcp_progress(descriptor, &progress.acknowledged, &progress.received) == 1 else { return nil }
        return progress
    }

    /// Ends the connection: the library finds it closed.
    func cutOff() {
        isCutOff = true
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    func stopHangUpWatch() {
        hangUpWatch?.stop()
        hangUpWatch = nil
    }
}
