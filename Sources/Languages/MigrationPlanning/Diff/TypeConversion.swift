/// What happens to the values when a column's type changes.
package enum TypeConversion: Sendable, Equatable {
    /// The server changes the catalogue only.
    case instant
    /// Every value fits; the table is rewritten.
    case safe
    /// Values may not fit, or lose something: needs the admin's word (`alter_type:posts.title`). The plain cast is used.
    case lossy
    /// There is no cast: needs `using`.
    case unknown

    /// - Source: PostgreSQL, ALTER TABLE (notes) and `pg_cast`; contract/migrations.md, section 2.
    package static func of(_ old: TypeText, to new: TypeText) -> TypeConversion {
        if old == new { return .instant }
        if let numbers = numeric(old, new) { return numbers }
        if new.isTextual { return toText(old, new) }
        if old.isTextual { return .lossy }
        switch (old.base, new.base) {
        case ("date", "timestamp without time zone"), ("date", "timestamp with time zone"): return .safe
        case ("timestamp without time zone", "timestamp with time zone"), ("timestamp with time zone", "timestamp without time zone"):
            return old.arguments == new.arguments ? .safe : .lossy
        case ("timestamp without time zone", "date"), ("timestamp with time zone", "date"),
            ("timestamp without time zone", "time without time zone"), ("timestamp with time zone", "time without time zone"):
            return .lossy
        case ("json", "jsonb"), ("jsonb", "json"): return .safe
        case ("integer", "boolean"), ("boolean", "integer"): return .lossy
        case (let a, let b) where a == b: return precision(old, new)
        case (let a, let b) where a.hasPrefix("geometry") && b.hasPrefix("geometry"): return .lossy
        default: return .unknown
        }
    }

    /// Same base, other brackets: `timestamp(0) with time zone` and the like.
    private static func precision(_ old: TypeText, _ new: TypeText) -> TypeConversion {
        guard let to = new.arguments.first else { return .instant }
        guard let from = old.arguments.first else { return .lossy }
        return to >= from ? .instant : .lossy
    }

    private static func toText(_ old: TypeText, _ new: TypeText) -> TypeConversion {
        let limit = new.arguments.first
        switch old.base {
        case "character varying", "text", "citext":
            guard new.base != "character" else { return .lossy }
            guard let limit else { return new.base == "citext" || old.base == "citext" ? .safe : .instant }
            guard old.base == "character varying", let from = old.arguments.first else { return .lossy }
            return limit >= from ? .instant : .lossy
        case "character":
            guard new.base == "character", let limit, let from = old.arguments.first else { return .safe }
            return limit >= from ? .safe : .lossy
        default:
            guard let limit else { return .safe }
            guard let longest = longestText(of: old) else { return .lossy }
            return limit >= longest && new.base == "character varying" ? .safe : .lossy
        }
    }

    /// Characters of the longest text a value can have.
    private static func longestText(of type: TypeText) -> Int? {
        switch type.base {
        case "boolean": 5
        case "smallint": 6
        case "integer": 11
        case "bigint": 20
        case "uuid": 36
        case "date": 13
        default: nil
        }
    }

    private static func numeric(_ old: TypeText, _ new: TypeText) -> TypeConversion? {
        guard let from = NumberType(old), let to = NumberType(new) else { return nil }
        switch (from, to) {
        case (.whole(let a), .whole(let b)): return b >= a ? .safe : .lossy
        case (.whole(let a), .exact(let digits)): return digits == nil || (digits?.whole ?? 0) >= a ? .safe : .lossy
        case (.whole(let a), .floating(let b)): return b >= a ? .safe : .lossy
        case (.floating(let a), .floating(let b)): return b >= a ? .safe : .lossy
        case (.exact, .exact(nil)): return .instant
        case (.exact(let a?), .exact(let b?)):
            if a.scale == b.scale, b.whole >= a.whole { return .instant }
            return b.scale >= a.scale && b.whole >= a.whole ? .safe : .lossy
        case (.exact(nil), .exact), (.exact, .whole), (.exact, .floating), (.floating, .whole), (.floating, .exact): return .lossy
        }
    }
}

/// A number's type by what it can hold, in decimal digits.
private enum NumberType {
    case whole(Int)
    case floating(Int)
    case exact((whole: Int, scale: Int)?)

    init?(_ type: TypeText) {
        switch type.base {
        case "smallint": self = .whole(5)
        case "integer": self = .whole(10)
        case "bigint": self = .whole(19)
        case "real": self = .floating(6)
        case "double precision": self = .floating(15)
        case "numeric":
            guard let precision = type.arguments.first else {
                self = .exact(nil)
                return
            }
            let scale = type.arguments.count > 1 ? type.arguments[1] : 0
            self = .exact((precision - scale, scale))
        default: return nil
        }
    }
}
