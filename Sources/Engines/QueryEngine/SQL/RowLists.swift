package import SQLText
import SchemaModel

/// Rows with the same columns, column by column.
package struct RowLists: Sendable {
    /// One column's values in all rows.
    struct Column: Sendable {
        let field: Field
        let isZoned: Bool
        let texts: [String?]
        /// Of one value.
        let type: SQLType
    }

    let columns: [Column]

    /// - Returns: nil where there are fewer than two rows, where they don't have that shape, or have values that can't stand in an array.
    package init?(_ rows: [[ColumnValue]]) {
        guard rows.count > 1, let first = rows.first, !first.isEmpty, rows.allSatisfy({ $0.count == first.count }) else { return nil }
        var columns: [Column] = []
        columns.reserveCapacity(first.count)
        for place in first.indices {
            guard let column = Column(rows, place) else { return nil }
            columns.append(column)
        }
        self.columns = columns
    }

    /// What a statement's text depends on.
    package var forms: [ColumnForm] { columns.map { ColumnForm(name: $0.field.name, isZoned: $0.isZoned, isNull: false) } }

    package var binds: [SQLBind] { columns.map { .text(ValueText.array($0.texts)) } }
}

extension RowLists.Column {
    fileprivate init?(_ rows: [[ColumnValue]], _ place: Int) {
        guard let field = rows.first?[place].field else { return nil }
        var texts: [String?] = []
        texts.reserveCapacity(rows.count)
        var isZoned: Bool?
        for row in rows {
            let value = row[place]
            if value.field.name != field.name { return nil }
            switch value.bind {
            case .null: texts.append(nil)
            case .text(let text):
                if let isZoned, isZoned != value.isZoned { return nil }
                isZoned = value.isZoned
                texts.append(text)
            case .bytes: return nil
            }
        }
        if case .geometry = field.type { return nil }
        let type = isZoned == true ? SQLType.timestamptz : field.bindType
        guard type != .inferred, !type.text.hasSuffix("[]") else { return nil }
        self.init(field: field, isZoned: isZoned == true, texts: texts, type: type)
    }
}
