import Glibc

/// A request's line and headers: a copy of their bytes, and where each part stands. Immutable, valid for as long as somebody holds it.
///
/// `@unchecked Sendable`: `memory` is written before the initialiser returns and never after.
final class RequestHead: @unchecked Sendable {
    private let memory: UnsafeMutablePointer<UInt8>
    private let count: Int
    let parsed: ParsedHead

    /// Copies and checks the head that the library holds at `start`.
    /// - Parameter query: where the `?` of the target stands in it and the byte after that, as the library has overwritten both.
    init(copying start: UnsafePointer<UInt8>, count: Int, query: (offset: Int, first: UInt8)?, headerCount: Int) throws(HTTPRefusal) {
        memory = .allocate(capacity: max(count, 1))
        self.count = count
        memcpy(memory, start, count)
        if let query, query.offset + 1 < count {
            memory[query.offset] = UInt8(ascii: "?")
            memory[query.offset + 1] = query.first
        }
        do throws(HTTPRefusal) {
            parsed = try HeadParser.parse(UnsafeBufferPointer(start: memory, count: count), headerCount: headerCount)
        } catch {
            memory.deallocate()
            throw error
        }
    }

    /// A head made by hand, checked like one from the wire.
    convenience init(method: String, target: String, headers: [(name: String, value: String)]) throws(HTTPRefusal) {
        var bytes = Array(method.utf8)
        bytes.append(0)
        bytes += target.utf8
        bytes += Array("\0HTTP/1.1\0\0".utf8)
        for (name, value) in headers {
            bytes += name.utf8
            bytes.append(0)
            bytes += value.utf8
            bytes += [0, 0]
        }
        bytes += [0, 0]
        let count = bytes.count
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
        defer { copy.deallocate() }
        copy.initialize(from: bytes, count: count)
        try self.init(copying: copy, count: count, query: nil, headerCount: headers.count)
    }

    deinit { memory.deallocate() }

    func bytes(_ range: ByteRange) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: memory + range.start, count: range.count)
    }

    var isHead: Bool { bytes(parsed.method).elementsEqual("HEAD".utf8) }

    func text(_ range: ByteRange) -> String {
        String(decoding: bytes(range), as: UTF8.self)
    }

    /// Compares without regard to case. Any case in `name`.
    func matches(_ range: ByteRange, _ name: UnsafeRawBufferPointer) -> Bool {
        guard range.count == name.count else { return false }
        for index in 0..<range.count where memory[range.start + index].lowercased != name[index].lowercased { return false }
        return true
    }

    func matches(_ range: ByteRange, _ name: StaticString) -> Bool {
        matches(range, UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }
}
