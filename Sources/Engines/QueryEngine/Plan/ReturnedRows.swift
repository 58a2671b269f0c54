import JSONText
import SQLText
import SchemaModel

/// What a write tells of its rows by itself, so that nothing need be read back: the answer shows nothing but columns of the rows, and all of them
/// for every row.
///
/// - Equality: of what statements return; answers may differ in names and limits.
package final class ReturnedRows: Sendable, Hashable {
    /// One level without a statement of its own: how the cells become JSON.
    package let plan: ReadPlan
    /// Of a list; nil = all rows.
    package let limit: Int?
    /// A list is in the order of the keys.
    package let isInKeyOrder: Bool
    private let fields: [Field]
    private let columns: [FieldName]

    fileprivate init(plan: ReadPlan, limit: Int?, isInKeyOrder: Bool, fields: [Field]) {
        self.plan = plan
        self.limit = limit
        self.isInKeyOrder = isInKeyOrder
        self.fields = fields
        columns = fields.map(\.name)
    }

    package static func == (left: ReturnedRows, right: ReturnedRows) -> Bool { left === right || left.columns == right.columns }
    package func hash(into hasher: inout Hasher) { hasher.combine(columns) }

    /// The cells of the plan come first, then the key.
    package var keyCell: Int { fields.count }
    /// Where it was asked for: whether the table has rules of its own (`OwnRulesSQL`).
    package var ownRulesCell: Int { fields.count + 1 }

    /// `t0."title" AS "c0", …`, on the table that is written.
    func cells(on alias: SQLIdentifier) -> SQLFragment {
        fields.enumerated().map { place, field in
            "\(ColumnReading.expression("\(alias).\(field.name.identifier)", of: field)) AS \(SQLIdentifier.cell(place)), " as SQLFragment
        }.joined(separator: "")
    }

    /// The same of the rows that were written: `"c0", …`.
    var names: SQLFragment { fields.indices.map { "\(SQLIdentifier.cell($0)), " as SQLFragment }.joined(separator: "") }
}

/// What a statement returns of a row besides its key.
package struct ShownRow: Sendable, Hashable {
    package enum OwnRules: Sendable, Hashable {
        /// The statement tells whether the table has rules of its own.
        case asked
        case knownNot
    }

    package let rows: ReturnedRows
    package let ownRules: OwnRules

    package init(_ rows: ReturnedRows, _ ownRules: OwnRules) {
        self.rows = rows
        self.ownRules = ownRules
    }
}

extension Planner {
    /// What a write can return instead of a read with this query.
    /// - Returns: nil where it asks for more than columns that need no condition, or for some rows only.
    package static func returned(_ query: AuthorizedQuery) -> ReturnedRows? {
        let node = query.root
        guard query.meta.isEmpty, node.aggregation == nil, node.search == nil, node.filter.isAll, node.rows.isAlways, node.page.offset == 0,
            node.page.limit.map({ $0 > 0 }) ?? true, !node.outputs.isEmpty
        else { return nil }
        var fields: [Field] = []
        var members: [ReadMember] = []
        for output in node.outputs {
            guard case .value(.field(let column)) = output.content, column.mask.isAlways, column.members == nil, column.field.isAlwaysReadable
            else { return nil }
            let place = fields.firstIndex { $0.name == column.field.name } ?? fields.count
            if place == fields.count { fields.append(column.field) }
            members.append(.cell(key: bytes(output.key), cell: place, encoder: ColumnReading.encoder(of: column.field)))
        }
        let root = ReadNode(
            collection: node.collection.name, template: SQLTemplate(text: "", sources: []), slots: [], members: members, bareKey: nil,
            shownKeyCell: nil, parentCell: nil, keyType: node.collection.keyBindType, children: [])
        let isInKeyOrder = node.sort.count == 1 && node.sort.allSatisfy { !$0.descending && $0.isByOpenKey(of: node.collection) }
        return ReturnedRows(plan: ReadPlan(root: root, meta: []), limit: node.page.limit, isInKeyOrder: isInKeyOrder, fields: fields)
    }
}

extension Field {
    /// Whatever the column holds can be read: a write must not fail for what its answer shows.
    fileprivate var isAlwaysReadable: Bool {
        switch type {
        case .geometry: false
        case .string, .text, .boolean, .integer, .bigInteger, .float, .decimal, .date, .time, .dateTime, .timestamp, .json, .csv, .uuid, .hash,
            .binary, .alias, .unknown:
            column != nil
        }
    }
}
