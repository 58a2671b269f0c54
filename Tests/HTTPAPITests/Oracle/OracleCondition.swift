import JSONText

/// A refusal that the contract foresees.
struct OracleRefusal: Error, Equatable {
    let status: Int

    static let forbidden = OracleRefusal(status: 403)
    static let invalid = OracleRefusal(status: 400)
}

/// A filter as the contract normalises it (contract/items.md, 2.5.2): logical words below a relation are hoisted.
indirect enum OracleCondition {
    case and([OracleCondition])
    case or([OracleCondition])
    case compare(OracleSubject, op: String, JSONValue)
    /// A name without a condition: `{ author: {} }`. True, where the name may be used.
    case named(OracleSubject)
    /// Whether a child matches (`_some`), or none (`_none`).
    case child(list: String, of: String, OracleCondition, isSome: Bool)
}

/// A step into another collection: the field, where it stands, and for a many-to-any item the collection it leads to.
struct OracleStep: Hashable {
    let from: String
    let field: String
    var scope: String?
}

/// What is compared, or sorted by: a value at the end of a path from the row.
struct OracleSubject {
    var steps: [OracleStep]
    /// The collection where the path ends.
    var collection: String
    var target: Target
    /// A list alone: its children's keys are compared.
    var isKeys = false

    enum Target: Equatable {
        case field(String)
        case function(String, of: String)
        /// The number of related rows.
        case count(of: String)
    }

    func kind(in world: OracleWorld) -> OracleKind {
        switch target {
        case .field(let name): world[collection].field(name)!.kind
        case .function(let function, _): function == "second" ? .decimal : .integer
        case .count: .integer
        }
    }
}

extension OracleCondition {
    /// - Throws: `OracleRefusal.forbidden` for a name that does not exist.
    static func parse(_ filter: JSONValue, on collection: String, in world: OracleWorld) throws -> OracleCondition {
        try parse(filter, OracleSubject(steps: [], collection: collection, target: .field("")), in: world)
    }

    private static func parse(_ filter: JSONValue, _ at: OracleSubject, in world: OracleWorld) throws -> OracleCondition {
        let parts = try filter.object!.map { key, value -> OracleCondition in
            switch key {
            case "_and": return .and(try value.array!.map { try parse($0, at, in: world) })
            case "_or":
                let parts = try value.array!.map { try parse($0, at, in: world) }
                return parts.contains(where: \.isEmpty) ? .and([]) : .or(parts)
            default: return try parse(key, value, at, in: world)
            }
        }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private static func parse(_ key: String, _ value: JSONValue, _ at: OracleSubject, in world: OracleWorld) throws -> OracleCondition {
        var subject = try at.going(into: key, in: world)
        guard let object = value.object else { return .compare(subject, op: "_eq", value) }
        let field = world[at.collection].field(key.split(separator: ":").first.map { String($0) } ?? key)
        let parts = try object.map { inner, operand -> OracleCondition in
            guard inner.hasPrefix("_") else {
                return try parse(.object(JSONObject([(inner, operand)])), subject.entered(field, key, world), in: world)
            }
            switch inner {
            case "_and", "_or":
                let below = try operand.array!.map { element in
                    try parse(.object(JSONObject([(key, element)])), at, in: world)
                }
                if inner == "_or", below.contains(where: \.isBare) { return .named(subject) }
                return inner == "_and" ? .and(below) : .or(below)
            case "_some", "_none":
                guard case .list(let target, _, _)? = field?.relation, at.steps.isEmpty else { throw OracleRefusal.invalid }
                return .child(list: key, of: at.collection, try parse(operand, on: target, in: world), isSome: inner == "_some")
            default:
                if case .list? = field?.relation, case .field = subject.target {
                    subject = subject.entered(field, key, world)
                    subject.target = .field(world[subject.collection].key)
                    subject.isKeys = true
                }
                return .compare(subject, op: inner, operand)
            }
        }
        return parts.count == 1 ? parts[0] : .and(parts + [.named(subject)])
    }

    /// Nothing but names, inside of which nothing is asked.
    private var isBare: Bool {
        switch self {
        case .and(let parts): parts.allSatisfy(\.isBare)
        case .named: true
        case .or, .compare, .child: false
        }
    }

    /// `{}`, or nothing but such: true, and as an alternative it drops all others, their names included (2.5.2).
    private var isEmpty: Bool { if case .and(let parts) = self { parts.allSatisfy(\.isEmpty) } else { false } }
}

extension OracleSubject {
    /// The field, function or relation that this key of a filter, or segment of a sort, names.
    func going(into key: String, in world: OracleWorld) throws -> OracleSubject {
        var subject = self
        let collection = world[self.collection]
        if let open = key.firstIndex(of: "("), key.hasSuffix(")") {
            let (function, name) = (String(key[..<open]), String(key[key.index(after: open)...].dropLast()))
            guard let field = collection.field(name) else { throw OracleRefusal.forbidden }
            if function == "count", field.isList {
                subject.target = .count(of: name)
            } else {
                guard field.kind.functions.contains(function) else { throw OracleRefusal.invalid }
                subject.target = .function(function, of: name)
            }
            return subject
        }
        let name = key.split(separator: ":").first.map { String($0) } ?? key
        guard collection.field(name) != nil else { throw OracleRefusal.forbidden }
        subject.target = .field(name)
        return subject
    }

    /// Behind the relation that `key` names.
    func entered(_ field: OracleField?, _ key: String, _ world: OracleWorld) -> OracleSubject {
        let parts = key.split(separator: ":").map { String($0) }
        var subject = self
        subject.steps.append(OracleStep(from: collection, field: parts[0], scope: parts.count > 1 ? parts[1] : nil))
        switch field?.relation {
        case .manyToOne(let target), .list(let target, _, _): subject.collection = target
        case .any: subject.collection = parts[1]
        case nil: break
        }
        return subject
    }
}
