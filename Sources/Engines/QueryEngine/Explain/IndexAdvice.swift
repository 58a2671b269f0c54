package import SchemaModel

/// An index that would have spared PostgreSQL work, or why none would.
package struct IndexAdvice: Sendable, Equatable {
    package enum Remedy: Sendable, Equatable {
        case index(fields: [FieldName], Index.Method)
        /// No index of the schema language serves the condition; what would have to be asked instead.
        case none(String)
    }

    package let collection: CollectionName
    /// What was seen: `9,800 of 10,000 rows were read to be thrown away`.
    package let reason: String
    package let remedy: Remedy
    /// The file that defines the collection, where one does.
    package let file: String?

    /// The lines for the collection's file (schema-language.md, `indexes`).
    package var yaml: String? {
        guard case .index(let fields, let method) = remedy else { return nil }
        let names = fields.map(\.text).joined(separator: ", ")
        return method == .ginTrigram ? "- { fields: [\(names)], using: gin_trgm }" : "- [\(names)]"
    }
}

/// What one level asks of its table: the fields that an index could serve.
struct IndexWishes: Sendable {
    /// Rows that have to be read in vain before there is advice.
    static let leastRows = 1_000.0
    /// Of the rows that were read.
    static let leastShare = 0.8

    private let collection: Collection
    private let file: String?
    private var equal: [FieldName] = []
    private var ranged: [FieldName] = []
    /// `LIKE` over the column itself, which trigrams serve.
    private var matched: [FieldName] = []
    /// `lower(column)`: what no index of the language serves.
    private var folded: [FieldName] = []
    private var masked: [FieldName] = []
    /// nil = no index can give the order.
    private var order: [FieldName]?
    private let isCut: Bool
    /// Other tables that filters and rules look into, with the field that leads to this one.
    private var links: [(collection: Collection, field: FieldName)] = []

    init(_ node: AuthorizedNode, link: FieldName?, file: String?) {
        collection = node.collection
        self.file = file
        isCut = node.page.limit != nil
        if let link { equal.append(link) }
        if case .any(let rules) = node.rows, rules.count == 1 { add(rules[0]) }
        add(node.filter)
        for column in node.search?.columns ?? [] where column.field.isTextual { note(column.field.name, in: \.folded) }
        order = sortFields(of: node)
    }

    // MARK: Collecting

    /// Only what every row has to satisfy: an index for one side of an `or` spares nothing.
    private mutating func add(_ filter: AuthorizedFilter) {
        switch filter {
        case .all, .tells: return
        case .and(let parts): for part in parts { add(part) }
        case .or(let parts): if parts.count == 1 { add(parts[0]) }
        case .condition(let operand, let op, _): add(operand, op)
        case .some(let join, _), .none(let join, _): add(join)
        }
    }

    private mutating func add(_ join: AuthorizedJoin) {
        switch join.join.kind {
        case .oneToMany, .toAny: links.append((join.join.to, join.join.field.name))
        // The key there has its index.
        case .manyToOne, .anyToOne: return
        }
    }

    private mutating func add(_ operand: AuthorizedOperand, _ op: FilterOperator) {
        for join in operand.joins { add(join) }
        guard operand.joins.isEmpty, case .field(let column) = operand.target else { return }
        let name = column.field.name
        guard column.mask.isAlways else { return note(name, in: \.masked) }
        switch op {
        case .eq, .in, .null: note(name, in: \.equal)
        case .lt, .lte, .gt, .gte, .between: note(name, in: \.ranged)
        case .contains, .startsWith, .endsWith: if column.field.isTextual { note(name, in: \.matched) }
        case .icontains, .istartsWith, .iendsWith, .ieq: note(name, in: \.folded)
        case .neq, .nin, .nnull, .empty, .nempty, .ncontains, .nicontains, .nstartsWith, .nistartsWith, .nendsWith, .niendsWith, .nbetween,
            .intersects, .nintersects, .intersectsBBox, .nintersectsBBox, .nieq, .json, .regex, .submitted:
            return
        }
    }

    private mutating func note(_ name: FieldName, in list: WritableKeyPath<IndexWishes, [FieldName]>) {
        if !self[keyPath: list].contains(name) { self[keyPath: list].append(name) }
    }

    /// One direction, and columns of this table as they are.
    private func sortFields(of node: AuthorizedNode) -> [FieldName]? {
        guard node.aggregation == nil, let first = node.sort.first else { return nil }
        var fields: [FieldName] = []
        for sort in node.sort {
            guard sort.descending == first.descending, sort.operand.joins.isEmpty, case .field(let column) = sort.operand.target,
                column.mask.isAlways, column.field.type != .json
            else { return nil }
            fields.append(column.field.name)
        }
        return fields
    }

