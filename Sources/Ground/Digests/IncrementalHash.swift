internal import CLibCrypto

/// A hash fed in pieces, for bodies that never stand in memory at once.
/// - Shape: `update` any number of times, then `finish` once; after that it starts anew.
package struct IncrementalHash: ~Copyable {
    private let context: OpaquePointer
    private let function: HashFunction

    package init(_ function: HashFunction) {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("out of memory for a hash context") }
        self.context = context
        self.function = function
        start()
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        let done = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        precondition(done == 1, "a started hash takes bytes")
    }

    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    package mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    }

    /// The digest of everything since the start or the last `finish`.
    package mutating func finish() -> Digest {
        let count = function.byteCount
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            let done = EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
            precondition(done == 1, "a started hash finishes")
            written = count
        }
        start()
        return Digest(bytes: bytes)
    }

    private func start() {
        let done = EVP_DigestInit_ex(context, function.algorithm, nil)
        precondition(done == 1, "libcrypto always has SHA-1 and SHA-2")
    }
}
