import JSONText
import QueryLanguage
import SQLText
import SchemaModel

/// Where rows that others point at are joined.
enum RowJoining {
    /// They have statements of their own.
    case never
    /// To the rows of the table: for single rows and those looked up by key.
    case beside
    /// To the rows that the limit leaves, all at once. PostgreSQL would join all that match before it sorts and cuts them.
    case behind
    /// The same by a search for each row: few rows are no reason to read a whole table.
    case behindOneByOne

    /// A list's rows are cut first.
    var isBehind: Bool {
        switch self {
        case .never, .beside: false
        case .behind, .behindOneByOne: true
        }
    }
}

/// A row at the end of a many-to-one whose cells are read with those of the row that points at it: a statement, often a level of them, less.
enum JoinedRow {
    /// Of one statement: PostgreSQL plans many joins for seconds, and keeps the plan.
    static let mostRows = 6
    /// Of one joined row.
    private static let mostCells = 12
    /// Rows that a list may have for others to be joined to each: their cells come with every row.
    static let mostListRows = 1_000

    /// Whether all that hangs on the node's rows is such rows: one statement reads the whole.
    static func suitsAll(below node: AuthorizedNode) -> Bool { count(below: node).map { $0 <= mostRows } ?? false }

    /// nil where something else hangs on them.
    private static func count(below node: AuthorizedNode) -> Int? {
        var rows = 0
        for output in node.outputs {
            switch output.content {
            case .value, .json: continue
            case .manyToOne(let column, let child):
                guard suits(child, by: column), let further = count(below: child) else { return nil }
                rows += 1 + further
            case .oneToMany, .anyToOne: return nil
            }
        }
        return rows
    }

    /// Whether the row is short, and read without conditions on its fields: it is read once for each row that points at it.
    static func suits(_ node: AuthorizedNode, by column: AuthorizedColumn) -> Bool {
        guard node.aggregation == nil, node.search == nil, case .all = node.filter, node.outputs.count <= mostCells else { return false }
        guard let key = node.collection.keyField?.column, key.isPrimaryKey, key.dataType == column.field.column?.dataType else { return false }
        return node.outputs.allSatisfy { output in
            switch output.content {
            case .value(.field(let column)): column.mask.isAlways && column.members == nil && column.field.isShort
            case .value(.function(_, let column)): column.mask.isAlways && column.members == nil
            case .value(.countRelated), .json, .anyToOne: false
            case .manyToOne(let column, _): column.mask.isAlways && column.members == nil
            case .oneToMany(let join, _): join.mask.isAlways
            }
        }
    }
}

extension Collection {
    /// All columns of a row: `t0."id", t0."title"`.
    fileprivate func columns(of alias: SQLIdentifier) -> SQLFragment {
        fields.filter { $0.column != nil }.map { "\(alias).\($0.name.identifier)" as SQLFragment }.joined(separator: ", ")
    }
}

extension Field {
    /// Of some ten bytes, a few hundred at most.
    fileprivate var isShort: Bool {
        switch type {
        case .integer, .bigInteger, .float, .decimal, .boolean, .date, .time, .dateTime, .timestamp, .uuid: bindType != .inferred && bindType != .text
        case .string: column?.maxLength.map { $0 <= 255 } ?? false
        case .text, .json, .csv, .hash, .binary, .geometry, .alias, .unknown: false
        }
    }
}

/// Writes the statement of one node. The cells of the SELECT list are registered as members need them; equal expressions share a cell.
struct SelectWriter {
    var builder = StatementBuilder()
    var scope: JoinScope
    let node: AuthorizedNode
    private(set) var cells: [SQLFragment] = []
    /// Of each cell; nil = unknown.
    private(set) var types: [SQLType?] = []
    /// Joins of rows whose cells stand beside the node's own (`JoinedRow`).
    private var related = SQLFragment()
    private var joinedRows = 0
    /// Whether rows can be joined, and where.
    private let joining: RowJoining
    /// Cells of counts, by relation: their subqueries differ in names alone.
    private var countCells: [String: Int] = [:]

    init(_ node: AuthorizedNode, joining: RowJoining = .never) {
        self.node = node
        self.joining = joining
        let alias = builder.nextAlias()
        scope = JoinScope(alias: alias, collection: node.collection)
    }

