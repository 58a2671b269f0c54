import JSONText
import Postgres
import QueryEngine
import QueryLanguage
import SchemaModel

/// The envelope around the rows of a plan.
struct AnswerWriter {
    enum Shape {
        case list, item, singleton
    }

    let tree: RowTree
    let plan: ReadPlan
    let shape: Shape
    /// Bytes.
    let limit: Int
    /// Bytes that an answer of this plan took before; 0 = unknown.
    var expected = 0

    /// - Parameters:
    ///   - further: rows that a list ends with.
    ///   - emptySingleton: the object that stands for a singleton without a row.
    /// - Throws: `.forbidden` when the one item asked for isn't there; `AnswerTooLong`.
    func body(further: [JSONValue], emptySingleton: () throws -> JSONValue) throws -> ByteBuffer {
        var writer = ByteWriter(capacity: max(512 + tree.rows.count * 256, expected), limit: limit)
        appendHead(to: &writer)
        switch shape {
        case .list: JSONStitcher.appendList(tree, further: further, to: &writer)
        case .item:
            guard let row = tree.rows.first else { throw WireError.forbidden }
            JSONStitcher.append(row, of: tree, to: &writer)
        case .singleton:
            if let row = firstRow { JSONStitcher.append(row, of: tree, to: &writer) } else { writer.append(try emptySingleton()) }
        }
        writer.append(UInt8(ascii: "}"))
        if writer.isFull { throw AnswerTooLong(limit: limit) }
        return writer.finish()
    }

    /// `{"meta":{…},"data":`.
    var head: ByteBuffer {
        var writer = ByteWriter(capacity: 128)
        appendHead(to: &writer)
        return writer.finish()
    }

    private func appendHead(to writer: inout ByteWriter) {
        writer.append(UInt8(ascii: "{"))
        appendMeta(to: &writer)
        writer.append("\"data\":" as StaticString)
    }

    private var firstRow: Int? {
        guard let result = tree.result, let row = tree.rows.first else { return nil }
        if let present = tree.node.presentCell, result.isNull(row, present) { return nil }
        return row
    }

    private func appendMeta(to writer: inout ByteWriter) {
        if plan.meta.isEmpty { return }
        guard let result = tree.result, let row = tree.rows.first else { return }
        writer.append("\"meta\":{" as StaticString)
        var isFirst = true
        for count in MetaCount.allCases {
            guard let cell = tree.node.countCells[count] else { continue }
            if !isFirst { writer.append(UInt8(ascii: ",")) }
            isFirst = false
            writer.appendJSON(count.rawValue)
            writer.append(UInt8(ascii: ":"))
            writer.append(cell: cell, of: row, in: result, as: .raw)
        }
        writer.append("}," as StaticString)
    }
}
