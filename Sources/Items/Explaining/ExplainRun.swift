import JSONText
import Postgres
import QueryEngine
import SQLText
import SchemaModel

/// The statements of one plan on their way through PostgreSQL, inside one transaction.
struct ExplainRun {
    let runner: PlanRunner
    /// What a list is read by first that may be long: its rows are the keys for the levels below.
    let probe: ReadPlan?
    let depth: StatementExplainer.Depth
    let timeout: Duration
    let schema: SchemaSnapshot

    func root(in transaction: PostgresTransaction) async throws -> StatementTree {
        var tree = try await level(runner.plan.root, keys: runner.inputs.keys ?? .null, in: transaction)
        if probe != nil {
            tree.statement.notes.append(
                "the limit allows a long list: a request reads \(LongList.shortest + 1) rows first, and more of them by a cursor")
        }
        if probe == nil, runner.longLists?.areGathered == true, GatheredRead(runner.plan) != nil {
            tree.statement.notes.append("once it is known as quick, a request sends this and the statements below as one")
        }
        return tree
    }

    /// What fails here leaves its siblings alone.
    private func level(_ node: ReadNode, keys: SQLBind, in transaction: PostgresTransaction) async throws -> StatementTree {
        do {
            return try await transaction.savepoint { try await ask(node, keys, in: transaction) }
        } catch let fault as LevelFault {
            return unasked(node, keys: keys, note: fault.note)
        }
    }

    private func ask(_ node: ReadNode, _ keys: SQLBind, in transaction: PostgresTransaction) async throws -> StatementTree {
        let statement = try await explanation(of: node, keys, in: transaction)
        guard depth == .measured else {
            return StatementTree(statement: statement, below: try await plannedBelow(node, in: transaction))
        }
        if node.children.isEmpty, runner.plainLists(of: node) == nil { return StatementTree(statement: statement) }
        let rows = try await rows(of: node, keys, in: transaction)
        guard let plain = runner.plainLists(of: node), let byParent = rows.byParent,
            !plain.fit(rowCount: rows.result?.rowCount ?? 0, isLonger: { byParent.hasChain(longerThan: $0) })
        else { return StatementTree(statement: statement, below: try await below(node, rows, in: transaction)) }
        runner.longLists?.insert(node)
        var tree = try await ask(node, keys, in: transaction)
        tree.statement.notes.append("one statement without a limit for each parent was tried first: some list was too long for it")
        return tree
    }

    private func below(_ node: ReadNode, _ rows: RowTree, in transaction: PostgresTransaction) async throws -> [StatementTree] {
        var trees: [StatementTree] = []
        for (index, child) in node.children.enumerated() {
            if child.joinedCell != nil {
                let joined = rows.children[index]
                trees.append(StatementTree(statement: ExplainRun.withAbove, below: try await below(child, joined, in: transaction)))
                continue
            }
            let keys = runner.keys(for: index, of: rows)
            let tree =
                keys.isEmpty
                ? unasked(child, note: "not sent: the level above has no key for it")
                : try await level(child, keys: keys.bind, in: transaction)
            trees.append(tree)
        }
        return trees
    }

    private func plannedBelow(_ node: ReadNode, in transaction: PostgresTransaction) async throws -> [StatementTree] {
        var trees: [StatementTree] = []
        for child in node.children {
            if child.joinedCell != nil {
                trees.append(StatementTree(statement: ExplainRun.withAbove, below: try await plannedBelow(child, in: transaction)))
                continue
            }
            var tree = try await level(child, keys: ExplainRun.noKeys, in: transaction)
            tree.statement.notes.append("planned without keys, since the level above was not run")
            trees.append(tree)
        }
        return trees
    }

    // MARK: Statements

    /// Of rows that are joined.
    private static let withAbove = StatementExplanation(sql: "", notes: ["read by the statement of the level above"])
    private static let noKeys = SQLBind.text("{}")

    private func parts(of node: ReadNode, _ keys: SQLBind) -> (template: SQLTemplate, slots: [PlanSlot], values: [SQLBind]) {
        let plain = runner.plainLists(of: node)
        let slots = plain?.slots ?? node.slots
        return (plain?.template ?? node.template, slots, runner.binds(slots, keys: keys))
    }

    private func explanation(of node: ReadNode, _ keys: SQLBind, in transaction: PostgresTransaction) async throws -> StatementExplanation {
        let (template, _, values) = parts(of: node, keys)
        let asking = depth == .measured ? ExplainSQL.measured(template) : ExplainSQL.planOnly(template)
        let answer = try await query(asking.statement(slots: values), in: transaction)
        var words = words(of: node, keys)
        words.plan = (try? JSONParser.parse(answer.string(0, 0) ?? "", depth: 512)).flatMap { DatabasePlan($0) }
        return words
    }

    private func words(of node: ReadNode, _ keys: SQLBind) -> StatementExplanation {
        let (template, slots, values) = parts(of: node, keys)
        let binds = template.statement(slots: values).binds
        return StatementExplanation(sql: template.text, binds: BindExplanation.list(of: template, slots, binds, in: schema))
    }

    private func rows(of node: ReadNode, _ keys: SQLBind, in transaction: PostgresTransaction) async throws -> RowTree {
        if node === runner.plan.root, let probe = probe?.root {
            let statement = probe.template.statement(slots: runner.binds(probe.slots, keys: keys))
            return RowTree(node: probe, result: try await query(statement, in: transaction))
        }
        let (template, _, values) = parts(of: node, keys)
        return RowTree(node: node, result: try await query(template.statement(slots: values), in: transaction))
    }

    private func query(_ statement: SQLStatement, in transaction: PostgresTransaction) async throws -> PostgresResult {
        do {
            return try await transaction.query(statement)
        } catch let error as PostgresError {
            if case .timeout = error { throw LevelFault(note: "stopped: it ran longer than \(timeout)") }
            if let error = DatabaseFault.reading(error, isKeyed: false, of: schema.collection(runner.plan.root.collection)) as? WireError {
                throw LevelFault(note: "a request fails here: \(error.code.rawValue), \(error.message)")
            }
            throw error
        }
    }

    /// The statement by its words alone, and those below it.
    private func unasked(_ node: ReadNode, keys: SQLBind = ExplainRun.noKeys, note: String?) -> StatementTree {
        if node.joinedCell != nil {
            return StatementTree(statement: ExplainRun.withAbove, below: node.children.map { unasked($0, note: "not sent") })
        }
        var statement = words(of: node, keys)
        if let note { statement.notes.append(note) }
        return StatementTree(statement: statement, below: node.children.map { unasked($0, note: "not sent") })
    }
}

/// PostgreSQL could not answer one level.
private struct LevelFault: Error {
    let note: String
}
