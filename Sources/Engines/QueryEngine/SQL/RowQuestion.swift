package import AccessControl
import SQLText
package import SchemaModel

/// "May this caller do that with this row?" as one statement.
package enum RowQuestion {
    /// - Returns: a statement that answers a row when the rules admit it; nil when no policy has the action.
    package static func statement(
        _ action: PermissionAction, on collection: Collection, caller: Caller, in snapshot: EngineSnapshot
    ) -> SlottedStatement? {
        guard let rows = Authorizer(snapshot: snapshot, access: caller.access).rows(of: collection, for: action, fields: []) else { return nil }
        var builder = StatementBuilder()
        let alias = builder.nextAlias()
        let slot = builder.slot(.keys)
        var condition: SQLFragment = "\(alias).\(collection.primaryKey.identifier) = \(slot: slot, as: collection.keyBindType)"
        if let rule = builder.condition(rows, on: alias, of: collection) { condition += " AND (\(rule))" }
        let statement: SQLFragment = "SELECT 1 FROM \(collection.tableFragment) AS \(alias) WHERE \(condition)"
        return SlottedStatement(template: statement.render(), slots: builder.slots, takesOneKey: true)
    }
}
