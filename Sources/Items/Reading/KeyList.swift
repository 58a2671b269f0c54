import Postgres
import QueryEngine
import SQLText

#if canImport(Glibc)
    import Glibc
#endif

/// Collects distinct keys of a level as a PostgreSQL array literal (`{1,2,3}`), straight from the result's bytes.
///
/// - Shape: the keys' bytes one after another, with open addressing over them: no array for each key.
struct KeyList {
    private var bytes: [UInt8] = []
    /// Where each key ends in `bytes`.
    private var ends: [Int] = []
    /// Places in `ends`; -1 = free. Its size is a power of two.
    private var table = [Int32](repeating: -1, count: 64)
    private let kind: Kind

    private enum Kind {
        case integer(bits: Int)
        case uuid
        case other
    }

    init(type: SQLType) {
        switch type {
        case .integer: kind = .integer(bits: 32)
        case .smallint: kind = .integer(bits: 16)
        case .bigint: kind = .integer(bits: 64)
        case .uuid: kind = .uuid
        default: kind = .other
        }
    }

    var isEmpty: Bool { ends.isEmpty }

    var bind: SQLBind {
        var text: [UInt8] = [UInt8(ascii: "{")]
        text.reserveCapacity(bytes.count + 3 * ends.count + 2)
        var start = 0
        for end in ends {
            if text.count > 1 { text.append(UInt8(ascii: ",")) }
            append(bytes[start..<end], to: &text)
            start = end
        }
        text.append(UInt8(ascii: "}"))
        return .bytes(text)
    }

    private func append(_ key: ArraySlice<UInt8>, to text: inout [UInt8]) {
        if case .integer = kind {
            text.append(contentsOf: key)
            return
        }
        text.append(UInt8(ascii: "\""))
        for byte in key {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
            text.append(byte)
        }
        text.append(UInt8(ascii: "\""))
    }

    /// - Parameter isTyped: the bytes come from a column of the key's type; else (many-to-any) a key that can't exist is left out.
    mutating func insert(_ key: UnsafeBufferPointer<UInt8>, isTyped: Bool) {
        if !isTyped && !couldExist(key) { return }
        if 2 * ends.count >= table.count { grow() }
        let place = place(of: key)
        if table[place] >= 0 { return }
        table[place] = Int32(truncatingIfNeeded: ends.count)
        bytes.append(contentsOf: key)
        ends.append(bytes.count)
    }

    /// Where the key is in the table, or the free place for it.
    private func place(of key: UnsafeBufferPointer<UInt8>) -> Int {
        let mask = table.count - 1
        var at = RowIndex.hash(key) & mask
        while table[at] >= 0, !isEqual(key, Int(table[at])) { at = (at + 1) & mask }
        return at
    }

    private func isEqual(_ key: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        let start = index == 0 ? 0 : ends[index - 1]
        return bytes.withUnsafeBufferPointer { RowIndex.equal(key, UnsafeBufferPointer(rebasing: $0[start..<ends[index]])) }
    }

    private mutating func grow() {
        table = [Int32](repeating: -1, count: 2 * table.count)
        var start = 0
        for (index, end) in ends.enumerated() {
            let free = bytes.withUnsafeBufferPointer { self.place(of: UnsafeBufferPointer(rebasing: $0[start..<end])) }
            table[free] = Int32(truncatingIfNeeded: index)
            start = end
        }
    }

    private func couldExist(_ key: UnsafeBufferPointer<UInt8>) -> Bool {
        let value = String(decoding: key, as: UTF8.self)
        switch kind {
        case .integer(let bits):
            guard let number = Int64(value) else { return false }
            return bits == 64 || (bits == 32 ? Int32(exactly: number) != nil : Int16(exactly: number) != nil)
        case .uuid: return ValueText.isUUID(value)
        case .other: return true
        }
    }
}
