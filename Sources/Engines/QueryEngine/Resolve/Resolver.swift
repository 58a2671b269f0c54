package import QueryLanguage
package import SchemaModel

/// `ItemQuery` -> `ResolvedQuery`: names become fields and relations, wildcards unfold, limits are enforced. Pure; knows nothing of rights.
///
/// - Source: contract/items.md, 2.4–2.11. Cost: O(nodes x fields).
/// - Throws: `INVALID_QUERY` when the answer would have more than `maximumNodes` levels.
package struct Resolver {
    /// Levels (relation x place in the tree) of one answer; a wildcard over a dense schema multiplies.
    package static let maximumNodes = 2000

    let schema: SchemaSnapshot
    var limits = QueryLimits()
    var uses: [FieldUse] = []
    /// The path of the level that is being resolved.
    private var level: [String] = []
    var faults: [WireError] = []
    var variables: Set<DynamicVariable> = []
    private var nodes = 0
    private var backlink = true

    init(schema: SchemaSnapshot) { self.schema = schema }

    package static func resolve(
        _ query: ItemQuery, on collection: Collection, in schema: SchemaSnapshot, limits: QueryLimits
    ) throws(WireError) -> ResolvedQuery {
        var resolver = Resolver(schema: schema)
        resolver.limits = limits
        resolver.backlink = query.backlink
        let root = try resolver.node(
            query.selections, deep: query.deep, arguments: query.arguments, on: collection, arrival: Arrival(path: [], relation: nil))
        return ResolvedQuery(root: root, meta: query.meta, uses: resolver.uses, faults: resolver.faults, variables: resolver.variables)
    }

    /// How a level was reached.
    struct Arrival {
        var path: [String]
        var relation: Relation?
    }

    private struct ScopedSelections: Equatable {
        var scope: String
        var selections: [Selection]
    }

    /// All selections below one relation, merged.
    private struct RelationRequest: Equatable {
        var key: String
        var name: String
        /// Selections without a scope, and by scope.
        var plain: [Selection] = []
        var scoped: [ScopedSelections] = []
        var isFromWildcard: Bool
    }

    private mutating func node(
        _ selections: [Selection], deep: [String: DeepNode], arguments: QueryArguments, on collection: Collection, arrival: Arrival
    ) throws(WireError) -> ResolvedNode {
        let outer = level
        level = arrival.path
        defer { level = outer }
        nodes += 1
        if nodes > Self.maximumNodes { throw .invalidQuery("The query asks for more than \(Self.maximumNodes) relations") }
        var outputs: [ResolvedOutput] = []
        if !arguments.isAggregation {
            let (plain, relations) = split(selections, on: collection, arrival: arrival)
            var nested: [ResolvedOutput] = []
            for request in relations {
                if let output = try relation(request, deep: deep, on: collection, arrival: arrival) { nested.append(output) }
            }
            // `*.*` brings a relation's rows and never its raw key, not even where the rows go away.
            let isDeep = selections.contains { if case .everyRelation = $0 { true } else { false } }
            outputs = plain.filter { output in !(isDeep && output.isWildcard && nested.contains { $0.key == output.key }) } + nested
        }
        let place: FieldUse.Place = .argument
        var resolved = ResolvedArguments()
        resolved.page = page(arguments)
        resolved.search = arguments.search
        if let filter = arguments.filter { resolved.filter = self.filter(filter, on: collection, path: arrival.path) }
        if let name = arrival.relation?.sortField { resolved.relationSort = schema.field(name, of: collection.name) }
        if arguments.isAggregation {
            resolved.aggregation = aggregation(arguments, on: collection, path: arrival.path)
        } else if !arguments.sort.isEmpty {
            resolved.sort = []
            var known: Set<String> = []
            // A second term that is equal orders nothing.
            for term in arguments.sort where known.insert(term.text).inserted {
                if let operand = sortOperand(term.text, on: collection, path: arrival.path, place: place) {
                    resolved.sort?.append(ResolvedSort(operand: operand, descending: term.descending))
                }
            }
        }
        let node = ResolvedNode(collection: collection, path: arrival.path, outputs: outputs, arguments: resolved)
        try LevelCost.check(node)
        return node
    }

    /// Plain outputs in request order, and the relations to go into in order of first mention.
    private mutating func split(
        _ selections: [Selection], on collection: Collection, arrival: Arrival
    ) -> (plain: [ResolvedOutput], relations: [RelationRequest]) {
        var plain: [ResolvedOutput] = []
        var requests: [RelationRequest] = []
        var at: [String: Int] = [:]
        func request(_ key: String, _ name: String, wildcard: Bool) -> Int {
            if let index = at[key] {
                if !wildcard { requests[index].isFromWildcard = false }
                return index
            }
            at[key] = requests.count
            requests.append(RelationRequest(key: key, name: name, isFromWildcard: wildcard))
            return requests.count - 1
        }
        for selection in selections {
            switch selection {
            case .wildcard:
                for field in collection.fieldsInColumnOrder where !field.isNoData {
                    if let content = plainContent(of: field, in: collection) {
                        plain.append(ResolvedOutput(key: field.name.text, isWildcard: true, content: content))
                    } else if schema.role(of: field.name, in: collection.name) != nil {
                        _ = request(field.name.text, field.name.text, wildcard: true)
                    }
                }
            case .field(let key, let name):
                guard let field = use(name, on: collection, path: arrival.path, place: .selection) else { continue }
                if let content = plainContent(of: field, in: collection) {
                    plain.append(ResolvedOutput(key: key, isWildcard: false, content: content))
                } else if schema.role(of: field.name, in: collection.name) != nil {
                    uses.removeLast()
                    use(relation: name, on: collection, path: arrival.path)
                    _ = request(key, name, wildcard: false)
                }
            case .function(let key, let function, let argument):
                if let content = functionContent(function, argument, on: collection, path: arrival.path) {
                    plain.append(ResolvedOutput(key: key, isWildcard: false, content: content))
                }
            case .json(let key, let argument, let path):
                if let content = jsonContent(argument, path: path, on: collection, arrival: arrival) {
                    plain.append(ResolvedOutput(key: key, isWildcard: false, content: content))
                }
            case .relation(let key, let name, let scope, let below):
                guard schema.role(of: FieldName(name), in: collection.name) != nil else { continue }
                use(relation: name, on: collection, path: arrival.path)
                let index = request(key, name, wildcard: false)
                if let scope {
                    requests[index].scoped.append(ScopedSelections(scope: scope, selections: below))
                } else {
                    requests[index].plain += below
                }
            case .covered(let inner):
                let (content, relation) = covered(inner, on: collection, arrival: arrival)
                if let content { plain.append(content) }
                if let relation { _ = request(relation.key, relation.name, wildcard: true) }
            case .everyRelation(let below):
                for field in collection.fieldsInColumnOrder where !field.isNoData {
                    guard let role = schema.role(of: field.name, in: collection.name) else { continue }
                    if !backlink, role.relation == arrival.relation { continue }
                    let index = request(field.name.text, field.name.text, wildcard: true)
                    requests[index].plain += below
                }
            }
        }
        // Columns before aliases among what wildcards asked for.
        let late = requests.filter { $0.isFromWildcard && schema.field(FieldName($0.name), of: collection.name)?.column == nil }
        return (plain, requests.filter { !late.contains($0) } + late)
    }

    /// A field that is answered as it is: a column that is no relation, or a relation's bare key. nil for aliases.
    private func plainContent(of field: Field, in collection: Collection) -> ResolvedContent? {
        field.column == nil ? nil : .field(field)
    }

    /// Records the use of a name; nil when it does not exist (for the data API).
    mutating func use(_ name: String, on collection: Collection, path: [String], place: FieldUse.Place) -> Field? {
        let field = schema.field(FieldName(name), of: collection.name)
        let exists = field.map { !$0.isNoData && ($0.column != nil || schema.role(of: $0.name, in: collection.name) != nil) } ?? false
        use(name, of: collection.name, path: path, exists: exists, place: place)
        return exists ? field : nil
    }

    /// The same for a name of which it is known whether it may be named there.
    mutating func use(_ name: String?, of collection: CollectionName, path: [String], exists: Bool, place: FieldUse.Place = .argument) {
        uses.append(FieldUse(path: path, collection: collection, name: name, exists: exists, place: place, level: level))
    }

    /// The same for a relation that is gone into, or listed by its keys.
    private mutating func use(relation name: String, on collection: Collection, path: [String]) {
        _ = use(name, on: collection, path: path, place: .selection)
        switch schema.role(of: FieldName(name), in: collection.name) {
        case .manyToOne(let relation)?: uses[uses.count - 1].target = relation.oneCollection
        case .oneToMany(let relation)?: uses[uses.count - 1].target = relation.manyCollection
        case .anyToOne?, nil: break
        }
    }

    /// An alias that the wildcard brings along: its names are not held against the caller.
    private mutating func covered(
        _ selection: Selection, on collection: Collection, arrival: Arrival
    ) -> (output: ResolvedOutput?, relation: (key: String, name: String)?) {
        let (usesBefore, faultsBefore) = (uses.count, faults.count)
        defer {
            uses.removeLast(uses.count - usesBefore)
            faults.removeLast(faults.count - faultsBefore)
        }
        switch selection {
        case .field(let key, let name):
            guard let field = use(name, on: collection, path: arrival.path, place: .selection) else { return (nil, nil) }
            if let content = plainContent(of: field, in: collection) { return (ResolvedOutput(key: key, isWildcard: true, content: content), nil) }
            return (nil, (key, name))
        case .function(let key, let function, let argument):
            let content = functionContent(function, argument, on: collection, path: arrival.path)
            return (content.map { ResolvedOutput(key: key, isWildcard: true, content: $0) }, nil)
        case .json(let key, let argument, let path):
            let content = jsonContent(argument, path: path, on: collection, arrival: arrival)
            return (content.map { ResolvedOutput(key: key, isWildcard: true, content: $0) }, nil)
        case .wildcard, .relation, .everyRelation, .covered: return (nil, nil)
        }
    }

    private mutating func functionContent(_ name: String, _ argument: String, on collection: Collection, path: [String]) -> ResolvedContent? {
        guard let target = functionTarget(name, argument, on: collection, path: path, place: .selection) else { return nil }
        switch target {
        case .field(let field): return .field(field)
        case .function(let function, let field): return .function(function, field)
        case .countRelated(let field, let join): return .countRelated(field, join)
        }
    }

    /// `year(date)`, `count(tags)`; records the use, and a fault when the function does not fit.
    mutating func functionTarget(
        _ name: String, _ argument: String, on collection: Collection, path: [String], place: FieldUse.Place
    ) -> ResolvedTarget? {
        guard let field = use(argument, on: collection, path: path, place: place) else { return nil }
        guard let function = FieldFunction(rawValue: name) else {
            faults.append(.invalidQuery("Invalid function specified \"\(name)\""))
            return nil
        }
        if function == .count, case .oneToMany(let relation)? = schema.role(of: field.name, in: collection.name),
            let join = join(oneToMany: relation, from: collection, name: field.name.text)
        {
            if place == .selection { use(nil, of: join.to.name, path: path + ["\(name)(\(argument))"], exists: true, place: place) }
            return .countRelated(field, join)
        }
        guard field.column != nil, function.applies(to: field.type) else {
            faults.append(.invalidQuery("Invalid function specified \"\(name)\""))
            return nil
        }
        return .function(function, field)
    }

    private mutating func jsonContent(_ argument: String, path: String, on collection: Collection, arrival: Arrival) -> ResolvedContent? {
        guard let field = use(argument, on: collection, path: arrival.path, place: .selection) else { return nil }
        guard field.type == .json, field.column != nil else {
            faults.append(.invalidQuery("Invalid function specified \"json\""))
            return nil
        }
        return .json(field, path: JSONPathStep.steps(of: path))
    }

    /// Goes into one relation. nil = its target does not exist; the request is dropped.
    private mutating func relation(
        _ request: RelationRequest, deep: [String: DeepNode], on collection: Collection, arrival: Arrival
    ) throws(WireError) -> ResolvedOutput? {
        let name = FieldName(request.name)
        guard let role = schema.role(of: name, in: collection.name), let field = schema.field(name, of: collection.name) else { return nil }
        let path = arrival.path + [request.key]
        let content: ResolvedContent
        switch role {
        case .manyToOne(let relation):
            guard let join = join(manyToOne: relation, from: collection) else { return nil }
            let settings = deep[request.key] ?? DeepNode()
            var node = try node(
                request.plain, deep: settings.children, arguments: settings.arguments, on: join.to, arrival: Arrival(path: path, relation: relation))
            node.arguments.page = ResolvedPage(limit: nil, offset: 0)
            content = .manyToOne(field, join, node)
        case .oneToMany(let relation):
            guard let join = join(oneToMany: relation, from: collection, name: request.name) else { return nil }
            let settings = deep[request.key] ?? DeepNode()
            let node = try node(
                request.plain, deep: settings.children, arguments: settings.arguments, on: join.to, arrival: Arrival(path: path, relation: relation))
            content = .oneToMany(field, join, node)
        case .anyToOne(let relation):
            guard let collectionFieldName = relation.oneCollectionField,
                let collectionField = schema.field(collectionFieldName, of: collection.name)
            else { return nil }
            let nodes = try anyNodes(request, relation: relation, deep: deep, path: arrival.path)
            if nodes.isEmpty { return nil }
            content = .anyToOne(field, collectionField: collectionField, nodes)
        }
        return ResolvedOutput(key: request.key, isWildcard: request.isFromWildcard, content: content)
    }

    /// The levels of a many-to-any item: one per allowed collection; those that no scope names answer their bare key.
    private mutating func anyNodes(
        _ request: RelationRequest, relation: Relation, deep: [String: DeepNode], path: [String]
    ) throws(WireError) -> [ResolvedNode] {
        var nodes: [ResolvedNode] = []
        let allowed = relation.oneAllowedCollections ?? []
        for name in allowed {
            guard let target = schema.collection(name), target.table != nil else { continue }
            let selections = request.plain + request.scoped.filter { $0.scope == name.text }.flatMap(\.selections)
            let settings = deep["\(request.key):\(name)"] ?? DeepNode()
            var node = try node(
                selections, deep: settings.children, arguments: settings.arguments, on: target,
                arrival: Arrival(path: path + ["\(request.name):\(name)"], relation: nil))
            node.arguments.page = ResolvedPage(limit: nil, offset: 0)
            nodes.append(node)
        }
        return nodes
    }

    /// Page, then offset, then limit (contract/items.md, 2.8).
    private func page(_ arguments: QueryArguments) -> ResolvedPage {
        let limit = limits.rows(for: arguments.limit)
        var offset = max(arguments.offset ?? 0, 0)
        if let page = arguments.page, page > 0, let limit, limit > 0 {
            let (product, overflow) = limit.multipliedReportingOverflow(by: page - 1)
            offset = overflow ? Int.max : product
        }
        return ResolvedPage(limit: limit, offset: offset)
    }
}

extension Collection {
    /// Columns before aliases: the order of a wildcard.
    fileprivate var fieldsInColumnOrder: [Field] { fields.filter { $0.column != nil } + fields.filter { $0.column == nil } }
}

extension JSONPathStep {
    /// `a.b[0]` -> key a, key b, index 0. The syntax was checked by the parser.
    static func steps(of path: String) -> [JSONPathStep] {
        var steps: [JSONPathStep] = []
        for part in path.split(whereSeparator: { $0 == "." || $0 == "[" || $0 == "]" }) {
            let text = String(part)
            let isIndex = path.contains("[\(text)]")
            if isIndex, let index = Int(text) { steps.append(.index(index)) } else { steps.append(.key(text)) }
        }
        return steps
    }
}
