package import AccessControl
package import QueryEngine
package import SchemaModel
internal import Synchronization

/// The snapshot that requests work with. Read once at the start of each; swapped when schema or rights have changed, the newer one winning.
///
/// - Cost of `current`: one uncontended lock and one retain.
package final class SnapshotStore: Sendable {
    /// Says how old a reading of the database is: taken before it starts, so that of two the later one is at least as new.
    package struct Ticket: Sendable, Comparable {
        fileprivate let number: Int
        package static func < (a: Ticket, b: Ticket) -> Bool { a.number < b.number }
    }

    private struct State {
        var current: EngineSnapshot
        var schema = Ticket(number: 0)
        var access = Ticket(number: 0)
        var lastNumber = 0
    }

    private let state: Mutex<State>

    package init(schema: SchemaSnapshot, access: AccessSnapshot = .empty) {
        state = Mutex(State(current: EngineSnapshot(schema: schema, access: access, generation: 1)))
    }

    package var current: EngineSnapshot { state.withLock { $0.current } }

    /// For a reading that starts now.
    package func takeTicket() -> Ticket {
        state.withLock { state in
            state.lastNumber += 1
            return Ticket(number: state.lastNumber)
        }
    }

    /// Makes these rights the current ones.
    /// - Returns: false when newer ones are there already.
    @discardableResult
    package func publish(access: AccessSnapshot, _ ticket: Ticket) -> Bool {
        swap(isNewer: { $0.access < ticket }, note: { $0.access = ticket }, change: { ($0.schema, access) })
    }

    /// Makes this schema the current one.
    /// - Returns: false when a newer one is there already.
    @discardableResult
    package func publish(schema: SchemaSnapshot, _ ticket: Ticket) -> Bool {
        swap(isNewer: { $0.schema < ticket }, note: { $0.schema = ticket }, change: { (schema, $0.access) })
    }

    /// Resolving the rules takes a while, so it is done outside the lock, and again when somebody else was faster.
    private func swap(
        isNewer: (State) -> Bool, note: (inout State) -> Void, change: (EngineSnapshot) -> (SchemaSnapshot, AccessSnapshot)
    ) -> Bool {
        while true {
            let (base, isWanted) = state.withLock { ($0.current, isNewer($0)) }
            guard isWanted else { return false }
            let (schema, access) = change(base)
            let next = EngineSnapshot(schema: schema, access: access, generation: base.generation + 1)
            let isDone = state.withLock { state in
                guard state.current === base else { return false }
                state.current = next
                note(&state)
                return true
            }
            if isDone { return true }
        }
    }
}
