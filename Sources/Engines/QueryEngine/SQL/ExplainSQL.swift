package import SQLText

/// A read's own statement, asked for its plan instead of its rows.
package enum ExplainSQL {
    /// What PostgreSQL would do; nothing is run. `measured` runs it.
    package static func planOnly(_ template: SQLTemplate) -> SQLTemplate { explain("EXPLAIN (FORMAT JSON) ", template) }
    package static func measured(_ template: SQLTemplate) -> SQLTemplate { explain("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ", template) }

    /// For the transaction that it stands in: each statement may run so long.
    package static func timeout(milliseconds: Int) -> SQLStatement {
        ("SET LOCAL statement_timeout = \(number: max(1, milliseconds))" as SQLFragment).statement
    }

    private static func explain(_ prefix: StaticString, _ template: SQLTemplate) -> SQLTemplate {
        SQLTemplate(text: "\(prefix)\(template.text)", sources: template.sources, types: template.types)
    }
}
