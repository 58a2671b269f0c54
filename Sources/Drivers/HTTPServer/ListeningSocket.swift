import Glibc

/// A socket that listens, before any loop has it.
struct ListeningSocket {
    let descriptor: Int32
    /// As bound; 0 for unix sockets.
    let port: UInt16
    private static let backlog: Int32 = 1_024

    /// Binds and listens. Looks a name up, which may block.
    static func open(_ address: HTTPServerConfiguration.Address) throws(HTTPServerError) -> ListeningSocket {
        switch address {
        case .tcp(let host, let port): try openTCP(host, port)
        case .unix(let path): try openUnix(path)
        }
    }

    private static func openTCP(_ host: String, _ port: UInt16) throws(HTTPServerError) -> ListeningSocket {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host.isEmpty ? nil : host, String(port), &hints, &found) == 0, let found else { throw .address(host) }
        defer { freeaddrinfo(found) }
        let descriptor = try make(family: found.pointee.ai_family)
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        if found.pointee.ai_family == AF_INET6 {
            var zero: Int32 = 0
            setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &zero, socklen_t(MemoryLayout<Int32>.size))
        }
        try bindAndListen(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen)
        return ListeningSocket(descriptor: descriptor, port: boundPort(descriptor))
    }

    private static func openUnix(_ path: String) throws(HTTPServerError) -> ListeningSocket {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard !path.isEmpty, path.utf8.count < room else { throw .address(path) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let descriptor = try make(family: AF_UNIX)
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> HTTPServerError? in
                if isStale(address, size) { unlink(path) }
                do throws(HTTPServerError) {
                    try bindAndListen(descriptor, address, size)
                    return nil
                } catch { return error }
            }
        }
        if let code { throw code }
        return ListeningSocket(descriptor: descriptor, port: 0)
    }

    /// Whether a socket file is there that nobody listens on.
    private static func isStale(_ address: UnsafePointer<sockaddr>, _ size: socklen_t) -> Bool {
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(probe) }
        return connect(probe, address, size) != 0 && errno == ECONNREFUSED
    }

    private static func make(family: Int32) throws(HTTPServerError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw .system(operation: "socket", code: errno) }
        return descriptor
    }

    private static func bindAndListen(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t) throws(HTTPServerError) {
        guard bind(descriptor, address, size) == 0 else {
            let code = errno
            close(descriptor)
            throw .system(operation: "bind", code: code)
        }
        guard listen(descriptor, backlog) == 0 else {
            let code = errno
            close(descriptor)
            throw .system(operation: "listen", code: code)
        }
    }

    private static func boundPort(_ descriptor: Int32) -> UInt16 {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let family = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        guard family == 0 else { return 0 }
        // The port stands at the same place in both families, in network order.
        return withUnsafeBytes(of: &address) { UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) }
    }
}