    /// Writes the cells of one row that is joined to those of `parent`, which takes them over (`take`).
    private init(_ node: AuthorizedNode, within parent: SelectWriter) {
        self.node = node
        joining = parent.joining
        (builder, cells, types) = (parent.builder, parent.cells, parent.types)
        (related, joinedRows) = (parent.related, parent.joinedRows + 1)
        scope = JoinScope(alias: builder.nextAlias(), collection: node.collection)
    }

    /// Joins the one row of `node` that a column points at; nil where a statement of its own is better for it.
    mutating func join(_ node: AuthorizedNode, by column: AuthorizedColumn) -> SelectWriter? {
        guard joining != .never, joinedRows < JoinedRow.mostRows, JoinedRow.suits(node, by: column) else { return nil }
        let link = builder.visible(column, on: alias, of: collection)
        var joined = SelectWriter(node, within: self)
        let (table, row) = (node.collection.tableFragment, joined.alias)
        var condition: SQLFragment = "\(joined.scope.key) = \(link)"
        if let rule = joined.builder.condition(node.rows, on: row, of: node.collection) { condition += " AND (\(rule))" }
        switch joining {
        case .never: return nil
        case .beside, .behind: joined.related += " LEFT JOIN \(table) AS \(row) ON \(condition)"
        case .behindOneByOne:
            let columns = node.collection.columns(of: row)
            joined.related += " LEFT JOIN LATERAL (SELECT \(columns) FROM \(table) AS \(row) WHERE \(condition) LIMIT 1) AS \(row) ON TRUE"
        }
        return joined
    }

    mutating func take(_ joined: SelectWriter) {
        (builder, cells, types) = (joined.builder, joined.cells, joined.types)
        (related, joinedRows) = (joined.related, joined.joinedRows)
    }

    var alias: SQLIdentifier { scope.alias }
    var collection: Collection { node.collection }

    /// - Parameter type: nil = unknown.
    mutating func cell(_ expression: SQLFragment, _ type: SQLType?) -> Int {
        if let known = cells.firstIndex(of: expression) { return known }
        append(expression, type)
        return cells.count - 1
    }

    /// The (masked) column as it is, for keys.
    mutating func keyCell(_ column: AuthorizedColumn) -> Int {
        cell(builder.visible(column, on: alias, of: collection), column.members == nil ? ColumnReading.columnType(of: column.field) : nil)
    }

    mutating func primaryKeyCell() -> Int { cell(scope.key, collection.keyField.flatMap(ColumnReading.columnType)) }

    mutating func valueCell(_ target: AuthorizedTarget) -> (cell: Int, encoder: CellEncoder) {
        switch target {
        case .field(let column):
            let sql = builder.visible(column, on: alias, of: collection)
            let type = column.members == nil ? ColumnReading.type(of: column.field) : nil
            return (cell(ColumnReading.expression(sql, of: column.field), type), ColumnReading.encoder(of: column.field))
        case .function(let function, let column):
            let sql = builder.visible(column, on: alias, of: collection)
            return (cell(builder.call(function, on: sql, column.field), ColumnReading.type(of: function)), ColumnReading.encoder(of: function))
        case .countRelated(let join):
            if let known = countCells[join.join.name] { return (known, .quoted) }
            let cell = cell(builder.count(join, from: alias), .bigint)
            countCells[join.join.name] = cell
            return (cell, .quoted)
        }
    }

    mutating func jsonCell(_ column: AuthorizedColumn, path: [JSONPathStep]) -> Int {
        let sql = builder.visible(column, on: alias, of: collection)
        let steps = path.map { step -> String? in
            switch step {
            case .key(let key): key
            case .index(let index): String(index)
            }
        }
        let type = ColumnReading.columnType(of: column.field)
        let isNative = type == .json || type == .jsonb
        let value: SQLFragment = isNative ? sql : "(\(sql))::json"
        return cell("\(value) #> \(bind: .text(ValueText.array(steps)), as: .text.array)", isNative && column.members == nil ? type : nil)
    }

    /// True where a list may be seen; nil = everywhere.
    mutating func maskCell(_ mask: AuthorizedPredicate) -> Int? {
        builder.condition(mask, on: alias, of: collection).map { cell($0, .boolean) }
    }

