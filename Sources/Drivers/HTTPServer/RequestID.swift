/// Numbers that tell requests apart: 20 random bits of this server, 8 of the loop, 36 that count.
struct RequestID {
    private static let digits: StaticString = "0123456789abcdefghjkmnpqrstvwxyz"
    private var next: UInt64

    init(server: UInt32, loop: Int) {
        next = UInt64(server & 0xF_FFFF) << 44 | UInt64(loop & 0xFF) << 36
    }

    mutating func take() -> UInt64 {
        defer { next = next & ~0xF_FFFF_FFFF | (next &+ 1) & 0xF_FFFF_FFFF }
        return next
    }

    /// What a request is called in logs and answers: what the client calls it if that is safe anywhere, else `number` in base 32.
    static func text(_ number: UInt64, head: RequestHead?) -> String {
        if let head, let given = head.parsed.requestID {
            let bytes = head.bytes(given)
            if (1...64).contains(bytes.count), bytes.allSatisfy(isSafe) { return String(decoding: bytes, as: UTF8.self) }
        }
        return String(unsafeUninitializedCapacity: 13) { buffer in
            for index in 0..<13 { buffer[index] = digits.utf8Start[Int(number >> UInt64(60 - 5 * index) & 31)] }
            return 13
        }
    }

    private static func isSafe(_ byte: UInt8) -> Bool {
        byte.isDigit || (byte.lowercased >= 0x61 && byte.lowercased <= 0x7A) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "_")
    }
}
