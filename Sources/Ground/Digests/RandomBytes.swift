internal import CLibCrypto

/// Bytes from libcrypto's generator, fit for keys and tokens.
package enum RandomBytes {
    /// - Parameter count: how many bytes, 0 or more.
    package static func generate(_ count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            // Without randomness every token could be guessed: stopping is the only safe answer.
            precondition(RAND_bytes(buffer.baseAddress, Int32(count)) == 1, "the system has a random generator")
            written = count
        }
    }

    /// A token of `byteCount` random bytes as text of the base64url alphabet (32 bytes: 43 characters).
    package static func token(byteCount: Int = 32) -> String {
        Base64URL.encode(generate(byteCount))
    }
}
