import Digests
package import SQLText

/// Names of keys and indexes that nobody chose: `<table>_<fields>_<kind>`, lower case, as Directus names them (contract/system.md, 12.2).
///
/// - Limits: 63 bytes; what is longer, or taken, becomes `<prefix>__<hash>_<kind>`. The same question always gets the same answer.
package struct DerivedNames: Sendable {
    package enum Kind: String, Sendable {
        case unique, index, check, foreign
        case notNull = "not_null"
        case primary = "pkey"
    }

    /// Relations (tables, indexes, keys) of one schema share one space of names.
    private var taken: Set<String>

    package init(reserving tables: some Sequence<SQLIdentifier>) { taken = Set(tables.map(\.name)) }

    /// A name that no other relation of this schema has.
    package mutating func claim(table: SQLIdentifier, parts: [String], kind: Kind) -> SQLIdentifier {
        let plain = DerivedNames.name(table: table, parts: parts, kind: kind)
        if taken.insert(plain.name).inserted { return plain }
        let hashed = DerivedNames.hashed(table: table, parts: parts, kind: kind, maximum: SQLIdentifier.maximumBytes)
        taken.insert(hashed.name)
        return hashed
    }

    /// A name an author chose.
    package mutating func claim(_ name: SQLIdentifier) { taken.insert(name.name) }

    package static func name(table: SQLIdentifier, parts: [String], kind: Kind) -> SQLIdentifier {
        let maximum = kind == .foreign ? 60 : SQLIdentifier.maximumBytes
        let joined = ([table.name] + parts + [kind.rawValue]).joined(separator: "_")
        let text = kind == .primary ? joined : normalized(joined)
        if text.utf8.count <= maximum, let name = SQLIdentifier(text) { return name }
        return hashed(table: table, parts: parts, kind: kind, maximum: maximum)
    }

    private static func hashed(table: SQLIdentifier, parts: [String], kind: Kind, maximum: Int) -> SQLIdentifier {
        let identity = ([table.name] + parts + [kind.rawValue]).joined(separator: "\u{1}")
        let tail = "__\(HashFunction.sha256.digest(of: identity).hex.prefix(8))_\(kind.rawValue)"
        let head = normalized(([table.name] + parts).joined(separator: "_")).cut(toBytes: maximum - tail.utf8.count)
        guard let name = SQLIdentifier(head + tail) else { return SQLIdentifier(static: "kerege_name") }
        return name
    }

    private static func normalized(_ text: String) -> String {
        String(text.lowercased().map { $0 == "." || $0 == "-" ? "_" : $0 })
    }
}

extension String {
    /// The longest beginning of at most `count` bytes of UTF-8 that ends between characters.
    func cut(toBytes count: Int) -> String {
        var out = ""
        for character in self {
            guard out.utf8.count + character.utf8.count <= count else { break }
            out.append(character)
        }
        return out
    }
}
