import AccessControl
import Postgres
import QueryEngine
import SQLText
import SchemaModel

/// Runs a plan's statements level by level: siblings in one batch, all levels in one consistent view.
struct PlanRunner {
    /// What the open slots stand for.
    struct Inputs {
        /// The root's keys: one key, or an array literal.
        var keys: SQLBind?
        var variables: (DynamicVariable, _ isArray: Bool) -> SQLBind
    }

    let plan: ReadPlan
    let inputs: Inputs

    /// On the client: one statement alone, several in a read-only transaction.
    func run(on client: PostgresClient, lane: PostgresLane) async throws -> RowTree {
        if plan.depth == 1 {
            return RowTree(node: plan.root, result: try await client.query(rootStatement, lane: lane))
        }
        return try await client.withTransaction(.repeatableReadOnly) { transaction in
            try await run(in: transaction, committing: transaction)
        }
    }

    /// Inside a transaction of the caller's.
    func run(in runner: any StatementRunner) async throws -> RowTree {
        try await run(in: runner, committing: nil)
    }

    private var rootStatement: SQLStatement { statement(plan.root, keys: inputs.keys ?? .null) }

    private func statement(_ node: ReadNode, keys: SQLBind) -> SQLStatement {
        if node.slots.isEmpty { return node.template.statement(slots: []) }
        var binds: [SQLBind] = []
        for slot in node.slots {
            switch slot {
            case .keys: binds.append(keys)
            case .variable(let variable, let isArray): binds.append(inputs.variables(variable, isArray))
            }
        }
        return node.template.statement(slots: binds)
    }

    private func run(in runner: any StatementRunner, committing transaction: PostgresTransaction?) async throws -> RowTree {
        let root = RowTree(node: plan.root, result: try await runner.query(rootStatement))
        var level = [root]
        var depth = 1
        while !level.isEmpty {
            var statements: [SQLStatement] = []
            var waiting: [(parent: RowTree, child: Int)] = []
            for tree in level {
                tree.children = tree.node.children.map { RowTree(node: $0, result: nil) }
                for index in tree.node.children.indices {
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
            for (place, result) in zip(waiting, results) {
                let tree = RowTree(node: place.parent.node.children[place.child], result: result)
                place.parent.children[place.child] = tree
                if !tree.node.children.isEmpty { level.append(tree) }
            }
        }
        return root
    }

    /// The keys that a level's rows hold for one of the levels below.
    private func keys(for child: Int, of tree: RowTree) -> KeyList {
        var keys = KeyList(type: tree.node.children[child].keyType)
        guard let result = tree.result else { return keys }
        for member in tree.node.members {
            switch member {
            case .object(_, let cell, let at) where at == child, .list(_, let cell, _, let at) where at == child:
                for row in 0..<result.rowCount where !result.isNull(row, cell) { keys.insert(result.bytes(row, cell), isTyped: true) }
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
