import SQLText

extension DatabaseModel {
    /// The model after `changes`, in their order: what the database will look like, without asking it.
    /// - Note: a change of what is not there changes nothing.
    package func applying(_ changes: [SchemaChange]) -> DatabaseModel {
        var out = self
        for change in changes { out.apply(change.kind) }
        return out
    }

    mutating func apply(_ change: SchemaChange.Kind) {
        switch change {
        case .createExtension(let name): extensions[name] = extensions[name] ?? SQLIdentifier(static: "public")
        case .createTable(var table):
            table.foreignKeys = []
            tables[table.name] = table
        case .dropTable(let table): tables[table.name] = nil
        case .renameTable(let old, let new): renameTable(old, to: new)
        case .renameColumn(let table, let old, let new): renameColumn(of: table, old, to: new)
        case .addColumn(let table, let column): tables[table]?.columns.append(column)
        case .dropColumn(let table, let column): tables[table]?.columns.removeAll { $0.name == column.name }
        case .alterType(let table, _, let to, _):
            alter(column: to.name, of: table) {
                $0.type = to.type
                $0.default = to.default
            }
        case .setDefault(let table, let column, _, let to): alter(column: column, of: table) { $0.default = to }
        case .dropExpression(let table, let column): alter(column: column.name, of: table) { $0.generated = nil }
        case .setNotNull(let table, let column): alter(column: column, of: table) { $0.isNullable = false }
        case .dropNotNull(let table, let column): alter(column: column, of: table) { $0.isNullable = true }
        case .setColumnComment(let table, let column, _, let to): alter(column: column, of: table) { $0.comment = to }
        case .addPrimaryKey, .dropPrimaryKey, .addUnique, .dropUnique, .addForeignKey, .dropForeignKey, .addCheck, .dropCheck,
            .validateConstraint, .renameConstraint, .createIndex, .dropIndex, .renameIndex:
            applyToConstraints(change)
        }
    }

    private mutating func applyToConstraints(_ change: SchemaChange.Kind) {
        switch change {
        case .addPrimaryKey(let table, let key): tables[table]?.primaryKey = key
        case .dropPrimaryKey(let table, _): tables[table]?.primaryKey = nil
        case .addUnique(let table, let key): tables[table]?.uniques.append(key)
        case .dropUnique(let table, let key): tables[table]?.uniques.removeAll { $0.name == key.name }
        case .addForeignKey(let table, let key): tables[table]?.foreignKeys.append(key)
        case .dropForeignKey(let table, let key): tables[table]?.foreignKeys.removeAll { $0.name == key.name }
        case .addCheck(let table, let check): tables[table]?.checks.append(check)
        case .dropCheck(let table, let check): tables[table]?.checks.removeAll { $0.name == check.name }
        case .validateConstraint(let table, let name): tables[table]?.validate(name)
        case .renameConstraint(let table, let old, let new): tables[table]?.renameConstraint(old, to: new)
        case .createIndex(let table, let index): tables[table]?.indexes.append(index)
        case .dropIndex(let table, let index): tables[table]?.indexes.removeAll { $0.name == index.name }
        case .renameIndex(let table, let old, let new):
            for at in tables[table]?.indexes.indices ?? 0..<0 where tables[table]?.indexes[at].name == old { tables[table]?.indexes[at].name = new }
        case .createExtension, .createTable, .dropTable, .renameTable, .addColumn, .dropColumn, .renameColumn, .alterType, .setDefault,
            .dropExpression, .setNotNull, .dropNotNull, .setColumnComment:
            break
        }
    }

    private mutating func alter(column: SQLIdentifier, of table: SQLIdentifier, _ body: (inout ColumnModel) -> Void) {
        guard let at = tables[table]?.columns.firstIndex(where: { $0.name == column }) else { return }
        guard var found = tables[table]?.columns[at] else { return }
        body(&found)
        tables[table]?.columns[at] = found
    }

    mutating func renameTable(_ old: SQLIdentifier, to new: SQLIdentifier) {
        guard var table = tables.removeValue(forKey: old) else { return }
        table.name = new
        tables[new] = table
        for name in tables.keys {
            guard let keys = tables[name]?.foreignKeys else { continue }
            for at in keys.indices where keys[at].target == old && keys[at].targetSchema == nil { tables[name]?.foreignKeys[at].target = new }
        }
    }

