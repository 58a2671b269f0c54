/// First in, first out, in a ring that grows. Taking from the front costs the same however long it is.
struct Queue<Element> {
    private var ring: ContiguousArray<Element?> = []
    private var head = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    var first: Element? { count == 0 ? nil : ring[head] }

    mutating func append(_ element: Element) {
        if count == ring.count { grow() }
        ring[(head + count) & (ring.count - 1)] = element
        count += 1
    }

    @discardableResult
    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = ring[head]
        ring[head] = nil
        head = (head + 1) & (ring.count - 1)
        count -= 1
        return element
    }

    func count(where isCounted: (Element) -> Bool) -> Int {
        (0..<count).reduce(0) { sum, index in
            guard let element = ring[(head + index) & (ring.count - 1)], isCounted(element) else { return sum }
            return sum + 1
        }
    }

    /// Empties the queue and gives what was in it, in order.
    mutating func removeAll() -> [Element] {
        var all: [Element] = []
        all.reserveCapacity(count)
        while let element = popFirst() { all.append(element) }
        return all
    }

    private mutating func grow() {
        var larger = ContiguousArray<Element?>(repeating: nil, count: max(16, ring.count * 2))
        for index in 0..<count { larger[index] = ring[(head + index) & (ring.count - 1)] }
        ring = larger
        head = 0
    }
}
