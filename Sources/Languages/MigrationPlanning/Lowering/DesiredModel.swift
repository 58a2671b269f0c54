package import SQLText
package import SchemaModel

/// What a snapshot asks of the database: the structure, and what a plan must know beside it.
package struct DesiredModel: Sendable, Equatable {
    package var database: DatabaseModel
    /// The same with expressions as authored, also after `database` was normalised: two snapshots are compared by it.
    package var authored: DatabaseModel
    /// By table.
    package var tables: [SQLIdentifier: TableNotes]
    package var columns: [ColumnPath: ColumnNotes]
    /// Where indexes, checks, keys and foreign keys were written, by table and name.
    package var origins: [ColumnPath: SourceLocation]
    /// Tables that are served and never altered (`managed: false`).
    package var unmanaged: Set<SQLIdentifier>

    package init(
        database: DatabaseModel = DatabaseModel(), tables: [SQLIdentifier: TableNotes] = [:], columns: [ColumnPath: ColumnNotes] = [:],
        origins: [ColumnPath: SourceLocation] = [:], unmanaged: Set<SQLIdentifier> = []
    ) {
        self.database = database
        authored = database
        self.tables = tables
        self.columns = columns
        self.origins = origins
        self.unmanaged = unmanaged
    }
}

extension DesiredModel {
    /// The extensions that types and operator classes come from, each with the first object that needs it.
    package var requiredExtensions: [(name: SQLIdentifier, object: ColumnPath)] {
        var out: [(name: SQLIdentifier, object: ColumnPath)] = []
        func require(_ name: SQLIdentifier, _ table: SQLIdentifier, _ object: SQLIdentifier) {
            if !out.contains(where: { $0.name == name }) { out.append((name, ColumnPath(table, object))) }
        }
        for table in database.sortedTables {
            for column in table.columns where column.type.base.hasPrefix("geometry") || column.type.base.hasPrefix("geography") {
                require(SQLIdentifier(static: "postgis"), table.name, column.name)
            }
            for index in table.indexes where index.keys.contains(where: { $0.operatorClass?.name == "gin_trgm_ops" }) {
                require(SQLIdentifier(static: "pg_trgm"), table.name, index.name)
            }
        }
        return out
    }
}

/// An object inside a table: a column, or a constraint or index by its name.
package struct ColumnPath: Sendable, Hashable, CustomStringConvertible {
    package var table: SQLIdentifier
    package var name: SQLIdentifier
    package init(_ table: SQLIdentifier, _ name: SQLIdentifier) {
        self.table = table
        self.name = name
    }
    /// As in allow tokens: `posts.subtitle`.
    package var description: String { "\(table.name).\(name.name)" }
}

package struct TableNotes: Sendable, Equatable {
    package var origin: SourceLocation?
    package var renamedFrom: SQLIdentifier?
    /// Ships with the program: what exists of it in the database is never altered, only completed.
    package var isSystem: Bool
    package init(origin: SourceLocation? = nil, renamedFrom: SQLIdentifier? = nil, isSystem: Bool = false) {
        self.origin = origin
        self.renamedFrom = renamedFrom
        self.isSystem = isSystem
    }
}

package struct ColumnNotes: Sendable, Equatable {
    package var origin: SourceLocation?
    package var renamedFrom: SQLIdentifier?
    /// The admin's SQL that converts the values when the type changes.
    package var using: AuthoredSQL?
    /// Ships with the program; false for an admin's addition to a system table.
    package var isSystem: Bool
    package init(origin: SourceLocation? = nil, renamedFrom: SQLIdentifier? = nil, using: AuthoredSQL? = nil, isSystem: Bool = false) {
        self.origin = origin
        self.renamedFrom = renamedFrom
        self.using = using
        self.isSystem = isSystem
    }
}
