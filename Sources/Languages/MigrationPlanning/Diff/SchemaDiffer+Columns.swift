import SQLText
import SchemaModel

extension DiffWork {
    mutating func compareColumns(of live: TableModel, with table: TableModel) {
        var dropped: [ColumnModel] = []
        for column in live.columns where table.column(column.name) == nil {
            let path = ColumnPath(table.name, column.name)
            let isOwn = owned.authored.tables[table.name]?.column(column.name) != nil
            // A system column that the program no longer defines stays: the next version may want it back.
            let isBuiltIn = desired.tables[table.name]?.isSystem == true && owned.columns[path]?.isSystem != false
            if isOwn, !isBuiltIn {
                dropped.append(column)
            } else {
                out.unmanaged.append(UnmanagedObject(.column, path.description))
            }
        }
        let added = table.columns.filter { live.column($0.name) == nil }
        askAboutRenames(table.name, dropped: dropped, added: added)
        for column in dropped { drop(column, of: live) }
        for column in added {
            addedColumns.insert(ColumnPath(table.name, column.name))
            emit(.addColumn(table.name, column), cause: origin(of: ColumnPath(table.name, column.name)))
        }
        for column in table.columns {
            if let was = live.column(column.name) { compare(was, with: column, in: live) }
        }
    }

    private mutating func askAboutRenames(_ table: SQLIdentifier, dropped: [ColumnModel], added: [ColumnModel]) {
        for column in dropped {
            let candidates = added.filter { $0.type.base == column.type.base }.map(\.name)
            guard !candidates.isEmpty else { continue }
            let location = origin(of: ColumnPath(table, candidates[0]))
            out.questions.append(RenameQuestion(dropped: ColumnPath(table, column.name), candidates: candidates, location: location))
        }
    }

    /// What hangs on the column goes first, whoever made it: PostgreSQL would drop it silently, and a rollback could not bring it back.
    private mutating func drop(_ column: ColumnModel, of live: TableModel) {
        droppedColumns.insert(ColumnPath(live.name, column.name))
        let name = column.name
        if let key = live.primaryKey, key.columns.contains(name) { emit(.dropPrimaryKey(live.name, key), cause: nil) }
        for key in live.uniques where key.columns.contains(name) { emit(.dropUnique(live.name, key), cause: nil) }
        for check in live.checks where check.columns.contains(name) { emit(.dropCheck(live.name, check), cause: nil) }
        for index in live.indexes where index.involves(name) { emit(.dropIndex(live.name, index), cause: nil) }
        for key in live.foreignKeys where key.columns.contains(name) { emit(.dropForeignKey(live.name, key), cause: nil) }
        for other in current.sortedTables where !droppedTables.contains(other.name) {
            for key in other.foreignKeys where key.target == live.name && key.targetSchema == nil && key.targetColumns.contains(name) {
                guard other.name != live.name || !key.columns.contains(name) else { continue }
                dropReference(key, of: other.name, to: "\(live.name.name).\(name.name)")
            }
        }
        emit(.dropColumn(live.name, column), cause: nil)
    }

    private mutating func compare(_ was: ColumnModel, with column: ColumnModel, in live: TableModel) {
        let path = ColumnPath(live.name, column.name)
        let differences = ColumnDifferences(was, column)
        guard !differences.isEmpty else { return compareComment(was, column, path) }
        let own = owned.authored.tables[live.name]?.column(column.name)
        let wish = desired.authored.tables[live.name]?.column(column.name)
        if isBuiltIn(live.name, [column.name]), own == nil || own == wish {
            out.notes.append(PlanNote(.keptAsFound, object: path.description, detail: differences.description(was, column)))
            return
        }
        if own != nil, own == wish { out.notes.append(PlanNote(.drift, object: path.description, detail: differences.description(was, column))) }
        if differences.generated, remakeGenerated(was, column, in: live) { return compareComment(was, column, path) }
        if differences.type { changeType(was, column, path) }
        if differences.default, !differences.type {
            emit(.setDefault(live.name, column: column.name, from: was.default, to: column.default), cause: origin(of: path))
        }
        if differences.nullability {
            let change: SchemaChange.Kind =
                column.isNullable ? .dropNotNull(live.name, column: column.name) : .setNotNull(live.name, column: column.name)
            emit(change, cause: origin(of: path))
        }
        compareComment(was, column, path)
    }

    /// - Returns: true when the column is made anew, so nothing else of it needs comparing.
    private mutating func remakeGenerated(_ was: ColumnModel, _ column: ColumnModel, in live: TableModel) -> Bool {
        let path = ColumnPath(live.name, column.name)
        if was.generated != nil, column.generated == nil {
            emit(.dropExpression(live.name, was), cause: origin(of: path))
            return false
        }
        drop(was, of: live)
        addedColumns.insert(path)
        emit(.addColumn(live.name, column), cause: origin(of: path))
        return true
    }

    private mutating func changeType(_ was: ColumnModel, _ column: ColumnModel, _ path: ColumnPath) {
        let using = desired.columns[path]?.using
        let conversion = TypeConversion.of(was.type, to: column.type)
        if conversion == .unknown, using == nil {
            let detail = "no cast is known from \(was.type) to \(column.type); write how to convert the values (using: …)"
            out.problems.append(PlanProblem(.castUnknown, object: path.description, detail: detail, location: origin(of: path)))
            return
        }
        if conversion != .instant { retyped.insert(path) }
        emit(.alterType(path.table, from: was, to: column, using: using), cause: origin(of: path))
    }

    private mutating func compareComment(_ was: ColumnModel, _ column: ColumnModel, _ path: ColumnPath) {
        guard was.comment != column.comment else { return }
        let own = owned.authored.tables[path.table]?.column(path.name)
        // A comment that no file wrote is somebody else's.
        guard column.comment != nil || own?.comment != nil else { return }
        emit(.setColumnComment(path.table, column: path.name, from: was.comment, to: column.comment), cause: origin(of: path))
    }
}

/// What differs between two columns of one name, comments aside.
struct ColumnDifferences {
    var type: Bool
    var generated: Bool
    var `default`: Bool
    var nullability: Bool

    init(_ was: ColumnModel, _ column: ColumnModel) {
        type = was.type != column.type
        generated = !column.generated.isSame(as: was.generated)
        self.default = column.generated == nil && was.generated == nil && !DefaultText.isSame(was.default, column.default)
        nullability = was.isNullable != column.isNullable
    }

    var isEmpty: Bool { !type && !generated && !`default` && !nullability }

    func description(_ was: ColumnModel, _ column: ColumnModel) -> String {
        var parts: [String] = []
        if type { parts.append("type is \(was.type), defined as \(column.type)") }
        if generated { parts.append("the generating expression differs") }
        if `default` { parts.append("default is \(was.default.words), defined as \(column.default.words)") }
        if nullability { parts.append(was.isNullable ? "is nullable, defined as not null" : "is not null, defined as nullable") }
        return parts.joined(separator: "; ")
    }
}

extension DefaultModel? {
    var words: String {
        switch self {
        case nil: "none"
        case .sequence: "a sequence"
        case .identity: "an identity"
        case .expression(let expression): expression.text
        }
    }
}
