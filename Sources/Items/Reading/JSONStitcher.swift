import JSONText
import Postgres
import QueryEngine

/// Writes the rows of a tree as JSON, looking related rows up by key. No dictionaries, no intermediate values.
///
/// A row that many others point at is written as often, and there and back again by the product: few rows can be a long text. So a writer that is
/// full gets no more objects; who made it looks at `isFull` in the end.
enum JSONStitcher {
    /// `[…]`.
    static func appendList(_ tree: RowTree, further: [JSONValue], to writer: inout ByteWriter) {
        writer.append(UInt8(ascii: "["))
        var isFirst = true
        appendRows(tree, &isFirst, to: &writer)
        for value in further {
            if !isFirst { writer.append(UInt8(ascii: ",")) }
            isFirst = false
            writer.append(value)
        }
        writer.append(UInt8(ascii: "]"))
    }

    /// `…,…`: the elements of a list, or some of them.
    static func appendRows(_ tree: RowTree, _ isFirst: inout Bool, to writer: inout ByteWriter) {
        guard let result = tree.result else { return }
        let present = tree.node.presentCell
        for row in tree.rows where !writer.isFull {
            if let present, result.isNull(row, present) { continue }
            if !isFirst { writer.append(UInt8(ascii: ",")) }
            isFirst = false
            append(row, of: tree, result, to: &writer)
        }
    }

    /// One row: an object, or a bare key.
    static func append(_ row: Int, of tree: RowTree, to writer: inout ByteWriter) {
        guard let result = tree.result else {
            writer.append("null" as StaticString)
            return
        }
        append(row, of: tree, result, to: &writer)
    }

    /// - Parameter result: the tree's.
    private static func append(_ row: Int, of tree: RowTree, _ result: PostgresResult, to writer: inout ByteWriter) {
        if writer.isFull {
            writer.append("null" as StaticString)
        } else if let bare = tree.node.bareKey {
            if isUnsaved(row, bare.cell, result, tree) {
                writer.append("null" as StaticString)
            } else {
                writer.append(cell: bare.cell, of: row, in: result, as: bare.encoder)
            }
        } else {
            appendObject(row, tree.node.layout, result, tree, to: &writer)
        }
    }

    /// The row exists in a preview only.
    @inline(__always)
    private static func isUnsaved(_ row: Int, _ keyCell: Int, _ result: PostgresResult, _ tree: RowTree) -> Bool {
        guard let unsaved = tree.unsaved, let key = result.string(row, keyCell) else { return false }
        return unsaved.contains(key)
    }

    private static func appendObject(
        _ row: Int, _ layout: RowLayout, _ result: PostgresResult, _ tree: RowTree, to writer: inout ByteWriter
    ) {
        // The cell that is written as null; -1 = none.
        var hidden = -1
        if let keyCell = tree.node.shownKeyCell, isUnsaved(row, keyCell, result, tree) { hidden = keyCell }
        for step in layout.steps {
            switch step.value {
            case .cell(let cell, let encoder):
                if cell == hidden {
                    writer.append(step.before)
                    writer.append("null" as StaticString)
                } else {
                    writer.append(step.before, cell: cell, of: row, in: result, as: encoder)
                }
            case .object(let linkCell, let child):
                writer.append(step.before)
                appendRelated(result, row, linkCell, tree.children[child], to: &writer)
            case .list(let keyCell, let maskCell, let child):
                writer.append(step.before)
                if let maskCell, result.isNull(row, maskCell) || result.bytes(row, maskCell).first != UInt8(ascii: "t") {
                    writer.append("null" as StaticString)
                } else {
                    appendRelatedList(result, row, keyCell, tree.children[child], to: &writer)
                }
            case .anyObject(let collectionCell, let itemCell, let children):
                writer.append(step.before)
                appendAny(result, row, collectionCell, itemCell, layout.anyChildren[children], tree, to: &writer)
            }
        }
        writer.append(layout.end)
    }

    private static func appendRelated(_ result: PostgresResult, _ row: Int, _ cell: Int, _ child: RowTree, to writer: inout ByteWriter) {
        if let joined = child.node.joinedCell {
            if result.isNull(row, joined) { writer.append("null" as StaticString) } else { append(row, of: child, to: &writer) }
            return
        }
        guard !result.isNull(row, cell), let found = child.byParent?.first(result.bytes(row, cell)) else {
            writer.append("null" as StaticString)
            return
        }
        append(found, of: child, to: &writer)
    }

    private static func appendRelatedList(_ result: PostgresResult, _ row: Int, _ cell: Int, _ child: RowTree, to writer: inout ByteWriter) {
        writer.append(UInt8(ascii: "["))
        if !result.isNull(row, cell), let index = child.byParent, let rows = child.result {
            let hasWayBack = child.node.wayBack != nil
            var found = index.first(result.bytes(row, cell))
            var isFirst = true
            while let at = found, !writer.isFull {
                found = index.following(at)
                if hasWayBack, isLost(at, of: child) { continue }
                if !isFirst { writer.append(UInt8(ascii: ",")) }
                isFirst = false
                append(at, of: child, rows, to: &writer)
            }
        }
        writer.append(UInt8(ascii: "]"))
    }

    /// The row shows the item above as an object, and that one isn't there.
    @inline(never)
    private static func isLost(_ row: Int, of tree: RowTree) -> Bool {
        guard let back = tree.node.wayBack, let result = tree.result else { return false }
        return result.isNull(row, back.linkCell) || tree.children[back.child].byParent?.first(result.bytes(row, back.linkCell)) == nil
    }

    private static func appendAny(
        _ result: PostgresResult, _ row: Int, _ collectionCell: Int, _ itemCell: Int, _ children: [(collection: [UInt8], child: Int)],
        _ tree: RowTree, to writer: inout ByteWriter
    ) {
        if !result.isNull(row, collectionCell) {
            let name = result.bytes(row, collectionCell)
            for (collection, child) in children where collection.elementsEqual(name) {
                appendRelated(result, row, itemCell, tree.children[child], to: &writer)
                return
            }
        }
        writer.append("null" as StaticString)
    }
}
