import SQLText
import SchemaModel

extension StatementBuilder {
    /// What a row is ordered by. Over a to-many path: its best child, so that each row stands once.
    mutating func sortKey(_ sort: AuthorizedSort, in scope: inout JoinScope) -> SQLFragment {
        let joins = sort.operand.joins
        guard let first = joins.firstIndex(where: { $0.join.isToMany }) else {
            let alias = scope.alias(for: joins, &self)
            return subject(sort.operand.target, on: alias, of: joins.last?.join.to ?? scope.collection).sql
        }
        let start = scope.alias(for: Array(joins[..<first]), &self)
        let many = joins[first]
        var inner = JoinScope(alias: nextAlias(), collection: many.join.to)
        let link = link(many, from: start, to: inner.alias)
        let rest = Array(joins[(first + 1)...])
        let alias = inner.alias(for: rest, &self)
        let value = subject(sort.operand.target, on: alias, of: joins.last?.join.to ?? many.join.to).sql
        let direction: SQLFragment = sort.descending ? " DESC" : ""
        return "(SELECT \(value) FROM \(inner.from) WHERE \(link) ORDER BY 1\(direction) LIMIT 1)"
    }
}

extension AuthorizedSort {
    /// The primary key itself: nothing can follow it.
    func isByKey(of collection: Collection) -> Bool {
        guard operand.joins.isEmpty, case .field(let column) = operand.target else { return false }
        return column.field.name == collection.primaryKey
    }

    /// The same where every key may be seen, so that no row is sorted as one without.
    func isByOpenKey(of collection: Collection) -> Bool {
        guard isByKey(of: collection), case .field(let column) = operand.target else { return false }
        return column.mask.isAlways
    }
}
