import JSONText
import SQLText
import SchemaModel

/// One operator applied to one subject (contract/items.md, 2.5.3). Values are binds, cast to the column's type; comparisons with a variable that
/// is null or empty are never true.
extension StatementBuilder {
    mutating func comparison(_ subject: Subject, _ op: FilterOperator, _ operand: FilterOperand) -> SQLFragment {
        switch op {
        case .null, .nnull, .empty, .nempty: return presence(subject, op, operand)
        case .in: return "(\(membership(subject, operand)))"
        case .nin: return "NOT (\(membership(subject, operand)))\(nonEmpty(operand))"
        case .between: return range(subject, operand, negated: false)
        case .nbetween: return range(subject, operand, negated: true)
        case .eq, .neq: return equality(subject, operand, negated: op == .neq)
        case .ieq, .nieq:
            let same: SQLFragment = "lower(\(text(subject))) = lower(\(value(operand, as: .text, type: .text)))"
            return op == .ieq ? same : "NOT (\(same))"
        case .lt: return "\(subject.sql) < \(value(operand, subject))"
        case .lte: return "\(subject.sql) <= \(value(operand, subject))"
        case .gt: return "\(subject.sql) > \(value(operand, subject))"
        case .gte: return "\(subject.sql) >= \(value(operand, subject))"
        case .contains, .ncontains, .icontains, .nicontains, .startsWith, .nstartsWith, .istartsWith, .nistartsWith, .endsWith, .nendsWith,
            .iendsWith, .niendsWith:
            return pattern(subject, op, operand)
        case .intersects, .nintersects, .intersectsBBox, .nintersectsBBox: return spatial(subject, op, operand)
        case .json, .regex, .submitted:
            // Refused by the operator check for every type.
            return "FALSE"
        }
    }

    private func presence(_ subject: Subject, _ op: FilterOperator, _ operand: FilterOperand) -> SQLFragment {
        let isInverted = operand == .value(.bool(false))
        let positive = (op == .null || op == .empty) != isInverted
        if op == .null || op == .nnull { return positive ? "\(subject.sql) IS NULL" : "\(subject.sql) IS NOT NULL" }
        return positive
            ? "(\(subject.sql) IS NULL OR \(text(subject)) = '')" : "(\(subject.sql) IS NOT NULL AND \(text(subject)) <> '')"
    }

    private func text(_ subject: Subject) -> SQLFragment { subject.isTextual ? subject.sql : "(\(subject.sql))::text" }

    private mutating func equality(_ subject: Subject, _ operand: FilterOperand, negated: Bool) -> SQLFragment {
        switch operand {
        case .value(.null): return negated ? "\(subject.sql) IS NOT NULL" : "\(subject.sql) IS NULL"
        case .variable(let variable) where variable.isList:
            let member = membership(subject, .list([operand]))
            return negated ? "NOT (\(member))\(nonEmpty(operand))" : "(\(member))"
        case .value, .variable, .list:
            return negated ? "\(subject.sql) <> \(value(operand, subject))" : "\(subject.sql) = \(value(operand, subject))"
        }
    }

    private mutating func membership(_ subject: Subject, _ operand: FilterOperand) -> SQLFragment {
        let elements: [FilterOperand]
        if case .list(let values) = operand { elements = values } else { elements = [operand] }
        var literals: [String?] = []
        var parts: [SQLFragment] = []
        for element in elements {
            switch element {
            case .value(let value): literals.append(ValueText.bindText(value, type: subject.type))
            case .variable(let variable):
                parts.append("\(subject.sql) = ANY(\(slot: slot(.variable(variable, isArray: true)), as: arrayType(subject)))")
            case .list: continue
            }
        }
        if !literals.isEmpty {
            parts.insert("\(subject.sql) = ANY(\(bind: .text(ValueText.array(literals)), as: arrayType(subject)))", at: 0)
        }
        return parts.isEmpty ? "FALSE" : parts.joined(separator: " OR ")
    }

    private func arrayType(_ subject: Subject) -> SQLType { subject.bindType == .inferred ? .text.array : subject.bindType.array }

    /// `NOT IN` of an empty variable must not be true for every row.
    private mutating func nonEmpty(_ operand: FilterOperand) -> SQLFragment {
        let elements: [FilterOperand]
        if case .list(let values) = operand { elements = values } else { elements = [operand] }
        var out = SQLFragment()
        for case .variable(let variable) in elements {
            out += " AND cardinality(\(slot: slot(.variable(variable, isArray: true)), as: .text.array)) > 0"
        }
        return out
    }

