import SQLText
import SchemaModel

extension DiffWork {
    mutating func compareIndexes(of live: TableModel, with table: TableModel) {
        let own = owned.authored.tables[table.name]
        var matched: Set<SQLIdentifier> = []
        for key in table.uniques {
            if let index = live.indexes.first(where: { $0.isPlainUnique(over: key.columns) }) { matched.insert(index.name) }
        }
        var missing: [IndexModel] = []
        for index in table.indexes {
            let columns = index.columns
            if let was = live.indexes.first(where: { index.indexesLike($0) && !matched.contains($0.name) }), survives(table.name, columns) {
                matched.insert(was.name)
                if was.name != index.name, renamed.contains(table.name) {
                    emit(.renameIndex(table.name, from: was.name, to: index.name), cause: origin(of: ColumnPath(table.name, index.name)))
                }
            } else if index.isUnique, index.predicate == nil, live.hasUniqueConstraint(over: columns), survives(table.name, columns) {
                continue
            } else {
                missing.append(index)
            }
        }
        for index in missing { add(index, to: live, matched: &matched) }
        let wanted = Set(table.indexes.map(\.name)).union(table.uniques.map(\.name))
        for was in live.indexes where !matched.contains(was.name) && survives(table.name, was.columns) {
            let isOwn = own?.indexes.contains { $0.name == was.name || $0.indexesLike(was) } == true
            let isLeftover = !was.isValid && (wanted.contains(was.name) || isOwn)
            if isLeftover || (isOwn && !isBuiltIn(table.name, was.columns)) {
                emit(.dropIndex(table.name, was), cause: origin(of: table.name))
            } else {
                out.unmanaged.append(UnmanagedObject(.index, "\(table.name.name).\(was.name.name)"))
            }
        }
    }

    /// The old index keeps working under another name while the new one of its name is built.
    private mutating func add(_ index: IndexModel, to live: TableModel, matched: inout Set<SQLIdentifier>) {
        let cause = origin(of: ColumnPath(live.name, index.name))
        if let was = live.indexes.first(where: { $0.name == index.name }), !matched.contains(was.name), survives(live.name, was.columns) {
            matched.insert(was.name)
            if was.isValid {
                var moved = was
                moved.name = DerivedNames.name(table: live.name, parts: [was.name.name, "replaced"], kind: .index)
                emit(.renameIndex(live.name, from: was.name, to: moved.name), cause: cause)
                emit(.dropIndex(live.name, moved), cause: cause)
            } else {
                emit(.dropIndex(live.name, was), cause: cause)
            }
        }
        emit(.createIndex(live.name, index), cause: cause)
    }
}

extension IndexModel {
    /// The columns it indexes or includes; those inside expressions are not known.
    var columns: [SQLIdentifier] {
        included + keys.compactMap { if case .column(let name) = $0.subject { name } else { nil } }
    }

    /// Does the same work as a live one, whatever the name.
    func indexesLike(_ other: IndexModel) -> Bool {
        isValid && other.isValid && method == other.method && keys == other.keys && included == other.included && isUnique == other.isUnique
            && predicate.isSame(as: other.predicate)
    }
}

extension TableModel {
    func hasUniqueConstraint(over wanted: [SQLIdentifier]) -> Bool {
        uniques.contains { Set($0.columns) == Set(wanted) } || primaryKey.map { Set($0.columns) == Set(wanted) } == true
    }
}
