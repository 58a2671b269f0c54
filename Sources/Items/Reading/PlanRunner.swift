import AccessControl
import Postgres
import QueryEngine
import SQLText
import SchemaModel

/// Runs a plan's statements level by level: siblings in one batch, all levels in one consistent view. Or all as one (`GatheredRead`).
struct PlanRunner {
    /// What the open slots stand for.
    struct Inputs {
        /// The root's keys: one key, or an array literal.
        var keys: SQLBind?
        var variables: (DynamicVariable, _ isArray: Bool) -> SQLBind
    }

    /// Nodes whose lists were too long for `PlainLists`. On one loop.
    final class LongLists {
        private var nodes: Set<ObjectIdentifier> = []

        /// Whether all lists may be read at once with what they hang on (`GatheredRead`).
        private(set) var areGathered = true

        func contains(_ node: ReadNode) -> Bool { nodes.contains(ObjectIdentifier(node)) }
        func insert(_ node: ReadNode) { nodes.insert(ObjectIdentifier(node)) }
        func takeApart() { areGathered = false }
    }

    let plan: ReadPlan
    let inputs: Inputs
    /// Kept with the plan; nil = plain lists are not tried.
    var longLists: LongLists?

    /// On the client: one statement alone, several in a read-only transaction.
    /// - Parameters:
    ///   - isEnough: whether so many rows of the root are all that is wanted, without what is below them.
    ///   - plansOnce: several statements are planned once for all values, as those on the fast lane are anyway: where they are quick, making a plan
    ///     for the values takes longer than it saves.
    func run(
        on client: PostgresClient, lane: PostgresLane, takesLong: Bool = false, plansOnce: Bool = false,
        unless isEnough: @escaping (Int) -> Bool = { _ in false }
    ) async throws -> RowTree {
        if plan.depth == 1 {
            return RowTree(node: plan.root, result: try await client.query(rootStatement, lane: lane, takesLong: takesLong))
        }
        while true {
            let (root, isWhole) = try await client.withTransaction(.repeatableReadOnly, prologue: plansOnce ? [PlanModeSQL.once] : []) {
                transaction in
                let rows = try await transaction.query(rootStatement)
                if isEnough(rows.rowCount) { return (RowTree(node: plan.root, result: rows), true) }
                return try await run(below: rows, in: transaction, committing: transaction)
            }
            if isWhole { return root }
            // Some lists were too long: anew, in one view again. Each round knows more of them than the one before.
        }
    }

    /// All levels by one statement, whose lane is that of single ones.
    /// - Returns: nil where the levels have to be read by their own statements: some list is longer than such a statement reads, which is so from now
    ///   on, or PostgreSQL refuses it, for what may be no fault of the levels.
    func run(_ gathered: GatheredRead, on client: PostgresClient, lane: PostgresLane, takesLong: Bool) async throws -> RowTree? {
        let statement = gathered.template.statement(slots: binds(gathered.slots, keys: inputs.keys ?? .null))
        do {
            let tree = RowTree(gathered, try await client.query(statement, lane: lane, takesLong: takesLong))
            if let tree, tree.areListsWhole { return tree }
            longLists?.takeApart()
        } catch let error as PostgresError where error.fault != nil {
            // A value that doesn't fit says nothing of other values.
            if error.fault?.sqlState.errorClass != "22" { longLists?.takeApart() }
        } catch PostgresError.timeout {
            longLists?.takeApart()
        }
        return nil
    }

    /// Inside a transaction of the caller's: there is no beginning anew, so plain lists are not tried.
    func run(in runner: any StatementRunner) async throws -> RowTree {
        var sure = self
        sure.longLists = nil
        return try await sure.run(in: runner, committing: nil).root
    }

    func plainLists(of node: ReadNode) -> PlainLists? {
        guard let longLists, let plain = node.plainLists, !longLists.contains(node) else { return nil }
        return plain
    }

    private var rootStatement: SQLStatement { statement(plan.root, keys: inputs.keys ?? .null) }