    private mutating func range(_ subject: Subject, _ operand: FilterOperand, negated: Bool) -> SQLFragment {
        guard case .list(let bounds) = operand else { return "FALSE" }
        if bounds.count == 2 {
            let low = value(bounds[0], subject)
            let high = value(bounds[1], subject)
            return negated ? "\(subject.sql) NOT BETWEEN \(low) AND \(high)" : "\(subject.sql) BETWEEN \(low) AND \(high)"
        }
        guard bounds.count == 1, case .variable(let variable) = bounds[0] else { return "FALSE" }
        let list: SQLFragment = "(\(slot: slot(.variable(variable, isArray: true)), as: arrayType(subject)))"
        let inside: SQLFragment = "cardinality(\(list)) = 2 AND \(subject.sql)"
        return negated ? "(\(inside) NOT BETWEEN (\(list))[1] AND (\(list))[2])" : "(\(inside) BETWEEN (\(list))[1] AND (\(list))[2])"
    }

    private mutating func pattern(_ subject: Subject, _ op: FilterOperator, _ operand: FilterOperand) -> SQLFragment {
        let needle = value(operand, as: .text, type: .text)
        let column = text(subject)
        let like: SQLFragment
        switch op {
        case .contains, .ncontains: like = "\(column) LIKE '%' || \(needle) || '%'"
        case .icontains, .nicontains: like = "lower(\(column)) LIKE '%' || lower(\(needle)) || '%'"
        case .startsWith, .nstartsWith: like = "\(column) LIKE \(needle) || '%'"
        case .istartsWith, .nistartsWith: like = "lower(\(column)) LIKE lower(\(needle)) || '%'"
        case .endsWith, .nendsWith: like = "\(column) LIKE '%' || \(needle)"
        case .iendsWith, .niendsWith: like = "lower(\(column)) LIKE '%' || lower(\(needle))"
        case .eq, .neq, .lt, .lte, .gt, .gte, .in, .nin, .null, .nnull, .empty, .nempty, .between, .nbetween, .intersects, .nintersects,
            .intersectsBBox, .nintersectsBBox, .ieq, .nieq, .json, .regex, .submitted:
            return "FALSE"
        }
        switch op {
        case .ncontains, .nicontains, .nstartsWith, .nistartsWith, .nendsWith, .niendsWith: return "NOT (\(like))"
        case .contains, .icontains, .startsWith, .istartsWith, .endsWith, .iendsWith, .eq, .neq, .lt, .lte, .gt, .gte, .in, .nin, .null, .nnull,
            .empty, .nempty, .between, .nbetween, .intersects, .nintersects, .intersectsBBox, .nintersectsBBox, .ieq, .nieq, .json, .regex,
            .submitted:
            return like
        }
    }

    private func spatial(_ subject: Subject, _ op: FilterOperator, _ operand: FilterOperand) -> SQLFragment {
        guard case .value(let value) = operand, !value.isNull else { return "FALSE" }
        let shape: SQLFragment = "ST_SetSRID(ST_GeomFromGeoJSON(\(bind: .text(value.text), as: .text)), 4326)"
        switch op {
        case .intersects: return "ST_Intersects(\(subject.sql), \(shape))"
        case .nintersects: return "NOT ST_Intersects(\(subject.sql), \(shape))"
        case .intersectsBBox: return "\(subject.sql) && \(shape)"
        default: return "NOT (\(subject.sql) && \(shape))"
        }
    }

    private mutating func value(_ operand: FilterOperand, _ subject: Subject) -> SQLFragment {
        value(operand, as: subject.bindType, type: subject.type)
    }

    private mutating func value(_ operand: FilterOperand, as type: SQLType, type fieldType: FieldType) -> SQLFragment {
        switch operand {
        case .value(let value):
            return SQLFragment(bind: ValueText.bindText(value, type: fieldType).map { .text($0) } ?? .null, as: type)
        case .variable(let variable): return SQLFragment(slot: slot(.variable(variable, isArray: false)), as: type)
        case .list(let elements): return elements.first.map { value($0, as: type, type: fieldType) } ?? SQLFragment(bind: .null, as: type)
        }
    }
}

extension DynamicVariable {
    /// Stands for a list even where one value is expected.
    var isList: Bool {
        switch self {
        case .currentRoles, .currentPolicies: true
        case .now, .currentUser, .currentRole: false
        }
    }
}

extension ValueText {
    /// A filter's or key's value in PostgreSQL's text form for a column of this type; nil = null.
    static func bindText(_ value: JSONValue, type: FieldType) -> String? {
        switch type {
        case .integer, .bigInteger, .float, .decimal: number(value) ?? text(value)
        case .boolean: boolean(value).map { $0 ? "true" : "false" } ?? text(value)
        case .string, .text, .date, .time, .dateTime, .timestamp, .json, .csv, .uuid, .hash, .binary, .geometry, .alias, .unknown: text(value)
        }
    }
}
