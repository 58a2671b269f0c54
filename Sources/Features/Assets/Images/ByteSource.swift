/// Bytes by position, wherever they are: a file, or a stretch of memory. Reading outside gives nil, never a trap.
struct ByteSource {
    let count: Int
    /// Gives fewer bytes than asked for at the end or on error.
    private let read: (_ offset: Int, _ count: Int) -> [UInt8]

    init(count: Int, read: @escaping (Int, Int) -> [UInt8]) {
        self.count = count
        self.read = read
    }

    init(_ bytes: [UInt8]) {
        self.init(count: bytes.count) { offset, count in Array(bytes[offset..<min(offset + count, bytes.count)]) }
    }

    /// - Parameter length: at most 128 KB.
    func bytes(at offset: Int, _ length: Int) -> [UInt8]? {
        guard offset >= 0, (0...131_072).contains(length), offset <= count - length else { return nil }
        let bytes = read(offset, length)
        return bytes.count == length ? bytes : nil
    }

    func integer(at offset: Int, bytes length: Int, isLittle: Bool = false) -> Int? {
        guard let bytes = bytes(at: offset, length) else { return nil }
        return (isLittle ? bytes.reversed() : bytes).reduce(0) { $0 << 8 | Int($1) }
    }

    func holds(_ text: StaticString, at offset: Int) -> Bool {
        guard let bytes = bytes(at: offset, text.utf8CodeUnitCount) else { return false }
        return bytes.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// The bytes from `offset` on as a source of their own.
    func dropFirst(_ offset: Int) -> ByteSource {
        let read = read
        return ByteSource(count: max(0, count - offset)) { read(offset + $0, $1) }
    }
}
