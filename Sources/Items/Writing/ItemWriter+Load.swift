package import AccessControl
package import JSONText
import Postgres
package import QueryEngine
package import SchemaModel

/// One row of a load.
package enum LoadStep: Sendable {
    /// With its key.
    case create(CollectionName, JSONObject)
    case update(CollectionName, key: String, JSONObject)

    fileprivate var collection: CollectionName {
        switch self {
        case .create(let collection, _), .update(let collection, _, _): collection
        }
    }
}

/// The step that was refused; nothing of its load is left.
package struct LoadFault: Error, Sendable {
    /// From 0.
    package let step: Int
    /// A `WireError`, `WireErrors` or `PostgresError`.
    package let cause: any Error
}

extension ItemWriter {
    /// Rows that come from elsewhere with their past: keys, dates, authors and Argon2 hashes stay as they are given. All else is as for any write:
    /// rights, validation, behaviours, history.
    ///
    /// - Shape: the steps in order, in one transaction; foreign keys have to hold after each.
    /// - Parameter beforeCommit: what it throws rolls everything back; called again where the transaction is tried again.
    /// - Throws: `LoadFault`; `PostgresError` when the database is at fault.
    package func load(
        _ steps: [LoadStep], by caller: Caller, in snapshot: EngineSnapshot, now: Moment, beforeCommit: @Sendable () async throws -> Void = {}
    ) async throws {
        try await mutate(by: caller, in: snapshot, now: now, beforeCommit: { _ in try await beforeCommit() }) { session in
            session.stamps = .ofPayload
            for (place, step) in steps.enumerated() {
                do {
                    try await run(step, session)
                } catch let error as PostgresError where error.isSerializationConflict {
                    throw error
                } catch {
                    throw LoadFault(step: place, cause: error)
                }
            }
        }
    }

    private func run(_ step: LoadStep, _ session: WriteSession) async throws {
        let collection = try collection(step.collection, in: session.snapshot)
        switch step {
        case .create(_, let payload): _ = try await session.create(payload, in: collection)
        case .update(_, let key, let payload): try await session.update([key], payload, in: collection)
        }
    }
}
