package import SQLText
package import SchemaModel
import JSONText

/// A statement whose slots are filled at each run.
package struct SlottedStatement: Sendable {
    package let template: SQLTemplate
    package let slots: [PlanSlot]
    /// Its keys are one key, not an array of them. With an array PostgreSQL plans the statement anew for each: the plan of all values, which reckons
    /// with more elements, looks dearer to it for ever.
    package let takesOneKey: Bool
}

/// How a column stands in the text of a write: all that the text depends on, besides the collection.
package struct ColumnForm: Sendable, Hashable {
    let name: FieldName
    let isZoned: Bool
    /// NULL has no shape to be made of.
    let isNull: Bool
}

/// A column with the value to write.
package struct ColumnValue: Sendable {
    package let field: Field
    package let bind: SQLBind
    /// The text has a time zone although the column has none: it is converted to UTC first.
    package let isZoned: Bool

    package init(field: Field, bind: SQLBind, isZoned: Bool = false) {
        self.field = field
        self.bind = bind
        self.isZoned = isZoned
    }

    package var form: ColumnForm { ColumnForm(name: field.name, isZoned: isZoned, isNull: bind == .null) }

    /// The column's value, given in `slot` at each run.
    func expression(slot: Int) -> SQLFragment {
        if case .geometry = field.type, bind != .null {
            return "ST_SetSRID(ST_GeomFromGeoJSON(\(slot: slot, as: .text)), 4326)"
        }
        if isZoned { return "(\(slot: slot, as: .timestamptz) AT TIME ZONE 'UTC')" }
        return SQLFragment(slot: slot, as: field.bindType)
    }
}

