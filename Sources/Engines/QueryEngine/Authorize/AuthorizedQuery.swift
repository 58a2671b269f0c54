package import AccessControl
package import QueryLanguage
package import SchemaModel

// This file makes the authorised types and is the only one that can: each has a stored property that only this file sees, so no extension
// elsewhere can make one. Types and authoriser stand together for that reason.

/// Only `Authorizer` has one to give.
private struct Seal: Sendable {}

/// A read that can only return what its caller may see: every node carries its row rule, every conditional field its mask, every join the rule of
/// the rows it reaches.
package struct AuthorizedQuery: Sendable {
    package let root: AuthorizedNode
    package let meta: Set<MetaCount>
    private let seal: Seal

    fileprivate init(root: AuthorizedNode, meta: Set<MetaCount>) {
        self.root = root
        self.meta = meta
        seal = Seal()
    }

    /// Whether its limit lets it have more rows than that.
    package func isList(longerThan count: Int) -> Bool { (root.page.limit ?? Int.max) > count }
}

/// Which rows. Rules are ORed.
package enum AuthorizedPredicate: Sendable {
    case always
    case never
    case any([AuthorizedFilter])

    package var isAlways: Bool { if case .always = self { true } else { false } }
}

package struct AuthorizedNode: Sendable {
    let collection: Collection
    /// Empty = bare primary keys.
    let outputs: [AuthorizedOutput]
    /// The row rule: cases that grant one of the requested fields.
    let rows: AuthorizedPredicate
    /// All read cases: what `total_count` and `filter_count` count.
    let countedRows: AuthorizedPredicate
    let filter: AuthorizedFilter
    let search: AuthorizedSearch?
    let sort: [AuthorizedSort]
    let page: ResolvedPage
    let aggregation: AuthorizedAggregation?
    private let seal: Seal

    fileprivate init(
        collection: Collection, outputs: [AuthorizedOutput], rows: AuthorizedPredicate, countedRows: AuthorizedPredicate, filter: AuthorizedFilter,
        search: AuthorizedSearch?, sort: [AuthorizedSort], page: ResolvedPage, aggregation: AuthorizedAggregation?
    ) {
        self.collection = collection
        self.outputs = outputs
        self.rows = rows
        self.countedRows = countedRows
        self.filter = filter
        self.search = search
        self.sort = sort
        self.page = page
        self.aggregation = aggregation
        seal = Seal()
    }
}

package struct AuthorizedOutput: Sendable {
    let key: String
    let content: AuthorizedContent
    private let seal: Seal

    fileprivate init(key: String, content: AuthorizedContent) {
        self.key = key
        self.content = content
        seal = Seal()
    }
}

package indirect enum AuthorizedContent: Sendable {
    case value(AuthorizedTarget)
    case json(AuthorizedColumn, path: [JSONPathStep])
    case manyToOne(AuthorizedColumn, AuthorizedNode)
    /// The mask says for which rows the list is null.
    case oneToMany(AuthorizedJoin, AuthorizedNode)
    case anyToOne(AuthorizedColumn, collectionField: Field, [AuthorizedNode])
}

/// A column with the rows for which its value may be seen (null elsewhere).
package struct AuthorizedColumn: Sendable {
    let field: Field
    let mask: AuthorizedPredicate
    /// The value is an object with members of an item that the row tells of: only those may be seen that the item's own fields allow. nil = all.
    let members: [AuthorizedItems]?
    private let seal: Seal

    fileprivate init(field: Field, mask: AuthorizedPredicate, members: [AuthorizedItems]? = nil) {
        self.field = field
        self.mask = mask
        self.members = members
        seal = Seal()
    }
}

/// What may be seen of one collection's items by way of rows that tell of them in `collection` and `item` (activity, revisions, versions,
/// comments).
package struct AuthorizedItems: Sendable {
    let collection: Collection
    let rows: AuthorizedPredicate
    /// Fields with the rows for which they are granted.
    let grants: [(fields: FieldSet, rows: AuthorizedPredicate)]
    private let seal: Seal

    fileprivate init(collection: Collection, rows: AuthorizedPredicate, grants: [(fields: FieldSet, rows: AuthorizedPredicate)]) {
        self.collection = collection
        self.rows = rows
        self.grants = grants
        seal = Seal()
    }
}

