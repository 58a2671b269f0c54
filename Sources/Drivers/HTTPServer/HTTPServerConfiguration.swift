/// How a server listens and what it allows. Sizes are bytes.
package struct HTTPServerConfiguration: Sendable {
    /// Where to listen.
    package enum Address: Sendable, Equatable {
        /// `host` is a name or a numeric address (`0.0.0.0`, `::` for both families); port 0 means any free one.
        case tcp(host: String, port: UInt16)
        /// A socket in the file system; a stale file of an earlier run is replaced.
        case unix(path: String)
    }

    package struct Limits: Sendable {
        /// Request line and headers. A connection keeps a third more than this as its working memory.
        package var headBytes = 24_576
        /// Whatever a handler says, no request body is longer.
        package var bodyBytes = 1 << 34
        /// Connections at once, over all loops; more wait in the system's queue.
        package var connections = 4_096
        /// Connections at once from one address (IPv6: one /64), nil for any number. Loopback and unix sockets are exempt.
        package var connectionsPerAddress: Int? = 512

        package init() {}
    }

    /// How long a client may take. The handler's own time is never counted.
    package struct Deadlines: Sendable {
        /// From the first byte (of a new connection: from connecting) to the end of the head.
        package var head = Duration.seconds(10)
        /// For the body, extended by the time its bytes take at `minimumBytesPerSecond`.
        package var body = Duration.seconds(60)
        /// In each such span, a client that still reads must take at least what `minimumBytesPerSecond` makes of it (TCP only).
        package var answer = Duration.seconds(60)
        /// Between two requests.
        package var idle = Duration.seconds(60)
        package var minimumBytesPerSecond = 1_024

        package init() {}
    }

    /// For `bytes` answers of a compressible type, to clients that ask.
    package struct Compression: Sendable {
        /// Shorter answers are sent as they are.
        package var minimumBytes = 4_096
        /// 1 (fast) … 9 (small), as zlib has it.
        package var level: Int32 = 3

        package init() {}
    }

    package var address: Address
    package var limits = Limits()
    package var deadlines = Deadlines()
    /// nil turns compression off.
    package var compression: Compression? = Compression()

    package init(host: String = "127.0.0.1", port: UInt16 = 0) {
        address = .tcp(host: host, port: port)
    }

    package init(unixPath: String) {
        address = .unix(path: unixPath)
    }
}
