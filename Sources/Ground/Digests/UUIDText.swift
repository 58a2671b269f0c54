/// UUIDs as the text that travels: 36 characters, lower case, `8-4-4-4-12`. Source: RFC 9562.
package enum UUIDText {
    /// The namespaces of RFC 9562, section 6.6.
    package static let dnsNamespace = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    package static let urlNamespace = "6ba7b811-9dad-11d1-80b4-00c04fd430c8"

    /// A random UUID (version 4).
    package static func v4() -> String {
        text(of: RandomBytes.generate(16), version: 4)
    }

    /// The UUID that belongs to `name` in `namespace` (version 5): the same every time.
    /// - Returns: nil if `namespace` is no UUID.
    package static func v5(namespace: String, name: String) -> String? {
        guard let space = bytes(of: namespace) else { return nil }
        var hash = IncrementalHash(.sha1)
        hash.update(space)
        hash.update(name)
        return text(of: [UInt8](hash.finish().bytes.prefix(16)), version: 5)
    }

    /// The 16 bytes of a UUID in text, upper or lower case, any version; nil if it is none.
    package static func bytes(of text: String) -> [UInt8]? {
        let characters = [UInt8](text.utf8)
        guard characters.count == 36 else { return nil }
        var digits = [UInt8]()
        digits.reserveCapacity(32)
        for (index, character) in characters.enumerated() {
            if hyphens.contains(index) {
                guard character == UInt8(ascii: "-") else { return nil }
            } else {
                digits.append(character)
            }
        }
        return Hex.decode(digits)
    }

    /// Whether `text` has the form of a UUID (any version, upper or lower case).
    package static func isValid(_ text: String) -> Bool {
        bytes(of: text) != nil
    }

    private static let hyphens = [8, 13, 18, 23]

    private static func text(of bytes: [UInt8], version: UInt8) -> String {
        var bytes = bytes
        bytes[6] = (bytes[6] & 0x0F) | (version << 4)
        bytes[8] = (bytes[8] & 0x3F) | 0x80
        return String(unsafeUninitializedCapacity: 36) { buffer in
            var next = 0
            for byte in bytes {
                if hyphens.contains(next) {
                    buffer[next] = UInt8(ascii: "-")
                    next += 1
                }
                buffer[next] = Hex.digit(byte >> 4)
                buffer[next + 1] = Hex.digit(byte & 0x0F)
                next += 2
            }
            return next
        }
    }
}
