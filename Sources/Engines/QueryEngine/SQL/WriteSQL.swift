package import SQLText
package import SchemaModel
import JSONText

/// A statement whose slots are filled at each run.
package struct SlottedStatement: Sendable {
    package let template: SQLTemplate
    package let slots: [PlanSlot]
}

/// A column with the value to write. `value` is an expression of binds made here.
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

    var expression: SQLFragment {
        if case .geometry = field.type, bind != .null {
            return "ST_SetSRID(ST_GeomFromGeoJSON(\(bind: bind, as: .text)), 4326)"
        }
        if isZoned { return "(\(bind: bind, as: .timestamptz) AT TIME ZONE 'UTC')" }
        return SQLFragment(bind: bind, as: field.bindType)
    }
}

/// INSERT, UPDATE and DELETE. Row rules stand in the WHERE of the write itself.
package enum WriteSQL {
    /// Returns the new row's key.
    package static func insert(_ values: [ColumnValue], by write: AuthorizedWrite) -> SQLStatement {
        let collection = write.collection
        let key = collection.primaryKey.identifier
        if values.isEmpty { return ("INSERT INTO \(collection.tableFragment) DEFAULT VALUES RETURNING \(key)" as SQLFragment).statement }
        let columns = values.map { SQLFragment($0.field.name.identifier) }.joined(separator: ", ")
        let binds = values.map(\.expression).joined(separator: ", ")
        return ("INSERT INTO \(collection.tableFragment) (\(columns)) VALUES (\(binds)) RETURNING \(key)" as SQLFragment).statement
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

    /// Returns key and snapshot (`RowSnapshot`) of each changed row; rows that the rule excludes are not changed.
    package static func update(_ values: [ColumnValue], by write: AuthorizedWrite) -> SlottedStatement {
        var builder = StatementBuilder()
        let alias = builder.nextAlias()
        let collection = write.collection
        let assignments = values.map { "\($0.field.name.identifier) = \($0.expression)" as SQLFragment }.joined(separator: ", ")
        let rows = rows(write, alias, &builder)
        let cells = RowSnapshot(of: collection).cells(on: alias)
        let statement: SQLFragment =
            "UPDATE \(collection.tableFragment) AS \(alias) SET \(assignments) WHERE \(rows) RETURNING \(cells.joined(separator: ", "))"
        return SlottedStatement(template: statement.render(), slots: builder.slots)
    }

    /// The keys among those given that exist and that the rule admits, locked until the transaction ends.
    package static func permittedKeys(by write: AuthorizedWrite) -> SlottedStatement {
        var builder = StatementBuilder()
        let alias = builder.nextAlias()
        let rows = rows(write, alias, &builder)
        let statement: SQLFragment =
            "SELECT \(alias).\(write.collection.primaryKey.identifier) FROM \(write.collection.tableFragment) AS \(alias) WHERE \(rows) FOR UPDATE"
        return SlottedStatement(template: statement.render(), slots: builder.slots)
    }

    package static func delete(by write: AuthorizedWrite) -> SlottedStatement {
        var builder = StatementBuilder()
        let alias = builder.nextAlias()
        let rows = rows(write, alias, &builder)
        let statement: SQLFragment =
            "DELETE FROM \(write.collection.tableFragment) AS \(alias) WHERE \(rows) RETURNING \(alias).\(write.collection.primaryKey.identifier)"
        return SlottedStatement(template: statement.render(), slots: builder.slots)
    }

    private static func rows(_ write: AuthorizedWrite, _ alias: SQLIdentifier, _ builder: inout StatementBuilder) -> SQLFragment {
        let slot = builder.slot(.keys)
        let key: SQLFragment = "\(alias).\(write.collection.primaryKey.identifier) = ANY(\(slot: slot, as: write.collection.keyBindType.array))"
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

/// All non-relational columns of a row, as the API reads them: the state that a revision keeps.
package struct RowSnapshot: Sendable {
    private let key: SQLIdentifier
    private let fields: [Field]

    package init(of collection: Collection) {
        key = collection.primaryKey.identifier
        fields = collection.fields.filter { $0.column != nil && !$0.isNoData }
    }

    /// The key first, then each column.
    func cells(on alias: SQLIdentifier) -> [SQLFragment] {
        ["\(alias).\(key)" as SQLFragment] + fields.map { ColumnReading.expression("\(alias).\($0.name.identifier)", of: $0) }
    }

    /// How a returned row reads.
    package var members: [(field: Field, cell: Int, encoder: CellEncoder)] {
        fields.enumerated().map { ($0.element, $0.offset + 1, ColumnReading.encoder(of: $0.element)) }
    }
}
