internal import CLibPQ

/// The answer to one statement: rows and columns of text cells, read in place.
///
/// `@unchecked Sendable`: libpq never changes a result once it is made; it is freed by the last owner.
package final class PostgresResult: @unchecked Sendable {
    private let raw: OpaquePointer
    package let rowCount: Int
    package let columnCount: Int
    /// From when the connection was free for the statement until its answer was read: what others took before it does not count.
    package let elapsed: Duration

    /// Takes the result over.
    init(owning raw: OpaquePointer, elapsed: Duration = .zero) {
        self.raw = raw
        self.elapsed = elapsed
        rowCount = Int(PQntuples(raw))
        columnCount = Int(PQnfields(raw))
    }

    deinit {
        PQclear(raw)
    }

    /// Rows that INSERT, UPDATE, DELETE or MERGE touched, or SELECT returned; 0 for other statements.
    package var affectedRows: Int {
        guard let text = PQcmdTuples(raw) else { return 0 }
        return Int(String(cString: text)) ?? 0
    }

    /// `SELECT 3`, `COMMIT`, `ROLLBACK`, …
    package var commandTag: String {
        PQcmdStatus(raw).map { String(cString: $0) } ?? ""
    }

    /// Whether a cell is NULL. So is every cell beyond the edges.
    @inline(__always)
    package func isNull(_ row: Int, _ column: Int) -> Bool {
        !contains(row, column) || PQgetisnull(raw, Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column)) != 0
    }

    /// The bytes of a cell in text format; empty for NULL. Valid only while the result lives: hold it (`withExtendedLifetime`).
    @inline(__always)
    package func bytes(_ row: Int, _ column: Int) -> UnsafeBufferPointer<UInt8> {
        guard contains(row, column) else { return UnsafeBufferPointer(start: nil, count: 0) }
        let (row, column) = (Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column))
        let start = UnsafeRawPointer(PQgetvalue(raw, row, column))
        return UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: Int(PQgetlength(raw, row, column)))
    }

    /// The text of a cell; nil for NULL.
    package func string(_ row: Int, _ column: Int) -> String? {
        isNull(row, column) ? nil : withExtendedLifetime(self) { String(decoding: bytes(row, column), as: UTF8.self) }
    }

    /// A whole number; nil for NULL and for anything else.
    package func int(_ row: Int, _ column: Int) -> Int? {
        withExtendedLifetime(self) { PostgresResult.wholeNumber(bytes(row, column)) }
    }

    private static func wholeNumber(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = isNegative ? text.dropFirst() : text[...]
        guard !digits.isEmpty else { return nil }
        var number = 0
        for character in digits {
            let digit = Int(character) - Int(UInt8(ascii: "0"))
            guard (0...9).contains(digit) else { return nil }
            let (tens, tensOverflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = tens.addingReportingOverflow(isNegative ? -digit : digit)
            guard !tensOverflow, !sumOverflow else { return nil }
            number = sum
        }
        return number
    }

    /// A truth value; nil for NULL and for anything but `t` and `f`.
    package func bool(_ row: Int, _ column: Int) -> Bool? {
        switch string(row, column) {
        case "t": true
        case "f": false
        default: nil
        }
    }

    /// Nil beyond the last column.
    package func columnName(_ column: Int) -> String? {
        PQfname(raw, Int32(clamping: column)).map { String(cString: $0) }
    }

    /// The type's OID in `pg_type`; 0 beyond the last column.
    package func columnTypeOID(_ column: Int) -> UInt32 {
        PQftype(raw, Int32(clamping: column))
    }

    @inline(__always)
    private func contains(_ row: Int, _ column: Int) -> Bool {
        row >= 0 && row < rowCount && column >= 0 && column < columnCount
    }
}
