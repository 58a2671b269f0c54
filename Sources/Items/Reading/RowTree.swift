import Postgres
import QueryEngine
import SchemaModel

/// The rows of a plan's statements, in the shape of the plan.
final class RowTree {
    let node: ReadNode
    /// nil where no key asked for rows: nothing was read.
    let result: PostgresResult?
    var children: [RowTree] = []
    /// Keys of rows that exist in a preview only: they read as null (`ItemVersions`). nil = there are none.
    var unsaved: Set<String>?
    /// Those of the result that are the node's.
    let rows: Range<Int>
    /// Rows by the key of the level above.
    let byParent: RowIndex?

    /// - Parameter rows: nil = all of the result.
    init(node: ReadNode, result: PostgresResult?, rows: Range<Int>? = nil) {
        let rows = rows ?? 0..<(result?.rowCount ?? 0)
        self.node = node
        self.result = result
        self.rows = rows
        byParent = result.flatMap { result in node.parentCell.map { RowIndex(result, rows, cell: $0) } }
        // Joined rows are here already; others come level by level.
        children = result == nil ? [] : node.children.map { RowTree(node: $0, result: $0.joinedCell == nil ? nil : result, rows: rows) }
    }

    /// All levels, from rows that tell whose they are.
    private init(_ node: ReadNode, _ result: PostgresResult, _ rows: Range<Int>, _ parts: [Range<Int>]) {
        self.node = node
        self.result = result
        self.rows = rows
        byParent = node.parentCell.map { RowIndex(result, rows, cell: $0) }
        children = node.children.map { RowTree($0, result, $0.part.map { parts[$0] } ?? rows, parts) }
    }

    /// nil where PostgreSQL did not answer one part after another.
    convenience init?(_ gathered: GatheredRead, _ result: PostgresResult) {
        guard let parts = RowTree.parts(of: result, count: gathered.parts), let first = parts.first else { return nil }
        self.init(gathered.root, result, first, parts)
    }

    private static func parts(of result: PostgresResult, count: Int) -> [Range<Int>]? {
        var parts = Array(repeating: 0..<0, count: count)
        var start = 0
        while start < result.rowCount {
            guard let part = result.int(start, GatheredRead.partCell), parts.indices.contains(part), parts[part].isEmpty else { return nil }
            let name = result.bytes(start, GatheredRead.partCell)
            var end = start + 1
            while end < result.rowCount, RowIndex.equal(name, result.bytes(end, GatheredRead.partCell)) { end += 1 }
            parts[part] = start..<end
            start = end
        }
        return parts
    }

    /// Whether lists that were read without a limit for each parent are none too long, here and below.
    var areListsWhole: Bool {
        if let plain = node.plainLists, let byParent, !plain.fit(rowCount: rows.count, isLonger: { byParent.hasChain(longerThan: $0) }) {
            return false
        }
        return children.allSatisfy(\.areListsWhole)
    }

    /// What its statements took.
    var elapsed: Duration {
        let own = node.joinedCell == nil ? result?.elapsed ?? .zero : .zero
        // All parts of one statement have its result.
        return node.part != nil ? own : children.reduce(own) { $0 + $1.elapsed }
    }

    /// This tree and those of joined rows, at any depth: all that one statement has read.
    var withJoined: [RowTree] {
        [self] + children.flatMap { $0.node.joinedCell == nil ? [] : $0.withJoined }
    }

    /// - Parameter created: by collection.
    func hideKeys(_ created: [CollectionName: Set<String>]) {
        unsaved = created[node.collection]
        for child in children { child.hideKeys(created) }
    }
}
