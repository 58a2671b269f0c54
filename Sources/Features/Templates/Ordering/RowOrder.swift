import SchemaModel

/// The order in which rows that point at each other are written, and what has to wait until all are there.
struct RowOrder {
    /// Row `from` holds the key of row `to` in `field`.
    struct Link {
        let from: Int
        let to: Int
        let field: FieldName
        let isNullable: Bool
    }

    /// Each row once.
    private(set) var order: [Int] = []
    /// Fields that are empty at first, by row.
    private(set) var deferred: [Int: [FieldName]] = [:]
    /// Rows that can't be written before one another: fields that can't be empty form a circle.
    private(set) var stuck: [Int] = []

    private let links: [Link]
    private var linksTo: [Int: [Int]] = [:]
    private var linksFrom: [Int: [Int]] = [:]
    private var open: [Int]
    private var required: [Int]
    private var isWritten: [Bool]
    /// Rows without open links, and rows whose open links may all be empty at first.
    private var ready: [Int] = []
    private var possible: [Int] = []

    /// - Parameter count: of rows; links name places below it. Links of a row to itself hold at once.
    /// - Cost: O(rows + links).
    init(count: Int, links: [Link]) {
        self.links = links.filter { $0.from != $0.to }
        open = [Int](repeating: 0, count: count)
        required = open
        isWritten = [Bool](repeating: false, count: count)
        for (index, link) in self.links.enumerated() {
            linksTo[link.to, default: []].append(index)
            linksFrom[link.from, default: []].append(index)
            open[link.from] += 1
            if !link.isNullable { required[link.from] += 1 }
        }
        for row in 0..<count { note(row) }
        sort(count)
    }

    private mutating func sort(_ count: Int) {
        var (nextReady, nextPossible) = (0, 0)
        while order.count < count {
            if nextReady < ready.count {
                write(ready[nextReady])
                nextReady += 1
            } else if nextPossible < possible.count {
                let row = possible[nextPossible]
                nextPossible += 1
                if isWritten[row] { continue }
                deferred[row] = (linksFrom[row] ?? []).filter { !isWritten[links[$0].to] }.map { links[$0].field }
                write(row)
            } else {
                stuck = (0..<count).filter { !isWritten[$0] }
                return
            }
        }
    }

    private mutating func note(_ row: Int) {
        if open[row] == 0 { ready.append(row) } else if required[row] == 0 { possible.append(row) }
    }

    private mutating func write(_ row: Int) {
        if isWritten[row] { return }
        isWritten[row] = true
        order.append(row)
        for index in linksTo[row] ?? [] where !isWritten[links[index].from] {
            let link = links[index]
            open[link.from] -= 1
            if !link.isNullable { required[link.from] -= 1 }
            note(link.from)
        }
    }
}
