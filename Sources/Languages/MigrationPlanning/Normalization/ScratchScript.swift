package import SQLText
package import SchemaModel

/// The statements that let PostgreSQL read and print a desired model: its tables as temporary ones (`pg_temp`), to be introspected and rolled back.
///
/// - Not made: foreign keys, sequences, comments, which the server has nothing to say about.
package enum ScratchScript {
    package struct Statement: Sendable, Equatable {
        package var text: DDLText
        /// `posts`, `posts.title`
        package var object: String
        package var cause: SourceLocation?
        /// The same in smaller pieces, to find the one that the server refuses.
        package var pieces: [Statement]
    }

    package static let schema = SQLIdentifier(static: "pg_temp")

    package static func statements(for desired: DesiredModel) -> [Statement] {
        let ddl = DDLWriter(schema: schema)
        return desired.database.sortedTables.flatMap { table in
            var bare = table
            bare.primaryKey = nil
            bare.columns = table.columns.map { column in
                var column = column
                if column.default?.isAutoIncrement == true { column.default = nil }
                column.comment = nil
                return column
            }
            bare.indexes = []
            let cause = desired.tables[table.name]?.origin
            let whole = Statement(text: ddl.create(bare), object: table.name.name, cause: cause, pieces: pieces(of: bare, desired, ddl))
            return [whole]
                + table.indexes.map { index in
                    Statement(
                        text: ddl.create(index, on: table.name, concurrently: false), object: "\(table.name.name).\(index.name.name)",
                        cause: desired.origins[ColumnPath(table.name, index.name)] ?? cause, pieces: [])
                }
        }
    }

    private static func pieces(of table: TableModel, _ desired: DesiredModel, _ ddl: DDLWriter) -> [Statement] {
        let origin = { (name: SQLIdentifier) in
            desired.columns[ColumnPath(table.name, name)]?.origin ?? desired.origins[ColumnPath(table.name, name)]
                ?? desired.tables[table.name]?.origin
        }
        func piece(_ text: DDLText, _ name: SQLIdentifier) -> Statement {
            Statement(text: text, object: "\(table.name.name).\(name.name)", cause: origin(name), pieces: [])
        }
        var out = [
            Statement(text: ddl.create(TableModel(name: table.name)), object: table.name.name, cause: desired.tables[table.name]?.origin, pieces: [])
        ]
        // Generated columns read the others, so they come last.
        for column in table.columns.filter({ $0.generated == nil }) + table.columns.filter({ $0.generated != nil }) {
            var bare = column
            bare.default = nil
            out.append(piece(ddl.alter(table.name, "ADD COLUMN \(ddl.definition(bare))"), column.name))
            if column.default != nil { out.append(piece(ddl.alter(table.name, ddl.setDefault(column.default, of: column.name)), column.name)) }
        }
        for key in table.uniques {
            out.append(piece(ddl.alter(table.name, "ADD CONSTRAINT \(key.name) UNIQUE (\(ddl.list(key.columns)))"), key.name))
        }
        for check in table.checks {
            out.append(piece(ddl.alter(table.name, "ADD CONSTRAINT \(check.name) CHECK (\(DDLWriter.sql(check.expression.source)))"), check.name))
        }
        return out
    }
}

extension DesiredModel {
    /// The same model with the server's print of every type and expression.
    /// - Parameter scratch: what the introspector read of the tables that `ScratchScript` made.
    package func normalized(by scratch: DatabaseModel) -> DesiredModel {
        var out = self
        for (name, seen) in scratch.tables { out.database.tables[name]?.takeTexts(of: seen) { $0.print($1) } }
        return out
    }

    /// The tables whose expressions may print otherwise when given back: to be made once more, from their prints.
    package var unsettled: DesiredModel {
        var out = DesiredModel()
        for (name, table) in database.tables where table.hasExpressions {
            var printed = table
            printed.takeTexts(of: table) { expression, _ in expression.authored = nil }
            out.database.tables[name] = printed
        }
        return out
    }

    /// - Parameter scratch: what the introspector read of the tables of `unsettled`.
    package func settled(by scratch: DatabaseModel) -> DesiredModel {
        var out = self
        for (name, seen) in scratch.tables {
            out.database.tables[name]?.takeTexts(of: seen) { expression, seen in
                if seen.text != expression.text { expression.settled = seen.text }
            }
        }
        return out
    }
}

extension SQLExpression {
    fileprivate mutating func print(_ seen: SQLExpression) {
        authored = authored ?? text
        text = seen.text
    }
}

extension TableModel {
    fileprivate var hasExpressions: Bool {
        !checks.isEmpty || indexes.contains { $0.predicate != nil } || columns.contains { $0.generated != nil }
    }

    fileprivate mutating func takeTexts(of seen: TableModel, _ take: (inout SQLExpression, SQLExpression) -> Void) {
        for at in columns.indices {
            guard let found = seen.column(columns[at].name) else { continue }
            columns[at].type = found.type
            columns[at].take(found, take)
        }
        for at in checks.indices {
            guard let found = seen.checks.first(where: { $0.name == checks[at].name }) else { continue }
            take(&checks[at].expression, found.expression)
            checks[at].columns = found.columns
        }
        for at in indexes.indices {
            guard let found = seen.indexes.first(where: { $0.name == indexes[at].name }) else { continue }
            indexes[at].keys = found.keys
            if var predicate = indexes[at].predicate, let print = found.predicate {
                take(&predicate, print)
                indexes[at].predicate = predicate
            }
        }
    }
}

extension ColumnModel {
    fileprivate mutating func take(_ found: ColumnModel, _ take: (inout SQLExpression, SQLExpression) -> Void) {
        if case .expression(var expression) = `default` {
            // The server keeps no NULL default.
            if case .expression(let print) = found.default { take(&expression, print) }
            `default` = found.default == nil ? nil : .expression(expression)
        }
        if var expression = generated, let print = found.generated {
            take(&expression, print)
            generated = expression
        }
    }
}
