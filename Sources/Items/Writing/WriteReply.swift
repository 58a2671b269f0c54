import AccessControl
import JSONText
import Postgres
import QueryEngine

/// What follows an item's write in its transaction.
enum WriteEnd {
    /// More, or questions that need it open.
    case open
    /// Nothing: one statement may be all of it.
    /// - Parameter showing: what it tells of its rows, if it is; nil = their keys.
    case last(showing: WriteReply?)
}

/// How a query's answer is made of what a write returns; for one caller's rights.
///
/// `@unchecked Sendable`: touched on one loop only.
final class WriteReply: @unchecked Sendable {
    let rows: ReturnedRows
    /// Keeps the object alive by whose identity this is remembered.
    private let access: EffectiveAccess
    /// Bytes of memory that the last answer would have fitted in.
    private var expectedSize = 0
    private static let mostExpected = 262_144

    init(_ rows: ReturnedRows, for access: EffectiveAccess) {
        self.rows = rows
        self.access = access
    }

    /// So many rows can be told of in one list.
    func fits(_ count: Int) -> Bool { rows.isInKeyOrder && rows.limit.map { count <= $0 } ?? true }

    /// - Throws: `AnswerTooLong`.
    fileprivate func body(of result: PostgresResult, _ shape: AnswerWriter.Shape, limit: Int) throws -> ByteBuffer {
        let body = try AnswerWriter(
            tree: RowTree(node: rows.plan.root, result: result), plan: rows.plan, shape: shape, limit: limit, expected: expectedSize
        ).body(further: [], emptySingleton: { .null })
        expectedSize = body.count <= WriteReply.mostExpected ? body.count + body.count / 16 : 0
        return body
    }
}

/// Rows as the statement that wrote them has returned them: what a read would show.
struct ToldRows {
    let reply: WriteReply
    let result: PostgresResult

    /// - Throws: `AnswerTooLong`.
    func body(_ shape: AnswerWriter.Shape, limit: Int) throws -> ByteBuffer { try reply.body(of: result, shape, limit: limit) }
}
