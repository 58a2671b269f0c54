import SQLText
package import SchemaModel

/// Snapshot -> the database that it asks for.
///
/// - Shape: one table per collection that has one, in the configured schema; columns of the fields that have one; keys, indexes and foreign keys
///   with derived names. Expressions are as authored: `MigrationRunner` lets PostgreSQL normalise them.
/// - Left out: folders, alias fields, `managed: false` collections and those in another schema (they stand in `unmanaged`).
/// - Throws: `PlanningError`, at the first name that PostgreSQL could not hold.
/// - Source: contract/items.md, 3.1 and 4.1.
package enum SchemaLowering {
    package static func lower(_ snapshot: SchemaSnapshot) throws(PlanningError) -> DesiredModel {
        var work = Work(snapshot: snapshot)
        try work.lowerTables()
        try work.lowerForeignKeys()
        work.model.authored = work.model.database
        return work.model
    }

    static func identifier(_ text: String, _ origin: SourceLocation?) throws(PlanningError) -> SQLIdentifier {
        guard let name = SQLIdentifier(text) else { throw .invalidName(text, origin) }
        return name
    }
}

/// One lowering under way.
struct Work {
    let snapshot: SchemaSnapshot
    var model = DesiredModel()
    var names = DerivedNames(reserving: [])
    private var tableByCollection: [CollectionName: SQLIdentifier] = [:]

    init(snapshot: SchemaSnapshot) { self.snapshot = snapshot }

    mutating func lowerTables() throws(PlanningError) {
        var managed: [(collection: Collection, table: SQLIdentifier)] = []
        for collection in snapshot.collections {
            guard let found = collection.table else { continue }
            let table = try SchemaLowering.identifier(found.name, collection.origin)
            guard collection.isManaged, found.schema == nil else {
                if found.schema == nil { model.unmanaged.insert(table) }
                continue
            }
            tableByCollection[collection.name] = table
            managed.append((collection, table))
        }
        names = DerivedNames(reserving: managed.map(\.table))
        managed.sort { $0.table.name < $1.table.name }
        for entry in managed { try lower(entry.collection, into: entry.table) }
    }

    private mutating func lower(_ collection: Collection, into name: SQLIdentifier) throws(PlanningError) {
        var table = TableModel(name: name)
        let renamedFrom: SQLIdentifier? = if let old = collection.renamedFrom { try SchemaLowering.identifier(old, collection.origin) } else { nil }
        model.tables[name] = TableNotes(origin: collection.origin, renamedFrom: renamedFrom, isSystem: collection.isSystem)
        var keyColumns: [SQLIdentifier] = []
        for field in collection.fields {
            guard let column = field.column else { continue }
            let lowered = try ColumnLowering.lower(field, column)
            table.columns.append(lowered)
            try note(field, column, at: ColumnPath(name, lowered.name))
            if column.isPrimaryKey { keyColumns.append(lowered.name) }
        }
        if !keyColumns.isEmpty {
            table.primaryKey = KeyModel(name: names.claim(table: name, parts: [], kind: .primary), columns: keyColumns)
        }
        try addIndexes(of: collection, to: &table)
        try addChecks(of: collection, to: &table)
        model.database.tables[name] = table
    }

    private mutating func note(_ field: Field, _ column: Column, at path: ColumnPath) throws(PlanningError) {
        let origin = field.origin
        let renamedFrom: SQLIdentifier? = if let old = field.renamedFrom { try SchemaLowering.identifier(old, origin) } else { nil }
        let using = column.using.map { AuthoredSQL(text: $0, origin: origin?.description ?? path.description) }
        model.columns[path] = ColumnNotes(origin: origin, renamedFrom: renamedFrom, using: using, isSystem: field.isSystem)
    }

    mutating func lowerForeignKeys() throws(PlanningError) {
        for relation in snapshot.relations {
            guard let key = relation.foreignKey, let table = tableByCollection[relation.manyCollection] else { continue }
            guard let one = relation.oneCollection, let target = snapshot.collection(one)?.table else {
                throw .unknownTable(relation.oneCollection ?? relation.manyCollection, relation.origin)
            }
            let column = try SchemaLowering.identifier(relation.manyField.text, relation.origin)
            guard model.database.tables[table]?.column(column) != nil else {
                throw .unknownColumn(collection: relation.manyCollection, field: relation.manyField, relation.origin)
            }
            let schema: SQLIdentifier? = if let name = target.schema { try SchemaLowering.identifier(name, relation.origin) } else { nil }
            let lowered = ForeignKeyModel(
                name: try SchemaLowering.identifier(key.constraintName, relation.origin), columns: [column], targetSchema: schema,
                target: try SchemaLowering.identifier(target.name, relation.origin),
                targetColumns: [try SchemaLowering.identifier(key.column.text, relation.origin)], onDelete: key.onDelete, onUpdate: key.onUpdate)
            let known = model.database.tables[table]?.foreignKeys ?? []
            guard !known.contains(where: { $0.columns == lowered.columns && $0.target == lowered.target }) else { continue }
            model.database.tables[table]?.foreignKeys.append(lowered)
            model.origins[ColumnPath(table, lowered.name)] = relation.origin
        }
    }
}