    /// A cell of its own, also where an equal one exists: groups and aggregates are addressed by place.
    mutating func append(_ expression: SQLFragment, _ type: SQLType? = nil) {
        cells.append(expression)
        types.append(type)
    }

    mutating func aggregateGroup(_ target: AuthorizedTarget) -> (SQLFragment, CellEncoder) {
        switch target {
        case .field(let column):
            let sql = builder.visible(column, on: alias, of: collection)
            return (sql, ColumnReading.encoder(of: column.field))
        case .function(let function, let column):
            let sql = builder.visible(column, on: alias, of: collection)
            return (builder.call(function, on: sql, column.field), ColumnReading.encoder(of: function))
        case .countRelated(let join): return (builder.count(join, from: alias), .quoted)
        }
    }

    mutating func aggregateTerm(_ function: AggregateFunction, _ column: AuthorizedColumn?) -> (SQLFragment, CellEncoder) {
        let sql = column.map { builder.visible($0, on: alias, of: collection) }
        return ColumnReading.aggregate(function, sql, column?.field)
    }

    // MARK: Parts

    private func list(_ cells: [SQLFragment], named: Bool) -> SQLFragment {
        cells.enumerated().map { index, cell in named ? "\(cell) AS \(SQLIdentifier.cell(index))" : cell }.joined(separator: ", ")
    }

    /// Row rule, filter, search and what else narrows the rows; begins with ` WHERE ` unless there is nothing.
    private mutating func conditions(
        _ first: SQLFragment?, rows: AuthorizedPredicate, in scope: inout JoinScope, filtered: Bool = true
    ) -> SQLFragment {
        var parts: [SQLFragment] = []
        if let first { parts.append(first) }
        if let rule = builder.condition(rows, in: &scope, mayJoin: true) { parts.append(rule) }
        if filtered {
            if let filter = builder.condition(node.filter, in: &scope) { parts.append(filter) }
            if let search = node.search { parts.append(builder.search(search, on: scope.alias, of: collection)) }
        }
        if parts.isEmpty { return SQLFragment() }
        return " WHERE \(parts.map { "(\($0))" as SQLFragment }.joined(separator: " AND "))"
    }

    /// How the rows of a statement are ordered.
    enum RowOrder {
        /// They are looked up by key: any order will do.
        case none
        case asked
        /// Ends with the key, in the direction of the last term, so that cutting a nested list is deterministic.
        case total
    }

    private mutating func order(_ order: RowOrder, in scope: inout JoinScope) -> SQLFragment {
        if order == .none { return SQLFragment() }
        var terms: [SQLFragment] = []
        for sort in node.sort {
            terms.append("\(builder.sortKey(sort, in: &scope))\(sort.descending ? " DESC" as SQLFragment : "")")
        }
        if order == .total, let last = node.sort.last, !last.isByKey(of: collection) {
            terms.append("\(scope.key)\(last.descending ? " DESC" as SQLFragment : "")")
        }
        return terms.isEmpty ? SQLFragment() : " ORDER BY \(terms.joined(separator: ", "))"
    }

    private func window(_ page: ResolvedPage) -> SQLFragment {
        var out = SQLFragment()
        if let limit = page.limit { out += " LIMIT \(number: limit)" }
        if page.offset > 0 { out += " OFFSET \(number: page.offset)" }
        return out
    }

    // MARK: Whole statements

    /// A list, or the one row that a condition picks.
    mutating func select(
        where first: SQLFragment? = nil, page: ResolvedPage? = nil, named: Bool = false, order rowOrder: RowOrder = .asked
    ) -> SQLFragment {
        if let aggregation = node.aggregation { return aggregate(aggregation, where: first, named: named) }
        var scope = self.scope
        let conditions = conditions(first, rows: node.rows, in: &scope)
        let order = order(rowOrder, in: &scope)
        self.scope = scope
        let window = window(page ?? node.page)
        let cells = list(cells, named: named)
        if joining.isBehind, !related.isEmpty {
            let cut: SQLFragment = "SELECT \(collection.columns(of: alias)) FROM \(scope.from)\(conditions)\(order)\(window)"
            return "SELECT \(cells) FROM (\(cut)) AS \(alias)\(related)\(self.order(rowOrder, in: &scope))"
        }
        return "SELECT \(cells) FROM \(scope.from)\(related)\(conditions)\(order)\(window)"
    }

