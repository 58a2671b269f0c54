import Digests
import JSONText

/// Tokens as an attacker, or another server, would write them.
enum Forging {
    static let header: JSONValue = ["alg": "HS256", "typ": "JWT"]

    static func claims(_ further: [(String, JSONValue?)] = []) -> JSONValue {
        var out = JSONObject([
            ("id", TestUsers.mia["id"] ?? .null), ("role", .string(TestUsers.role)), ("app_access", true), ("admin_access", false),
            ("iat", 1_799_999_000), ("exp", 1_800_000_900), ("iss", "directus"),
        ])
        for (name, value) in further { out[name] = value }
        return .object(out)
    }

    static func token(_ claims: JSONValue = claims(), header: JSONValue = header, secret: String = TestAPI.secret) -> String {
        let text = "\(part(header)).\(part(claims))"
        return "\(text).\(HMACSHA256.code(for: text, key: Array(secret.utf8)).base64URL)"
    }

    static func part(_ value: JSONValue) -> String { Base64URL.encode(Array(value.text.utf8)) }

    /// The token with another part in the place of one of its own.
    static func replacing(_ index: Int, of token: String, with part: String) -> String {
        var parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        parts[index] = part
        return parts.joined(separator: ".")
    }
}
