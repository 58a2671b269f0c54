import Glibc

/// A client that sends exactly the bytes it is told to. Blocking, with a time-out of 20 s on everything.
///
/// `@unchecked Sendable`: one thread reads, at most one other sends.
package final class RawClient: @unchecked Sendable {
    package struct Answer: Equatable, Sendable {
        package var status: Int
        package var headers: [String: String]
        package var body: [UInt8]

        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    package let descriptor: Int32
    private var buffer: [UInt8] = []
    package private(set) var isAtEnd = false

    package init(port: Int, receiveBuffer: Int32? = nil) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        precondition(code == 0, "the server under test listens")
        setTimeouts()
    }

    package init(unixPath: String) {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: unixPath.utf8) }
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        precondition(code == 0, "the server under test listens")
        setTimeouts()
    }

    deinit { close(descriptor) }

    private func setTimeouts() {
        var time = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    /// The answer to one GET on a connection of its own.
    package static func get(_ target: String, port: Int, headers: [(name: String, value: String)] = []) -> Answer? {
        let client = RawClient(port: port)
        let more = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        client.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(more)\r\n")
        return client.readAnswer()
    }

    @discardableResult
    package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// False when the server has closed.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Ends with a reset instead of a farewell.
    package func reset() {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    }

    private func fill() -> Bool {
        guard !isAtEnd else { return false }
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &piece, piece.count, 0)
        if count <= 0 {
            isAtEnd = count == 0 || errno == ECONNRESET
            return false
        }
        buffer += piece[..<count]
        return true
    }

    /// Reads one byte from the socket's end; nil at the end.
    package func readByte() -> UInt8? {
        while buffer.isEmpty { guard fill() else { return nil } }
        return buffer.removeFirst()
    }

    /// Everything until the server closes; nil when it does not.
    package func readToEnd() -> [UInt8]? {
        while fill() {}
        defer { buffer = [] }
        return isAtEnd ? buffer : nil
    }

    /// Whether the server has closed the connection, with nothing more to read.
    package var isClosed: Bool { readToEnd()?.isEmpty ?? false }

    package func readLine() -> String? {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                var line = buffer[..<end]
                if line.last == 13 { line.removeLast() }
                let text = String(decoding: line, as: UTF8.self)
                buffer.removeFirst(end + 1)
                return text
            }
            guard fill() else { return nil }
        }
    }

    package func read(exactly count: Int) -> [UInt8]? {
        while buffer.count < count { guard fill() else { return nil } }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    /// The next answer; nil when the connection ends first. `isHead`: without a body, whatever its head says.
    package func readAnswer(isHead: Bool = false) -> Answer? {
        guard let line = readLine() else { return nil }
        let parts = line.split(separator: " ")
        guard parts.count >= 2, let status = Int(parts[1]) else { return nil }
        var headers: [String: String] = [:]
        while let line = readLine(), !line.isEmpty {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let name = line[..<colon].lowercased()
            let value = String(line[line.index(after: colon)...].drop { $0 == " " })
            headers[name] = headers[name].map { $0 + "\n" + value } ?? value
        }
        var answer = Answer(status: status, headers: headers, body: [])
        guard !isHead, status >= 200, status != 204, status != 304 else { return answer }
        if let length = headers["content-length"].flatMap({ Int($0) }) {
            guard let body = read(exactly: length) else { return nil }
            answer.body = body
        } else if headers["transfer-encoding"] == "chunked" {
            while true {
                guard let size = readLine().flatMap({ Int($0, radix: 16) }), let piece = read(exactly: size), readLine() == "" else { return nil }
                if size == 0 { break }
                answer.body += piece
            }
        } else {
            guard let body = readToEnd() else { return nil }
            answer.body = body
        }
        return answer
    }
}
