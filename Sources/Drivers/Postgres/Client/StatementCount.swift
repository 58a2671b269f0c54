/// How many statements the database has answered.
package struct StatementCount: Sendable, Equatable {
    package internal(set) var answered = 0
    /// Answered with an error.
    package internal(set) var failed = 0

    package static let zero = StatementCount()

    package static func += (sum: inout StatementCount, other: StatementCount) {
        sum.answered &+= other.answered
        sum.failed &+= other.failed
    }
}

extension PostgresClient {
    /// Since the start, over the connections that stand and those that are gone.
    package func statements(in lane: PostgresLane) -> StatementCount {
        checkLoop()
        var sum = pastStatements[lane] ?? .zero
        for connection in lane == .fast ? fast : exclusive { sum += connection.statements }
        return sum
    }

    func keepCount(of connection: Connection) {
        guard case .lane(let lane) = connection.role else { return }
        pastStatements[lane, default: .zero] += connection.statements
    }
}
