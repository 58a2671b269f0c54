import SQLText
import SchemaModel

/// Whether a table has triggers or rules of its own, or rows in other tables: then a row may be another at a statement's end than the statement
/// returned, and rows may be fewer than were given.
enum OwnRulesSQL {
    /// True or false. A trigger of the history's tables could change the row as well.
    ///
    /// The functions are never NULL. That they would be dear to ask of each row leads the planner to the index: read as a whole, the small catalogue
    /// costs three times as much.
    static func condition(on collection: Collection) -> SQLFragment {
        let table: SQLFragment = "\(bind: .text(collection.tableText), as: .regclass)"
        return """
            (EXISTS (SELECT FROM pg_class AS c WHERE c.oid = \(table) AND (c.relkind <> 'r' OR c.relhasrules OR c.relhassubclass OR c.relispartition)) \
            OR EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid IN (\(table), \(HistorySQL.regclasses)) AND (NOT g.tgisinternal OR \(actsOnUpdate)) \
            AND pg_function_is_visible(g.tgfoid) IS NOT NULL AND pg_table_is_visible(g.tgrelid) IS NOT NULL \
            AND (pg_table_is_visible(g.tgconstrrelid) IS NULL) IS NOT NULL))
            """
    }

    /// PostgreSQL's own triggers of foreign keys that change rows which point at a changed one: it may be one of them.
    private static let actsOnUpdate: SQLFragment = """
        g.tgfoid IN ('"RI_FKey_cascade_upd"'::regproc, '"RI_FKey_setnull_upd"'::regproc, '"RI_FKey_setdefault_upd"'::regproc)
        """
}

extension Collection {
    /// The table as text, quoted as in a statement: for what is asked by name.
    var tableText: String {
        [table?.schema, table?.name ?? name.text].compactMap { $0 }.compactMap { SQLIdentifier($0)?.quoted }.joined(separator: ".")
    }
}
