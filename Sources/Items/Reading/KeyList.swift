import Postgres
import QueryEngine
import SQLText

/// Collects distinct keys of a level as a PostgreSQL array literal (`{1,2,3}`), straight from the result's bytes.
struct KeyList {
    private var text: [UInt8] = [UInt8(ascii: "{")]
    private var seen = Set<[UInt8]>()
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

    var isEmpty: Bool { text.count == 1 }

    var bind: SQLBind { .bytes(text + [UInt8(ascii: "}")]) }

    /// - Parameter isTyped: the bytes come from a column of the key's type; else (many-to-any) a key that can't exist is left out.
    mutating func insert(_ key: UnsafeBufferPointer<UInt8>, isTyped: Bool) {
        if !isTyped && !couldExist(key) { return }
        guard seen.insert(Array(key)).inserted else { return }
        if text.count > 1 { text.append(UInt8(ascii: ",")) }
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
