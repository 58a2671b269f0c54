import CLibMicroHTTPD
import Glibc

/// A client's address as text.
package struct PeerAddress {
    package let text: String
    /// The address, or the /64 of IPv6; nil for loopback and unix sockets.
    package let countedAs: String?

    /// - Parameter address: a `sockaddr` of any family (of a unix socket, the family alone may be there), nil for a socket without one.
    package init(_ address: UnsafeRawPointer?) {
        guard let address else {
            (text, countedAs) = ("unix", nil)
            return
        }
        switch Int32(address.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET:
            let number = address.loadUnaligned(as: sockaddr_in.self).sin_addr
            text = Self.text(of: number, family: AF_INET)
            countedAs = text.hasPrefix("127.") ? nil : text
        case AF_INET6: (text, countedAs) = Self.version6(address.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
        default: (text, countedAs) = ("unix", nil)
        }
    }

    private static func version6(_ number: in6_addr) -> (text: String, countedAs: String?) {
        let full = text(of: number, family: AF_INET6)
        if full.hasPrefix("::ffff:"), full.contains(".") {
            let short = String(full.dropFirst(7))
            return (short, short.hasPrefix("127.") ? nil : short)
        }
        var network = number
        withUnsafeMutableBytes(of: &network) { bytes in
            for index in 8..<16 { bytes[index] = 0 }
        }
        return (full, full == "::1" ? nil : text(of: network, family: AF_INET6))
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
