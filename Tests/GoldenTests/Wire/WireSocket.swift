import Glibc

/// A blocking TCP connection to 127.0.0.1.
final class WireSocket {
    private let descriptor: Int32
    private var unread: [UInt8] = []
    private var at = 0

    /// - Parameter seconds: how long one read or write may block.
    init(port: UInt16, seconds: Int) throws(WireError) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .connect(String(cString: strerror(errno))) }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = loopback(port: port)
        let done = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard done == 0 else { throw .connect(String(cString: strerror(errno))) }
    }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8]) throws(WireError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                throw .timedOut
            } else if errno != EINTR {
                throw .closed(String(cString: strerror(errno)))
            }
        }
    }

    /// Whether more was read; false at the end of the stream.
    private func fill() throws(WireError) -> Bool {
        unread.removeFirst(at)
        at = 0
        var piece = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(descriptor, &piece, piece.count, 0)
            if count >= 0 {
                unread += piece[..<count]
                return count > 0
            }
            if errno == EAGAIN { throw .timedOut }
            if errno != EINTR { throw .closed(String(cString: strerror(errno))) }
        }
    }

    /// One line without its end (CR LF or LF), each byte a character (ISO 8859-1, as the recorder read heads).
    func line() throws(WireError) -> String {
        while true {
            if let end = unread[at...].firstIndex(of: 0x0A) {
                let line = unread[at..<end]
                at = end + 1
                return String(String.UnicodeScalarView((line.last == 0x0D ? line.dropLast() : line).map { UnicodeScalar($0) }))
            }
            let kept = unread.count - at
            if try !fill() { throw kept == 0 ? .closed("before an answer") : .closed("inside the head") }
        }
    }

    func bytes(_ count: Int) throws(WireError) -> [UInt8] {
        while unread.count - at < count {
            if try !fill() { throw .closed("after \(unread.count - at) of \(count) bytes") }
        }
        defer { at += count }
        return Array(unread[at..<(at + count)])
    }

    /// All that comes until the other end closes.
    func rest() throws(WireError) -> [UInt8] {
        while try fill() {}
        defer { at = unread.count }
        return Array(unread[at...])
    }
}

/// 127.0.0.1 with this port; 0 lets the system choose one.
func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
}
