package import AccessControl
internal import CLibOATH
internal import Glibc

/// Time-based one-time passwords: SHA-1, 6 digits, 30 s (RFC 6238; contract/system.md, 3.3).
package enum OneTimePassword {
    private static let isReady = oath_init() == OATH_OK.rawValue
    private static let period: UInt32 = 30
    /// Codes of the periods before and after count too: clocks differ.
    private static let tolerance = 1

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
