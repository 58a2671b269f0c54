/// Why a server did not start.
/// - `address`: the host is unknown, or the path of the unix socket too long.
/// - `system`: a system call failed (`EADDRINUSE`, `EACCES` …); `code` is its `errno`.
/// - `library`: libmicrohttpd refused to start.
package enum HTTPServerError: Error, Sendable, Equatable {
    case address(String)
    case system(operation: String, code: Int32)
    case library
}

/// Why reading a request's body failed.
/// - `tooLarge`: more than `limit` bytes, by its length or as they came; the connection is closed after the answer.
/// - `aborted`: the client went away, was too slow, or sent a malformed body.
package enum HTTPBodyError: Error, Sendable, Equatable {
    case tooLarge(limit: Int)
    case aborted
}

/// The client no longer takes the answer: nothing written from here on is sent.
package struct HTTPAnswerClosed: Error, Sendable, Equatable {
    package init() {}
}

/// Why a request was refused before any handler saw it. The connection is closed after the answer.
package enum HTTPRefusal: Error, Sendable, Equatable, CaseIterable {
    /// Request line or header that is not HTTP: bad names, control bytes, folded lines, bare line feeds.
    case malformedHead
    /// More than one length, a length beside an encoding, an encoding in HTTP/1.0.
    case ambiguousLength
    /// None, more than one, or not a host and port.
    case badHost
    /// An absolute target of another host than `Host` names, or not a path.
    case badTarget
    case unsupportedTransferCoding
    /// CONNECT.
    case unsupportedMethod
    case unsupportedExpectation
    case headTooLarge
    case bodyTooLarge

    package var status: Int {
        switch self {
        case .malformedHead, .ambiguousLength, .badHost, .badTarget: 400
        case .bodyTooLarge: 413
        case .unsupportedExpectation: 417
        case .headTooLarge: 431
        case .unsupportedTransferCoding, .unsupportedMethod: 501
        }
    }
}

/// What can happen to a server that its handlers do not see. Told on the loop where it happens.
package enum HTTPServerEvent: Sendable, Equatable {
    case refused(HTTPRefusal, address: String)
    /// A client was cut off: too slow in this phase.
    case deadlinePassed(HTTPPhase, address: String)
    case tooManyConnections(address: String)
    /// The client went away before its answer was ready or sent.
    case clientGone(requestID: String, address: String)
    /// A handler's header had a name or value that HTTP cannot carry; it was left out or cleaned.
    case badResponseHeader(name: String, requestID: String)
    /// The handler of a streamed answer threw; the connection was cut, as the answer cannot be completed.
    case streamFailed(description: String, requestID: String)
}

/// Where a connection stands.
package enum HTTPPhase: Sendable, Equatable {
    /// Waits for the rest of a request's head. Goes to `body`, `handling`, `answer`.
    case head
    /// Between two requests. Goes to `head`, `handling`.
    case idle
    /// Waits for more of the body. Goes to `handling`, `answer`.
    case body
    /// Waits for the handler. Goes to `body`, `answer`.
    case handling
    /// Waits for the client to take the answer. Goes to `handling` (a stream that has nothing to send), `idle`, `upgraded`.
    case answer
    case upgraded
}
