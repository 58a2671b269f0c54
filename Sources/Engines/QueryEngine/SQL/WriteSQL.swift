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
    package static func insert(_ values: [ColumnValue], into collection: Collection, history: InsertHistory? = nil) -> SQLTemplate {
        let columns = values.map { SQLFragment($0.field.name.identifier) }.joined(separator: ", ")
        let cells = values.enumerated().map { $0.element.expression(slot: $0.offset) }.joined(separator: ", ")
        let row: SQLFragment =
            values.isEmpty
            ? "INSERT INTO \(collection.tableFragment) DEFAULT VALUES RETURNING \(collection.primaryKey.identifier)"
            : "INSERT INTO \(collection.tableFragment) (\(columns)) VALUES (\(cells)) RETURNING \(collection.primaryKey.identifier)"
        guard let history else { return row.render() }
        return HistorySQL.statement("\(row) AS key", history.form, of: collection, firstSlot: values.count).render()
    }

    /// Several rows with the same columns in one statement. Returns the new keys in the order of the rows.
    /// - Returns: nil where the rows don't have that shape.
    package static func insert(_ rows: [[ColumnValue]], by write: AuthorizedWrite) -> SQLStatement? {
        guard rows.count > 1, let first = rows.first, !first.isEmpty else { return nil }
        let collection = write.collection
        var columns: [SQLFragment] = []
        var arrays: [SQLFragment] = []
        var cells: [SQLFragment] = []
        var names: [SQLFragment] = []
        for (place, column) in first.enumerated() {
            guard let name = SQLIdentifier("v\(place)"), let list = ValueList(rows, place) else { return nil }
            columns.append(SQLFragment(column.field.name.identifier))
            arrays.append(SQLFragment(bind: .text(ValueText.array(list.texts)), as: list.type.array))
            cells.append(list.isZoned ? "(e.\(name) AT TIME ZONE 'UTC')" : "e.\(name)")
            names.append(SQLFragment(name))
        }
        guard rows.allSatisfy({ $0.count == first.count }) else { return nil }
        let statement: SQLFragment =
            """
            INSERT INTO \(collection.tableFragment) (\(columns.joined(separator: ", "))) SELECT \(cells.joined(separator: ", ")) \
            FROM unnest(\(arrays.joined(separator: ", "))) WITH ORDINALITY AS e(\(names.joined(separator: ", ")), place) ORDER BY e.place \
            RETURNING \(collection.primaryKey.identifier)
            """
        return statement.statement
    }

    /// One column's values in several rows.
    private struct ValueList {
        let type: SQLType
        let texts: [String?]
        let isZoned: Bool

        /// nil where the rows have other columns at that place, or values that can't stand in an array.
        init?(_ rows: [[ColumnValue]], _ place: Int) {
            var texts: [String?] = []
            var field: Field?
            var isZoned: Bool?
            for row in rows {
                guard place < row.count else { return nil }
                let value = row[place]
                if let field, field.name != value.field.name { return nil }
                field = value.field
                switch value.bind {
                case .null: texts.append(nil)
                case .text(let text):
                    if let isZoned, isZoned != value.isZoned { return nil }
                    isZoned = value.isZoned
                    texts.append(text)
                case .bytes: return nil
                }
            }
            guard let field else { return nil }
            if case .geometry = field.type { return nil }
            let type = isZoned == true ? SQLType.timestamptz : field.bindType
            guard type != .inferred, !type.text.hasSuffix("[]") else { return nil }
            self.type = type
            self.texts = texts
            self.isZoned = isZoned == true
        }
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
    package static func update(_ values: [ColumnValue], by write: AuthorizedWrite, history: UpdateHistory) -> SlottedStatement {
        let key = write.collection.primaryKey.identifier
        return changed(values, write, oneKey: true) { alias in
            switch history {
            case .activity: "\(alias).\(key) AS key"
            case .revision(let state): "\(alias).\(key) AS key, \(state.fragment(on: alias))::json AS data"
            }
        } around: { row, next in
            HistorySQL.statement(row, history.form, of: write.collection, firstSlot: next)
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
        let key = collection.primaryKey.identifier
        let table = collection.table.map { name in
            [name.schema, name.name].compactMap { $0 }.compactMap { SQLIdentifier($0)?.quoted }.joined(separator: ".")
        }
        return
            ("""
        SELECT setval(pg_get_serial_sequence(\(bind: .text(table ?? ""), as: .text), \(bind: .text(collection.primaryKey.text), as: .text)), g.key) \
        FROM (SELECT max(\(key)) AS key FROM \(collection.tableFragment)) AS g WHERE g.key > 0
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