/// INSERT, UPDATE and DELETE. Row rules stand in the WHERE of the write itself.
package enum WriteSQL {
    /// One row; its key comes back. The slots are the values, then the history's (`HistorySQL.slots`).
    /// - Parameters:
    ///   - values: their forms count, not what is bound.
    ///   - history: nil = the row alone.
    ///   - shown: what comes back besides; nil = the key alone.
    package static func insert(
        _ values: [ColumnValue], into collection: Collection, history: InsertHistory? = nil, showing shown: ShownRow? = nil
    ) -> SQLTemplate {
        let columns = values.map { SQLFragment($0.field.name.identifier) }.joined(separator: ", ")
        let cells = values.enumerated().map { $0.element.expression(slot: $0.offset) }.joined(separator: ", ")
        let alias = SQLIdentifier.alias(0)
        let table: SQLFragment = "\(collection.tableFragment) AS \(alias)"
        let row: SQLFragment =
            values.isEmpty ? "INSERT INTO \(table) DEFAULT VALUES" : "INSERT INTO \(table) (\(columns)) VALUES (\(cells))"
        let back = RowReturn(collection: collection, shown: shown)
        guard let history else { return ("\(row) RETURNING \(back.alone(on: alias))" as SQLFragment).render() }
        let written: SQLFragment = "\(row) RETURNING \(back.named(on: alias))"
        return HistorySQL.statement(written, history.form, of: collection, firstSlot: values.count, ending: back.told).render()
    }

    /// Several rows. Returns the new keys in the order of the rows. The slots are the lists of values.
    package static func insert(_ lists: RowLists, into collection: Collection) -> SQLTemplate {
        ("\(rows(lists, into: collection, SQLFragment())) RETURNING \(collection.primaryKey.identifier)" as SQLFragment).render()
    }

    /// Several rows with their history, all by themselves; they come back in the order of their keys. Where the table has rules of its own the
    /// statement fails with a division by zero: one that wrote no rows would still run triggers that are for statements. The slots are the lists of values, then the history's (`HistorySQL.slots`), which tells of the rows in
    /// an array.
    ///
    /// Rows are inserted, returned and read again in the order of the lists: the source is sorted, and a statement that changes data is never run by
    /// several processes.
    package static func insert(
        _ lists: RowLists, into collection: Collection, history: InsertHistory?, showing shown: ShownRow?
    ) -> SQLTemplate {
        let back = RowReturn(collection: collection, shown: shown)
        let rows = rows(lists, into: collection, " WHERE 1 / (CASE WHEN \(OwnRulesSQL.condition(on: collection)) THEN 0 ELSE 1 END) = 1")
        let written: SQLFragment = "\(rows) RETURNING \(back.named(on: .alias(0)))"
        let told: SQLFragment = "\(back.told) ORDER BY key"
        guard let history else { return ("WITH kerege_row AS (\(written)) \(told)" as SQLFragment).render() }
        return HistorySQL.statement(written, history.formOfMany, of: collection, firstSlot: lists.columns.count, ending: told).render()
    }

    private static func rows(_ lists: RowLists, into collection: Collection, _ condition: SQLFragment) -> SQLFragment {
        var columns: [SQLFragment] = []
        var arrays: [SQLFragment] = []
        var cells: [SQLFragment] = []
        for (place, column) in lists.columns.enumerated() {
            columns.append(SQLFragment(column.field.name.identifier))
            arrays.append(SQLFragment(slot: place, as: column.type.array))
            cells.append(column.isZoned ? "(e.\(SQLIdentifier.cell(place)) AT TIME ZONE 'UTC')" : "e.\(SQLIdentifier.cell(place))")
        }
        let names = lists.columns.indices.map { SQLFragment(SQLIdentifier.cell($0)) }.joined(separator: ", ")
        return """
            INSERT INTO \(collection.tableFragment) AS \(SQLIdentifier.alias(0)) (\(columns.joined(separator: ", "))) \
            SELECT \(cells.joined(separator: ", ")) FROM unnest(\(arrays.joined(separator: ", "))) WITH ORDINALITY \
            AS e(\(names), place)\(condition) ORDER BY e.place
            """
    }

    /// Returns key and snapshot (`RowSnapshot`) of each changed row; rows that the rule excludes are not changed. The slots from 0 on are the
    /// values, then those of `slots`.
    package static func update(
        _ values: [ColumnValue], by write: AuthorizedWrite, keeping snapshot: RowSnapshot, oneKey: Bool
    ) -> SlottedStatement {
        changed(values, write, oneKey: oneKey) { snapshot.cells(on: $0).joined(separator: ", ") }
    }

    /// One row with its history in the same statement; its key comes back. The slots from 0 on are the values, those of `slots`, and the history's
    /// (`HistorySQL.slots`).
    /// - Parameters:
    ///   - history: nil = the row alone.
    ///   - shown: what comes back besides; nil = the key alone.
    package static func update(
        _ values: [ColumnValue], by write: AuthorizedWrite, history: UpdateHistory?, showing shown: ShownRow? = nil
    ) -> SlottedStatement {
        let back = RowReturn(collection: write.collection, shown: shown)
        return changed(values, write, oneKey: true) { alias in
            switch history {
            case nil: back.alone(on: alias)
            case .activity?: back.named(on: alias)
            case .revision(let state)?: "\(back.named(on: alias)), \(state.fragment(on: alias))::json AS data"
            }
        } around: { row, next in
            guard let history else { return row }
            return HistorySQL.statement(row, history.form, of: write.collection, firstSlot: next, ending: back.told)
        }
    }

    private static func changed(
        _ values: [ColumnValue], _ write: AuthorizedWrite, oneKey: Bool, returning cells: (SQLIdentifier) -> SQLFragment,
        around: (SQLFragment, _ nextSlot: Int) -> SQLFragment = { row, _ in row }
    ) -> SlottedStatement {
        var builder = StatementBuilder(firstSlot: values.count)
        let alias = builder.nextAlias()
        let assignments = values.enumerated().map { place, value in
            "\(value.field.name.identifier) = \(value.expression(slot: place))" as SQLFragment
        }
        let rows = rows(write, alias, oneKey: oneKey, &builder)
        let row: SQLFragment =
            """
            UPDATE \(write.collection.tableFragment) AS \(alias) SET \(assignments.joined(separator: ", ")) WHERE \(rows) RETURNING \(cells(alias))
            """
        return SlottedStatement(
            template: around(row, values.count + builder.slots.count).render(), slots: builder.slots, takesOneKey: oneKey)
    }

    /// The keys among those given that exist and that the rule admits, locked until the transaction ends.
    package static func permittedKeys(by write: AuthorizedWrite, oneKey: Bool) -> SlottedStatement {
        var builder = StatementBuilder()
        let alias = builder.nextAlias()
        let rows = rows(write, alias, oneKey: oneKey, &builder)
        let statement: SQLFragment =
            "SELECT \(alias).\(write.collection.primaryKey.identifier) FROM \(write.collection.tableFragment) AS \(alias) WHERE \(rows) FOR UPDATE"
        return SlottedStatement(template: statement.render(), slots: builder.slots, takesOneKey: oneKey)
    }

    package static func delete(by write: AuthorizedWrite, oneKey: Bool) -> SlottedStatement {
        var builder = StatementBuilder()
        let alias = builder.nextAlias()
        let rows = rows(write, alias, oneKey: oneKey, &builder)
        let statement: SQLFragment =
            "DELETE FROM \(write.collection.tableFragment) AS \(alias) WHERE \(rows) RETURNING \(alias).\(write.collection.primaryKey.identifier)"
        return SlottedStatement(template: statement.render(), slots: builder.slots, takesOneKey: oneKey)
    }

    private static func rows(
        _ write: AuthorizedWrite, _ alias: SQLIdentifier, oneKey: Bool, _ builder: inout StatementBuilder
    ) -> SQLFragment {
        let slot = builder.slot(.keys)
        let type = write.collection.keyBindType
        let column: SQLFragment = "\(alias).\(write.collection.primaryKey.identifier)"
        let key: SQLFragment = oneKey ? "\(column) = \(slot: slot, as: type)" : "\(column) = ANY(\(slot: slot, as: type.array))"
        guard let rule = builder.condition(write.rows, on: alias, of: write.collection) else { return key }
        return "\(key) AND (\(rule))"
    }

    /// After an explicit key the sequence goes on from the greatest. One that begins at 1 has nothing to do with keys below.
    package static func advanceSequence(of collection: Collection) -> SQLStatement {
        let (table, key) = (SQLBind.text(collection.tableText), SQLBind.text(collection.primaryKey.text))
        return
            ("""
        SELECT setval(pg_get_serial_sequence(\(bind: table, as: .text), \(bind: key, as: .text)), g.key) \
        FROM (SELECT max(\(collection.primaryKey.identifier)) AS key FROM \(collection.tableFragment)) AS g WHERE g.key > 0
        """ as SQLFragment).statement
    }

    /// Which of some keys exist. Asked without rights: the write that follows has them checked.
    package static func existingKeys(_ keys: SQLBind, in collection: Collection) -> SQLStatement {
        ("SELECT \(collection.primaryKey.identifier) FROM \(collection.tableFragment) WHERE \(collection.primaryKey.identifier) = ANY(\(bind: keys, as: collection.keyBindType.array))"
            as SQLFragment).statement
    }

    /// The key of a singleton's row.
    package static func firstKey(of collection: Collection) -> SQLStatement {
        ("SELECT \(collection.primaryKey.identifier) FROM \(collection.tableFragment) ORDER BY 1 LIMIT 1" as SQLFragment).statement
    }

    /// The rows of `collection` that belong to one parent: key and, where named, the value of the sort field.
    package static func children(of parent: String, in collection: Collection, by field: Field) -> SQLStatement {
        ("SELECT \(collection.primaryKey.identifier) FROM \(collection.tableFragment) WHERE \(field.name.identifier) = \(bind: .text(parent), as: field.bindType)"
            as SQLFragment).statement
    }

    /// The greatest sort value among one parent's rows.
    package static func greatestSort(_ sort: Field, of parent: String, in collection: Collection, by field: Field) -> SQLStatement {
        ("SELECT max(\(sort.name.identifier)) FROM \(collection.tableFragment) WHERE \(field.name.identifier) = \(bind: .text(parent), as: field.bindType)"
            as SQLFragment).statement
    }
}
