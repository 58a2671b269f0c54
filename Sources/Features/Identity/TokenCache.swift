internal import AccessControl
internal import Synchronization

/// Which user a token belongs to, remembered for a short while. Tokens that nobody has are not remembered.
///
/// - Limits: `maximumEntries`, then it is emptied; an entry counts for `lifetime`, so that a change made in the database by hand holds soon too.
/// - `removeAll` after every change of a user's token, status or role; an answer that was on its way then is not kept.
package final class TokenCache: Sendable {
    package static let maximumEntries = 10_000

    private struct Entry {
        let principal: Principal
        let expires: ContinuousClock.Instant
    }

    private struct State {
        var entries: [StaticToken: Entry] = [:]
        var epoch = 0
    }

    private let state = Mutex(State())
    private let lifetime: Duration

    package init(lifetime: Duration = .seconds(5)) { self.lifetime = lifetime }

    /// What a look-up that starts now has to hand back with its answer.
    struct Ticket: Sendable { let epoch: Int }

    /// - Returns: the principal, or what to `keep` it with once it was looked up.
    func principal(of token: StaticToken, now: ContinuousClock.Instant) -> (Principal?, Ticket) {
        state.withLock { state in
            let entry = state.entries[token]
            return (entry.flatMap { $0.expires > now ? $0.principal : nil }, Ticket(epoch: state.epoch))
        }
    }

    func keep(_ principal: Principal, for token: StaticToken, _ ticket: Ticket, now: ContinuousClock.Instant) {
        state.withLock { state in
            guard state.epoch == ticket.epoch else { return }
            if state.entries.count >= TokenCache.maximumEntries { state.entries.removeAll() }
            state.entries[token] = Entry(principal: principal, expires: now + lifetime)
        }
    }

    package func removeAll() {
        state.withLock { state in
            state.entries.removeAll()
            state.epoch += 1
        }
    }
}
