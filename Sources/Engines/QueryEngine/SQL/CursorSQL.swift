package import SQLText

/// A statement's rows piece by piece, inside one transaction that has one such cursor at a time.
package enum CursorSQL {
    /// For a cursor that is read to its end: planned for all rows, not for the first few.
    package static let planForAll = ("SET LOCAL cursor_tuple_fraction = 1" as SQLFragment).statement
    package static let close = ("CLOSE kerege_rows" as SQLFragment).statement

    package static func declare(_ rows: SQLTemplate) -> SQLTemplate {
        SQLTemplate(text: "DECLARE kerege_rows NO SCROLL CURSOR FOR \(rows.text)", sources: rows.sources, types: rows.types)
    }

    /// The next so many rows.
    package static func fetch(_ count: Int) -> SQLStatement { ("FETCH FORWARD \(number: count) FROM kerege_rows" as SQLFragment).statement }
}
