import Postgres

#if canImport(Glibc)
    import Glibc
#endif

/// Finds the rows of a result by the text of one cell. Open addressing over the result's own bytes: no strings, no dictionaries.
///
/// - Shape: rows with the same key form a chain in result order.
struct RowIndex {
    private let result: PostgresResult
    private let cell: Int
    private var table: [Int32]
    /// By place among the rows.
    private var next: [Int32]
    private let first: Int
    private let mask: Int

    init(_ result: PostgresResult, _ rows: Range<Int>, cell: Int) {
        self.result = result
        self.cell = cell
        first = rows.lowerBound
        var size = 8
        while size < rows.count * 2 { size *= 2 }
        mask = size - 1
        table = [Int32](repeating: -1, count: size)
        next = [Int32](repeating: -1, count: rows.count)
        // From the last row to the first, so that each chain runs in order.
        for row in rows.reversed() { insert(row) }
    }

    private mutating func insert(_ row: Int) {
        let key = result.bytes(row, cell)
        if key.isEmpty, result.isNull(row, cell) { return }
        var at = RowIndex.hash(key) & mask
        while table[at] >= 0 {
            let head = Int(table[at])
            if RowIndex.equal(key, result.bytes(head, cell)) {
                next[row - first] = table[at]
                break
            }
            at = (at + 1) & mask
        }
        table[at] = Int32(truncatingIfNeeded: row)
    }

    /// The first row with this key; nil when there is none.
    func first(_ key: UnsafeBufferPointer<UInt8>) -> Int? {
        var at = RowIndex.hash(key) & mask
        while table[at] >= 0 {
            let row = Int(table[at])
            if RowIndex.equal(key, result.bytes(row, cell)) { return row }
            at = (at + 1) & mask
        }
        return nil
    }

    /// The next row with the same key.
    func following(_ row: Int) -> Int? {
        let other = next[row - first]
        return other < 0 ? nil : Int(other)
    }

    /// Whether some key has more rows than that.
    func hasChain(longerThan limit: Int) -> Bool {
        for head in table where head >= 0 {
            var count = 1
            var row = Int(head)
            while let other = following(row) {
                row = other
                count += 1
                if count > limit { return true }
            }
        }
        return false
    }

    static func equal(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        guard a.count > 0, let left = a.baseAddress, let right = b.baseAddress else { return true }
        return memcmp(left, right, a.count) == 0
    }

    static func hash(_ key: UnsafeBufferPointer<UInt8>) -> Int {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key {
            value ^= UInt64(byte)
            value = value &* 0x100_0000_01B3
        }
        return Int(truncatingIfNeeded: value ^ (value >> 29)) & Int.max
    }
}
