/// A blocking HTTP/1.1 client of one server on 127.0.0.1; keeps its connection open between requests.
final class WireClient {
    let port: UInt16
    private var socket: WireSocket?

    init(port: UInt16) { self.port = port }

    /// Sends a request and reads its answer; tries once more on a new connection when the old one turns out closed.
    /// - Parameter target: path and query, percent-encoded.
    func send(_ method: String, _ target: String, headers: [(name: String, value: String)], body: [UInt8]?) throws(WireError) -> WireAnswer {
        let request = Self.encode(method, target, host: "127.0.0.1:\(port)", headers: headers, body: body)
        do throws(WireError) {
            return try exchange(request, method: method)
        } catch {
            socket = nil
            if case .timedOut = error { throw error }
            return try exchange(request, method: method)
        }
    }

    private func exchange(_ request: [UInt8], method: String) throws(WireError) -> WireAnswer {
        do throws(WireError) {
            let socket = try connection()
            try socket.write(request)
            return try answer(from: socket, method: method)
        } catch {
            socket = nil
            throw error
        }
    }

    private func connection() throws(WireError) -> WireSocket {
        if let socket { return socket }
        let new = try WireSocket(port: port, seconds: 30)
        socket = new
        return new
    }

    private static func encode(
        _ method: String, _ target: String, host: String, headers: [(name: String, value: String)], body: [UInt8]?
    ) -> [UInt8] {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n"
        if !headers.contains(where: { $0.name.lowercased() == "accept-encoding" }) { text += "Accept-Encoding: identity\r\n" }
        if let body {
            text += "Content-Length: \(body.count)\r\n"
        } else if ["POST", "PUT", "PATCH"].contains(method) {
            text += "Content-Length: 0\r\n"
        }
        for header in headers { text += "\(header.name): \(header.value)\r\n" }
        return Array((text + "\r\n").utf8) + (body ?? [])
    }

    private func answer(from socket: WireSocket, method: String) throws(WireError) -> WireAnswer {
        var status = 0
        var headers: [(name: String, value: String)] = []
        repeat {
            let first = try socket.line()
            let parts = first.split(separator: " ", maxSplits: 2)
            guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), let code = Int(parts[1]) else { throw .malformed(first) }
            status = code
            headers = try readHeaders(from: socket)
        } while status == 100
        let value = { (name: String) in headers.last { $0.name.lowercased() == name }?.value }
        var body: [UInt8] = []
        var closes = value("connection")?.lowercased() == "close"
        if method == "HEAD" || status == 204 || status == 304 {
        } else if value("transfer-encoding")?.lowercased() == "chunked" {
            body = try chunks(from: socket)
        } else if let length = value("content-length") {
            guard let count = Int(length), count >= 0 else { throw .malformed("Content-Length: \(length)") }
            body = try socket.bytes(count)
        } else {
            body = try socket.rest()
            closes = true
        }
        if closes { self.socket = nil }
        return WireAnswer(status: status, headers: headers, body: body)
    }

    private func readHeaders(from socket: WireSocket) throws(WireError) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        while true {
            let line = try socket.line()
            if line.isEmpty { return headers }
            guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw .malformed(line) }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers.append((String(line[..<colon]), String(value.reversed().drop { $0 == " " || $0 == "\t" }.reversed())))
        }
    }

    private func chunks(from socket: WireSocket) throws(WireError) -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let line = try socket.line()
            guard let size = Int(line.prefix { $0 != ";" }, radix: 16), size >= 0 else { throw .malformed("chunk \(line)") }
            if size == 0 { break }
            body += try socket.bytes(size)
            _ = try socket.line()
        }
        while try !socket.line().isEmpty {}
        return body
    }
}
