import JSONText

/// Judges rows in memory. Conditions on one to-many path hold for one child together; a parent without children counts as one with a single
/// child of nulls (contract/items.md, 2.5.4). With `access`, values are masked and joined rows are those that the caller may read (5.3).
struct OracleFilter {
    let world: OracleWorld
    /// nil = everything is seen.
    let access: OracleAccess?

    /// The row that each path leads to, while one combination of children is looked at.
    private typealias Binding = [[OracleStep]: OracleRow?]

    func matches(_ condition: OracleCondition, _ row: OracleRow) -> Bool {
        var paths: Set<[OracleStep]> = []
        condition.collect(&paths)
        let ordered = paths.sorted { $0.count < $1.count }
        return matches(condition, row, ordered[...], [[]: row])
    }

    private func matches(
        _ condition: OracleCondition, _ row: OracleRow, _ paths: ArraySlice<[OracleStep]>, _ bound: Binding
    ) -> Bool {
        guard let path = paths.first else { return truth(condition, row, bound) == true }
        for candidate in candidates(path, bound) {
            var bound = bound
            bound[path] = candidate
            if matches(condition, row, paths.dropFirst(), bound) { return true }
        }
        return false
    }

    private func candidates(_ path: [OracleStep], _ bound: Binding) -> [OracleRow?] {
        guard let from = bound[Array(path.dropLast())] ?? nil else { return [nil] }
        let rows = related(path[path.count - 1], of: from)
        return rows.isEmpty ? [nil] : rows
    }

    /// The rows behind one step that may be seen.
    func related(_ step: OracleStep, of row: OracleRow) -> [OracleRow] {
        let collection = step.from
        switch world[collection].field(step.field)!.relation! {
        case .manyToOne(let target):
            guard let found = world.row(value(step.field, row, collection), of: world[target]), isSeen(found, target) else { return [] }
            return [found]
        case .list(let target, let by, _):
            guard access?.shows(step.field, of: row, in: collection) ?? true else { return [] }
            // The right on the list decides; the keys behind it count as they are.
            let key = row[world[collection].key]
            return key == .null ? [] : world[target].rows.filter { $0[by] == key && isSeen($0, target) }
        case .any(_, let selector):
            guard let target = step.scope, row[selector] == .text(target), let key = value(step.field, row, collection).string
            else { return [] }
            let name = world[target].key
            return world[target].rows.filter { OracleValues.text($0[name]) == key && isSeen($0, target) }
        }
    }

    private func isSeen(_ row: OracleRow, _ collection: String) -> Bool { access?.sees(row, of: collection, asking: nil) ?? true }

    func value(_ field: String, _ row: OracleRow, _ collection: String) -> OracleCell {
        access?.value(field, of: row, in: collection) ?? row[field]
    }

    /// nil = unknown.
    private func truth(_ condition: OracleCondition, _ row: OracleRow, _ bound: Binding) -> Bool? {
        switch condition {
        case .and(let parts):
            let values = parts.map { truth($0, row, bound) }
            return values.contains(false) ? false : values.contains(nil) ? nil : true
        case .or(let parts):
            let values = parts.map { truth($0, row, bound) }
            return values.contains(true) ? true : values.contains(nil) ? nil : false
        case .child(let list, let of, let condition, let isSome):
            let children = related(OracleStep(from: of, field: list), of: row)
            return children.contains { matches(condition, $0) } == isSome
        case .named: return true
        case .compare(let subject, let op, let operand):
            let cell = measure(subject, (bound[subject.steps] ?? nil) ?? .absent)
            return OracleComparison(kind: subject.kind(in: world)).truth(cell, op, operand)
        }
    }

    /// The value of what is compared, at the row where its path ends.
    func measure(_ subject: OracleSubject, _ row: OracleRow) -> OracleCell {
        switch subject.target {
        case .field(let name): return value(name, row, subject.collection)
        case .function(let function, let name):
            let kind = world[subject.collection].field(name)!.kind
            return OracleDates.part(function, of: value(name, row, subject.collection), kind)
        case .count(let name):
            guard access?.shows(name, of: row, in: subject.collection) ?? true else { return .null }
            return .int(related(OracleStep(from: subject.collection, field: name), of: row).count)
        }
    }

    /// All rows that the subject's path can lead to; none for a row without children.
    func ends(of subject: OracleSubject, from row: OracleRow) -> [OracleRow] {
        var rows = [row]
        var isBelowList = false
        for step in subject.steps {
            let isList = world[step.from].field(step.field)!.isList
            rows = rows.flatMap { row in
                let found = related(step, of: row)
                return found.isEmpty && (!isList || isBelowList) ? [.absent] : found
            }
            isBelowList = isBelowList || isList
        }
        return rows
    }
}

extension OracleCondition {
    /// The paths and their beginnings, without those inside `_some` and `_none`.
    fileprivate func collect(_ paths: inout Set<[OracleStep]>) {
        switch self {
        case .and(let parts), .or(let parts): for part in parts { part.collect(&paths) }
        case .compare(let subject, _, _):
            for length in 0..<subject.steps.count { paths.insert(Array(subject.steps.prefix(length + 1))) }
        case .child, .named: break
        }
    }
}
