package import JSONText
import Postgres
import QueryEngine
package import QueryLanguage
import SQLText

/// An answer that is longer than memory should hold: made and written piece by piece, in one view of the database.
package struct AnswerPieces: Sendable {
    /// nil = JSON with envelope.
    package let export: ExportFormat?
    /// Writes all pieces, waiting where `write` waits. What it throws ends the reading.
    package let produce: @Sendable (_ write: (ByteBuffer) async throws -> Void) async throws -> Void
}

/// What a read answers.
package enum ReadOutcome: Sendable {
    case whole(ReadAnswer)
    case pieces(AnswerPieces)
}

/// A list that may be long: `probe` reads so many of its rows that it shows whether it is.
struct LongList {
    /// Rows that are answered in one piece.
    static let shortest = 500

    let probe: ReadPlan
    /// All rows, without counts.
    let rows: ReadPlan

    /// nil where the limit keeps it short.
    /// - Parameter plan: of the query as it is.
    init?(_ query: AuthorizedQuery, _ plan: ReadPlan) {
        guard query.isList(longerThan: LongList.shortest) else { return nil }
        probe = Planner.plan(query, root: .list, rows: LongList.shortest + 1)
        rows = plan.meta.isEmpty ? plan : Planner.plan(query, root: .list, counting: false)
    }

    func isLonger(_ tree: RowTree) -> Bool { isLonger(tree.result?.rowCount ?? 0) }
    func isLonger(_ rows: Int) -> Bool { rows > LongList.shortest }
}

/// Reads one long list on a connection of its own, by a cursor.
///
/// `@unchecked Sendable`: made and used on one loop.
struct PieceReader: @unchecked Sendable {
    /// Pieces become about as large.
    private static let pieceSize = 262_144
    /// Where each row is taken apart: other requests wait meanwhile.
    private static let smallPieceSize = 65_536
    private static let rowsOfAPiece = 16...1024

    let client: PostgresClient
    let runner: PlanRunner
    let export: ExportFormat?
    /// `{…"data":`, of an answer in JSON.
    let head: ByteBuffer
    /// Bytes of a piece, for rows that hold very much below them.
    let limit: Int

    func produce(_ write: (ByteBuffer) async throws -> Void) async throws {
        try await client.withSession { session in
            try await session.withTransaction(.repeatableReadOnly, prologue: [CursorSQL.planForAll]) { transaction in
                if let export { try await self.write(export, transaction, write) } else { try await writeJSON(transaction, write) }
            }
        }
    }

    private func writeJSON(_ transaction: PostgresTransaction, _ write: (ByteBuffer) async throws -> Void) async throws {
        try await write(head)
        try await write(ByteBuffer("["))
        var isFirst = true
        try await eachPiece(of: transaction) { tree in
            var writer = ByteWriter(capacity: PieceReader.pieceSize, limit: limit)
            JSONStitcher.appendRows(tree, &isFirst, to: &writer)
            if writer.isFull { throw AnswerTooLong(limit: limit).fault }
            return writer.finish()
        } write: {
            try await write($0)
        }
        try await write(ByteBuffer("]}"))
    }

    private func write(_ format: ExportFormat, _ transaction: PostgresTransaction, _ write: (ByteBuffer) async throws -> Void) async throws {
        if format.isTable, let cells = CSVCells(runner.plan.root) {
            try await writeTable(format, cells, transaction, write)
        } else {
            try await writeRows(format, transaction, write)
        }
    }

    private func writeTable(
        _ format: ExportFormat, _ cells: CSVCells, _ transaction: PostgresTransaction, _ write: (ByteBuffer) async throws -> Void
    ) async throws {
        var export = ExportRows(format: format, columns: cells.columns)
        try await eachPiece(of: transaction) { tree in
            var writer = ByteWriter(capacity: PieceReader.pieceSize)
            guard let result = tree.result else { return writer.finish() }
            for row in 0..<result.rowCount {
                export.begin(&writer)
                cells.append(row, of: result, to: &writer)
            }
            return writer.finish()
        } write: {
            try await write($0)
        }
    }

    /// By way of JSON. Columns of a table are collected first, over all rows.
    private func writeRows(
        _ format: ExportFormat, _ transaction: PostgresTransaction, _ write: (ByteBuffer) async throws -> Void
    ) async throws {
        var columns = CSVColumns()
        if format.isTable {
            try await eachPiece(of: transaction, size: PieceReader.smallPieceSize) { tree in
                let (rows, text) = try self.rows(of: tree)
                for row in rows { columns.add(row) }
                return text
            } write: { _ in
            }
            _ = try await transaction.query(CursorSQL.close)
        }
        var export = ExportRows(format: format, columns: columns)
        try await eachPiece(of: transaction, size: PieceReader.smallPieceSize) { tree in
            var writer = ByteWriter(capacity: PieceReader.smallPieceSize)
            for row in try self.rows(of: tree).rows { export.append(row, to: &writer) }
            return writer.finish()
        } write: {
            try await write($0)
        }
        var writer = ByteWriter()
        export.end(&writer)
        try await write(writer.finish())
    }

    private func rows(of tree: RowTree) throws -> (rows: [JSONValue], text: ByteBuffer) {
        var writer = ByteWriter(capacity: PieceReader.smallPieceSize, limit: limit)
        JSONStitcher.appendList(tree, further: [], to: &writer)
        if writer.isFull { throw AnswerTooLong(limit: limit).fault }
        let text = writer.finish()
        guard case .array(let rows) = try JSONParser.parse(stored: text.bytes) else { return ([], text) }
        return (rows, text)
    }

    /// Reads the list to its end, in pieces whose size follows what their rows turn out to take.
    private func eachPiece(
        of transaction: PostgresTransaction, size: Int = PieceReader.pieceSize, _ text: (RowTree) throws -> ByteBuffer,
        write: (ByteBuffer) async throws -> Void
    ) async throws {
        // How much a row takes, and what is below it, shows in the first piece.
        var count = PieceReader.rowsOfAPiece.lowerBound
        var isDeclared = false
        while true {
            let fetch = CursorSQL.fetch(count)
            let rows: PostgresResult
            if isDeclared {
                rows = try await transaction.query(fetch)
            } else {
                let results = try await transaction.batch([runner.rootCursor, fetch])
                guard results.count == 2 else { throw PostgresError.connectionLost(nil) }
                rows = results[1]
                isDeclared = true
            }
            if rows.rowCount == 0 { return }
            let bytes = try text(try await runner.run(below: rows, in: transaction))
            try await write(bytes)
            if rows.rowCount < count { return }
            let fitting = count * size / max(bytes.count, 1)
            // Rows that take little may be followed by others.
            count = min(max(min(fitting, count * 4), PieceReader.rowsOfAPiece.lowerBound), PieceReader.rowsOfAPiece.upperBound)
        }
    }
}

/// How many long answers of one loop are read at a time: each has a connection of its own. The others wait in line.
///
/// `@unchecked Sendable`: on one loop.
final class PieceTurns: @unchecked Sendable {
    private var free = 4
    private var line: [CheckedContinuation<Void, Never>] = []

    func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { line.append($0) }
        }
    }

    func giveBack() {
        if line.isEmpty { free += 1 } else { line.removeFirst().resume() }
    }
}
