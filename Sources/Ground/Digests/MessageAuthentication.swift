internal import CLibCrypto

/// HMAC with SHA-256 (RFC 2104), for signed tokens, cursors and links.
package enum HMACSHA256 {
    /// - Shape: any key and message; 32 bytes out.
    package static func code(for message: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer) -> Digest {
        // libcrypto takes a null key pointer for "keep the key of before": an empty key still needs an address.
        let none: [UInt8] = [0]
        return none.withUnsafeBytes { empty in
            let keyBytes = key.baseAddress ?? empty.baseAddress
            return Digest(
                bytes: [UInt8](unsafeUninitializedCapacity: 32) { buffer, written in
                    let start = message.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    let result = HMAC(EVP_sha256(), keyBytes, Int32(clamping: key.count), start, message.count, buffer.baseAddress, nil)
                    precondition(result != nil, "libcrypto always has HMAC with SHA-256")
                    written = 32
                })
        }
    }

    package static func code(for message: [UInt8], key: [UInt8]) -> Digest {
        message.withUnsafeBytes { message in key.withUnsafeBytes { code(for: message, key: $0) } }
    }

    package static func code(for message: String, key: [UInt8]) -> Digest {
        withUTF8Bytes(of: message) { message in key.withUnsafeBytes { code(for: message, key: $0) } }
    }
}

/// Whether two byte strings are equal, in a time that depends on their lengths only.
/// - Note: different lengths are told apart at once; compare digests, whose length is no secret.
package func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}

package func constantTimeEquals(_ left: Digest, _ right: Digest) -> Bool {
    constantTimeEquals(left.bytes, right.bytes)
}

package func constantTimeEquals(_ left: String, _ right: String) -> Bool {
    constantTimeEquals([UInt8](left.utf8), [UInt8](right.utf8))
}
