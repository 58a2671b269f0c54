package import AccessControl
internal import Digests

/// The text that names a session: a refresh token, or the key in a session token's claim.
///
/// - Shape: 64 characters, as the column has room for: kind (3), family (16), start of the family and issue of this text (9 each, seconds since
///   1970), all of them in lower-case hexadecimal but the kind; then 27 random characters (162 bits).
/// - A family is one login with all that was renewed from it. It has an absolute end (attack A5), and it ends when a text of it turns up that
///   was replaced long ago (attack A3). Both are read off the text, so that no column is needed that Directus' table hasn't.
/// - Refresh tokens are stored with the digest of their random part: who has read the table can't use what stands in it. Keys of sessions are
///   stored as they are: they count only inside a signed token.
package struct SessionKey: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case refresh = "k1r"
        case session = "k1s"
    }

    package let kind: Kind
    package let family: String
    /// Seconds since 1970.
    package let started: Int
    package let issued: Int
    private let rest: String

    /// A new family, or the next text of one.
    package init(_ kind: Kind, continuing former: SessionKey? = nil, now: Moment) {
        self.kind = kind
        family = former?.family ?? Hex.encode(RandomBytes.generate(8))
        issued = now.seconds
        started = former?.started ?? issued
        rest = String(RandomBytes.token(byteCount: 21).prefix(SessionKey.restLength))
    }

    /// - Returns: nil for what was not made here, such as the rows of a database that came from Directus.
    package init?(_ text: String) {
        let parts = Array(text.utf8)
        guard parts.count == SessionKey.length, let kind = Kind(rawValue: String(text.prefix(3))),
            let started = SessionKey.number(parts[19..<28]), let issued = SessionKey.number(parts[28..<37]),
            parts[3..<19].allSatisfy(SessionKey.isHex), started <= issued
        else { return nil }
        self.kind = kind
        family = String(decoding: parts[3..<19], as: UTF8.self)
        self.started = started
        self.issued = issued
        rest = String(decoding: parts[37...], as: UTF8.self)
    }

    private static let length = 64
    private static let restLength = 27

    package var text: String { head + rest }

    private var head: String { kind.rawValue + family + SessionKey.text(started) + SessionKey.text(issued) }

    /// What stands in the table.
    package var stored: String {
        switch kind {
        case .refresh: head + HashFunction.sha256.digest(of: text).base64URL.prefix(SessionKey.restLength)
        case .session: text
        }
    }

    /// What a client sent as a refresh token, as it would stand in the table.
    /// - Returns: nil for what can't be one: empty, too long, a session's key.
    package static func stored(ofRefreshToken text: String) -> String? {
        guard !text.isEmpty, text.utf8.count <= length, !text.utf8.contains(0) else { return nil }
        guard let key = SessionKey(text) else { return text }
        return key.kind == .refresh ? key.stored : nil
    }

    /// The first characters of all texts of the family, and the first text that sorts after them. Digits and small letters sort alike everywhere,
    /// so that an index of any collation finds them.
    package var familyRange: (from: String, to: String) {
        let from = kind.rawValue + family
        let last = from.utf8.last.map { $0 == UInt8(ascii: "9") ? UInt8(ascii: "a") : $0 + 1 } ?? UInt8(ascii: "g")
        return (from, String(from.dropLast()) + String(UnicodeScalar(last)))
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.allSatisfy(isHex) ? Int(String(decoding: digits, as: UTF8.self), radix: 16) : nil
    }

    private static func text(_ seconds: Int) -> String {
        let digits = String(min(max(seconds, 0), 0xF_FFFF_FFFF), radix: 16)
        return String(repeating: "0", count: 9 - digits.count) + digits
    }
}
