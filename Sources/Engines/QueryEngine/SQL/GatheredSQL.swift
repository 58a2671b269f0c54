import SQLText

/// Several statements as parts of one, whose rows come one part after another (`GatheredRead`).
enum GatheredSQL {
    struct Part {
        let select: SQLFragment
        /// The places of its cells in the common row; the first, 0, is the part's number.
        let cells: [Int]
        /// Other parts ask for its rows.
        let isAsked: Bool
    }

    /// The values of a part's cell as an array.
    static func keys(_ cell: Int, of part: Int) -> SQLFragment { "ARRAY(SELECT \(SQLIdentifier.cell(cell)) FROM \(rows(part)))" }

    /// The same, each once.
    static func differentKeys(_ cell: Int, of part: Int) -> SQLFragment {
        "ARRAY(SELECT DISTINCT \(SQLIdentifier.cell(cell)) FROM \(rows(part)))"
    }

    /// - Parameters:
    ///   - parts: the first of them asked.
    ///   - types: of the common row's places, from 1 on.
    static func statement(_ parts: [Part], types: [SQLType]) -> SQLFragment {
        var tables: [SQLFragment] = []
        var selects: [SQLFragment] = []
        for (number, part) in parts.enumerated() {
            let names = part.cells.indices.map { SQLFragment(SQLIdentifier.cell($0)) }.joined(separator: ", ")
            let named: SQLFragment = "\(rows(number))(\(names))"
            if part.isAsked { tables.append("\(named) AS MATERIALIZED (\(part.select))") }
            let from: SQLFragment = part.isAsked ? rows(number) : "(\(part.select)) AS \(named)"
            selects.append("SELECT \(number: number), \(list(part, types)) FROM \(from)")
        }
        return "WITH \(tables.joined(separator: ", ")) \(selects.joined(separator: " UNION ALL "))"
    }

    private static func list(_ part: Part, _ types: [SQLType]) -> SQLFragment {
        var cells = types.map { "NULL::\(type: $0)" as SQLFragment }
        for (cell, place) in part.cells.enumerated() { cells[place - 1] = SQLFragment(SQLIdentifier.cell(cell)) }
        return cells.joined(separator: ", ")
    }

    /// Parts are asked by these names: a table called so could not be.
    private static let prefix = "kerege_rows_"
    private static func rows(_ part: Int) -> SQLFragment { "kerege_rows_\(number: part)" }

    /// Whether a statement names what may be a part.
    static func isNamed(in select: SQLFragment) -> Bool { select.hasIdentifier { $0.name.hasPrefix(prefix) } }
}
