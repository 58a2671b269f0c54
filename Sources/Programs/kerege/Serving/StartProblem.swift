import Glibc
import HTTPServer

/// Why the server can't take requests, for a person.
struct StartProblem: Error, CustomStringConvertible {
    let description: String

    init(_ error: HTTPServerError, _ listener: ServerConfiguration.Listener) {
        let place = listener.unixSocketPath ?? "\(listener.host):\(listener.port)"
        switch error {
        case .address(let text): description = "the address \(place) can't be used: \(text)"
        case .system(_, EADDRINUSE): description = "\(place) is in use by another program (PORT names another port)"
        case .system(let operation, let code): description = "\(place): \(operation): \(String(cString: strerror(code)))"
        case .library: description = "\(place): libmicrohttpd refuses to start"
        }
    }
}
