package import EventLoops

/// A request, as its handler gets it. Values are made from the head's bytes when they are read: read each once.
package struct HTTPRequest: Sendable {
    private let head: RequestHead
    private let number: UInt64
    /// The client's address as the socket knows it: `192.0.2.7`, `2001:db8::1`, or `unix`. No header can change it.
    package let remoteAddress: String
    /// The loop that the request, its task and its answer live on.
    package let loop: EventLoop
    package let body: HTTPRequestBody

    init(head: RequestHead, number: UInt64, remoteAddress: String, loop: EventLoop, body: HTTPRequestBody) {
        self.head = head
        self.number = number
        self.remoteAddress = remoteAddress
        self.loop = loop
        self.body = body
    }

    /// A request without a connection, for tests of handlers. Its head is checked like one from the wire (so it needs `Host`).
    /// - Precondition: used on `loop`.
    package init(
        method: String, target: String, headers: [(name: String, value: String)] = [("Host", "localhost")], body: [UInt8] = [],
        loop: EventLoop
    ) throws(HTTPRefusal) {
        self.init(
            head: try RequestHead(method: method, target: target, headers: headers), number: 0, remoteAddress: "127.0.0.1", loop: loop,
            body: HTTPRequestBody(bytes: body))
    }

    /// Any token (`GET`, `SEARCH`), in the case it came in.
    package var method: String { head.text(head.parsed.method) }

    /// The target as it came: not decoded, without control bytes, blanks or `#`; always UTF-8. Absolute or `*` where the client sent that.
    package var target: String { head.text(head.parsed.target) }

    /// The path of the target before `?`, not decoded; `*` for `OPTIONS *`.
    package var path: String { head.parsed.path.count == 0 ? "/" : head.text(head.parsed.path) }

    /// What stands after the first `?`, not decoded; nil without one.
    package var query: String? { head.parsed.query.map { head.text($0) } }

    package var headers: HTTPHeaders { HTTPHeaders(head) }

    /// Gives `body` the bytes of `path` without a copy; valid during the call only.
    package func withPathBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        guard head.parsed.path.count > 0 else { return try ("/" as StaticString).withStaticBytes(body) }
        return try body(head.bytes(head.parsed.path))
    }

    /// Gives `body` the bytes of `query` without a copy (none without one); valid during the call only.
    package func withQueryBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(head.bytes(head.parsed.query ?? .empty))
    }

    /// The client's `X-Request-Id` when it is 1 to 64 letters, digits, `.`, `_` or `-`; else 13 characters unique to this request.
    package var id: String { RequestID.text(number, head: head) }
}

extension StaticString {
    func withStaticBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount))
    }
}
