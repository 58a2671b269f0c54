package import SchemaModel
internal import Synchronization

/// Failed logins of each user since the last one that succeeded (contract/system.md, 3.3). They never expire; a restart forgets them.
///
/// - Each user can go: open -> exhausted (one failure more than allowed) -> locked, which holds for logins that had begun before.
/// - Limits: users alone are counted, not what strangers type; beyond `maximumUsers` those with one failure, and old locks, are forgotten.
package struct AttemptCounter {
    static let maximumUsers = 100_000

    /// Taken before the user's row is read.
    package struct Ticket: Sendable { fileprivate let locks: Int }

    package enum Standing: Equatable {
        case open
        /// The user is to be locked.
        case exhausted
        /// The user has been locked since the ticket was taken, so that the row that was read is out of date.
        case locked
    }

    private var failures: [UserID: Int] = [:]
    private var locks = 0
    private var lastLock: [UserID: Int] = [:]

    package init() {}

    package var ticket: Ticket { Ticket(locks: locks) }

    /// - Parameter limit: how many failures are allowed; nil = any number.
    package func standing(of user: UserID, limit: Int?, _ ticket: Ticket) -> Standing {
        if lastLock[user, default: 0] > ticket.locks { return .locked }
        guard let limit, failures[user, default: 0] > limit else { return .open }
        return .exhausted
    }

    package mutating func fail(_ user: UserID) {
        if failures.count >= AttemptCounter.maximumUsers { failures = failures.filter { $0.value > 1 } }
        failures[user, default: 0] += 1
    }

    /// The user's row says so now: whoever reads it from here on knows.
    package mutating func lock(_ user: UserID) {
        if lastLock.count >= AttemptCounter.maximumUsers { lastLock.removeAll() }
        locks += 1
        lastLock[user] = locks
        failures[user] = nil
    }

    package mutating func succeed(_ user: UserID) { failures[user] = nil }
}

/// The counter of one server, for all its loops.
package final class LoginAttempts: Sendable {
    private let counter = Mutex(AttemptCounter())

    package init() {}

    var ticket: AttemptCounter.Ticket { counter.withLock { $0.ticket } }

    func standing(of user: UserID, limit: Int?, _ ticket: AttemptCounter.Ticket) -> AttemptCounter.Standing {
        counter.withLock { $0.standing(of: user, limit: limit, ticket) }
    }

    func fail(_ user: UserID) { counter.withLock { $0.fail(user) } }
    func lock(_ user: UserID) { counter.withLock { $0.lock(user) } }
    func succeed(_ user: UserID) { counter.withLock { $0.succeed(user) } }
}
