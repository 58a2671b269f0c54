/// What one request is up to, as a value: the library's calls and the handler's acts go in, what to do comes out. No I/O.
///
/// The library calls with the head (again after each hold), then with stretches of the body, then once the request is complete (again after
/// each hold). It takes an answer at the head (and then closes the connection when a body was to come) or when complete, never in between.
package struct ExchangeState: Equatable {
    /// Can go to: head → body, complete; body → complete.
    package enum Intake: Equatable {
        case head
        case body
        case complete
    }

    /// Can go to: idle → running → answered → sent.
    package enum Handler: Equatable {
        case idle
        case running
        case answered
        case sent
    }

    /// What is wanted of the body right now.
    package enum Appetite: Equatable {
        case none
        case more
        case discard
    }

    package enum Call: Equatable {
        case head
        case bytes(Int)
        case complete
    }

    package enum Step: Equatable {
        /// Start the handler, then ask again.
        case start
        /// Let the library go on; bytes of this call are thrown away.
        case proceed
        /// Give the bytes of this call to the body; ask nothing more.
        case take
        /// Suspend the connection; the bytes of this call stay with the library.
        case hold
        /// Give the library the answer.
        case queue
        /// The library can't take the answer here: write it to the socket, and end the connection.
        case writeAndClose
        case drop
    }

    /// Bodies up to this are read before their handler starts: it then finds them there and needs no suspension.
    package static let readAheadLimit = 16_384
    /// Unread rest of a body that is thrown away to keep the connection.
    package static let discardLimit = 65_536

    package var intake = Intake.head
    package var handler = Handler.idle
    package var appetite = Appetite.none
    package var isSuspended = false
    /// The client is gone, or the server stops: no answer will be sent.
    package var isGone = false
    package var bodyLength = ParsedHead.BodyLength.none
    package var expectsContinue = false
    private var received = 0
    private var discarded = 0

    package init() {}

    /// What this call of the library is, `bytes` being the size of the data it offers.
    package func call(bytes: Int) -> Call {
        if intake == .head { return .head }
        return bytes > 0 ? .bytes(bytes) : .complete
    }

    package mutating func next(_ call: Call) -> Step {
        guard !isGone else { return .drop }
        switch call {
        case .head: return nextAtHead()
        case .bytes(let count): return next(bytes: count)
        case .complete:
            intake = .complete
            switch handler {
            case .idle: return .start
            case .running: return .hold
            case .answered: return .queue
            case .sent: return .drop
            }
        }
    }

    private mutating func nextAtHead() -> Step {
        switch handler {
        case .idle:
            switch bodyLength {
            case .none: break
            case .known(let length):
                guard length <= Self.readAheadLimit, !expectsContinue else { return .start }
                appetite = .more
            case .chunked: return .start
            }
        case .running:
            guard appetite != .none else { return .hold }
        case .answered:
            guard !expectsContinue, restIsShort else { return .queue }
            appetite = .discard
        case .sent: return .drop
        }
        intake = .body
        return .proceed
    }

    private mutating func next(bytes count: Int) -> Step {
        if handler == .answered { appetite = .discard }
        switch appetite {
        case .none: return .hold
        case .more:
            received += count
            return .take
        case .discard:
            if handler == .answered {
                guard restIsShort, discarded + count <= Self.discardLimit else { return .writeAndClose }
                discarded += count
            }
            received += count
            return .proceed
        }
    }

    private var restIsShort: Bool {
        switch bodyLength {
        case .none, .chunked: true
        case .known(let length): length - received <= Self.discardLimit - discarded
        }
    }

    // Each of the following says whether a suspended connection must be resumed now.

    package mutating func bodyIsWanted() -> Bool {
        appetite = .more
        return takeSuspension(if: intake != .complete)
    }

    package mutating func bodyIsUnwanted() -> Bool {
        appetite = .discard
        return takeSuspension(if: intake != .complete)
    }

    package mutating func handlerAnswered() -> Bool {
        handler = .answered
        return takeSuspension(if: true)
    }

    /// A stream has something to send, or ended.
    package mutating func streamHasBytes() -> Bool { takeSuspension(if: true) }

    /// The server gives up on this request.
    package mutating func abandon() -> Bool {
        isGone = true
        return takeSuspension(if: true)
    }

    private mutating func takeSuspension(if condition: Bool) -> Bool {
        guard isSuspended, condition else { return false }
        isSuspended = false
        return true
    }
}
