package import AccessControl
internal import Synchronization

/// Who a token stands for.
package struct TokenHolder: Sendable, Hashable {
    package let principal: Principal
    /// The key of the session that the token belongs to; nil for static tokens and those without a session.
    package let session: String?

    package init(principal: Principal, session: String? = nil) {
        self.principal = principal
        self.session = session
    }
}

/// Who tokens stand for, by their bytes, remembered for a short while. Tokens that nobody has are not remembered.
///
/// - Limits: `maximumEntries`, then it is emptied; an entry counts for `lifetime`, so that a change made in the database by hand holds soon too.
/// - `removeAll` after every change of a user's token, status or role, and when a session ends; an answer that was on its way then is not kept.
package final class TokenCache: Sendable {
    package static let maximumEntries = 10_000

    private struct Entry {
        let holder: TokenHolder
        let expires: ContinuousClock.Instant
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var epoch = 0
    }

    private let state = Mutex(State())
    private let lifetime: Duration

    package init(lifetime: Duration = .seconds(5)) { self.lifetime = lifetime }

    /// What a look-up that starts now has to hand back with its answer.
    struct Ticket: Sendable { let epoch: Int }

    /// - Returns: the holder, or what to `keep` it with once it was looked up.
    func holder(of token: String, now: ContinuousClock.Instant) -> (TokenHolder?, Ticket) {
        state.withLock { state in
            let entry = state.entries[token]
            return (entry.flatMap { $0.expires > now ? $0.holder : nil }, Ticket(epoch: state.epoch))
        }
    }

    /// - Parameter remaining: how long the token itself is good for; nil = without end.
    func keep(_ holder: TokenHolder, for token: String, _ ticket: Ticket, remaining: Duration? = nil, now: ContinuousClock.Instant) {
        state.withLock { state in
            guard state.epoch == ticket.epoch else { return }
            if state.entries.count >= TokenCache.maximumEntries { state.entries.removeAll() }
            state.entries[token] = Entry(holder: holder, expires: now + min(lifetime, remaining ?? lifetime))
        }
    }

    package func removeAll() {
        state.withLock { state in
            state.entries.removeAll()
            state.epoch += 1
        }
    }
}
