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

/// A client's address as text.
struct PeerAddress {
    let text: String
    /// The address, or the /64 of IPv6; nil for loopback and unix sockets.
    let countedAs: String?

    init(_ address: UnsafePointer<sockaddr>?) {
        switch Int32(address?.pointee.sa_family ?? 0) {
        case AF_INET:
            let number = UnsafeRawPointer(address!).loadUnaligned(as: sockaddr_in.self).sin_addr  // of this family, so not nil
            text = Self.text(of: number, family: AF_INET)
            countedAs = text.hasPrefix("127.") ? nil : text
        case AF_INET6:
            let number = UnsafeRawPointer(address!).loadUnaligned(as: sockaddr_in6.self).sin6_addr
            let full = Self.text(of: number, family: AF_INET6)
            if full.hasPrefix("::ffff:"), full.contains(".") {
                text = String(full.dropFirst(7))
                countedAs = text.hasPrefix("127.") ? nil : text
            } else {
                text = full
                var network = number
                withUnsafeMutableBytes(of: &network) { bytes in
                    for index in 8..<16 { bytes[index] = 0 }
                }
                countedAs = full == "::1" ? nil : Self.text(of: network, family: AF_INET6)
            }
        default:
            text = "unix"
            countedAs = nil
        }
    }

    private static func text<Number>(of number: Number, family: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            withUnsafePointer(to: number) { number in
                guard let base = inet_ntop(family, number, buffer.baseAddress, socklen_t(buffer.count)) else { return "unknown" }
                return String(cString: base)
            }
        }
    }
}
