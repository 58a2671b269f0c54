/// What one loop counts of its requests: how many of each route ended in which class of status, and how long they took.
///
/// - Cost: a few additions to plain numbers in memory of its own; no lock, no atomic, no allocation.
/// - A request lasts from its head to the handler's answer: what is streamed afterwards is not counted in.
/// - `@unchecked Sendable`: touched on its loop only; readings are copies.
package final class RequestMetrics: @unchecked Sendable {
    /// Inclusive upper bounds of the buckets, microseconds: each four times the one before. Longer ones have a bucket of their own.
    package static let bounds = (0..<10).map { 64 << (2 * $0) }

    /// The numbers of one route, one after another: classes of status, buckets, the sum of microseconds.
    private enum Slot {
        static let classes = 5
        static let buckets = 11
        static let sum = classes + buckets
        static let count = sum + 1
    }

    /// A copy of the numbers, to be added to those of other loops.
    package struct Reading: Sendable, Equatable {
        fileprivate var numbers: [Int]
        /// Requests that wait for their answer.
        package fileprivate(set) var running = 0

        /// Of nothing yet.
        /// - Parameter routes: as in `RequestMetrics.init`.
        package init(routes: Int) { numbers = [Int](repeating: 0, count: (routes + 1) * Slot.count) }

        fileprivate init(numbers: [Int], running: Int) {
            self.numbers = numbers
            self.running = running
        }

        /// Of as many routes.
        package mutating func add(_ other: Reading) {
            for (index, number) in other.numbers.enumerated() where index < numbers.count { numbers[index] &+= number }
            running += other.running
        }

        /// - Parameter route: the number of routes stands for "none of them".
        /// - Returns: nil when it was never asked for.
        package func route(_ route: Int) -> (statuses: [Int], buckets: [Int], microseconds: Int)? {
            let start = route * Slot.count
            guard route >= 0, start + Slot.count <= numbers.count else { return nil }
            let statuses = Array(numbers[start..<start + Slot.classes])
            guard statuses.contains(where: { $0 != 0 }) else { return nil }
            return (statuses, Array(numbers[start + Slot.classes..<start + Slot.sum]), numbers[start + Slot.sum])
        }
    }

    private let routes: Int
    private var numbers: [Int]
    private var running = 0

    /// - Parameter routes: how many there are; they are numbered from 0.
    package init(routes: Int) {
        self.routes = routes
        numbers = [Int](repeating: 0, count: (routes + 1) * Slot.count)
    }

    package func begin() { running += 1 }

    /// Every `begin` has its `end`.
    /// - Parameter route: nil = none of them.
    package func end(route: Int?, status: Int, after duration: Duration) {
        running -= 1
        let (seconds, attoseconds) = duration.components
        let microseconds = max(0, Int(seconds) &* 1_000_000 &+ Int(attoseconds / 1_000_000_000_000))
        let number = route.map { (0..<routes).contains($0) ? $0 : routes } ?? routes
        let start = number &* Slot.count
        numbers[start + min(max(status / 100, 1), Slot.classes) - 1] &+= 1
        numbers[start + Slot.classes + RequestMetrics.bucket(of: microseconds)] &+= 1
        numbers[start + Slot.sum] &+= microseconds
    }

    package var reading: Reading { Reading(numbers: numbers.withUnsafeBufferPointer { Array($0) }, running: running) }

    /// From the number of bits: two more for each next bound.
    private static func bucket(of microseconds: Int) -> Int {
        guard microseconds > 64 else { return 0 }
        let bits = Int.bitWidth - (microseconds - 1).leadingZeroBitCount
        return min((bits - 5) / 2, Slot.buckets - 1)
    }
}
