import Digests
import SQLText
import SchemaModel

/// Keys, indexes and checks of a collection.
extension Work {
    mutating func addIndexes(of collection: Collection, to table: inout TableModel) throws(PlanningError) {
        for field in collection.fields {
            guard let column = field.column, !column.isPrimaryKey, column.isUnique || column.isIndexed else { continue }
            let name = try SchemaLowering.identifier(field.name.text, field.origin)
            let claimed = names.claim(table: table.name, parts: [field.name.text], kind: column.isUnique ? .unique : .index)
            model.origins[ColumnPath(table.name, claimed)] = field.origin
            if column.isUnique {
                table.uniques.append(KeyModel(name: claimed, columns: [name]))
            } else {
                let method = Index.Method.forPlainIndex(on: field.type)
                table.indexes.append(IndexModel(name: claimed, method: method.accessMethod, keys: [IndexKey(.column(name))]))
            }
        }
        for index in collection.indexes { try add(index, of: collection, to: &table) }
    }

    private mutating func add(_ index: Index, of collection: Collection, to table: inout TableModel) throws(PlanningError) {
        var keys: [IndexKey] = []
        for field in index.fields {
            let name = try SchemaLowering.identifier(field.text, index.origin)
            guard table.column(name) != nil else { throw .unknownColumn(collection: collection.name, field: field, index.origin) }
            keys.append(IndexKey(.column(name), operatorClass: index.method.operatorClass))
        }
        let name: SQLIdentifier
        if let given = index.name {
            name = try SchemaLowering.identifier(given, index.origin)
            names.claim(name)
        } else {
            var parts = index.fields.map(\.text)
            if index.method != .btree { parts.append(index.method.word) }
            if let condition = index.where { parts.append(String(HashFunction.sha256.digest(of: condition).hex.prefix(6))) }
            name = names.claim(table: table.name, parts: parts, kind: index.isUnique ? .unique : .index)
        }
        table.indexes.append(
            IndexModel(
                name: name, method: index.method.accessMethod, keys: keys, isUnique: index.isUnique, predicate: index.where.map { SQLExpression($0) })
        )
        model.origins[ColumnPath(table.name, name)] = index.origin ?? collection.origin
    }

    mutating func addChecks(of collection: Collection, to table: inout TableModel) throws(PlanningError) {
        for check in collection.checks {
            let name: SQLIdentifier
            if let given = check.name {
                name = try SchemaLowering.identifier(given, check.origin)
            } else {
                let hash = String(HashFunction.sha256.digest(of: check.sql).hex.prefix(8))
                name = DerivedNames.name(table: table.name, parts: [hash], kind: .check)
            }
            table.checks.append(CheckModel(name: name, expression: SQLExpression(check.sql)))
            model.origins[ColumnPath(table.name, name)] = check.origin ?? collection.origin
        }
    }
}

extension Index.Method {
    var accessMethod: SQLIdentifier {
        switch self {
        case .btree: SQLIdentifier(static: "btree")
        case .hash: SQLIdentifier(static: "hash")
        case .gin, .ginTrigram: SQLIdentifier(static: "gin")
        case .gist: SQLIdentifier(static: "gist")
        case .brin: SQLIdentifier(static: "brin")
        }
    }

    var operatorClass: SQLIdentifier? {
        switch self {
        case .ginTrigram: SQLIdentifier(static: "gin_trgm_ops")
        case .btree, .hash, .gin, .gist, .brin: nil
        }
    }

    /// As it stands in derived names.
    var word: String {
        switch self {
        case .ginTrigram: "trgm"
        case .btree, .hash, .gin, .gist, .brin: accessMethod.name
        }
    }

    /// The method of a field's `index: true`: a geometry has no order.
    static func forPlainIndex(on type: FieldType) -> Index.Method {
        if case .geometry = type { .gist } else { .btree }
    }
}
