import JSONText
import SQLText
import SchemaModel

/// Filters and row rules as SQL conditions.
extension StatementBuilder {
    /// When two rows belong together, the relation may be followed, and the related row may be seen.
    mutating func link(_ step: AuthorizedJoin, from here: SQLIdentifier, to next: SQLIdentifier) -> SQLFragment {
        let join = step.join
        let fromKey = join.from.primaryKey.identifier
        let toKey = join.to.primaryKey.identifier
        var condition: SQLFragment
        switch join.kind {
        case .manyToOne: condition = "\(next).\(toKey) = \(here).\(join.field.name.identifier)"
        case .oneToMany: condition = "\(next).\(join.field.name.identifier) = \(here).\(fromKey)"
        case .anyToOne(let collectionField):
            condition =
                "\(next).\(toKey)::text = \(here).\(join.field.name.identifier) AND \(here).\(collectionField.name.identifier) = \(bind: .text(join.to.name.text), as: .text)"
        case .toAny(let collectionField):
            condition =
                "\(next).\(join.field.name.identifier) = \(here).\(fromKey)::text AND \(next).\(collectionField.name.identifier) = \(bind: .text(join.from.name.text), as: .text)"
        }
        if let mask = self.condition(step.mask, on: here, of: join.from) { condition += " AND \(mask)" }
        if let rows = self.condition(step.rows, on: next, of: join.to) { condition += " AND \(rows)" }
        return condition
    }

    /// A row rule on one table, complete in itself (it adds no joins). nil = always true.
    mutating func condition(_ predicate: AuthorizedPredicate, on alias: SQLIdentifier, of collection: Collection) -> SQLFragment? {
        var scope = JoinScope(alias: alias, collection: collection)
        return condition(predicate, in: &scope, mayJoin: false)
    }

    /// - Parameter mayJoin: whether many-to-one joins may be added to the scope; else paths become subqueries.
    mutating func condition(_ predicate: AuthorizedPredicate, in scope: inout JoinScope, mayJoin: Bool) -> SQLFragment? {
        switch predicate {
        case .always: return nil
        case .never: return "FALSE"
        case .any(let filters):
            var parts: [SQLFragment] = []
            for filter in filters {
                guard let part = condition(filter, in: &scope, mayJoin: mayJoin) else { return nil }
                parts.append(part)
            }
            return parts.count == 1 ? parts[0] : "(\(parts.joined(separator: " OR ")))"
        }
    }

    /// A filter as a condition on the scope's rows; nil = always true. With a to-many path it is a semi-join: each row once.
    mutating func condition(_ filter: AuthorizedFilter, in scope: inout JoinScope, mayJoin: Bool = true) -> SQLFragment? {
        if filter.isAll { return nil }
        if filter.reachesMany || (!mayJoin && filter.reachesAny) {
            var inner = JoinScope(alias: nextAlias(), collection: scope.collection)
            let expression = expression(filter, in: &inner)
            return "\(scope.key) IN (SELECT \(inner.key) FROM \(inner.from) WHERE \(expression))"
        }
        return expression(filter, in: &scope)
    }

    private mutating func expression(_ filter: AuthorizedFilter, in scope: inout JoinScope) -> SQLFragment {
        switch filter {
        case .all: return "TRUE"
        case .and(let parts): return group(parts, " AND ", empty: "TRUE", in: &scope)
        case .or(let parts): return group(parts, " OR ", empty: "TRUE", in: &scope)
        case .condition(let operand, let op, let value):
            let alias = scope.alias(for: operand.joins, &self)
            let subject = self.subject(operand.target, on: alias, of: operand.joins.last?.join.to ?? scope.collection)
            return comparison(subject, op, value)
        case .some(let join, let inner): return exists(join, inner, from: scope.alias)
        case .none(let join, let inner): return "NOT \(exists(join, inner, from: scope.alias))"
        case .tells(let items): return tells(of: items, on: scope.alias)
        }
    }

    private mutating func group(
        _ parts: [AuthorizedFilter], _ separator: SQLFragment, empty: SQLFragment, in scope: inout JoinScope
    ) -> SQLFragment {
        var out: [SQLFragment] = []
        for part in parts { out.append(expression(part, in: &scope)) }
        if out.isEmpty { return empty }
        return out.count == 1 ? out[0] : "(\(out.joined(separator: separator)))"
    }

