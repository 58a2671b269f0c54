/// An HTTP answer as read from the wire.
struct WireAnswer: Sendable {
    let status: Int
    /// In the order sent, names as sent.
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    /// All values of a header, case of the name not counting.
    func values(of name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }
}

enum WireError: Error, CustomStringConvertible {
    case connect(String)
    case closed(String)
    case timedOut
    case malformed(String)

    var description: String {
        switch self {
        case .connect(let why): "no connection: \(why)"
        case .closed(let why): "the server closed the connection: \(why)"
        case .timedOut: "no answer in time"
        case .malformed(let what): "the answer is no HTTP: \(what)"
        }
    }
}
