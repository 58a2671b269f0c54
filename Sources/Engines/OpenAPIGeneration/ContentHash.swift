import JSONText

/// 64-bit FNV-1a: names a text or a document, protects nothing.
enum ContentHash {
    static func hex(of text: String) -> String {
        var hash = offset
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* prime }
        return hex(hash)
    }

    static func hex(of buffer: ByteBuffer) -> String {
        buffer.withUnsafeBytes { bytes in
            var hash = offset
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* prime }
            return hex(hash)
        }
    }

    private static let offset: UInt64 = 0xCBF2_9CE4_8422_2325
    private static let prime: UInt64 = 0x100_0000_01B3

    private static func hex(_ value: UInt64) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
