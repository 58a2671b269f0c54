import JSONText

/// What narrows, orders and cuts one level, judged: every name in it must be readable at its level (contract/items.md, 5.3).
struct OracleArguments {
    let collection: String
    var filter: OracleCondition?
    var search: String?
    var sort: [(subject: OracleSubject, descending: Bool)] = []
    var limit: Int?
    var offset: Int?
    var page: Int?

    init(_ query: OracleQuery, world: OracleWorld, access: OracleAccess) throws {
        collection = query.collection
        (search, limit, offset, page) = (query.search, query.limit, query.offset, query.page)
        filter = try query.filter.map { try OracleCondition.parse($0, on: query.collection, in: world) }
        if !query.isAggregation { sort = try query.sort.map { try Self.term($0, collection, world) } }
        try check(world, access)
    }

    /// A level of `deep`.
    init(deep: JSONObject, _ collection: String, world: OracleWorld, access: OracleAccess) throws {
        self.collection = collection
        filter = try deep["_filter"].map { try OracleCondition.parse($0, on: collection, in: world) }
        search = deep["_search"]?.string
        sort = try (deep["_sort"]?.array ?? []).map { try Self.term($0.string!, collection, world) }
        limit = deep["_limit"]?.number?.int
        offset = deep["_offset"]?.number?.int
        page = deep["_page"]?.number?.int
        try check(world, access)
    }

    /// `-author.year(birthday)`.
    static func term(_ text: String, _ collection: String, _ world: OracleWorld) throws -> (subject: OracleSubject, descending: Bool) {
        let descending = text.hasPrefix("-")
        let segments = OracleReader.segments(descending ? String(text.dropFirst()) : text)
        var subject = OracleSubject(steps: [], collection: collection, target: .field(""))
        for (at, segment) in segments.enumerated() {
            let here = try subject.going(into: segment, in: world)
            let field = world[subject.collection].field(segment.split(separator: ":").map { String($0) }[0])
            if at + 1 < segments.count {
                subject = here.entered(field, segment, world)
            } else if let field, field.isList {
                subject = here.entered(field, segment, world)
                subject.target = .field(world[subject.collection].key)
                subject.isKeys = true
            } else {
                if case .any? = field?.relation, at > 0 { throw OracleRefusal.invalid }
                subject = here
            }
        }
        return (subject, descending)
    }

    private func check(_ world: OracleWorld, _ access: OracleAccess) throws {
        try filter.map { try check($0, world, access) }
        for (subject, _) in sort {
            // A list alone is sorted by the keys behind it, as far as they are shown: only the steps are named.
            try Self.check(subject, names: subject.isKeys ? subject.named().dropLast() : subject.named(), world, access)
            guard case .field(let name) = subject.target, let field = world[subject.collection].field(name) else { continue }
            if field.isConcealed { throw OracleRefusal.forbidden }
            if field.kind == .json { throw OracleRefusal.invalid }
        }
    }

    private func check(_ condition: OracleCondition, _ world: OracleWorld, _ access: OracleAccess) throws {
        switch condition {
        case .and(let parts), .or(let parts): for part in parts { try check(part, world, access) }
        // A list alone stands for the keys behind it: who may not read those can't ask about them.
        case .compare(let subject, _, _), .named(let subject): try Self.check(subject, names: subject.named(), world, access)
        case .child(let list, let of, let inner, _):
            guard access.grants(list, of: of), case .list(let target, _, _)? = world[of].field(list)?.relation, access.reads(target) else {
                throw OracleRefusal.forbidden
            }
            try check(inner, world, access)
        }
    }

    private static func check(
        _ subject: OracleSubject, names: [(field: String, collection: String)], _ world: OracleWorld, _ access: OracleAccess
    ) throws {
        for (field, collection) in names where !access.grants(field, of: collection) { throw OracleRefusal.forbidden }
        for case .list(let target, _, _)? in subject.steps.map({ world[$0.from].field($0.field)?.relation }) where !access.reads(target) {
            throw OracleRefusal.forbidden
        }
        if case .count(let name) = subject.target, case .list(let target, _, _)? = world[subject.collection].field(name)?.relation,
            !access.reads(target)
        {
            throw OracleRefusal.forbidden
        }
    }
}

extension OracleSubject {
    /// Every field that the path names, with its collection.
    fileprivate func named() -> [(field: String, collection: String)] {
        var names = steps.map { (field: $0.field, collection: $0.from) }
        switch target {
        case .field(let name), .function(_, let name), .count(let name): names.append((name, collection))
        }
        return names
    }
}
