import AccessControl
import JSONText
import Postgres
import QueryEngine
import SQLText
import SchemaModel

/// Questions about items that a payload speaks of (`collection`, `item`).
extension WriteSession {
    /// - Throws: `FORBIDDEN` unless the caller may do `action` with the item; administrators may, also where it isn't there.
    func require(_ action: PermissionAction, item: JSONValue, of collection: JSONValue?) async throws {
        let name = CollectionName(collection.flatMap(ValueText.text) ?? "")
        guard let target = snapshot.schema.collection(name), target.table != nil else { throw WireError.forbidden(collection: name) }
        if caller.isAdmin { return }
        if caller.access.access(to: name, for: action) == nil { throw WireError.forbidden(collection: name) }
        guard let key = KeyText.text(of: item, for: target), try await permits(action, key, of: target, to: caller) else {
            throw WireError.forbidden(action: action.rawValue, on: name)
        }
    }

    /// Whether the rules admit one row, as it stands in this transaction, for somebody.
    /// - Parameter key: as it stands in a text column; one that the key's column can't hold is nobody's.
    func permits(_ action: PermissionAction, _ key: String, of collection: Collection, to somebody: Caller) async throws -> Bool {
        guard let key = KeyText.text(of: .string(key), for: collection),
            let question = RowQuestion.statement(action, on: collection, caller: somebody, in: snapshot)
        else { return false }
        let filled = question.filled(keys: [key], values: DynamicValues(caller: somebody, now: values.now))
        return try await transaction.query(filled).rowCount > 0
    }
}