package enum AuthorizedTarget: Sendable {
    case field(AuthorizedColumn)
    case function(FieldFunction, AuthorizedColumn)
    /// Related rows that the caller may read.
    case countRelated(AuthorizedJoin)
}

package struct AuthorizedJoin: Sendable {
    let join: ResolvedJoin
    /// Rows of `from` for which the relation may be followed.
    let mask: AuthorizedPredicate
    /// Rows of `to` that may be seen; others count as absent.
    let rows: AuthorizedPredicate
    private let seal: Seal

    fileprivate init(join: ResolvedJoin, mask: AuthorizedPredicate, rows: AuthorizedPredicate) {
        self.join = join
        self.mask = mask
        self.rows = rows
        seal = Seal()
    }

    /// Some rows are not to be followed or seen.
    var isRestricted: Bool { !mask.isAlways || !rows.isAlways }

    /// The same where the caller of this property applies the mask itself.
    var withoutMask: AuthorizedJoin { AuthorizedJoin(join: join, mask: .always, rows: rows) }
}

package struct AuthorizedOperand: Sendable {
    let joins: [AuthorizedJoin]
    let target: AuthorizedTarget
    private let seal: Seal

    fileprivate init(joins: [AuthorizedJoin], target: AuthorizedTarget) {
        self.joins = joins
        self.target = target
        seal = Seal()
    }
}

package indirect enum AuthorizedFilter: Sendable {
    case all
    case and([AuthorizedFilter])
    case or([AuthorizedFilter])
    case condition(AuthorizedOperand, FilterOperator, FilterOperand)
    case some(AuthorizedJoin, AuthorizedFilter)
    case none(AuthorizedJoin, AuthorizedFilter)
    /// The row tells of one of these items.
    case tells([AuthorizedItems])
}

package struct AuthorizedSearch: Sendable {
    let text: String
    let columns: [AuthorizedColumn]
    private let seal: Seal

    fileprivate init(text: String, columns: [AuthorizedColumn]) {
        self.text = text
        self.columns = columns
        seal = Seal()
    }
}

package struct AuthorizedSort: Sendable {
    let operand: AuthorizedOperand
    let descending: Bool
    private let seal: Seal

    fileprivate init(operand: AuthorizedOperand, descending: Bool) {
        self.operand = operand
        self.descending = descending
        seal = Seal()
    }
}

package struct AuthorizedAggregation: Sendable {
    let groups: [(key: String, target: AuthorizedTarget)]
    /// nil column = `*`.
    let terms: [(function: AggregateFunction, column: AuthorizedColumn?)]
    let sort: [(key: ResolvedAggregation.SortKey, descending: Bool)]
    private let seal: Seal

    fileprivate init(
        groups: [(key: String, target: AuthorizedTarget)], terms: [(function: AggregateFunction, column: AuthorizedColumn?)],
        sort: [(key: ResolvedAggregation.SortKey, descending: Bool)]
    ) {
        self.groups = groups
        self.terms = terms
        self.sort = sort
        seal = Seal()
    }
}

/// The read cases that a node's rows are limited to. `considered` nil = an admin, or the server itself.
private struct CaseScope {
    let collection: CollectionName
    let considered: [AccessCase]?
}

