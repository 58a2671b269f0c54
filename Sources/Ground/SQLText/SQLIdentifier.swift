/// A name in SQL text: of a table, column, constraint, schema. Always rendered in double quotes, with quotes inside doubled.
///
/// - Limits: not empty, no NUL, at most 63 bytes of UTF-8 (PostgreSQL cuts longer ones silently).
package struct SQLIdentifier: Sendable, Hashable, CustomStringConvertible {
    package static let maximumBytes = 63
    package let name: String

    /// - Returns: nil for an empty name, one with a NUL, or one of more than 63 bytes.
    package init?(_ name: String) {
        guard !name.isEmpty, name.utf8.count <= SQLIdentifier.maximumBytes, !name.utf8.contains(0) else { return nil }
        self.name = name
    }

    /// For names that are written in our own source.
    package init(static name: StaticString) {
        self.name = name.description
    }

    /// A table alias of our own: `t0`, `t1` …
    package static func alias(_ number: Int) -> SQLIdentifier { SQLIdentifier(checked: "t\(number)") }

    /// A column alias of our own: `c0`, `c1` …
    package static func cell(_ number: Int) -> SQLIdentifier { SQLIdentifier(checked: "c\(number)") }

    private init(checked name: String) { self.name = name }

    /// The quoted form: `"a""b"`.
    package var quoted: String {
        if !name.utf8.contains(UInt8(ascii: "\"")) { return "\"\(name)\"" }
        var out = "\""
        for character in name.unicodeScalars {
            if character == "\"" { out.unicodeScalars.append("\"") }
            out.unicodeScalars.append(character)
        }
        return out + "\""
    }

    package var description: String { quoted }
}
