import JSONText
import SQLText
package import SchemaModel

/// All columns of a row but relations, as the API reads them: the state that a revision keeps (contract/items.md, 7.2).
package struct RowSnapshot: Sendable {
    private let key: SQLIdentifier
    private let fields: [Field]
    /// How a returned row reads: the key is cell 0.
    package let members: [(field: Field, cell: Int, encoder: CellEncoder)]

    package init(of collection: Collection, in schema: SchemaSnapshot) {
        key = collection.primaryKey.identifier
        fields = collection.fields.filter { $0.column != nil && !$0.isNoData && schema.role(of: $0.name, in: collection.name) == nil }
        members = fields.enumerated().map { ($0.element, $0.offset + 1, ColumnReading.encoder(of: $0.element)) }
    }

    /// The key first, then each column.
    func cells(on alias: SQLIdentifier) -> [SQLFragment] {
        ["\(alias).\(key)" as SQLFragment] + fields.map { ColumnReading.expression("\(alias).\($0.name.identifier)", of: $0) }
    }

    /// The whole as JSON that the database writes; nil where some column's JSON is made here alone.
    package var json: SnapshotJSON? { SnapshotJSON(members) }
}

/// A row's state as JSON text that the database writes, to the byte what is made of its cells.
package struct SnapshotJSON: Sendable {
    /// One after the other they are the object.
    private let parts: [Part]

    private struct Part: Sendable {
        let form: String
        let cells: [@Sendable (SQLIdentifier) -> SQLFragment]
    }

    /// PostgreSQL's functions take 100 arguments, the form among them.
    private static let mostCells = 99

    fileprivate init?(_ members: [(field: Field, cell: Int, encoder: CellEncoder)]) {
        var parts: [Part] = []
        for start in stride(from: 0, to: max(members.count, 1), by: SnapshotJSON.mostCells) {
            let end = min(start + SnapshotJSON.mostCells, members.count)
            var names: [String] = []
            var cells: [@Sendable (SQLIdentifier) -> SQLFragment] = []
            for (field, _, encoder) in members[start..<end] {
                guard CellSQL.json(SQLFragment(field.name.identifier), of: field, as: encoder) != nil else { return nil }
                names.append(JSONValue.string(field.name.text).text.replacing("%", with: "%%") + ":%s")
                cells.append { alias in CellSQL.json("\(alias).\(field.name.identifier)", of: field, as: encoder) ?? "NULL" }
            }
            let form = (start == 0 ? "{" : ",") + names.joined(separator: ",") + (end == members.count ? "}" : "")
            parts.append(Part(form: form, cells: cells))
        }
        self.parts = parts
    }

    func fragment(on alias: SQLIdentifier) -> SQLFragment {
        let texts = parts.map { part in
            let values = part.cells.map { ", coalesce(\($0(alias)), 'null')" as SQLFragment }.joined(separator: "")
            return "format(\(bind: .text(part.form), as: .text)\(values))" as SQLFragment
        }
        return texts.count == 1 ? texts[0] : "(\(texts.joined(separator: " || ")))"
    }
}

/// The JSON of a cell, written by the database.
enum CellSQL {
    /// - Parameter column: evaluated more than once for moments and floating point numbers.
    /// - Returns: text, NULL for NULL; nil where the database has no words for it.
    static func json(_ column: SQLFragment, of field: Field, as encoder: CellEncoder) -> SQLFragment? {
        let cell = ColumnReading.expression(column, of: field)
        switch encoder {
        case .json, .raw, .boolean: return "(\(cell))::text"
        case .quoted: return field.hasPlainText ? "('\"' || (\(cell))::text || '\"')" : nil
        case .text: return field.hasPlainText ? "to_json((\(cell))::text)::text" : nil
        case .float: return "CASE WHEN right((\(cell))::text, 1) BETWEEN '0' AND '9' THEN (\(cell))::text END"
        case .timestamptz: return moment(cell, "to_char((\(cell)) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
        case .timestamp: return moment(cell, "to_char(\(cell), 'YYYY-MM-DD\"T\"HH24:MI:SS')")
        case .csv, .jsonOrText, .buffer: return nil
        }
    }

    /// What no ISO text says (infinity, BC, years beyond 9999) is told in PostgreSQL's words.
    private static func moment(_ cell: SQLFragment, _ text: SQLFragment) -> SQLFragment {
        """
        CASE WHEN (\(cell)) >= '0001-01-01 00:00:00' AND (\(cell)) < '10000-01-01 00:00:00' THEN '"' || \(text) || '"' \
        ELSE to_json((\(cell))::text)::text END
        """
    }
}
