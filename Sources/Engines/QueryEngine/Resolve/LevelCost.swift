import QueryLanguage
import SchemaModel

/// What one level of the answer asks of one statement. PostgreSQL plans a statement without looking at the clock, and each relation that it filters,
/// sorts or counts by is a join or a subquery to plan and to run for every row.
///
/// - Source: attacks K2 and K6 of contract/attacks.md: a cost is counted once however often it is named, and refused where it is too high.
struct LevelCost {
    /// Relations that a level may filter, sort and count by.
    static let maximumRelations = 64
    /// Columns of a statement; PostgreSQL has room for 1,664, with keys and counts.
    static let maximumColumns = 1500

    private var paths: Set<String> = []
    private var quantified = 0
    private var columns = 0

    static func check(_ node: ResolvedNode) throws(WireError) {
        var cost = LevelCost()
        for output in node.outputs { cost.add(output.content) }
        cost.add(node.arguments.filter, below: "")
        for sort in node.arguments.sort ?? [] { cost.add(sort.operand, below: "") }
        if let aggregation = node.arguments.aggregation {
            for group in aggregation.groups { cost.add(group.target, below: "") }
            cost.columns += aggregation.groups.count + aggregation.terms.count
        }
        if cost.paths.count + cost.quantified > maximumRelations {
            throw .invalidQuery("The query filters, sorts and counts \"\(node.collection.name)\" by more than \(maximumRelations) relations")
        }
        if cost.columns > maximumColumns {
            throw .invalidQuery("The query asks for more than \(maximumColumns) fields of \"\(node.collection.name)\"")
        }
    }

    private mutating func add(_ content: ResolvedContent) {
        columns += 1
        switch content {
        case .field, .function, .json: return
        case .countRelated(_, let join): paths.insert("count \(join.name)")
        // Key and mask, or key and collection.
        case .manyToOne, .oneToMany, .anyToOne: columns += 1
        }
    }

    /// Equal paths are one join.
    private mutating func add(_ operand: ResolvedOperand, below place: String) {
        var path = place
        for join in operand.joins {
            path += ".\(join.name)"
            paths.insert(path)
        }
        add(operand.target, below: path)
    }

    private mutating func add(_ target: ResolvedTarget, below path: String) {
        if case .countRelated = target { quantified += 1 }
    }

    private mutating func add(_ filter: ResolvedFilter, below place: String) {
        switch filter {
        case .all: return
        case .and(let parts), .or(let parts): for part in parts { add(part, below: place) }
        case .condition(let operand, _, _): add(operand, below: place)
        case .some(_, let inner), .none(_, let inner):
            quantified += 1
            add(inner, below: "\(quantified)")
        }
    }
}
