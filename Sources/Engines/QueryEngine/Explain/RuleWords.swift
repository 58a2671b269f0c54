import JSONText
import SchemaModel

/// Authorised rules and filters in words: `status _eq "published" and (author _eq $CURRENT_USER or views _gt 10)`.
///
/// - Shape: the operators of the wire; variables by their names, never by what they stand for.
enum RuleWords {
    /// nil = every row.
    static func text(_ predicate: AuthorizedPredicate) -> String? {
        switch predicate {
        case .always: nil
        case .never: "no row"
        case .any(let filters): text(.or(filters))
        }
    }

    /// nil = no condition.
    static func text(_ filter: AuthorizedFilter) -> String? {
        filter.isAll ? nil : words(simplified(filter), isInside: false)
    }

    /// Groups of one are what is in them.
    private static func simplified(_ filter: AuthorizedFilter) -> AuthorizedFilter {
        switch filter {
        case .and(let parts) where parts.count == 1, .or(let parts) where parts.count == 1: simplified(parts[0])
        case .and(let parts): .and(parts.map(simplified))
        case .or(let parts): .or(parts.map(simplified))
        case .all, .condition, .some, .none, .tells: filter
        }
    }

    private static func words(_ filter: AuthorizedFilter, isInside: Bool) -> String {
        switch filter {
        case .all: return "true"
        case .and(let parts): return group(parts, " and ", isInside)
        case .or(let parts): return group(parts, " or ", isInside)
        case .condition(let operand, let op, let value): return "\(text(operand)) \(op.rawValue) \(text(value))"
        case .some(let join, let inner): return "\(join.join.name) _some (\(words(simplified(inner), isInside: false)))"
        case .none(let join, let inner): return "\(join.join.name) _none (\(words(simplified(inner), isInside: false)))"
        case .tells: return "what it tells of may be read"
        }
    }

    private static func group(_ parts: [AuthorizedFilter], _ word: String, _ isInside: Bool) -> String {
        let joined = parts.map { words($0, isInside: parts.count > 1) }.joined(separator: word)
        return isInside ? "(\(joined))" : joined
    }

    /// `author.name`, `year(published)`, `count(tags)`.
    static func text(_ operand: AuthorizedOperand) -> String {
        (operand.joins.map(\.join.name) + [text(operand.target)]).joined(separator: ".")
    }

    static func text(_ target: AuthorizedTarget) -> String {
        switch target {
        case .field(let column): column.field.name.text
        case .function(let function, let column): "\(function.rawValue)(\(column.field.name))"
        case .countRelated(let join): "count(\(join.join.name))"
        }
    }

    private static func text(_ operand: FilterOperand) -> String {
        switch operand {
        case .value(let value): value.text
        case .variable(let variable): variable.text
        case .list(let parts): "[\(parts.map(text).joined(separator: ", "))]"
        }
    }
}