    mutating func renameColumn(of table: SQLIdentifier, _ old: SQLIdentifier, to new: SQLIdentifier) {
        tables[table]?.renameColumn(old, to: new)
        for name in tables.keys {
            guard let keys = tables[name]?.foreignKeys else { continue }
            for at in keys.indices where keys[at].target == table && keys[at].targetSchema == nil {
                tables[name]?.foreignKeys[at].targetColumns = keys[at].targetColumns.map { $0 == old ? new : $0 }
            }
        }
    }
}

extension TableModel {
    fileprivate mutating func validate(_ name: SQLIdentifier) {
        for at in checks.indices where checks[at].name == name { checks[at].isValid = true }
        for at in foreignKeys.indices where foreignKeys[at].name == name { foreignKeys[at].isValid = true }
    }

    fileprivate mutating func renameConstraint(_ old: SQLIdentifier, to new: SQLIdentifier) {
        if primaryKey?.name == old { primaryKey?.name = new }
        for at in uniques.indices where uniques[at].name == old { uniques[at].name = new }
        for at in foreignKeys.indices where foreignKeys[at].name == old { foreignKeys[at].name = new }
        for at in checks.indices where checks[at].name == old { checks[at].name = new }
    }

    fileprivate mutating func renameColumn(_ old: SQLIdentifier, to new: SQLIdentifier) {
        let swap = { (name: SQLIdentifier) in name == old ? new : name }
        for at in columns.indices {
            columns[at].name = swap(columns[at].name)
            columns[at].generated = columns[at].generated?.renaming(old, to: new)
        }
        if let key = primaryKey { primaryKey = KeyModel(name: key.name, columns: key.columns.map(swap)) }
        for at in uniques.indices { uniques[at].columns = uniques[at].columns.map(swap) }
        for at in foreignKeys.indices { foreignKeys[at].columns = foreignKeys[at].columns.map(swap) }
        for at in checks.indices {
            checks[at].columns = checks[at].columns.map(swap)
            checks[at].expression = checks[at].expression.renaming(old, to: new)
        }
        for at in indexes.indices { indexes[at].renameColumn(old, to: new) }
    }
}

extension IndexModel {
    fileprivate mutating func renameColumn(_ old: SQLIdentifier, to new: SQLIdentifier) {
        included = included.map { $0 == old ? new : $0 }
        predicate = predicate?.renaming(old, to: new)
        for at in keys.indices {
            switch keys[at].subject {
            case .column(let name): keys[at].subject = .column(name == old ? new : name)
            case .expression(let text): keys[at].subject = .expression(text.renaming(old, to: new))
            }
        }
    }
}

extension SQLExpression {
    fileprivate func renaming(_ old: SQLIdentifier, to new: SQLIdentifier) -> SQLExpression {
        var out = SQLExpression(text.renaming(old, to: new), authored: authored?.renaming(old, to: new))
        out.settled = settled?.renaming(old, to: new)
        return out
    }
}

extension String {
    /// The expression with one column's name replaced, where it stands as a word of its own outside of quotes: what PostgreSQL's own print
    /// becomes when the column is renamed.
    fileprivate func renaming(_ old: SQLIdentifier, to new: SQLIdentifier) -> String {
        var out = ""
        var word = ""
        var quote: Character?
        func flush(_ word: String) -> String { word == old.name || word == old.quoted ? new.bareOrQuoted : word }
        for character in self {
            if let open = quote {
                word.append(character)
                if character == open {
                    quote = nil
                    out += open == "\"" ? flush(word) : word
                    word = ""
                }
            } else if character == "'" || character == "\"" {
                out += flush(word)
                word = String(character)
                quote = character
            } else if character.isLetter || character.isNumber || character == "_" || character == "$" {
                word.append(character)
            } else {
                out += flush(word)
                out.append(character)
                word = ""
            }
        }
        return out + flush(word)
    }
}

extension SQLIdentifier {
    /// As `quote_ident` prints most names: bare when lower case letters, digits and underscores. (Reserved words are not told apart.)
    fileprivate var bareOrQuoted: String {
        let first = name.unicodeScalars.first
        let plain = name.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "_" }
        guard plain, let first, !("0"..."9").contains(first) else { return quoted }
        return name
    }
}
