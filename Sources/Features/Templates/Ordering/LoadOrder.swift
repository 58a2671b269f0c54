import SchemaModel

/// Which tables are written together, and in which order: those that others point at come first; those that point at each other in a circle are
/// one unit.
enum LoadOrder {
    /// - Parameters:
    ///   - tables: in the order that is kept where foreign keys don't ask for another.
    ///   - references: of each table, at the same place.
    /// - Returns: units of places in `tables`.
    /// - Cost: O(tables x references), for circles O(tables x tables).
    static func units(_ tables: [CollectionName], references: [[Reference]]) -> [[Int]] {
        let places = Dictionary(tables.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
        let needs = references.enumerated().map { at, references in
            Set(references.compactMap { places[$0.target.name] }.filter { $0 != at })
        }
        var units: [[Int]] = []
        var open = Array(tables.indices)
        var done = Set<Int>()
        while !open.isEmpty {
            let unit = open.first { needs[$0].isSubset(of: done) }.map { [$0] } ?? innermostCircle(of: open, needs: needs, done: done)
            units.append(unit)
            done.formUnion(unit)
            open.removeAll { done.contains($0) }
        }
        return units
    }

    /// Of tables that all wait for another: some that reach each other and nothing else.
    private static func innermostCircle(of open: [Int], needs: [Set<Int>], done: Set<Int>) -> [Int] {
        var smallest = Set(open)
        for start in open {
            let reached = reach(of: start, needs: needs, done: done)
            // A circle that needs nothing outside of itself reaches less than whatever leads into it.
            if reached.count < smallest.count { smallest = reached }
        }
        return smallest.sorted()
    }

    private static func reach(of start: Int, needs: [Set<Int>], done: Set<Int>) -> Set<Int> {
        var reached: Set<Int> = []
        var waiting = [start]
        while let next = waiting.popLast() {
            for need in needs[next] where !done.contains(need) && reached.insert(need).inserted { waiting.append(need) }
        }
        return reached
    }
}
