internal import CLibCJose
package import Telemetry

/// A secret that signs compact JWS texts with HMAC-SHA-256, and checks them (RFC 7515; RFC 7518, section 3.2).
///
/// `@unchecked Sendable`: the key is never changed once it is made, and libcjose only reads it.
package final class SigningKey: @unchecked Sendable {
    private let key: OpaquePointer

    /// - Returns: nil for an empty secret.
    package init?(_ secret: Secret<String>) {
        let bytes = Array(secret.reveal().utf8)
        guard let key = cjose_jwk_create_oct_spec(bytes, bytes.count, nil) else { return nil }
        self.key = key
    }

    deinit { cjose_jwk_release(key) }

    /// `header.payload.signature`; the header is `{"alg":"HS256","typ":"JWT"}`.
    /// - Returns: nil when memory is short.
    func sign(_ payload: [UInt8]) -> String? {
        guard let header = cjose_header_new(nil) else { return nil }
        defer { cjose_header_release(header) }
        guard cjose_header_set(header, "alg", SigningKey.algorithm, nil), cjose_header_set(header, "typ", "JWT", nil),
            let jws = cjose_jws_sign(key, header, payload, payload.count, nil)
        else { return nil }
        defer { cjose_jws_release(jws) }
        var text: UnsafePointer<CChar>?
        guard cjose_jws_export(jws, &text, nil), let text else { return nil }
        return String(cString: text)
    }

    /// Whether this key has signed the text. The caller has checked the header: what is named there decides about the algorithm.
    func hasSigned(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                guard let jws = cjose_jws_import(characters.baseAddress, characters.count, nil) else { return false }
                defer { cjose_jws_release(jws) }
                return cjose_jws_verify(jws, key, nil)
            }
        }
    }

    static let algorithm = "HS256"
    static let signatureBytes = 32
}

/// The key that signs, and the one before it, whose tokens count until a moment (attack A8).
package struct TokenKeys: Sendable {
    package struct Previous: Sendable {
        let key: SigningKey
        /// Milliseconds since 1970.
        let until: Int

        package init(key: SigningKey, until: Int) {
            self.key = key
            self.until = until
        }
    }

    let current: SigningKey
    private let previous: Previous?

    package init(current: SigningKey, previous: Previous? = nil) {
        self.current = current
        self.previous = previous
    }

    func haveSigned(_ text: String, now: Int) -> Bool {
        if current.hasSigned(text) { return true }
        guard let previous, now < previous.until else { return false }
        return previous.key.hasSigned(text)
    }
}
