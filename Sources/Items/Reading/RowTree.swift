import Postgres
import QueryEngine

/// The rows of a plan's statements, in the shape of the plan.
final class RowTree {
    let node: ReadNode
    /// nil where no key asked for rows: nothing was read.
    let result: PostgresResult?
    var children: [RowTree] = []
    /// Rows by the key of the level above.
    let byParent: RowIndex?

    init(node: ReadNode, result: PostgresResult?) {
        self.node = node
        self.result = result
        byParent = result.flatMap { result in node.parentCell.map { RowIndex(result, cell: $0) } }
    }
}
