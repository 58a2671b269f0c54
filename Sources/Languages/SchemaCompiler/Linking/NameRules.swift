import SchemaModel

/// What a name may be. Source: contract/system.md, 12.1 and 12.2, and what PostgreSQL keeps for itself.
enum NameRules {
    static let maximumBytes = 63

    /// Columns that every table has already (PostgreSQL, "System Columns").
    static let systemColumns: Set<String> = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"]

    struct Fault {
        var code: String
        var message: String
    }

    static func fault(ofCollection name: String) -> Fault? {
        if let fault = faultOfAny(name, "collection") { return fault }
        if let bad = name.first(where: { "/. ".contains($0) }) {
            let what = bad == " " ? "a space" : "`\(bad)`"
            return Fault(code: "bad-name", message: "a collection's name can't contain \(what): `\(name)`")
        }
        return nil
    }

    static func fault(ofField name: String, hasColumn: Bool) -> Fault? {
        if let fault = faultOfAny(name, "field") { return fault }
        if let bad = name.first(where: { ".*".contains($0) }) {
            return Fault(code: "bad-name", message: "a field's name can't contain `\(bad)`: `\(name)`")
        }
        if hasColumn, systemColumns.contains(name) {
            return Fault(code: "reserved-name", message: "`\(name)` is a column that PostgreSQL keeps for itself; give the field another name")
        }
        return nil
    }

    /// For constraints, indexes, old names.
    static func faultOfAny(_ name: String, _ what: String) -> Fault? {
        if name.isEmpty { return Fault(code: "bad-name", message: "a \(what) needs a name") }
        if name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            return Fault(code: "bad-name", message: "a \(what)'s name can't contain control characters")
        }
        let bytes = name.utf8.count
        if bytes > maximumBytes {
            return Fault(code: "long-name", message: "the \(what)'s name `\(name)` has \(bytes) bytes; PostgreSQL keeps \(maximumBytes)")
        }
        return nil
    }
}
