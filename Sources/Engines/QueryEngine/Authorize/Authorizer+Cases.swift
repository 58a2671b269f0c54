import AccessControl
import SchemaModel

/// Which cases hold wherever another one holds. What follows from the rules' words alone is left out of SQL, where it would hide from PostgreSQL
/// that a mask is always true and that rows come in an index's order.
extension Authorizer {
    /// The cases without those that add no row to another: `a OR (a AND b)` is `a`.
    func widest(_ cases: [AccessCase]) -> [AccessCase] {
        cases.indices.filter { at in
            !cases.indices.contains { other in
                // Of two that say the same the first stays.
                other != at && implies(cases[at], cases[other]) && (other < at || !implies(cases[other], cases[at]))
            }
        }.map { cases[$0] }
    }

    /// Whether all conditions of `wide` are among those of `narrow`. Rules that don't resolve imply nothing.
    func implies(_ narrow: AccessCase, _ wide: AccessCase) -> Bool {
        guard let wanted = wide.rule else { return true }
        guard let given = narrow.rule, let all = conditions(of: given), let some = conditions(of: wanted) else { return false }
        return some.allSatisfy(all.contains)
    }

    private func conditions(of rule: RuleID) -> [FilterExpression]? {
        guard rule.index < snapshot.rules.count, snapshot.rules[rule.index] != nil else { return nil }
        return snapshot.access.rules[rule.index].filter.map(Self.conditions)
    }

    private static func conditions(of filter: FilterExpression) -> [FilterExpression] {
        switch filter {
        case .all: []
        case .and(let parts): parts.flatMap(conditions)
        case .or, .key, .condition, .unknownOperator, .some, .none: [filter]
        }
    }
}
