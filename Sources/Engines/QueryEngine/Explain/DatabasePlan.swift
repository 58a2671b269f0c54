package import JSONText

/// What PostgreSQL says of one statement (`EXPLAIN (FORMAT JSON)`), as far as people and advice need it. No conditions: values stand in them.
package struct DatabasePlan: Sendable, Equatable {
    package let root: Step
    /// Milliseconds; nil where nothing was run.
    package let planning: Double?
    package let execution: Double?

    package struct Step: Sendable, Equatable {
        /// `Seq Scan`, `Nested Loop`, …
        package let name: String
        package let relation: String?
        package let alias: String?
        package let index: String?
        /// `SubPlan 1`, where it is one.
        package let role: String?
        /// As the planner expects, of one loop.
        package let expectedRows: Double
        package let cost: Double
        /// nil where nothing was run.
        package let actual: Actual?
        package let below: [Step]
    }

    /// Of all loops together.
    package struct Actual: Sendable, Equatable {
        package let rows: Double
        package let loops: Double
        /// Rows that were read, and left out by a condition.
        package let removed: Double
        package let milliseconds: Double
        /// Pages of 8 KB, from PostgreSQL's memory or from below it.
        package let pages: Double
        /// `quicksort`, `external merge`; nil for all that sorts nothing.
        package let sortMethod: String?
    }

    /// - Returns: nil for what is no plan.
    package init?(_ value: JSONValue) {
        guard let whole = value.array?.first, let plan = whole["Plan"] else { return nil }
        root = Step(plan, isShared: false)
        planning = whole["Planning Time"]?.number?.double
        execution = whole["Execution Time"]?.number?.double
    }

    /// Rows of the whole statement; nil where nothing was run.
    package var rows: Int? { root.actual.map { Int($0.rows) } }
}

extension DatabasePlan.Step {
    /// - Parameter isShared: its loops run side by side, so that their times are not one after the other.
    fileprivate init(_ plan: JSONValue, isShared: Bool) {
        func number(_ key: String) -> Double { plan[key]?.number?.double ?? 0 }
        let name = DatabasePlan.Step.name(of: plan)
        let isSharedBelow = isShared || name.hasPrefix("Gather")
        self.name = name
        relation = plan["Relation Name"]?.string
        alias = plan["Alias"]?.string
        index = plan["Index Name"]?.string
        role = plan["Subplan Name"]?.string
        expectedRows = number("Plan Rows")
        cost = number("Total Cost")
        let loops = number("Actual Loops")
        actual =
            plan["Actual Rows"] == nil
            ? nil
            : DatabasePlan.Actual(
                rows: (number("Actual Rows") * loops).rounded(), loops: loops,
                removed: ((number("Rows Removed by Filter") + number("Rows Removed by Join Filter")) * loops).rounded(),
                milliseconds: number("Actual Total Time") * (isShared ? min(loops, 1) : loops),
                pages: number("Shared Hit Blocks") + number("Shared Read Blocks"),
                sortMethod: plan["Sort Method"]?.string)
        below = (plan["Plans"]?.array ?? []).map { DatabasePlan.Step($0, isShared: isSharedBelow) }
    }

    private static func name(of plan: JSONValue) -> String {
        let name = plan["Node Type"]?.string ?? "?"
        let isParallel = plan["Parallel Aware"]?.bool == true
        let join = plan["Join Type"]?.string.flatMap { $0 == "Inner" ? nil : " (\($0.lowercased()))" } ?? ""
        return (isParallel ? "Parallel " : "") + name + join
    }

    /// This step and all below it, from above.
    var all: [DatabasePlan.Step] { [self] + below.flatMap(\.all) }
}
