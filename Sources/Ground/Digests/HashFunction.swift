internal import CLibCrypto

/// The hash functions the product uses. SHA-1 is here for UUID v5 and foreign protocols only, never for security.
/// - Shape: bytes in, a `Digest` of `byteCount` bytes out. No limit on length, no I/O.
package enum HashFunction: Sendable, CaseIterable {
    case sha1, sha256, sha512

    /// Length of the digest in bytes.
    package var byteCount: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        }
    }

    /// The digest of `bytes`, in one go.
    package func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        let count = byteCount
        return Digest(
            bytes: [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
                let done = EVP_Digest(bytes.baseAddress, bytes.count, buffer.baseAddress, nil, algorithm, nil)
                precondition(done == 1, "libcrypto always has SHA-1 and SHA-2")
                written = count
            })
    }

    package func digest(of bytes: [UInt8]) -> Digest {
        bytes.withUnsafeBytes { digest(of: $0) }
    }

    /// The digest of the UTF-8 bytes of `text`.
    package func digest(of text: String) -> Digest {
        withUTF8Bytes(of: text) { digest(of: $0) }
    }

    var algorithm: OpaquePointer? {
        switch self {
        case .sha1: EVP_sha1()
        case .sha256: EVP_sha256()
        case .sha512: EVP_sha512()
        }
    }
}

/// A finished hash or authentication code.
/// - Note: `==` stops at the first difference; compare secrets with `constantTimeEquals`.
package struct Digest: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Lower-case hexadecimal, two characters a byte.
    package var hex: String { Hex.encode(bytes) }

    /// Base64 with `-` and `_`, unpadded.
    package var base64URL: String { Base64URL.encode(bytes) }
}

/// Lends the UTF-8 bytes of `text` without copying where the string is native.
func withUTF8Bytes<Result>(of text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    var text = text
    return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
}
