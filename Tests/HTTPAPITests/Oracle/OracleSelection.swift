import JSONText

/// What is shown of one level: `fields`, unfolded and judged (contract/items.md, 2.4, 5.3 and 5.4).
struct OracleSelection {
    struct Column {
        let key: String
        let field: String
        /// nil = the field itself.
        var function: String?
    }

    struct Nested {
        let key: String
        let field: String
        /// By collection; one, but for a many-to-any item.
        var below: [OracleSelection]
    }

    let collection: String
    var columns: [Column] = []
    var nested: [Nested] = []
    /// What counts for which cases are looked at.
    var asked: Set<String> = []

    var isEmpty: Bool { columns.isEmpty && nested.isEmpty }
}

/// Makes the selection of a query.
struct OracleSelector {
    let world: OracleWorld
    let access: OracleAccess

    /// The paths below one relation, by the key they are shown under.
    private struct Request {
        let key: String
        let field: String
        /// Each with the scope it is written in.
        var paths: [(scope: String?, path: [String])] = []
    }

    /// - Parameter alias: name and what it stands for; of this level alone.
    /// - Throws: `OracleRefusal`.
    func select(_ paths: [[String]], of collection: String, alias: [(name: String, field: String)] = []) throws -> OracleSelection {
        var selection = OracleSelection(collection: collection)
        var requests: [Request] = []
        let fields = world[collection].fields.filter { access.grants($0.name, of: collection) }
        let isDeep = paths.contains { $0[0] == "*" && $0.count > 1 }
        func request(_ key: String, _ field: String, _ scope: String?, _ path: [String]?) {
            let at = requests.firstIndex { $0.key == key } ?? requests.count
            if at == requests.count { requests.append(Request(key: key, field: field)) }
            if let path { requests[at].paths.append((scope, path)) }
        }
        func show(_ key: String, _ field: OracleField, _ function: String? = nil) {
            if field.isList, function == nil { return request(key, field.name, nil, nil) }
            selection.asked.insert(field.name)
            if !selection.columns.contains(where: { $0.key == key }) {
                selection.columns.append(.init(key: key, field: field.name, function: function))
            }
        }
        for path in paths {
            let rest = Array(path.dropFirst())
            if path[0] == "*" {
                // Where relations are gone into, a wildcard brings no raw keys.
                for field in fields where !isDeep || field.relation == nil { show(field.name, field) }
                guard !rest.isEmpty else { continue }
                for field in fields where field.relation != nil { request(field.name, field.name, nil, rest) }
                continue
            }
            let (key, name, function) = try Self.parse(path[0], alias)
            let parts = name.split(separator: ":").map { String($0) }
            guard let field = world[collection].field(parts[0]) else {
                if rest.isEmpty { throw OracleRefusal.forbidden }
                continue
            }
            guard rest.isEmpty || field.relation != nil else { continue }
            // What leads to a collection that can't be read is dropped, before its own name is looked at.
            switch field.relation {
            case .manyToOne(let target)? where !rest.isEmpty && !access.reads(target): continue
            case .list(let target, _, _)? where function == nil && !access.reads(target): continue
            case .manyToOne?, .list?, .any?, nil: break
            }
            guard access.grants(field.name, of: collection) else { throw OracleRefusal.forbidden }
            if rest.isEmpty {
                // A count of what can't be read goes as the list does.
                if function == "count", case .list(let target, _, _)? = field.relation, !access.reads(target) { continue }
                show(key, field, function)
            } else {
                request(key.split(separator: ":").map { String($0) }[0], field.name, parts.count > 1 ? parts[1] : nil, rest)
            }
        }
        for request in requests {
            guard let nested = try nest(request, in: collection) else { continue }
            selection.asked.insert(request.field)
            selection.columns.removeAll { $0.key == request.key }
            selection.nested.append(nested)
        }
        return selection
    }

    private static func parse(_ segment: String, _ alias: [(name: String, field: String)]) throws -> (key: String, name: String, function: String?) {
        let target = alias.first { $0.name == segment }?.field ?? segment
        guard let open = target.firstIndex(of: "("), target.hasSuffix(")") else { return (segment, target, nil) }
        let (function, name) = (String(target[..<open]), String(target[target.index(after: open)...].dropLast()))
        return (target == segment ? "\(name)_\(function)" : segment, name, function)
    }

    /// nil = nothing of it may be read: as if it had not been asked for.
    private func nest(_ request: Request, in collection: String) throws -> OracleSelection.Nested? {
        let targets: [String]
        var isAny = false
        switch world[collection].field(request.field)!.relation! {
        case .manyToOne(let target), .list(let target, _, _): targets = [target]
        case .any(let names, _): (targets, isAny) = (names, true)
        }
        var nested = OracleSelection.Nested(key: request.key, field: request.field, below: [])
        for target in targets where access.reads(target) {
            let paths = request.paths.filter { $0.scope == nil || $0.scope == target }.map(\.path)
            var selection = try select(paths, of: target)
            if paths.isEmpty { selection.asked = [] }
            nested.below.append(selection)
        }
        return nested.below.isEmpty && !isAny ? nil : nested
    }
}