    /// A statement that makes a cursor of the root's rows.
    var rootCursor: SQLStatement { CursorSQL.declare(plan.root.template).statement(slots: binds(plan.root.slots, keys: inputs.keys ?? .null)) }

    private func statement(_ node: ReadNode, keys: SQLBind) -> SQLStatement {
        if let plain = plainLists(of: node) { return plain.template.statement(slots: binds(plain.slots, keys: keys)) }
        return node.template.statement(slots: binds(node.slots, keys: keys))
    }

    func binds(_ slots: [PlanSlot], keys: SQLBind) -> [SQLBind] {
        var binds: [SQLBind] = []
        for slot in slots {
            switch slot {
            case .keys: binds.append(keys)
            case .variable(let variable, let isArray): binds.append(inputs.variables(variable, isArray))
            }
        }
        return binds
    }

    /// - Returns: `isWhole` false when lists were longer than plain statements may read.
    private func run(
        in runner: any StatementRunner, committing transaction: PostgresTransaction?
    ) async throws -> (root: RowTree, isWhole: Bool) {
        try await run(below: try await runner.query(rootStatement), in: runner, committing: transaction)
    }

    /// The levels below some rows of the root's.
    func run(below rows: PostgresResult, in runner: any StatementRunner) async throws -> RowTree {
        var sure = self
        sure.longLists = nil
        return try await sure.run(below: rows, in: runner, committing: nil).root
    }

    private func run(
        below rows: PostgresResult, in runner: any StatementRunner, committing transaction: PostgresTransaction?
    ) async throws -> (root: RowTree, isWhole: Bool) {
        let root = RowTree(node: plan.root, result: rows)
        var level = [root]
        var depth = 1
        while !level.isEmpty {
            var statements: [SQLStatement] = []
            var waiting: [(parent: RowTree, child: Int)] = []
            for tree in level.flatMap(\.withJoined) {
                for index in tree.node.children.indices where tree.node.children[index].joinedCell == nil {
                    let keys = self.keys(for: index, of: tree)
                    if keys.isEmpty { continue }
                    statements.append(statement(tree.node.children[index], keys: keys.bind))
                    waiting.append((tree, index))
                }
            }
            if statements.isEmpty { break }
            depth += 1
            let results: [PostgresResult]
            if let transaction, depth == plan.depth {
                results = try await transaction.commit(with: statements)
            } else {
                results = try await runner.batch(statements)
            }
            level = []
            var areLong = false
            for (place, result) in zip(waiting, results) {
                let tree = RowTree(node: place.parent.node.children[place.child], result: result)
                if let plain = plainLists(of: tree.node), let rows = tree.byParent,
                    !plain.fit(rowCount: result.rowCount, isLonger: { rows.hasChain(longerThan: $0) })
                {
                    longLists?.insert(tree.node)
                    areLong = true
                }
                place.parent.children[place.child] = tree
                if !tree.node.children.isEmpty { level.append(tree) }
            }
            if areLong { return (root, false) }
        }
        return (root, true)
    }

    /// The keys that a level's rows hold for one of the levels below.
    func keys(for child: Int, of tree: RowTree) -> KeyList {
        var keys = KeyList(type: tree.node.children[child].keyType)
        guard let result = tree.result else { return keys }
        for member in tree.node.members {
            switch member {
            case .object(_, let cell, let at) where at == child, .list(_, let cell, _, let at) where at == child:
                for row in 0..<result.rowCount {
                    let key = result.bytes(row, cell)
                    if !key.isEmpty || !result.isNull(row, cell) { keys.insert(key, isTyped: true) }
                }
            case .anyObject(_, let collectionCell, let cell, let children):
                guard let name = children.first(where: { $0.child == child })?.collection else { continue }
                for row in 0..<result.rowCount where !result.isNull(row, cell) && !result.isNull(row, collectionCell) {
                    if name.elementsEqual(result.bytes(row, collectionCell)) { keys.insert(result.bytes(row, cell), isTyped: false) }
                }
            case .cell, .object, .list, .group: continue
            }
        }
        return keys
    }
}
