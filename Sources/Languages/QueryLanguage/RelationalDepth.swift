import SchemaModel

/// How many relations deep a part of a query reaches (contract/items.md, 2.16). The field itself counts: `author.name` is 2.
enum RelationalDepth {
    static let exceeded = WireError.invalidQuery("Max relational depth exceeded")

    /// Readers of what was checked recurse: a configuration can't ask for more.
    static let maximum = 100

    /// Dot segments of a path; of a function the segments before it and those of its argument, of `json()` those of the first one.
    static func of(path: String) -> Int {
        var count = 1
        var last4: UInt32 = 0
        var isJSON = false
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "."): count += 1
            case UInt8(ascii: "(") where last4 == 0x6A73_6F6E: isJSON = true
            case UInt8(ascii: ",") where isJSON: return count
            default: break
            }
            last4 = last4 << 8 | UInt32(byte)
        }
        return count
    }

    /// Nested names; logical operators, `_some` and `_none` do not count, nor what `_json` holds.
    static func of(filter: FilterExpression) -> Int {
        switch filter {
        case .all, .condition, .unknownOperator: return 0
        case .and(let parts), .or(let parts):
            var deepest = 0
            for part in parts { deepest = max(deepest, of(filter: part)) }
            return deepest
        case .key(_, let inner): return 1 + of(filter: inner)
        case .some(let inner), .none(let inner): return of(filter: inner)
        }
    }

    /// Filter, sort and groups of one level.
    static func of(arguments: QueryArguments) -> Int {
        var deepest = arguments.filter.map { of(filter: $0) } ?? 0
        for term in arguments.sort { deepest = max(deepest, of(path: term.text)) }
        for name in arguments.groupBy { deepest = max(deepest, of(path: name)) }
        return deepest
    }

    /// A level below `deep`: its own arguments and aliases count from where it stands.
    static func of(deep: [String: DeepNode]) -> Int {
        var deepest = 0
        for node in deep.values {
            deepest = max(deepest, 1 + max(of(arguments: node.arguments), of(deep: node.children)))
            for target in node.alias.values { deepest = max(deepest, 1 + of(path: target)) }
        }
        return deepest
    }
}
