import SQLText
import SchemaModel

/// What comes back of rows that a statement writes: what is shown of them, their key, and whether the table has rules of its own where that is
/// asked; the key alone where nothing is shown.
struct RowReturn {
    let collection: Collection
    let shown: ShownRow?

    private var key: SQLIdentifier { collection.primaryKey.identifier }

    private var ownRules: SQLFragment {
        switch shown?.ownRules {
        case .asked?: ", \(OwnRulesSQL.condition(on: collection))"
        case .knownNot?, nil: SQLFragment()
        }
    }

    /// After RETURNING, where the statement does nothing else.
    func alone(on alias: SQLIdentifier) -> SQLFragment {
        "\(shown?.rows.cells(on: alias) ?? SQLFragment())\(alias).\(key)\(ownRules)"
    }

    /// After RETURNING, where others go on with the rows: the columns of `kerege_row`.
    func named(on alias: SQLIdentifier) -> SQLFragment {
        "\(shown?.rows.cells(on: alias) ?? SQLFragment())\(alias).\(key) AS key"
    }

    /// Of `kerege_row`.
    var told: SQLFragment { "SELECT \(shown?.rows.names ?? SQLFragment())key\(ownRules) FROM kerege_row" }
}
