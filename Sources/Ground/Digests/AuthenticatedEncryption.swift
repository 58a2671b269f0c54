internal import CLibCrypto

/// Texts kept so that the database alone can't tell them: AES-256-GCM with a random nonce each (NIST SP 800-38D), by libcrypto.
///
/// - Shape: any text in; out `aes256gcm:` and base64url of nonce (12 bytes), cipher text and tag (16 bytes).
/// - Limits: a nonce is random, so one key is good for some four thousand million texts.
package struct AuthenticatedEncryption: Sendable {
    /// libcrypto refused, for lack of memory.
    package struct Failure: Error {}

    private static let prefix = "aes256gcm:"
    private static let nonceSize = 12
    private static let tagSize = 16

    private let key: [UInt8]

    /// - Parameters:
    ///   - secret: any bytes, such as the text of `SECRET`.
    ///   - purpose: keys of different purposes are independent of each other.
    package init(secret: [UInt8], purpose: String) {
        key = HMACSHA256.code(for: purpose, key: secret).bytes
    }

    package func seal(_ text: String) throws(Failure) -> String {
        let plain = Array(text.utf8)
        let nonce = RandomBytes.generate(Self.nonceSize)
        guard let context = EVP_CIPHER_CTX_new() else { throw Failure() }
        defer { EVP_CIPHER_CTX_free(context) }
        var cipher = [UInt8](repeating: 0, count: plain.count)
        // This mode leaves no rest, but the functions want a place for one.
        var rest = [UInt8](repeating: 0, count: Int(EVP_MAX_BLOCK_LENGTH))
        var tag = [UInt8](repeating: 0, count: Self.tagSize)
        var written: Int32 = 0
        guard let count = Int32(exactly: plain.count), EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1,
            EVP_EncryptUpdate(context, &cipher, &written, plain, count) == 1, EVP_EncryptFinal_ex(context, &rest, &written) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, Int32(Self.tagSize), &tag) == 1
        else { throw Failure() }
        return Self.prefix + Base64URL.encode(nonce + cipher + tag)
    }

    /// - Returns: nil for what this key has not sealed.
    package func open(_ text: String) -> String? {
        guard text.hasPrefix(Self.prefix), let bytes = Base64URL.decode(text.dropFirst(Self.prefix.count)),
            bytes.count >= Self.nonceSize + Self.tagSize, let context = EVP_CIPHER_CTX_new()
        else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        let nonce = Array(bytes.prefix(Self.nonceSize))
        let cipher = Array(bytes[Self.nonceSize..<(bytes.count - Self.tagSize)])
        var tag = Array(bytes.suffix(Self.tagSize))
        var plain = [UInt8](repeating: 0, count: cipher.count)
        var rest = [UInt8](repeating: 0, count: Int(EVP_MAX_BLOCK_LENGTH))
        var written: Int32 = 0
        guard let count = Int32(exactly: cipher.count), EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1,
            EVP_DecryptUpdate(context, &plain, &written, cipher, count) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, Int32(Self.tagSize), &tag) == 1,
            EVP_DecryptFinal_ex(context, &rest, &written) == 1
        else { return nil }
        return String(validating: plain, as: UTF8.self)
    }
}
