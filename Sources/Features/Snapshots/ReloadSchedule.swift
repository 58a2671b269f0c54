/// When to read anew: one reading at a time, changes that come meanwhile together in the next, failures again after a pause.
///
/// State can go: idle -> reading -> idle | pausing; pausing -> reading.
package struct ReloadSchedule {
    package enum Action: Equatable {
        case read(Set<SnapshotChange>)
        /// Call `pauseEnded` then.
        case pause(Duration)
        case nothing
    }

    private enum Phase: Equatable {
        case idle
        case reading(Set<SnapshotChange>)
        case pausing
    }

    package static let shortestPause = Duration.milliseconds(200)
    package static let longestPause = Duration.seconds(5)

    private var phase = Phase.idle
    private var pending: Set<SnapshotChange> = []
    private var pause = ReloadSchedule.shortestPause

    package init() {}

    package mutating func changed(_ changes: Set<SnapshotChange>) -> Action {
        pending.formUnion(changes)
        return phase == .idle ? next() : .nothing
    }

    package mutating func succeeded() -> Action {
        pause = ReloadSchedule.shortestPause
        return next()
    }

    package mutating func failed() -> Action {
        if case .reading(let changes) = phase { pending.formUnion(changes) }
        phase = .pausing
        defer { pause = min(pause * 2, ReloadSchedule.longestPause) }
        return .pause(pause)
    }

    package mutating func pauseEnded() -> Action { phase == .pausing ? next() : .nothing }

    private mutating func next() -> Action {
        guard !pending.isEmpty else {
            phase = .idle
            return .nothing
        }
        let changes = pending
        pending = []
        phase = .reading(changes)
        return .read(changes)
    }
}
