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
    /// Rows by the key of the level above.
    let byParent: RowIndex?

    init(node: ReadNode, result: PostgresResult?) {
        self.node = node
        self.result = result
        byParent = result.flatMap { result in node.parentCell.map { RowIndex(result, cell: $0) } }
        // Joined rows are here already; others come level by level.
        children = result == nil ? [] : node.children.map { RowTree(node: $0, result: $0.joinedCell == nil ? nil : result) }
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
