package import AccessControl
import QueryLanguage
import SQLText
import SchemaModel

/// The stages of a read -> its explanation. Pure; PostgreSQL is asked elsewhere (`LevelExplanation.with`).
package struct ReadExplainer {
    let access: EffectiveAccess
    let snapshot: EngineSnapshot
    let labels: AccessLabels

    package init(_ access: EffectiveAccess, in snapshot: EngineSnapshot, _ labels: AccessLabels) {
        self.access = access
        self.snapshot = snapshot
        self.labels = labels
    }

    /// The tree of a read. Its statements are those of the plan, still without values.
    package func explain(
        _ resolved: ResolvedQuery, _ authorized: AuthorizedQuery, _ plan: ReadPlan, root: Planner.Root
    ) -> LevelExplanation {
        let key = root == .item ? authorized.root.collection.primaryKey : nil
        return level(authorized.root, resolved.root, plan.root, Arrival(path: [], link: key, isByKey: root == .item))
    }

    /// How a level is reached.
    private struct Arrival {
        let path: [String]
        /// The field of this collection by which its rows are looked up.
        let link: FieldName?
        /// One row for each key: there is no order, and nothing to cut.
        let isByKey: Bool
    }

    private func level(_ node: AuthorizedNode, _ resolved: ResolvedNode?, _ read: ReadNode, _ arrival: Arrival) -> LevelExplanation {
        let name = node.collection.name
        let requested = node.aggregation.map { $0.groups.map(\.target.fieldName) } ?? node.outputs.map(\.content.fieldName)
        let grants = GrantExplanation.list(of: name, requested: requested, access, in: snapshot.access, labels)
        let isCut = !arrival.isByKey
        return LevelExplanation(
            collection: name, path: arrival.path, fields: fields(of: node), leftOut: leftOut(of: node, resolved), rows: RuleWords.text(node.rows),
            grants: grants, filter: RuleWords.text(node.filter), search: node.search.map(searchText), sort: isCut ? node.sort.map(sortText) : [],
            limit: isCut ? node.page.limit : nil, offset: isCut ? node.page.offset : 0, aggregation: node.aggregation.map(aggregationText),
            statement: StatementExplanation(sql: read.template.text), below: below(node, resolved, read, arrival.path),
            wishes: IndexWishes(node, link: arrival.link, file: labels.files[name]))
    }

    // MARK: What is read

    private func fields(of node: AuthorizedNode) -> [FieldExplanation] {
        if node.aggregation != nil { return [] }
        guard node.outputs.isEmpty else { return node.outputs.map(field) }
        let key = node.collection.primaryKey.text
        return [FieldExplanation(key: key, source: key, mask: nil, isConcealed: false)]
    }

    private func field(_ output: AuthorizedOutput) -> FieldExplanation {
        func column(_ column: AuthorizedColumn, _ source: String) -> FieldExplanation {
            FieldExplanation(key: output.key, source: source, mask: RuleWords.text(column.mask), isConcealed: column.field.isConcealed)
        }
        func list(_ join: AuthorizedJoin, _ source: String) -> FieldExplanation {
            FieldExplanation(key: output.key, source: source, mask: RuleWords.text(join.mask), isConcealed: false)
        }
        switch output.content {
        case .value(.field(let link)), .manyToOne(let link, _), .anyToOne(let link, collectionField: _, _):
            return column(link, link.field.name.text)
        case .value(.function(let function, let of)): return column(of, "\(function.rawValue)(\(of.field.name))")
        case .value(.countRelated(let join)): return list(join, "count(\(join.join.name))")
        case .json(let of, path: _): return column(of, "json(\(of.field.name))")
        case .oneToMany(let join, _): return list(join, join.join.name)
        }
    }

    /// What was resolved and is not in the answer.
    private func leftOut(of node: AuthorizedNode, _ resolved: ResolvedNode?) -> [String] {
        let kept = Set(node.outputs.map(\.key))
        var out: [String] = []
        for output in resolved?.outputs ?? [] where !kept.contains(output.key) && !out.contains(output.key) { out.append(output.key) }
        return out
    }

    // MARK: Levels below

    /// In the order of the plan's nodes.
    private func below(_ node: AuthorizedNode, _ resolved: ResolvedNode?, _ read: ReadNode, _ path: [String]) -> [LevelExplanation] {
        var levels: [LevelExplanation] = []
        func add(_ child: AuthorizedNode, _ key: String, list link: FieldName? = nil, _ source: ResolvedNode?) {
            guard read.children.indices.contains(levels.count) else { return }
            let arrival = Arrival(path: path + [key], link: link ?? child.collection.primaryKey, isByKey: link == nil)
            levels.append(level(child, source, read.children[levels.count], arrival))
        }
        for output in node.outputs {
            let sources = resolved?.outputs.filter { $0.key == output.key }.flatMap(\.content.nodes) ?? []
            switch output.content {
            case .value, .json: continue
            case .manyToOne(_, let child): add(child, output.key, sources.first)
            case .oneToMany(let join, let child): add(child, output.key, list: join.join.field.name, sources.first)
            case .anyToOne(_, collectionField: _, let children):
                for child in children {
                    let source = sources.first { $0.collection.name == child.collection.name }
                    add(child, "\(output.key):\(child.collection.name)", source)
                }
            }
        }
        return levels
    }

    // MARK: Words

    private func searchText(_ search: AuthorizedSearch) -> String {
        let columns = search.columns.map(\.field.name.text).joined(separator: ", ")
        return "\"\(search.text)\" in \(columns.isEmpty ? "no field" : columns)"
    }

    private func sortText(_ sort: AuthorizedSort) -> String { (sort.descending ? "-" : "") + RuleWords.text(sort.operand) }

    private func aggregationText(_ aggregation: AuthorizedAggregation) -> String {
        let terms = aggregation.terms.map { "\($0.function.rawValue)(\($0.column?.field.name.text ?? "*"))" }
        let groups = aggregation.groups.map { RuleWords.text($0.target) }
        return terms.joined(separator: ", ") + (groups.isEmpty ? "" : " by " + groups.joined(separator: ", "))
    }
}

extension ResolvedContent {
    fileprivate var nodes: [ResolvedNode] {
        switch self {
        case .field, .function, .countRelated, .json: []
        case .manyToOne(_, _, let node), .oneToMany(_, _, let node): [node]
        case .anyToOne(_, collectionField: _, let nodes): nodes
        }
    }
}

extension AuthorizedTarget {
    fileprivate var fieldName: FieldName {
        switch self {
        case .field(let column), .function(_, let column): column.field.name
        case .countRelated(let join): FieldName(join.join.name)
        }
    }
}

extension AuthorizedContent {
    fileprivate var fieldName: FieldName {
        switch self {
        case .value(let target): target.fieldName
        case .json(let column, path: _), .manyToOne(let column, _), .anyToOne(let column, collectionField: _, _): column.field.name
        case .oneToMany(let join, _): FieldName(join.join.name)
        }
    }
}
