import SQLText
package import SchemaModel

/// A value that a plan's statement needs at each run. Its number is its place in the statement's `slots`.
package enum PlanSlot: Sendable, Hashable {
    /// The primary key asked for (single), or the keys of the level above (array literal).
    case keys
    case variable(DynamicVariable, isArray: Bool)
}

/// State while one statement is written: aliases and slots.
struct StatementBuilder {
    private var aliases = 0
    /// Those before are the caller's own.
    private let firstSlot: Int
    private(set) var slots: [PlanSlot] = []

    init(firstSlot: Int = 0) { self.firstSlot = firstSlot }

    mutating func nextAlias() -> SQLIdentifier {
        aliases += 1
        return .alias(aliases - 1)
    }

    mutating func slot(_ slot: PlanSlot) -> Int {
        if let known = slots.firstIndex(of: slot) { return firstSlot + known }
        slots.append(slot)
        return firstSlot + slots.count - 1
    }
}

/// One FROM clause: a root table and the joins that filters and sorts have needed so far. Equal paths share one join.
struct JoinScope {
    let alias: SQLIdentifier
    let collection: Collection
    private(set) var joins = SQLFragment()
    private var byPath: [[String]: SQLIdentifier] = [:]

    init(alias: SQLIdentifier, collection: Collection) {
        self.alias = alias
        self.collection = collection
    }

    var from: SQLFragment { "\(collection.tableFragment) AS \(alias)\(joins)" }

    var key: SQLFragment { "\(alias).\(collection.primaryKey.identifier)" }

    /// The alias at the end of a path of joins, joining what is missing.
    mutating func alias(for path: [AuthorizedJoin], _ builder: inout StatementBuilder) -> SQLIdentifier {
        var here = alias
        var names: [String] = []
        for step in path {
            // A row rule looks over all rows, a request over readable ones: they never share a join.
            names.append(step.isRestricted ? "\(step.join.name) of the caller" : step.join.name)
            if let known = byPath[names] {
                here = known
                continue
            }
            let next = builder.nextAlias()
            joins += " LEFT JOIN \(step.join.to.tableFragment) AS \(next) ON \(builder.link(step, from: here, to: next))"
            byPath[names] = next
            here = next
        }
        return here
    }
}
