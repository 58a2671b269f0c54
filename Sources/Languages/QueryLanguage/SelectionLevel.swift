import SchemaModel

/// One level of the answer while it is put together from paths: a trie in order of first mention.
///
/// - Shape: `.field`, `.function` and `.json` once per key; paths with the same first segment share a `.relation`; `*.x` is `.wildcard` and
///   `.everyRelation` (its own plain fields come along in the reference, also for `*.name`). Alias keys become their targets, here and (by
///   `deep`) below; a wildcard takes along every alias of its level that was not named itself.
/// - Errors: `INVALID_QUERY` for a malformed alias target.
/// - Limits: recursion is bounded by the relational depth that was checked before.
final class SelectionLevel {
    private struct Identity: Hashable {
        enum Kind { case field, function, json, relation, every }
        let kind: Kind
        let key: String
    }

    private enum Entry {
        case leaf(Selection)
        case relation(key: String, name: String, scope: String?, SelectionLevel)
        case every(SelectionLevel)
    }

    private let alias: AliasTable
    private let deep: [String: DeepNode]
    private let limits: QueryLimits
    private var entries: [Entry] = []
    private var positions = SmallIndex<Identity>()
    /// While the aliases that a wildcard covers are added.
    private var isCovering = false
    /// What stands on this level by now; kept only where a wildcard may have to add aliases.
    private var keys: Set<String> = []
    private var hasWildcard = false
    private var starTails: Set<Int> = []

    init(alias: AliasTable, deep: [String: DeepNode], limits: QueryLimits) {
        self.alias = alias
        self.deep = deep
        self.limits = limits
    }

    func add(_ text: String) throws(WireError) {
        let isPlain = text.utf8.allSatisfy { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "(") }
        if isPlain { return try addField(text) }
        let path = try FieldPath.parse(text, limits: limits)
        try add(path.segments[...], path.function)
    }

    private func add(_ segments: ArraySlice<FieldPath.Segment>, _ function: FieldPath.Function?) throws(WireError) {
        guard let first = segments.first else {
            if let function { add(function, key: function.key) }
            return
        }
        let rest = segments.dropFirst()
        if rest.isEmpty && function == nil {
            try addField(first.text)
        } else {
            let next = level(below: first)
            if first.text == "*" { try addAliasedLevels(below: rest, function) }
            try next.add(rest, function)
        }
    }

    private func addField(_ text: String) throws(WireError) {
        if text == "*" {
            addWildcard()
        } else if let target = alias[text] {
            try addAlias(text, target)
        } else {
            add(.field(key: text, name: text), key: text, as: .field)
        }
    }

    private func addAlias(_ key: String, _ target: String) throws(WireError) {
        let path = try FieldPath.parse(target, in: "alias", limits: limits)
        guard let function = path.function else {
            add(.field(key: key, name: target), key: key, as: .field)
            return
        }
        var level = self
        for segment in path.segments {
            level = level.relation(key: segment.name, name: segment.name, scope: segment.scope, deepKey: segment.text)
        }
        level.add(function, key: key)
        note(key)
    }

    private func add(_ function: FieldPath.Function, key: String) {
        switch function {
        case .plain(let name, let argument):
            add(.function(key: key, function: name, argument: argument), key: key, as: .function)
        case .json(let argument, let path): add(.json(key: key, argument: argument, path: path.text), key: key, as: .json)
        }
    }

    private func add(_ selection: Selection, key: String, as kind: Identity.Kind) {
        note(key)
        let identity = Identity(kind: kind, key: key)
        if positions[identity] == nil { insert(.leaf(isCovering ? .covered(selection) : selection), identity) }
    }

    private func addWildcard() {
        if hasWildcard { return }
        hasWildcard = true
        insert(.leaf(.wildcard), Identity(kind: .field, key: "*"))
    }

    private func note(_ key: String) {
        if !alias.isEmpty { keys.insert(key) }
    }

    private func insert(_ entry: Entry, _ identity: Identity) {
        positions.append(identity)
        entries.append(entry)
    }

    private func level(below segment: FieldPath.Segment) -> SelectionLevel {
        if segment.text == "*" {
            addWildcard()
            let identity = Identity(kind: .every, key: "")
            if let at = positions[identity], case .every(let level) = entries[at] { return level }
            let level = SelectionLevel(alias: .none, deep: [:], limits: limits)
            insert(.every(level), identity)
            return level
        }
        return relation(
            key: segment.name, name: alias[segment.name] ?? segment.name, scope: segment.scope, deepKey: segment.text)
    }

    private func relation(key: String, name: String, scope: String?, deepKey: String) -> SelectionLevel {
        note(key)
        let identity = Identity(kind: .relation, key: deepKey)
        if let at = positions[identity], case .relation(_, _, _, let level) = entries[at] { return level }
        let node = deep[deepKey]
        let level = SelectionLevel(alias: node.map { AliasTable($0.alias) } ?? .none, deep: node?.children ?? [:], limits: limits)
        insert(.relation(key: key, name: name, scope: scope, level), identity)
        return level
    }

    /// `*.*` over a level with aliases of its own (`deep[author][_alias]`): that relation is named besides, so that its keys come along.
    private func addAliasedLevels(below rest: ArraySlice<FieldPath.Segment>, _ function: FieldPath.Function?) throws(WireError) {
        guard function == nil, rest.allSatisfy({ $0.text == "*" }), starTails.insert(rest.count).inserted else { return }
        for key in deep.keys.sorted() where deep[key].map(SelectionLevel.hasAlias) == true {
            try level(below: FieldPath.Segment(key[...])).add(rest, nil)
        }
    }

    private static func hasAlias(_ node: DeepNode) -> Bool {
        !node.alias.isEmpty || node.children.values.contains(where: hasAlias)
    }

    /// Ends the level.
    func selections() throws(WireError) -> [Selection] {
        if hasWildcard {
            isCovering = true
            defer { isCovering = false }
            for key in alias.keys where !keys.contains(key) {
                if let target = alias[key] { try addAlias(key, target) }
            }
        }
        var selections: [Selection] = []
        selections.reserveCapacity(entries.count)
        for entry in entries {
            switch entry {
            case .leaf(let selection): selections.append(selection)
            case .relation(let key, let name, let scope, let level):
                selections.append(.relation(key: key, name: name, scope: scope, try level.selections()))
            case .every(let level): selections.append(.everyRelation(try level.selections()))
            }
        }
        return selections
    }
}
