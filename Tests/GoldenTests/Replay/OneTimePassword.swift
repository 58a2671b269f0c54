import Digests
import Glibc

/// One-time passwords (RFC 6238: SHA-1, 6 digits, 30 s).
enum OneTimePassword {
    static func current(secret: String) -> String { code(secret: secret, step: UInt64(time(nil)) / 30) }

    /// - Parameter secret: base32 (RFC 4648), with or without padding; characters that are none are left out.
    static func code(secret: String, step: UInt64) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * UInt64($0))) }
        let digest = authenticate(counter, key: base32(secret))
        let at = Int(digest[19] & 15)
        let number = digest[at..<(at + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let digits = String(number % 1_000_000)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// HMAC-SHA-1 (RFC 2104).
    private static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        let key = key.count > 64 ? HashFunction.sha1.digest(of: key).bytes : key
        let block = key + [UInt8](repeating: 0, count: 64 - key.count)
        let inner = HashFunction.sha1.digest(of: block.map { $0 ^ 0x36 } + message).bytes
        return HashFunction.sha1.digest(of: block.map { $0 ^ 0x5C } + inner).bytes
    }

    private static func base32(_ text: String) -> [UInt8] {
        var (bits, held) = (UInt32(0), 0)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            let value: UInt32
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = UInt32(byte - UInt8(ascii: "A"))
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = UInt32(byte - UInt8(ascii: "a"))
            case UInt8(ascii: "2")...UInt8(ascii: "7"): value = UInt32(byte - UInt8(ascii: "2")) + 26
            default: continue
            }
            bits = bits << 5 | value
            held += 5
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
            }
        }
        return bytes
    }
}
