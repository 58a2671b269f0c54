internal import Glibc
internal import SQLText

/// The binds of one statement in the form libpq takes: pointers to C strings, all in one block that is used again and again.
final class ParameterBuffer {
    private var bytes: UnsafeMutablePointer<CChar>
    private var byteCapacity: Int
    private(set) var values: UnsafeMutablePointer<UnsafePointer<CChar>?>
    private var valueCapacity: Int

    static let maximumBinds = 65_535
    /// A block that one huge value made larger than this is given back after use.
    private static let keptBytes = 256 * 1024

    init() {
        byteCapacity = 4096
        valueCapacity = 32
        bytes = .allocate(capacity: byteCapacity)
        values = .allocate(capacity: valueCapacity)
    }

    deinit {
        bytes.deallocate()
        values.deallocate()
    }

    /// Fills `values` from binds that passed `firstInvalid`. The pointers are valid until the next call.
    func fill(_ binds: [SQLBind]) {
        var needed = 0
        for bind in binds {
            switch bind {
            case .null: break
            case .text(let text): needed += text.utf8.count + 1
            case .bytes(let text): needed += text.count + 1
            }
        }
        reserve(bytes: needed, values: binds.count)
        var next = bytes
        for (index, bind) in binds.enumerated() {
            switch bind {
            case .null:
                values[index] = nil
                continue
            case .text(let text):
                values[index] = UnsafePointer(next)
                ParameterBuffer.withBytes(of: text) { append($0, at: &next) }
            case .bytes(let text):
                values[index] = UnsafePointer(next)
                text.withUnsafeBytes { append($0, at: &next) }
            }
        }
    }

    /// The first bind that PostgreSQL's text format has no form for, or the number of binds where they are too many; nil if all are well.
    static func firstInvalid(_ binds: [SQLBind]) -> Int? {
        guard binds.count <= maximumBinds else { return binds.count }
        for (index, bind) in binds.enumerated() {
            switch bind {
            case .null: break
            case .text(let text): if withBytes(of: text, hasNUL) { return index }
            case .bytes(let text): if text.withUnsafeBytes(hasNUL) { return index }
            }
        }
        return nil
    }

    private static func hasNUL(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress else { return false }
        return memchr(start, 0, bytes.count) != nil
    }

    /// Lends the UTF-8 of a string in place; only a bridged or sliced one is copied.
    @inline(__always)
    private static func withBytes<R>(of text: String, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        if let result = text.utf8.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) { return result }
        return Array(text.utf8).withUnsafeBytes(body)
    }

    @inline(__always)
    private func append(_ source: UnsafeRawBufferPointer, at next: inout UnsafeMutablePointer<CChar>) {
        if let start = source.baseAddress { memcpy(next, start, source.count) }
        next[source.count] = 0
        next += source.count + 1
    }

    private func reserve(bytes neededBytes: Int, values neededValues: Int) {
        if neededBytes > byteCapacity || (byteCapacity > ParameterBuffer.keptBytes && neededBytes <= ParameterBuffer.keptBytes) {
            bytes.deallocate()
            byteCapacity = max(neededBytes, 4096)
            bytes = .allocate(capacity: byteCapacity)
        }
        if neededValues > valueCapacity {
            values.deallocate()
            valueCapacity = neededValues * 2
            values = .allocate(capacity: valueCapacity)
        }
    }
}
