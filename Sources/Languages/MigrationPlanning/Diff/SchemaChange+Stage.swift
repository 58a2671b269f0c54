extension SchemaChange.Kind {
    /// The order in which changes of different kinds can follow one another.
    package enum Stage: Int, Sendable, Comparable, CaseIterable {
        case extensions, renames, dropConstraints, drops, alterations, tables, columns, constraints, foreignKeys, comments
        package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    package var stage: Stage {
        switch self {
        case .createExtension: .extensions
        case .renameTable, .renameColumn, .renameConstraint, .renameIndex: .renames
        case .dropForeignKey, .dropCheck, .dropUnique, .dropPrimaryKey, .dropIndex: .dropConstraints
        case .dropTable, .dropColumn: .drops
        case .alterType, .setDefault, .dropExpression, .dropNotNull: .alterations
        case .createTable: .tables
        case .addColumn: .columns
        case .setNotNull, .addPrimaryKey, .addUnique, .addCheck, .createIndex: .constraints
        case .addForeignKey, .validateConstraint: .foreignKeys
        case .setColumnComment: .comments
        }
    }
}
