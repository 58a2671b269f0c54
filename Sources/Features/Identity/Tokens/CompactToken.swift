internal import Digests
internal import JSONText

/// A text of the shape of a JWT, taken apart. Nothing in it is to be trusted.
///
/// - Limits: `maximumBytes`; longer texts are none.
struct CompactToken {
    static let maximumBytes = 4096
    static let issuer = "directus"

    let text: String
    let header: JSONObject
    let payload: JSONObject
    private let signature: [UInt8]?

    /// - Returns: nil unless there are three parts, of which the first two are base64url of JSON objects.
    init?(_ text: String) {
        guard text.utf8.count <= CompactToken.maximumBytes else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = CompactToken.object(parts[0]), let payload = CompactToken.object(parts[1]) else { return nil }
        self.text = text
        self.header = header
        self.payload = payload
        signature = Base64URL.decode(parts[2])
    }

    private static func object(_ part: Substring) -> JSONObject? {
        guard let bytes = Base64URL.decode(part) else { return nil }
        return (try? JSONParser.parse(bytes))?.object
    }

    /// What another server has issued is looked up like any other text (contract/system.md, 1.3).
    var isOurs: Bool { payload["iss"] == .string(CompactToken.issuer) }

    /// One algorithm, no extension that would have to be understood (RFC 7515, 4.1.11), and a signature in the one way that it can be written.
    var isWellFormed: Bool {
        header["alg"] == .string(SigningKey.algorithm) && header["crit"] == nil && signature?.count == SigningKey.signatureBytes
    }
}
