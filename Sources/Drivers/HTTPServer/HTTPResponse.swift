package import JSONText

/// What a handler answers.
///
/// - `Content-Length`, `Transfer-Encoding`, `Connection` and `Date` are the server's own; the handler's are left out.
/// - A header name that is no token is left out with its value; control bytes in a value (line ends above all) become blanks. Both are told as
///   `HTTPServerEvent.badResponseHeader`.
/// - Values whose letters are all of Latin-1 are sent in it, others in UTF-8.
/// - A `HEAD` request gets the head alone, whatever the body.
package struct HTTPResponse: Sendable {
    package enum Body: Sendable {
        case none
        /// Sent from this memory, without a copy, by any number of answers at once.
        case bytes(ByteBuffer)
        /// What `produce` writes, chunked where `length` is nil. It runs in the request's own task after the head is on its way, and is
        /// cancelled when the client goes away. If it throws, or writes less than `length`, the connection is cut.
        case stream(length: Int?, produce: @Sendable (HTTPBodyWriter) async throws -> Void)
        /// A stretch of an open file, sent by the system from its cache. The file is closed afterwards.
        case file(OpenFile, offset: Int, length: Int)
        /// `101` with these headers (`Upgrade` is needed, `Connection` is added), then the connection is `accept`'s.
        case upgrade(accept: @Sendable (UpgradedConnection) -> Void)
    }

    /// 200 to 999; 101 for an upgrade.
    package var status: Int
    package var headers: [(name: String, value: String)]
    /// Headers that stand before `headers`, prepared once for many answers.
    package var sharedHeaders: SharedHeaders?
    package var body: Body

    package init(status: Int, headers: [(name: String, value: String)] = [], sharedHeaders: SharedHeaders? = nil, body: Body = .none) {
        self.status = status
        self.headers = headers
        self.sharedHeaders = sharedHeaders
        self.body = body
    }
}