/// The one place where rights are applied to reads.
///
/// - Shape: a resolved query in; the same tree out, with predicates and masks.
/// - Throws: `FORBIDDEN` when a named field, also in filter, sort or aggregate, is unknown or readable under no policy (the same words for both);
///   then the first `INVALID_QUERY`.
/// - Source: contract/items.md, 5.3 and 5.4. Cost: O(nodes x cases); no I/O.
package struct Authorizer {
    let snapshot: EngineSnapshot
    let access: EffectiveAccess

    package init(snapshot: EngineSnapshot, access: EffectiveAccess) {
        self.snapshot = snapshot
        self.access = access
    }

    package func authorize(_ query: ResolvedQuery) throws(WireError) -> AuthorizedQuery {
        try check(query.variables)
        if !canRead(query.root.collection.name) { throw .forbidden(collection: query.root.collection.name) }
        try checkNames(query)
        if let fault = query.faults.first { throw fault }
        return AuthorizedQuery(root: node(query.root), meta: query.meta)
    }

    /// The rows of a collection on which an action's rules allow the fields; for writes and for questions about single rows.
    /// - Returns: nil when no policy has a row for the action.
    package func rows(of collection: Collection, for action: PermissionAction, fields: [FieldName]) -> AuthorizedPredicate? {
        if access.isAdmin { return .always }
        if action == .read, fields.isEmpty, canRead(collection.name) { return rows(cases(of: collection.name), of: collection.name) }
        guard let rights = access.access(to: collection.name, for: action) else { return nil }
        var parts: [AuthorizedPredicate] = []
        // Fields that the same cases grant ask the same of a row.
        var asked = Set<[Int]>()
        for field in fields {
            let granting = rights.cases.indices.filter { rights.cases[$0].fields.contains(field) }
            if asked.insert(granting).inserted { parts.append(predicate(granting.map { rights.cases[$0] })) }
        }
        if fields.isEmpty { return predicate(rights.cases) }
        return conjunction(parts)
    }

    /// A rule over single rows of a collection (the filter of a mutation by query): checked like that of a read.
    package func filter(
        _ expression: FilterExpression, on collection: Collection
    ) throws(WireError) -> AuthorizedFilter {
        var resolver = Resolver(schema: snapshot.schema)
        let resolved = resolver.filter(expression, on: collection)
        try check(resolver.variables)
        if !canRead(collection.name) { throw .forbidden(collection: collection.name) }
        try checkNames(resolver.uses)
        if let fault = resolver.faults.first { throw fault }
        return filter(resolved, CaseScope(collection: collection.name, considered: cases(of: collection.name)))
    }

    // MARK: Cases

    private func cases(of collection: CollectionName) -> [AccessCase]? {
        access.isAdmin ? nil : access.access(to: collection, for: .read)?.cases ?? []
    }

    /// Rules ORed; a case without a rule makes it true, one whose rule does not resolve is false.
    private func predicate(_ cases: [AccessCase]?) -> AuthorizedPredicate {
        guard let cases else { return .always }
        var filters: [AuthorizedFilter] = []
        for entry in widest(cases) {
            guard let rule = entry.rule else { return .always }
            guard rule.index < snapshot.rules.count, let filter = snapshot.rules[rule.index] else { continue }
            if case .all = filter { return .always }
            filters.append(unrestricted(filter, of: snapshot.access.rules[rule.index].collection))
        }
        return filters.isEmpty ? .never : .any(filters)
    }

    /// The rows that cases admit; of rows that tell of items only those about items that may be read, or that are gone (attack C16).
    /// - Parameter way: the telling collections that led here; none is entered twice.
    private func rows(_ cases: [AccessCase]?, of name: CollectionName, way: Set<CollectionName> = []) -> AuthorizedPredicate {
        let rule = predicate(cases)
        guard cases != nil, snapshot.schema.collection(name)?.tellsOfItems == true else { return rule }
        return conjunction([rule, .any([.tells(items(way.union([name])))])])
    }

    /// Of what is told about rows that tell themselves (the activity of a comment), one step is followed; beyond it nothing is shown.
    private func items(_ way: Set<CollectionName>) -> [AuthorizedItems] {
        snapshot.schema.collections.compactMap { collection in
            if collection.tellsOfItems, way.count > 1 || way.contains(collection.name) { return nil }
            guard collection.table != nil, let cases = cases(of: collection.name), !cases.isEmpty else { return nil }
            return AuthorizedItems(
                collection: collection, rows: rows(cases, of: collection.name, way: way), grants: cases.map { ($0.fields, predicate([$0])) })
        }
    }

    private func conjunction(_ parts: [AuthorizedPredicate]) -> AuthorizedPredicate {
        var filters: [AuthorizedFilter] = []
        for part in parts {
            switch part {
            case .always: continue
            case .never: return .never
            case .any(let alternatives): filters.append(.or(alternatives))
            }
        }
        return filters.isEmpty ? .always : .any([.and(filters)])
    }

    /// The rows for which a field may be seen, among rows that the considered cases admit.
    private func mask(_ field: FieldName, _ scope: CaseScope) -> AuthorizedPredicate {
        guard let considered = scope.considered else { return .always }
        let granting = cases(of: scope.collection)?.filter { $0.fields.contains(field) } ?? []
        if considered.allSatisfy({ one in one.fields.contains(field) || granting.contains { implies(one, $0) } }) { return .always }
        return predicate(granting)
    }

    private func column(_ field: Field, _ scope: CaseScope) -> AuthorizedColumn {
        let isTold = scope.considered != nil && field.type == .json && snapshot.schema.collection(scope.collection)?.tellsOfItems == true
        return AuthorizedColumn(
            field: field, mask: mask(field.name, scope), members: isTold ? items([scope.collection]) : nil)
    }

    // MARK: Nodes

    private func node(_ resolved: ResolvedNode) -> AuthorizedNode {
        let name = resolved.collection.name
        let all = CaseScope(collection: name, considered: cases(of: name))
        // First what goes away, then one output per key: where a relation goes, the raw key stays that was asked for beside it.
        let kept = resolved.outputs.filter { keeps($0, in: name) }.merged
        let scope = CaseScope(collection: name, considered: consider(all.considered, requested: requested(kept, resolved.arguments.aggregation)))
        return AuthorizedNode(
            collection: resolved.collection, outputs: kept.compactMap { output($0, scope) }, rows: rows(scope.considered, of: name),
            countedRows: rows(all.considered, of: name), filter: filter(resolved.arguments.filter, all),
            search: resolved.arguments.search.map { search($0, on: resolved.collection, all) },
            sort: sort(resolved, all: all), page: resolved.arguments.page,
            aggregation: resolved.arguments.aggregation.map { aggregation($0, scope) })
    }

    /// False for what goes away silently: wildcards that hit an unreadable field, relations to unreadable collections.
    private func keeps(_ output: ResolvedOutput, in collection: CollectionName) -> Bool {
        if output.isWildcard, !isReadable(output.content.field.name, of: collection) { return false }
        switch output.content {
        case .field, .function, .json: return true
        case .countRelated(_, let join): return canRead(join.to.name)
        case .manyToOne(_, let join, _), .oneToMany(_, let join, _): return canRead(join.to.name)
        case .anyToOne: return true
        }
    }

    private func requested(_ outputs: [ResolvedOutput], _ aggregation: ResolvedAggregation?) -> [FieldName] {
        if let aggregation { return aggregation.groups.map(\.target.field.name) }
        return outputs.map(\.content.field.name)
    }

    /// Rules whose field set meets the requested fields, or all rules if no fields are requested.
    private func consider(_ cases: [AccessCase]?, requested: [FieldName]) -> [AccessCase]? {
        guard let cases, !requested.isEmpty else { return cases }
        return cases.filter { entry in requested.contains { entry.fields.contains($0) } }
    }

    private func output(_ output: ResolvedOutput, _ scope: CaseScope) -> AuthorizedOutput? {
        let content: AuthorizedContent
        switch output.content {
        case .field(let field): content = .value(.field(column(field, scope)))
        case .function(let function, let field): content = .value(.function(function, column(field, scope)))
        case .countRelated(_, let join): content = .value(.countRelated(joined(join, scope)))
        case .json(let field, let path): content = .json(column(field, scope), path: path)
        case .manyToOne(let field, _, let child):
            let below = node(child)
            let link = column(field, scope)
            content = below.outputs.isEmpty && below.isPlainlyBare ? .value(.field(link)) : .manyToOne(link, below)
        case .oneToMany(_, let join, let child): content = .oneToMany(joined(join, scope), node(child))
        case .anyToOne(let field, let collectionField, let children):
            content = .anyToOne(
                column(field, scope), collectionField: collectionField,
                children.filter { canRead($0.collection.name) }.map(node))
        }
        return AuthorizedOutput(key: output.key, content: content)
    }

    private func joined(_ join: ResolvedJoin, _ scope: CaseScope) -> AuthorizedJoin {
        let field: FieldName
        switch join.kind {
        case .manyToOne, .anyToOne: field = join.field.name
        case .oneToMany, .toAny: field = FieldName(join.name)
        }
        let isNamed = snapshot.schema.field(field, of: join.from.name) != nil
        let there = rows(cases(of: join.to.name), of: join.to.name)
        if isNamed { return AuthorizedJoin(join: join, mask: mask(field, scope), rows: there) }
        // `$FOLLOW`: nothing here grants the relation, so the field there has to be seen.
        let link = mask(join.field.name, CaseScope(collection: join.to.name, considered: cases(of: join.to.name)))
        return AuthorizedJoin(join: join, mask: .always, rows: conjunction([there, link]))
    }

    // MARK: Arguments

    private func filter(_ filter: ResolvedFilter, _ scope: CaseScope) -> AuthorizedFilter {
        switch filter {
        case .all: return .all
        case .and(let parts): return .and(parts.map { self.filter($0, scope) })
        case .or(let parts): return .or(parts.map { self.filter($0, scope) })
        case .condition(let operand, let op, let value): return .condition(self.operand(operand, scope), op, value)
        case .some(let join, let inner):
            return .some(joined(join, scope), self.filter(inner, CaseScope(collection: join.to.name, considered: cases(of: join.to.name))))
        case .none(let join, let inner):
            return .none(joined(join, scope), self.filter(inner, CaseScope(collection: join.to.name, considered: cases(of: join.to.name))))
        }
    }

    private func operand(_ operand: ResolvedOperand, _ scope: CaseScope) -> AuthorizedOperand {
        var here = scope
        var joins: [AuthorizedJoin] = []
        for join in operand.joins {
            joins.append(joined(join, here))
            here = CaseScope(collection: join.to.name, considered: cases(of: join.to.name))
        }
        return AuthorizedOperand(joins: joins, target: target(operand.target, here))
    }

    private func target(_ target: ResolvedTarget, _ scope: CaseScope) -> AuthorizedTarget {
        switch target {
        case .field(let field): .field(column(field, scope))
        case .function(let function, let field): .function(function, column(field, scope))
        case .countRelated(_, let join): .countRelated(joined(join, scope))
        }
    }

    /// A rule is judged over the real values of all rows.
    private func unrestricted(_ filter: ResolvedFilter, of collection: CollectionName) -> AuthorizedFilter {
        Authorizer(snapshot: snapshot, access: .full).filter(filter, CaseScope(collection: collection, considered: nil))
    }

    private func search(_ text: String, on collection: Collection, _ scope: CaseScope) -> AuthorizedSearch {
        let columns = collection.fields.filter {
            $0.column != nil && $0.meta.searchable && !$0.isConcealed && !$0.isNoData && isReadable($0.name, of: collection.name)
        }
        return AuthorizedSearch(text: text, columns: columns.map { column($0, scope) })
    }

    private func sort(_ resolved: ResolvedNode, all: CaseScope) -> [AuthorizedSort] {
        if let sort = resolved.arguments.sort {
            return sort.map { AuthorizedSort(operand: operand($0.operand, all), descending: $0.descending) }
        }
        if resolved.arguments.aggregation != nil { return [] }
        let collection = resolved.collection
        let candidates = [
            resolved.arguments.relationSort, collection.meta.sortField.flatMap { snapshot.schema.field($0, of: collection.name) },
            snapshot.schema.primaryKey(of: collection.name),
        ]
        for case let field? in candidates where field.column != nil && isReadable(field.name, of: collection.name) {
            // The key orders rows also where it is masked (contract/items.md, 5.3), any other field by what is shown of it.
            return [plainSort(field, mask: field.name == collection.primaryKey ? .always : mask(field.name, all))]
        }
        let fallback = access.access(to: collection.name, for: .read)?.orderedFields.lazy
            .compactMap { snapshot.schema.field($0, of: collection.name) }.first { $0.column != nil && SortPath.isSortable($0) && !$0.isConcealed }
        guard let fallback else { return [] }
        return [plainSort(fallback, mask: mask(fallback.name, all))]
    }

    private func plainSort(_ field: Field, mask: AuthorizedPredicate) -> AuthorizedSort {
        AuthorizedSort(operand: AuthorizedOperand(joins: [], target: .field(AuthorizedColumn(field: field, mask: mask))), descending: false)
    }

    private func aggregation(_ aggregation: ResolvedAggregation, _ scope: CaseScope) -> AuthorizedAggregation {
        AuthorizedAggregation(
            groups: aggregation.groups.map { ($0.key, target($0.target, scope)) },
            terms: aggregation.terms.map { term in (term.function, term.field.map { column($0, scope) }) },
            sort: aggregation.sort)
    }
}

extension AuthorizedNode {
    /// No filter or search narrows it: a bare many-to-one below is then just its key.
    fileprivate var isPlainlyBare: Bool {
        guard search == nil, case .all = filter else { return false }
        return true
    }
}
