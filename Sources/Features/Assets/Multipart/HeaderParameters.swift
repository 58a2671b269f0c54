/// A header value with parameters: `form-data; name="a"; filename*=UTF-8''%C3%A4`.
///
/// A backslash escapes `"` and `\` alone, as old browsers send Windows paths unescaped. Read by scalars, not characters: a mark that combines
/// with a quote must not hide it.
struct HeaderParameters {
    /// Before the first `;`, without blanks around it.
    let value: String
    private let parameters: [String: String]

    init(_ text: String) {
        var reader = Reader(rest: text.unicodeScalars[...])
        value = reader.take(until: ";")
        var parameters: [String: String] = [:]
        while reader.rest.popFirst() != nil {
            let name = reader.take(until: "=", ";").lowercased()
            guard reader.rest.first == "=" else { continue }
            reader.rest.removeFirst()
            let value = reader.value()
            if parameters[name] == nil { parameters[name] = value }
        }
        self.parameters = parameters
    }

    /// The first parameter of a name in lower case.
    subscript(name: String) -> String? { parameters[name] }

    /// `name*` in the form of RFC 5987, in UTF-8.
    func extended(_ name: String) -> String? {
        guard let text = parameters["\(name)*"] else { return nil }
        let pieces = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard pieces.count == 3, pieces[0].lowercased() == "utf-8" else { return nil }
        var bytes: [UInt8] = []
        var rest = pieces[2].utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(HeaderParameters.digit), let low = rest.popFirst().flatMap(HeaderParameters.digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private struct Reader {
        var rest: Substring.UnicodeScalarView

        mutating func take(until ends: Unicode.Scalar...) -> String {
            let taken = rest.prefix { !ends.contains($0) }
            rest = rest[taken.endIndex...]
            return String(Reader.trimmed(taken))
        }

        /// A token, or a text in quotes; up to the next `;`.
        mutating func value() -> String {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            guard rest.first == "\"" else { return take(until: ";") }
            rest.removeFirst()
            var value = String.UnicodeScalarView()
            while let scalar = rest.popFirst(), scalar != "\"" {
                if scalar == "\\", let next = rest.first, next == "\"" || next == "\\" {
                    value.append(next)
                    rest.removeFirst()
                } else {
                    value.append(scalar)
                }
            }
            _ = take(until: ";")
            return String(value)
        }

        private static func trimmed(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
            var text = text.drop { $0 == " " || $0 == "\t" }
            while text.last == " " || text.last == "\t" { text.removeLast() }
            return text
        }
    }
}
