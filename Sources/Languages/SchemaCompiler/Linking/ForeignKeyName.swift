import Digests

/// The name of a foreign key that nobody chose: `<table>_<field>_foreign` in lower case, `.` and `-` as `_`.
///
/// - Limits: 60 bytes; what is longer becomes `<prefix>__<hash>_foreign`. Source: contract/items.md, 4.1; the same scheme names indexes and keys
///   in MigrationPlanning.
package enum ForeignKeyName {
    static let maximumBytes = 60

    package static func derive(table: String, field: String) -> String {
        let plain = normalized("\(table)_\(field)_foreign")
        if plain.utf8.count <= maximumBytes { return plain }
        let hash = HashFunction.sha256.digest(of: [table, field, "foreign"].joined(separator: "\u{1}")).hex.prefix(8)
        let tail = "__\(hash)_foreign"
        var head = ""
        for character in normalized("\(table)_\(field)") {
            guard head.utf8.count + character.utf8.count <= maximumBytes - tail.utf8.count else { break }
            head.append(character)
        }
        return head + tail
    }

    private static func normalized(_ text: String) -> String {
        String(text.lowercased().map { $0 == "." || $0 == "-" ? "_" : $0 })
    }
}
