import EventLoops

/// Counts the connections of each address over all loops.
package final class AddressCounter: Sendable {
    private let counts = Locked<[String: Int]>([:])
    private let limit: Int

    package init(limit: Int) { self.limit = limit }

    /// Counts one more; false when that is one too many (it is counted all the same, until `remove`).
    package func add(_ address: String) -> Bool {
        counts.withLock { counts in
            let count = (counts[address] ?? 0) + 1
            counts[address] = count
            return count <= limit
        }
    }

    package func remove(_ address: String) {
        counts.withLock { counts in
            let count = (counts[address] ?? 1) - 1
            counts[address] = count > 0 ? count : nil
        }
    }
}
