internal import Synchronization

/// A number that only grows. Any thread; a few nanoseconds.
package final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    package init() {}

    package var value: Int { count.load(ordering: .relaxed) }

    package func increment(by amount: Int = 1) {
        count.wrappingAdd(amount, ordering: .relaxed)
    }
}

/// A number that goes up and down. Any thread.
package final class Gauge: Sendable {
    private let current = Atomic<Int>(0)

    package init() {}

    package var value: Int { current.load(ordering: .relaxed) }

    package func add(_ amount: Int) {
        current.wrappingAdd(amount, ordering: .relaxed)
    }

    package func set(_ value: Int) {
        current.store(value, ordering: .relaxed)
    }
}

/// How often durations of which size occurred. Any thread; one short lock.
/// - Shape: 28 buckets; bucket n counts durations of less than 2^n microseconds (1 µs … 67 s) that fit no smaller one, the last all others.
package final class Histogram: Sendable {
    package static let bucketCount = 28

    package struct Reading: Sendable, Equatable {
        package var buckets = [Int](repeating: 0, count: Histogram.bucketCount)
        package var count = 0
        package var microseconds = 0

        /// The upper bound, in microseconds, of the bucket that holds the given share (0…1) of all durations; nil where there is none.
        package func quantile(_ share: Double) -> Int? {
            guard count > 0 else { return nil }
            let wanted = Int((Double(count) * share).rounded(.up))
            var seen = 0
            for (index, inBucket) in buckets.enumerated() {
                seen += inBucket
                if seen >= max(wanted, 1) { return Histogram.upperBound(ofBucket: index) }
            }
            return nil
        }
    }

    private let state = Mutex(Reading())

    package init() {}

    package var reading: Reading { state.withLock { $0 } }

    /// In microseconds.
    package static func upperBound(ofBucket index: Int) -> Int { 1 << index }

    package func record(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        record(microseconds: Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000))
    }

    /// A negative duration counts as 0.
    package func record(microseconds: Int) {
        let amount = max(microseconds, 0)
        let bucket = min(Int.bitWidth - amount.leadingZeroBitCount, Histogram.bucketCount - 1)
        state.withLock {
            $0.buckets[bucket] += 1
            $0.count += 1
            $0.microseconds &+= amount
        }
    }
}
