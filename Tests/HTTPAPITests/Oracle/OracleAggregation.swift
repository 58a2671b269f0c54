import JSONText

/// `aggregate` and `groupBy` over the rows in memory (contract/items.md, 2.9 and 3.5). Only masked values count.
struct OracleAggregation {
    let reader: OracleReader
    let query: OracleQuery

    private struct Group {
        let rows: [OracleRow]
        let keys: [OracleCell]
    }

    private var world: OracleWorld { reader.world }
    private var collection: OracleCollection { world[query.collection] }

    func list(_ arguments: OracleArguments) throws -> OracleExpected {
        let groupings = try query.groupBy.map { try OracleArguments.term($0, query.collection, world).subject }
        for name in groupings.map({ Self.field(of: $0) }) + query.aggregate.flatMap(\.fields) where name != "*" { try check(name) }
        let asked = groupings.isEmpty ? nil : Set(groupings.map { Self.field(of: $0) })
        let rows = collection.rows.filter { reader.access.sees($0, of: collection.name, asking: asked) && reader.accepts($0, arguments) }
        let groups = grouped(rows, by: groupings)
        let runs = try groupings.isEmpty ? groups.map { [$0] } : OracleSort.runs(groups, terms(groupings))
        return .list(
            OracleReader.cut(runs, arguments).map { run in OracleExpected.Run(items: run.items.map { show($0, groupings) }, count: run.count) })
    }

    private func check(_ name: String) throws {
        guard let field = collection.field(name), reader.access.grants(name, of: collection.name) else { throw OracleRefusal.forbidden }
        if field.isConcealed, query.groupBy.contains(name) { throw OracleRefusal.forbidden }
    }

    private static func field(of subject: OracleSubject) -> String {
        switch subject.target {
        case .field(let name), .function(_, let name), .count(let name): name
        }
    }

    private func grouped(_ rows: [OracleRow], by groupings: [OracleSubject]) -> [Group] {
        guard !groupings.isEmpty else { return [Group(rows: rows, keys: [])] }
        let filter = OracleFilter(world: world, access: reader.access)
        let groups = Dictionary(grouping: rows) { row in groupings.map { filter.measure($0, row) } }
        return groups.map { Group(rows: $0.value, keys: $0.key) }
    }

    /// By grouped values or aggregates; without a sort, by the first group.
    private func terms(_ groupings: [OracleSubject]) throws -> [(descending: Bool, key: (Group) -> OracleCell)] {
        guard !query.sort.isEmpty else { return [(false, { $0.keys[0] })] }
        return try query.sort.map { text in
            let descending = text.hasPrefix("-")
            let term = descending ? String(text.dropFirst()) : text
            if let at = query.groupBy.firstIndex(of: term) { return (descending, { $0.keys[at] }) }
            let parts = OracleReader.segments(term)
            guard query.aggregate.contains(where: { $0.function == parts[0] && $0.fields.contains(parts.count > 1 ? parts[1] : "*") }) else {
                throw OracleRefusal.forbidden
            }
            return (descending, { group in measure(parts[0], parts.count > 1 ? parts[1] : "*", group).cell })
        }
    }

    // MARK: Results

    private func show(_ group: Group, _ groupings: [OracleSubject]) -> OracleExpected {
        var members: [(key: String, value: OracleExpected)] = []
        for (at, subject) in groupings.enumerated() {
            switch subject.target {
            case .field(let name): members.append((name, .value(OracleValues.wire(group.keys[at], collection.field(name)!.kind))))
            case .function(let function, let name): members.append(("\(name)_\(function)", OracleReader.show(part: group.keys[at], function)))
            case .count(let name): members.append(("\(name)_count", OracleReader.show(part: group.keys[at], "count")))
            }
        }
        for (function, fields) in query.aggregate {
            if fields == ["*"] {
                members.append((function, measure(function, "*", group).expected))
            } else {
                members.append((function, .object(fields.map { ($0, measure(function, $0, group).expected) })))
            }
        }
        // A key stands once: a function's name goes before a field's.
        let functions = query.aggregate.map(\.function)
        members = members.enumerated().filter { at, member in at >= groupings.count || !functions.contains(member.key) }.map(\.element)
        return .object(members)
    }

    /// A result as it sorts, and as it is shown.
    private func measure(_ function: String, _ name: String, _ group: Group) -> (cell: OracleCell, expected: OracleExpected) {
        if name == "*" { return (.int(group.rows.count), .value(.string("\(group.rows.count)"))) }
        let field = collection.field(name)!
        var cells = group.rows.map { reader.access.value(name, of: $0, in: collection.name) }.filter { $0 != .null }
        if function.hasSuffix("Distinct") { cells = Array(Set(cells)) }
        switch function {
        case "count", "countDistinct": return (.int(cells.count), .value(.string("\(cells.count)")))
        case "min", "max":
            guard let cell = function == "min" ? cells.min() : cells.max() else { return (.null, .value(.null)) }
            return (cell, .value(field.isConcealed ? OracleReader.concealed(cell) : OracleValues.wire(cell, field.kind)))
        default: return total(cells, field.kind, isAverage: function.hasPrefix("avg"))
        }
    }

    private func total(_ cells: [OracleCell], _ kind: OracleKind, isAverage: Bool) -> (cell: OracleCell, expected: OracleExpected) {
        guard !cells.isEmpty else { return (.null, .value(.null)) }
        let count = Double(cells.count)
        if kind == .float {
            let sum = cells.reduce(0) { $0 + $1.double! }
            return (.float(Float(isAverage ? sum / count : sum)), .near(isAverage ? sum / count : sum, isText: false))
        }
        // In whole numbers: the ends of `bigInteger` cancel out.
        let sum = cells.reduce(into: Int128(0)) { sum, cell in
            if case .int(let value) = cell { sum += Int128(value) }
            if case .decimal(let value) = cell { sum += Int128(value) }
        }
        let value = Double(sum) / (kind == .decimal ? 1000 : 1)
        if isAverage { return (.float(Float(value / count)), .near(value / count, isText: true)) }
        return (.int(Int(clamping: sum)), .near(value, isText: true))
    }
}
