import SchemaModel

/// A field's keys -> the type of its column.
///
/// - Errors, by code: `bad-column-type`, `misplaced-key`, `missing-key`.
struct ColumnTypeReading {
    private(set) var diagnostics: [Diagnostic] = []

    /// The type that the field itself says; nil for a relation that takes it from its target. Reports nothing.
    static func type(of field: FieldDeclaration) -> ColumnType? {
        guard field.type != nil || field.form == .anyToOne else { return nil }
        var reading = ColumnTypeReading()
        return reading.read(field, pointsAt: nil)
    }

    /// - Parameter target: the type of the key that a relation points at.
    mutating func read(_ field: FieldDeclaration, pointsAt target: ColumnType?) -> ColumnType? {
        let word = field.type?.value
        let keys = field.keys
        guard var found = base(field, target) else { return nil }
        if let node = keys[.column], let text = keys.text(.column) {
            guard let written = ColumnType.parse(text, for: found.type) else {
                report("bad-column-type", "`\(text)` is no PostgreSQL type", at: node.location)
                return found
            }
            found = written
        }
        if let length = word?.length { found.maxLength = length }
        if let precision = word?.precision { (found.precision, found.scale) = (precision, word?.scale) }
        applyLength(keys, to: &found)
        applyDigits(keys, to: &found)
        if keys.flag(.jsonb) == true {
            if found.type == .json { found.dataType = "jsonb" } else { misplaced(.jsonb, keys, "`json`") }
        }
        return found
    }

    private mutating func base(_ field: FieldDeclaration, _ target: ColumnType?) -> ColumnType? {
        guard let word = field.type?.value, case .type(let type) = word.meaning else {
            if field.form == .anyToOne { return ColumnType.standard(.string) }
            return target
        }
        if type == .unknown {
            if !field.keys.has(.column) {
                report(
                    "missing-key", "a field of type `unknown` must say its PostgreSQL type", at: field.name.location, hint: "add `column: <type>`")
            }
            return ColumnType(type: .unknown, dataType: "text")
        }
        return ColumnType.standard(type)
    }

    private mutating func applyLength(_ keys: KeyedNode<FieldKey>, to found: inout ColumnType) {
        guard let node = keys[.length] else { return }
        guard found.dataType == "character varying" || found.dataType == "character" || found.dataType.hasPrefix("bit") else {
            return misplaced(.length, keys, "`string`")
        }
        if node.isNull { found.maxLength = nil } else if let length = keys.integer(.length) { found.maxLength = length }
    }

    private mutating func applyDigits(_ keys: KeyedNode<FieldKey>, to found: inout ColumnType) {
        for key in [FieldKey.precision, .scale] where keys.has(key) && found.dataType != "numeric" { return misplaced(key, keys, "`decimal`") }
        if let precision = keys.integer(.precision) { (found.precision, found.scale) = (precision, keys.integer(.scale) ?? 0) }
        if let scale = keys.integer(.scale) {
            found.scale = scale
            if let precision = found.precision, scale > precision {
                report("out-of-range", "`scale` \(scale) is more than `precision` \(precision)", at: keys.location(of: .scale))
            }
        }
    }

    private mutating func misplaced(_ key: FieldKey, _ keys: KeyedNode<FieldKey>, _ type: String) {
        report("misplaced-key", "`\(key.rawValue)` belongs to \(type)", at: keys.location(of: key))
    }

    private mutating func report(_ code: String, _ message: String, at location: SourceLocation, hint: String? = nil) {
        diagnostics.append(Diagnostic(code: code, message: message, at: location, hint: hint))
    }
}
