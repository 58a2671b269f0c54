/// The order of a list, as far as it is defined: runs of rows among which the sort does not tell (contract/items.md, 2.7).
struct OracleSort {
    let world: OracleWorld
    let access: OracleAccess

    func runs(_ rows: [OracleRow], _ arguments: OracleArguments, relationSort: String?) -> [[OracleRow]] {
        let name = arguments.collection
        if !arguments.sort.isEmpty { return Self.runs(rows, arguments.sort.map { ($0.descending, key($0.subject, $0.descending)) }) }
        let collection = world[name]
        let field = relationSort ?? collection.sort ?? collection.key
        guard access.grants(field, of: name) else { return rows.isEmpty ? [] : [rows] }
        // The default order uses the real key, even where it is masked.
        return Self.runs(rows, [(false, { field == collection.key ? $0[field] : access.value(field, of: $0, in: name) })])
    }

    /// By the best of the values that a path leads to: the smallest, or the greatest where the order descends.
    private func key(_ subject: OracleSubject, _ descending: Bool) -> (OracleRow) -> OracleCell {
        let filter = OracleFilter(world: world, access: access)
        return { row in
            let cells = filter.ends(of: subject, from: row).map { filter.measure(subject, $0) }
            return (descending ? cells.max() : cells.min()) ?? .null
        }
    }

    static func runs<T>(_ items: [T], _ terms: [(descending: Bool, key: (T) -> OracleCell)]) -> [[T]] {
        let keyed = items.map { item in (item: item, keys: terms.map { $0.key(item) }) }
        func precedes(_ a: [OracleCell], _ b: [OracleCell]) -> Bool {
            for (at, term) in terms.enumerated() where a[at] != b[at] { return (a[at] < b[at]) != term.descending }
            return false
        }
        var runs: [[T]] = []
        var last: [OracleCell]?
        for (item, keys) in keyed.sorted(by: { precedes($0.keys, $1.keys) }) {
            if keys == last { runs[runs.count - 1].append(item) } else { runs.append([item]) }
            last = keys
        }
        return runs
    }
}
