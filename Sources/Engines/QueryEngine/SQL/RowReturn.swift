import SQLText
import SchemaModel

/// What comes back of rows that a statement writes: what is shown of them, their key, and whether the table has rules of its own; the key alone
/// where nothing is shown.
struct RowReturn {
    let collection: Collection
    let shown: ReturnedRows?

    private var key: SQLIdentifier { collection.primaryKey.identifier }

    /// After RETURNING, where the statement does nothing else.
    func alone(on alias: SQLIdentifier) -> SQLFragment {
        guard let shown else { return "\(alias).\(key)" }
        return "\(shown.cells(on: alias))\(alias).\(key), \(OwnRulesSQL.condition(on: collection))"
    }

    /// After RETURNING, where others go on with the rows: the columns of `kerege_row`.
    func named(on alias: SQLIdentifier) -> SQLFragment {
        "\(shown?.cells(on: alias) ?? SQLFragment())\(alias).\(key) AS key"
    }

    /// Of `kerege_row`, which has one row.
    var told: SQLFragment {
        guard let shown else { return "SELECT key FROM kerege_row" }
        return "SELECT \(shown.names)key, \(OwnRulesSQL.condition(on: collection)) FROM kerege_row"
    }

    /// Of `kerege_row`, whose rows were written to a table without rules of its own.
    var toldInOrder: SQLFragment { "SELECT \(shown?.names ?? SQLFragment())key FROM kerege_row ORDER BY key" }
}
