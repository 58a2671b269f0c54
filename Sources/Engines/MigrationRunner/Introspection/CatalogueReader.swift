import MigrationPlanning
import Postgres
import SQLText
import SchemaModel

/// Rows of the catalogue queries -> model. Rows that can't be understood are left out.
struct CatalogueReader {
    private(set) var model = DatabaseModel()

    mutating func read(
        relations: PostgresResult, columns: PostgresResult, constraints: PostgresResult, indexes: PostgresResult, extensions: PostgresResult
    ) {
        for row in 0..<extensions.rowCount {
            if let name = extensions.identifier(row, 0), let schema = extensions.identifier(row, 1) { model.extensions[name] = schema }
        }
        for row in 0..<relations.rowCount {
            guard let name = relations.identifier(row, 0) else { continue }
            if let kind = CatalogueReader.otherKinds[relations.string(row, 1) ?? ""] {
                model.occupied[name] = kind
            } else {
                model.tables[name] = TableModel(name: name, comment: relations.string(row, 2))
            }
        }
        for row in 0..<columns.rowCount { readColumn(columns, row) }
        for row in 0..<constraints.rowCount { readConstraint(constraints, row) }
        for row in 0..<indexes.rowCount { readIndex(indexes, row) }
    }

    private static let otherKinds = ["v": "view", "m": "materialized view", "f": "foreign table", "p": "partitioned table"]

    private mutating func readColumn(_ rows: PostgresResult, _ row: Int) {
        guard let table = rows.identifier(row, 0), let name = rows.identifier(row, 1), let type = rows.string(row, 2) else { return }
        var column = ColumnModel(name: name, type: TypeText(type), isNullable: rows.bool(row, 3) == false, comment: rows.string(row, 7))
        let expression = rows.string(row, 4)
        if rows.string(row, 6)?.isEmpty == false {
            column.generated = expression.map { SQLExpression($0) }
        } else if let identity = rows.string(row, 5), !identity.isEmpty {
            column.default = .identity(always: identity == "a")
        } else if let expression {
            column.default = expression.hasPrefix("nextval(") ? .sequence(expression: expression) : .expression(SQLExpression(expression))
        }
        model.tables[table]?.columns.append(column)
    }

    private mutating func readConstraint(_ rows: PostgresResult, _ row: Int) {
        guard let table = rows.identifier(row, 0), let name = rows.identifier(row, 1) else { return }
        let columns = rows.identifiers(row, 3)
        switch rows.string(row, 2) {
        case "p": model.tables[table]?.primaryKey = KeyModel(name: name, columns: columns)
        case "u": model.tables[table]?.uniques.append(KeyModel(name: name, columns: columns))
        case "c":
            let check = CheckModel(
                name: name, expression: SQLExpression(rows.string(row, 11) ?? ""), isValid: rows.bool(row, 9) != false, columns: columns)
            model.tables[table]?.checks.append(check)
        case "f":
            guard let target = rows.identifier(row, 5) else { return }
            model.tables[table]?.foreignKeys.append(
                ForeignKeyModel(
                    name: name, columns: columns, targetSchema: rows.identifier(row, 4), target: target, targetColumns: rows.identifiers(row, 6),
                    onDelete: ForeignKey.Action(catalogue: rows.string(row, 8)), onUpdate: ForeignKey.Action(catalogue: rows.string(row, 7)),
                    isValid: rows.bool(row, 9) != false, isDeferrable: rows.bool(row, 10) == true))
        default: break
        }
    }

    private mutating func readIndex(_ rows: PostgresResult, _ row: Int) {
        guard let table = rows.identifier(row, 0), let name = rows.identifier(row, 1), let method = rows.identifier(row, 2) else { return }
        let parts = (rows.string(row, 6) ?? "").split(separator: "\u{1F}")
        let keyCount = rows.int(row, 5) ?? parts.count
        var index = IndexModel(
            name: name, method: method, keys: [], isUnique: rows.bool(row, 3) == true, predicate: rows.string(row, 7).map { SQLExpression($0) },
            isValid: rows.bool(row, 4) != false)
        for (at, part) in parts.enumerated() {
            let facts = part.split(separator: "\u{1E}", omittingEmptySubsequences: false)
            guard facts.count == 3, let subject = CatalogueReader.subject(facts[0]) else { continue }
            if at >= keyCount {
                if case .column(let column) = subject { index.included.append(column) }
                continue
            }
            let options = Int(facts[2]) ?? 0
            index.keys.append(
                IndexKey(
                    subject, operatorClass: SQLIdentifier(String(facts[1])), isDescending: options & 1 != 0, nullsFirst: options & 2 != 0))
        }
        model.tables[table]?.indexes.append(index)
    }

    /// `ctitle` is the column `title`, `elower(title)` an expression.
    private static func subject(_ text: Substring) -> IndexKey.Subject? {
        let rest = String(text.dropFirst())
        return text.first == "c" ? SQLIdentifier(rest).map { .column($0) } : .expression(rest)
    }
}

extension ForeignKey.Action {
    /// As `pg_constraint` codes it.
    fileprivate init(catalogue: String?) {
        self =
            switch catalogue {
            case "r": .restrict
            case "c": .cascade
            case "n": .setNull
            case "d": .setDefault
            default: .noAction
            }
    }
}
