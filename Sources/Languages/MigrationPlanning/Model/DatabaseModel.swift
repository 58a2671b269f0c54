package import SQLText
package import SchemaModel

/// The structure of one PostgreSQL schema: what `lower` makes of a snapshot and what `Introspector` reads from the catalogue.
///
/// - Shape: names are as the server stores them; expressions are SQL text. In a model that the server has seen (introspected, or normalised in
///   a scratch schema) every expression is the server's own print of it, so texts can be compared.
/// - Not in here: rows, privileges, triggers, views (`occupied` names them), what stands in other schemas.
package struct DatabaseModel: Sendable, Equatable {
    package var tables: [SQLIdentifier: TableModel]
    /// Installed extensions, with the schema that holds their functions.
    package var extensions: [SQLIdentifier: SQLIdentifier]
    /// Names that tables can't take, and what holds them: `view`, `materialized view`, `foreign table`, `partitioned table`.
    package var occupied: [SQLIdentifier: String]

    package init(
        tables: [TableModel] = [], extensions: [SQLIdentifier: SQLIdentifier] = [:], occupied: [SQLIdentifier: String] = [:]
    ) {
        self.tables = Dictionary(tables.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.extensions = extensions
        self.occupied = occupied
    }

    /// The tables by name: every walk over a model is in this order, so plans are deterministic.
    package var sortedTables: [TableModel] { tables.values.sorted { $0.name.name < $1.name.name } }
}

package struct TableModel: Sendable, Equatable {
    package var name: SQLIdentifier
    /// In the order of the table (attribute number), which does not count in comparisons.
    package var columns: [ColumnModel]
    package var primaryKey: KeyModel?
    /// UNIQUE constraints. A unique index without a constraint stands in `indexes`.
    package var uniques: [KeyModel]
    package var foreignKeys: [ForeignKeyModel]
    package var checks: [CheckModel]
    /// Indexes that back no constraint.
    package var indexes: [IndexModel]
    package var comment: String?

    package init(
        name: SQLIdentifier, columns: [ColumnModel] = [], primaryKey: KeyModel? = nil, uniques: [KeyModel] = [],
        foreignKeys: [ForeignKeyModel] = [], checks: [CheckModel] = [], indexes: [IndexModel] = [], comment: String? = nil
    ) {
        self.name = name
        self.columns = columns
        self.primaryKey = primaryKey
        self.uniques = uniques
        self.foreignKeys = foreignKeys
        self.checks = checks
        self.indexes = indexes
        self.comment = comment
    }

    package func column(_ name: SQLIdentifier) -> ColumnModel? { columns.first { $0.name == name } }
}

package struct ColumnModel: Sendable, Equatable {
    package var name: SQLIdentifier
    package var type: TypeText
    package var isNullable: Bool
    package var `default`: DefaultModel?
    /// The expression of a stored generated column.
    package var generated: SQLExpression?
    package var comment: String?

    package init(
        name: SQLIdentifier, type: TypeText, isNullable: Bool = true, default: DefaultModel? = nil, generated: SQLExpression? = nil,
        comment: String? = nil
    ) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
        self.default = `default`
        self.generated = generated
        self.comment = comment
    }
}

package enum DefaultModel: Sendable, Hashable {
    /// The next value of a sequence. The expression is known only of live columns: `nextval('posts_id_seq'::regclass)`.
    case sequence(expression: String?)
    case identity(always: Bool)
    case expression(SQLExpression)

    /// The database makes the value from a sequence.
    package var isAutoIncrement: Bool {
        switch self {
        case .sequence, .identity: true
        case .expression: false
        }
    }
}

/// A primary key or a UNIQUE constraint: its columns in order.
package struct KeyModel: Sendable, Hashable {
    package var name: SQLIdentifier
    package var columns: [SQLIdentifier]
    package init(name: SQLIdentifier, columns: [SQLIdentifier]) {
        self.name = name
        self.columns = columns
    }
}

package struct ForeignKeyModel: Sendable, Hashable {
    package var name: SQLIdentifier
    package var columns: [SQLIdentifier]
    /// nil = the schema of the model.
    package var targetSchema: SQLIdentifier?
    package var target: SQLIdentifier
    package var targetColumns: [SQLIdentifier]
    package var onDelete: ForeignKey.Action
    package var onUpdate: ForeignKey.Action
    /// False after `NOT VALID`, until `VALIDATE CONSTRAINT`.
    package var isValid: Bool
    package var isDeferrable: Bool

    package init(
        name: SQLIdentifier, columns: [SQLIdentifier], targetSchema: SQLIdentifier? = nil, target: SQLIdentifier, targetColumns: [SQLIdentifier],
        onDelete: ForeignKey.Action = .noAction, onUpdate: ForeignKey.Action = .noAction, isValid: Bool = true, isDeferrable: Bool = false
    ) {
        self.name = name
        self.columns = columns
        self.targetSchema = targetSchema
        self.target = target
        self.targetColumns = targetColumns
        self.onDelete = onDelete
        self.onUpdate = onUpdate
        self.isValid = isValid
        self.isDeferrable = isDeferrable
    }
}

package struct CheckModel: Sendable, Hashable {
    package var name: SQLIdentifier
    package var expression: SQLExpression
    package var isValid: Bool
    /// What it reads, where the catalogue said so.
    package var columns: [SQLIdentifier]
    package init(name: SQLIdentifier, expression: SQLExpression, isValid: Bool = true, columns: [SQLIdentifier] = []) {
        self.name = name
        self.expression = expression
        self.isValid = isValid
        self.columns = columns
    }
}

package struct IndexModel: Sendable, Hashable {
    package var name: SQLIdentifier
    /// `btree`, `hash`, `gin`, `gist`, `brin`, or what an extension brings.
    package var method: SQLIdentifier
    package var keys: [IndexKey]
    package var included: [SQLIdentifier]
    package var isUnique: Bool
    /// A partial index's condition.
    package var predicate: SQLExpression?
    /// False for what a failed `CREATE INDEX CONCURRENTLY` left behind.
    package var isValid: Bool

    package init(
        name: SQLIdentifier, method: SQLIdentifier, keys: [IndexKey], included: [SQLIdentifier] = [], isUnique: Bool = false,
        predicate: SQLExpression? = nil, isValid: Bool = true
    ) {
        self.name = name
        self.method = method
        self.keys = keys
        self.included = included
        self.isUnique = isUnique
        self.predicate = predicate
        self.isValid = isValid
    }

    package func involves(_ column: SQLIdentifier) -> Bool {
        included.contains(column) || keys.contains { $0.subject == .column(column) }
    }
}

package struct IndexKey: Sendable, Hashable {
    package enum Subject: Sendable, Hashable {
        case column(SQLIdentifier)
        case expression(String)
    }
    package var subject: Subject
    /// nil = the type's default one.
    package var operatorClass: SQLIdentifier?
    package var isDescending: Bool
    package var nullsFirst: Bool

    package init(_ subject: Subject, operatorClass: SQLIdentifier? = nil, isDescending: Bool = false, nullsFirst: Bool? = nil) {
        self.subject = subject
        self.operatorClass = operatorClass
        self.isDescending = isDescending
        self.nullsFirst = nullsFirst ?? isDescending
    }
}