    /// A list with counts in one statement: one row at least, whose cells after the counts are null when the list is empty.
    mutating func select(counting counts: [MetaCount], page: ResolvedPage) -> SQLFragment {
        var sums: [SQLFragment] = []
        for (index, count) in counts.enumerated() {
            sums.append("(\(self.count(filtered: count == .filterCount))) AS \(SQLIdentifier.cell(1000 + index))")
        }
        let rows = select(page: page, named: true)
        let outer =
            counts.indices.map { "m.\(SQLIdentifier.cell(1000 + $0))" as SQLFragment }
            + cells.indices.map { "r.\(SQLIdentifier.cell($0))" as SQLFragment }
        return
            "SELECT \(outer.joined(separator: ", ")) FROM (SELECT \(sums.joined(separator: ", "))) AS m LEFT JOIN (\(rows)) AS r ON TRUE"
    }

    private mutating func count(filtered: Bool) -> SQLFragment {
        var inner = JoinScope(alias: builder.nextAlias(), collection: collection)
        let conditions = conditions(nil, rows: node.countedRows, in: &inner, filtered: filtered)
        return "SELECT count(*) FROM \(inner.from)\(conditions)"
    }

    /// The lists of many parents at once; the first cell is the parent's key. With a limit each parent's list is cut on its own.
    mutating func selectLists(by link: AuthorizedJoin) -> SQLFragment {
        let column: SQLFragment = "\(alias).\(link.join.field.name.identifier)"
        let type = link.join.field.bindType == .inferred ? SQLType.text : link.join.field.bindType
        let keys = builder.slot(.keys)
        if node.page.limit == nil, node.page.offset == 0, node.aggregation == nil {
            let inner = select(where: "\(column) = ANY(\(slot: keys, as: type.array))", order: .total)
            return inner
        }
        let inner = select(where: "\(column) = k.key", named: true, order: .total)
        let outer = cells.indices.map { "r.\(SQLIdentifier.cell($0))" as SQLFragment }
        return
            "SELECT k.key, \(outer.joined(separator: ", ")) FROM unnest(\(slot: keys, as: type.array)) AS k(key) CROSS JOIN LATERAL (\(inner)) AS r"
    }

    /// The same with one limit for all of them together, and with the same cells; see `PlainLists`.
    mutating func selectPlainLists(by link: AuthorizedJoin, limit: Int) -> SQLFragment {
        let column: SQLFragment = "\(alias).\(link.join.field.name.identifier)"
        let type = link.join.field.bindType == .inferred ? SQLType.text : link.join.field.bindType
        let keys = builder.slot(.keys)
        cells.insert(column, at: 0)
        types.insert(ColumnReading.columnType(of: link.join.field), at: 0)
        return select(where: "\(column) = ANY(\(slot: keys, as: type.array))", page: ResolvedPage(limit: limit, offset: 0), order: .total)
    }

    private mutating func aggregate(_ aggregation: AuthorizedAggregation, where first: SQLFragment?, named: Bool) -> SQLFragment {
        var scope = self.scope
        let conditions = conditions(first, rows: node.rows, in: &scope)
        self.scope = scope
        var out: SQLFragment = "SELECT \(list(cells, named: named)) FROM \(scope.from)\(conditions)"
        let groups = aggregation.groups.indices
        if !groups.isEmpty {
            out += " GROUP BY \(groups.map { "\(number: $0 + 1)" as SQLFragment }.joined(separator: ", "))"
            var terms: [SQLFragment] = []
            for sort in aggregation.sort {
                let position: Int
                switch sort.key {
                case .group(let index): position = index
                case .term(let index): position = groups.count + index
                }
                terms.append("\(number: position + 1)\(sort.descending ? " DESC" as SQLFragment : "")")
            }
            if terms.isEmpty { terms = ["1"] }
            out += " ORDER BY \(terms.joined(separator: ", "))"
        }
        return out + window(node.page)
    }
}
