package import SQLText
package import SchemaModel

/// Moves one row among the others of its table by the values of its sort field.
package struct ManualSortSQL {
    private let collection: Collection
    private let sort: Field

    /// - Parameter sort: the collection's sort field, a column.
    package init(collection: Collection, sort: Field) {
        self.collection = collection
        self.sort = sort
    }

    private var table: SQLFragment { collection.tableFragment }
    private var key: SQLIdentifier { collection.primaryKey.identifier }
    private var place: SQLIdentifier { sort.name.identifier }

    /// All in order, for one batch: one move at a time, rows without a place get one at the end, places that are shared are numbered anew, then
    /// those between the two rows move by one.
    /// - Parameters moved, target: keys; the moved row takes the target's place.
    package func statements(moving moved: String, to target: String) -> [SQLStatement] {
        let lock: SQLFragment =
            "SELECT pg_advisory_xact_lock(hashtextextended(\(bind: .text(collection.name.text), as: .text), 7318349395477657))"
        let fill: SQLFragment = """
            UPDATE \(table) AS t SET \(place) = n.place FROM (SELECT r.\(key) AS key, (SELECT coalesce(max(\(place)), 0) FROM \(table)) \
            + row_number() OVER (ORDER BY r.\(key)) AS place FROM \(table) AS r WHERE r.\(place) IS NULL) AS n WHERE t.\(key) = n.key
            """
        let number: SQLFragment = """
            UPDATE \(table) AS t SET \(place) = n.place FROM (SELECT r.\(key) AS key, row_number() OVER (ORDER BY r.\(place), r.\(key)) AS place \
            FROM \(table) AS r) AS n WHERE t.\(key) = n.key AND t.\(place) <> n.place \
            AND EXISTS (SELECT 1 FROM \(table) AS d GROUP BY d.\(place) HAVING count(*) > 1)
            """
        let from: SQLFragment = "(SELECT \(place) FROM \(table) WHERE \(key) = \(bind: .text(moved), as: collection.keyBindType))"
        let to: SQLFragment = "(SELECT \(place) FROM \(table) WHERE \(key) = \(bind: .text(target), as: collection.keyBindType))"
        let shift: SQLFragment = """
            UPDATE \(table) AS t SET \(place) = CASE WHEN t.\(place) = m.source THEN m.target WHEN m.source < m.target THEN t.\(place) - 1 \
            ELSE t.\(place) + 1 END FROM (SELECT \(from) AS source, \(to) AS target) AS m WHERE m.source <> m.target \
            AND t.\(place) BETWEEN least(m.source, m.target) AND greatest(m.source, m.target)
            """
        return [lock, fill, number, shift].map(\.statement)
    }
}
