package import AccessControl
internal import CLibOATH
internal import Digests
internal import Glibc

/// Time-based one-time passwords: SHA-1, 6 digits, 30 s (RFC 6238; contract/system.md, 3.3).
package enum OneTimePassword {
    private static let isReady = oath_init() == OATH_OK.rawValue
    private static let period: UInt32 = 30
    /// Codes of the periods before and after count too: clocks differ.
    private static let tolerance = 1

    /// 80 random bits: 16 characters of base32.
    static func makeSecret() -> String {
        var rest = RandomBytes.generate(10).reduce(into: (high: UInt64(0), low: UInt64(0))) { bits, byte in
            bits = (bits.high << 8 | bits.low >> 56, bits.low << 8 | UInt64(byte))
        }
        var characters: [UInt8] = []
        for _ in 0..<16 {
            characters.append(alphabet[Int(rest.low & 31)])
            rest = (rest.high >> 5, rest.low >> 5 | rest.high << 59)
        }
        return String(decoding: characters, as: UTF8.self)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    /// - Parameter secret: in base32.
    package static func isValid(_ code: String, secret: String, now: Moment) -> Bool {
        guard isReady, code.utf8.count == 6, code.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return false }
        var key: UnsafeMutablePointer<CChar>?
        var length = 0
        guard oath_base32_decode(secret, secret.utf8.count, &key, &length) == OATH_OK.rawValue, let key else { return false }
        defer { free(key) }
        return oath_totp_validate(key, length, time_t(now.seconds), period, 0, tolerance, code) >= 0
    }
}