    // MARK: Advising

    func advice(for plan: DatabasePlan) -> [IndexAdvice] {
        var found: [IndexAdvice] = []
        for step in plan.root.all {
            guard let advice = wasted(step) ?? sorted(step), !found.contains(where: { $0.remedy == advice.remedy }) else { continue }
            found.append(advice)
        }
        return found
    }

    /// A table read for few of its rows.
    private func wasted(_ step: DatabasePlan.Step) -> IndexAdvice? {
        guard let relation = step.relation, let actual = step.actual, actual.removed >= IndexWishes.leastRows,
            actual.removed > IndexWishes.leastShare * (actual.removed + actual.rows)
        else { return nil }
        let all = IndexWishes.count(actual.removed + actual.rows)
        let reason = "\(IndexWishes.count(actual.removed)) of \(all) rows of \(relation) were read to be thrown away"
        if relation != collection.tableName || step.alias.map({ $0 != "t0" }) ?? false {
            guard let link = links.first(where: { $0.collection.tableName == relation }) else { return nil }
            return advise([link.field], on: link.collection, reason)
        }
        if let fields = best { return advise(fields, on: collection, reason) }
        if let field = matched.first { return advise([field], on: collection, reason, .ginTrigram) }
        return unserved.map { IndexAdvice(collection: collection.name, reason: reason, remedy: .none($0), file: file) }
    }

    /// Many rows sorted for the few that the limit leaves.
    private func sorted(_ step: DatabasePlan.Step) -> IndexAdvice? {
        guard isCut, step.name == "Sort", let rows = step.below.first?.actual?.rows, rows >= IndexWishes.leastRows, let order else { return nil }
        guard let kept = step.actual?.rows, kept <= rows * (1 - IndexWishes.leastShare) else { return nil }
        let reason = "\(IndexWishes.count(rows)) rows were sorted for \(IndexWishes.count(kept)) of them"
        return advise(equal.filter { !order.contains($0) } + order, on: collection, reason)
    }

    /// Equality first, then one range, or the order.
    private var best: [FieldName]? {
        let tail = ranged.first.map { [$0] } ?? order ?? []
        if equal.isEmpty, ranged.isEmpty { return nil }
        return equal + tail.filter { !equal.contains($0) && (ranged.contains($0) || $0 != collection.primaryKey) }
    }

    private var unserved: String? {
        if !folded.isEmpty {
            let fields = folded.map(\.text).joined(separator: ", ")
            return "letter case is ignored in \(fields): no index of the schema language serves that; `_contains` has one (`using: gin_trgm`)"
        }
        if let field = masked.first { return "\(field) is shown to this caller on some rows only, so that no index on it can be used" }
        return nil
    }

    private func advise(_ fields: [FieldName], on target: Collection, _ reason: String, _ method: Index.Method = .btree) -> IndexAdvice? {
        guard !target.isSystem, !fields.isEmpty, !target.hasIndex(on: fields, method, equal: min(equal.count, fields.count)) else { return nil }
        let file = target.name == collection.name ? file : nil
        return IndexAdvice(collection: target.name, reason: reason, remedy: .index(fields: fields, method), file: file)
    }

    /// `9,800`.
    static func count(_ number: Double) -> String {
        let digits = String(Int(number))
        var out = ""
        for (at, digit) in digits.enumerated() {
            if at > 0, (digits.count - at) % 3 == 0 { out += "," }
            out.append(digit)
        }
        return out
    }
}

extension Collection {
    fileprivate var tableName: String { table?.name ?? name.text }

    /// Whether an index begins with these fields; the first ones in any order.
    fileprivate func hasIndex(on fields: [FieldName], _ method: Index.Method, equal: Int) -> Bool {
        let first = Set(fields.prefix(max(1, equal)))
        if method == .btree {
            // A key or a unique field leaves one row.
            if first.contains(primaryKey) { return true }
            for field in self.fields where first.contains(field.name) {
                if field.column?.isUnique == true || (fields.count == 1 && field.column?.isIndexed == true) { return true }
            }
        }
        return indexes.contains { index in
            guard index.method == method, index.where == nil, index.fields.count >= fields.count else { return false }
            return Set(index.fields.prefix(first.count)) == first
                && index.fields.dropFirst(first.count).prefix(fields.count - first.count).elementsEqual(fields.dropFirst(first.count))
        }
    }
}
