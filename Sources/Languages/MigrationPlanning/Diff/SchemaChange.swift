package import SQLText
package import SchemaModel

/// One difference between what is and what shall be, as a change of structure. How it is carried out is the planner's business.
package struct SchemaChange: Sendable, Equatable {
    package indirect enum Kind: Sendable, Equatable {
        case createExtension(SQLIdentifier)
        /// With its keys, checks and indexes, without foreign keys: those are changes of their own.
        case createTable(TableModel)
        case dropTable(TableModel)
        case renameTable(from: SQLIdentifier, to: SQLIdentifier)
        case addColumn(SQLIdentifier, ColumnModel)
        case dropColumn(SQLIdentifier, ColumnModel)
        case renameColumn(SQLIdentifier, from: SQLIdentifier, to: SQLIdentifier)
        /// Type only; `using` is the admin's conversion. A default is carried over.
        case alterType(SQLIdentifier, from: ColumnModel, to: ColumnModel, using: AuthoredSQL?)
        case setDefault(SQLIdentifier, column: SQLIdentifier, from: DefaultModel?, to: DefaultModel?)
        /// A generated column becomes a plain one and keeps its values.
        case dropExpression(SQLIdentifier, ColumnModel)
        case setNotNull(SQLIdentifier, column: SQLIdentifier)
        case dropNotNull(SQLIdentifier, column: SQLIdentifier)
        case setColumnComment(SQLIdentifier, column: SQLIdentifier, from: String?, to: String?)
        case addPrimaryKey(SQLIdentifier, KeyModel)
        case dropPrimaryKey(SQLIdentifier, KeyModel)
        case addUnique(SQLIdentifier, KeyModel)
        case dropUnique(SQLIdentifier, KeyModel)
        case addForeignKey(SQLIdentifier, ForeignKeyModel)
        case dropForeignKey(SQLIdentifier, ForeignKeyModel)
        case addCheck(SQLIdentifier, CheckModel)
        case dropCheck(SQLIdentifier, CheckModel)
        /// A check or foreign key that is still `NOT VALID`.
        case validateConstraint(SQLIdentifier, name: SQLIdentifier)
        case renameConstraint(SQLIdentifier, from: SQLIdentifier, to: SQLIdentifier)
        case createIndex(SQLIdentifier, IndexModel)
        case dropIndex(SQLIdentifier, IndexModel)
        case renameIndex(SQLIdentifier, from: SQLIdentifier, to: SQLIdentifier)
    }

    package var kind: Kind
    /// Where the wish was written; nil for what only the record or the database knows.
    package var cause: SourceLocation?

    package init(_ kind: Kind, cause: SourceLocation? = nil) {
        self.kind = kind
        self.cause = cause
    }
}

/// The whole comparison.
package struct SchemaDiff: Sendable, Equatable {
    package var changes: [SchemaChange] = []
    /// Reasons to stop: nothing is planned while there is one.
    package var problems: [PlanProblem] = []
    /// What no file defines and no earlier plan made: reported, never touched.
    package var unmanaged: [UnmanagedObject] = []
    /// Differences that are left alone, for the reader.
    package var notes: [PlanNote] = []
    /// Columns that are dropped while one of the same type is added to the same table: a rename, perhaps. Answered by `renamed_from`, or by
    /// allowing the drop.
    package var questions: [RenameQuestion] = []
}

package struct UnmanagedObject: Sendable, Equatable, Hashable {
    package enum Kind: String, Sendable { case table, column, index, unique, check, foreignKey = "foreign key" }
    package var kind: Kind
    /// `posts` or `posts.subtitle`.
    package var name: String
    package init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }
}

package struct PlanNote: Sendable, Equatable {
    package enum Code: String, Sendable {
        /// A system table differs from what this program would make; left as it is.
        case keptAsFound = "kept-as-found"
        /// The live object was changed by hand since the last plan; the plan puts it back.
        case drift
        /// A `managed: false` collection whose table is not there.
        case tableMissing = "table-missing"
    }
    package var code: Code
    package var object: String
    package var detail: String
    package init(_ code: Code, object: String, detail: String) {
        self.code = code
        self.object = object
        self.detail = detail
    }
}

package struct PlanProblem: Error, Sendable, Equatable {
    package enum Code: String, Sendable {
        /// No cast is known from the old type to the new one: write `using`.
        case castUnknown = "cast-unknown"
        /// A needed extension is not on the server.
        case extensionMissing = "extension-missing"
        /// The table's name belongs to a view or another kind of relation.
        case nameTaken = "name-taken"
        /// A table that no file defines points at what shall be dropped.
        case referencedByOthers = "referenced-by-others"
        /// PostgreSQL refuses an expression of the admin's.
        case expressionRefused = "expression-refused"
    }
    package var code: Code
    package var object: String
    package var detail: String
    package var location: SourceLocation?
    package init(_ code: Code, object: String, detail: String, location: SourceLocation? = nil) {
        self.code = code
        self.object = object
        self.detail = detail
        self.location = location
    }
}

package struct RenameQuestion: Sendable, Equatable {
    package var dropped: ColumnPath
    /// The columns that it may have become.
    package var candidates: [SQLIdentifier]
    package var location: SourceLocation?
    package init(dropped: ColumnPath, candidates: [SQLIdentifier], location: SourceLocation?) {
        self.dropped = dropped
        self.candidates = candidates
        self.location = location
    }
}
