import MigrationPlanning
import Postgres
import SQLText
import SchemaModel

/// Lets PostgreSQL print the desired model's types and expressions in its own words, so that they compare with what the catalogue says.
extension MigrationWork {
    private struct Undo: Error {}

    /// - Returns: the model, normalised if the server took all of it; else what it refused, with the places.
    func normalize(_ desired: DesiredModel, live: IntrospectedDatabase) async throws -> (DesiredModel, [PlanProblem]) {
        let missing = desired.requiredExtensions.map(\.name).filter { live.model.extensions[$0] == nil }
        // Reported by the comparison; nothing that needs it can be tried.
        guard missing.allSatisfy({ live.availableExtensions.contains($0) }) else { return (desired, []) }
        let extensions = missing.map { "CREATE EXTENSION IF NOT EXISTS \($0) WITH SCHEMA \(options.schema)" as DDLText }
        let statements = ScratchScript.statements(for: desired)
        let script = (extensions + statements.map(\.text)).joined(separator: ";\n")
        do {
            return (
                try await inScratch { transaction in
                    _ = try await transaction.execute(script.text)
                    let normalized = desired.normalized(by: try await Introspector.readTemporary(transaction))
                    return try await self.settle(normalized, in: transaction)
                }, []
            )
        } catch PostgresError.server(let fault) {
            let problems = try await inScratch { try await self.findRefused(statements, extensions, in: $0) }
            if problems.isEmpty { throw PostgresError.server(fault) }
            return (desired, problems)
        }
    }

    private func settle(_ desired: DesiredModel, in transaction: PostgresTransaction) async throws -> DesiredModel {
        let again = desired.unsettled
        guard !again.database.tables.isEmpty else { return desired }
        let drops = again.database.sortedTables.map { "DROP TABLE \(ScratchScript.schema).\($0.name)" as DDLText }
        let script = (drops + ScratchScript.statements(for: again).map(\.text)).joined(separator: ";\n")
        _ = try await transaction.execute(script.text)
        return desired.settled(by: try await Introspector.readTemporary(transaction))
    }

    private func inScratch<T>(_ body: (PostgresTransaction) async throws -> T) async throws -> T {
        var value: T?
        do {
            try await session.withTransaction { transaction in
                value = try await body(transaction)
                throw Undo()
            }
        } catch is Undo {}
        guard let value else { throw PostgresError.connectionLost(nil) }
        return value
    }

    /// Statement by statement, and where one fails piece by piece: every refusal with its place.
    private func findRefused(
        _ statements: [ScratchScript.Statement], _ extensions: [DDLText], in transaction: PostgresTransaction
    ) async throws -> [PlanProblem] {
        for text in extensions { _ = try await transaction.execute(text.text) }
        var problems: [PlanProblem] = []
        for statement in statements {
            guard let problem = try await refusal(of: statement, in: transaction) else { continue }
            let before = problems.count
            for piece in statement.pieces {
                if let problem = try await refusal(of: piece, in: transaction) { problems.append(problem) }
            }
            if problems.count == before { problems.append(problem) }
        }
        return problems
    }

    private func refusal(of statement: ScratchScript.Statement, in transaction: PostgresTransaction) async throws -> PlanProblem? {
        do {
            try await transaction.savepoint { _ = try await transaction.execute(statement.text.text) }
            return nil
        } catch PostgresError.server(let fault) {
            return PlanProblem(.expressionRefused, object: statement.object, detail: fault.message, location: statement.cause)
        }
    }
}