    private mutating func exists(_ step: AuthorizedJoin, _ inner: AuthorizedFilter, from alias: SQLIdentifier) -> SQLFragment {
        var scope = JoinScope(alias: nextAlias(), collection: step.join.to)
        var condition = link(step, from: alias, to: scope.alias)
        if let filter = self.condition(inner, in: &scope) { condition += " AND \(filter)" }
        return "EXISTS (SELECT 1 FROM \(scope.from) WHERE \(condition))"
    }
}

/// What stands on the left of a comparison.
struct Subject {
    var sql: SQLFragment
    var bindType: SQLType
    var isTextual: Bool
    /// The field's type, or `decimal` for functions: how a value becomes text.
    var type: FieldType
}

extension StatementBuilder {
    mutating func subject(_ target: AuthorizedTarget, on alias: SQLIdentifier, of collection: Collection) -> Subject {
        switch target {
        case .field(let column):
            let field = column.field
            return Subject(
                sql: visible(column, on: alias, of: collection), bindType: field.bindType, isTextual: field.isTextual, type: field.type)
        case .function(let function, let column):
            let sql = visible(column, on: alias, of: collection)
            return Subject(sql: call(function, on: sql, column.field), bindType: .numeric, isTextual: false, type: .decimal)
        case .countRelated(let join):
            return Subject(sql: count(join, from: alias), bindType: .numeric, isTextual: false, type: .decimal)
        }
    }

    /// A column as the caller may see it.
    mutating func visible(_ column: AuthorizedColumn, on alias: SQLIdentifier, of collection: Collection) -> SQLFragment {
        var sql: SQLFragment = "\(alias).\(column.field.name.identifier)"
        if let items = column.members { sql = members(of: sql, about: items, on: alias) }
        return masked(sql, column.mask, on: alias, of: collection)
    }

    /// `CASE WHEN rule THEN value END`.
    mutating func masked(
        _ sql: SQLFragment, _ mask: AuthorizedPredicate, on alias: SQLIdentifier, of collection: Collection
    ) -> SQLFragment {
        guard let condition = condition(mask, on: alias, of: collection) else { return sql }
        return "CASE WHEN \(condition) THEN \(sql) END"
    }

    /// How many related rows the caller may read; null where the relation may not be followed.
    mutating func count(_ step: AuthorizedJoin, from alias: SQLIdentifier) -> SQLFragment {
        let other = nextAlias()
        let unmasked = step.withoutMask
        let count: SQLFragment =
            "(SELECT count(*) FROM \(step.join.to.tableFragment) AS \(other) WHERE \(link(unmasked, from: alias, to: other)))"
        return masked(count, step.mask, on: alias, of: step.join.from)
    }

    func call(_ function: FieldFunction, on sql: SQLFragment, _ field: Field) -> SQLFragment {
        let moment: SQLFragment = field.type == .timestamp ? "(\(sql) AT TIME ZONE 'UTC')" : "\(sql)"
        switch function {
        case .year: return "EXTRACT(YEAR FROM \(moment))"
        case .month: return "EXTRACT(MONTH FROM \(moment))"
        case .week: return "EXTRACT(WEEK FROM \(moment))"
        case .day: return "EXTRACT(DAY FROM \(moment))"
        case .weekday: return "EXTRACT(DOW FROM \(moment))"
        case .hour: return "EXTRACT(HOUR FROM \(moment))"
        case .minute: return "EXTRACT(MINUTE FROM \(moment))"
        case .second: return "EXTRACT(SECOND FROM \(moment))"
        case .count:
            // A value that is no list has no length: null, no error.
            return field.column?.dataType == "jsonb"
                ? "CASE WHEN jsonb_typeof(\(sql)) = 'array' THEN jsonb_array_length(\(sql)) END"
                : "CASE WHEN json_typeof(\(sql)::json) = 'array' THEN json_array_length(\(sql)::json) END"
        }
    }
}

extension AuthorizedFilter {
    var isAll: Bool {
        switch self {
        case .all: true
        case .and(let parts): parts.allSatisfy(\.isAll)
        case .or(let parts): parts.isEmpty || parts.contains(where: \.isAll)
        case .condition, .some, .none, .tells: false
        }
    }

    /// Some path goes to many rows, so that plain joins would repeat parents.
    var reachesMany: Bool {
        switch self {
        case .all, .some, .none, .tells: false
        case .and(let parts), .or(let parts): parts.contains(where: \.reachesMany)
        case .condition(let operand, _, _): operand.joins.contains { $0.join.isToMany }
        }
    }

    var reachesAny: Bool {
        switch self {
        case .all, .some, .none, .tells: false
        case .and(let parts), .or(let parts): parts.contains(where: \.reachesAny)
        case .condition(let operand, _, _): !operand.joins.isEmpty
        }
    }
}
