import JSONText
import QueryLanguage
package import SQLText
package import SchemaModel

/// `AuthorizedQuery` -> `ReadPlan`: at most one statement per node, and how rows become JSON.
package enum Planner {
    /// What the root reads.
    package enum Root: Sendable, Hashable {
        /// The list that the arguments describe.
        case list
        /// The row with the key in the slot `.keys`.
        case item
        /// The rows with the keys in the slot `.keys` (an array literal).
        case keys
        /// The first row of a singleton.
        case singleton
    }

    /// - Parameters:
    ///   - rows: as many of a list, rather than what the query says.
    ///   - counting: false = without what `meta` asks for.
    package static func plan(_ query: AuthorizedQuery, root: Root, rows: Int? = nil, counting: Bool = true) -> ReadPlan {
        var writer = SelectWriter(query.root, joining: joining(query.root, root, rows: rows))
        let shape = shape(of: query.root, &writer)
        let counts = MetaCount.allCases.filter { counting && query.meta.contains($0) }
        let key = query.root.collection.keyBindType
        var page = query.root.page
        let statement: SQLFragment
        switch root {
        case .list, .singleton:
            if root == .singleton && query.root.aggregation == nil { page = ResolvedPage(limit: 1, offset: 0) }
            if let rows { page = ResolvedPage(limit: rows, offset: page.offset) }
            if !counts.isEmpty { return ReadPlan(root: countingRoot(query, &writer, shape, counts, page), meta: query.meta) }
            statement = writer.select(page: page)
        case .item:
            let slot = writer.builder.slot(.keys)
            statement = writer.select(where: "\(writer.scope.key) = \(slot: slot, as: key)", page: page, order: .none)
        case .keys:
            let slot = writer.builder.slot(.keys)
            statement = writer.select(where: "\(writer.scope.key) = ANY(\(slot: slot, as: key.array))", page: page)
        }
        let most = root == .item ? 1 : page.limit
        let source = shape.children.isEmpty ? nil : most.map { StatementSource(statement, writer, .inAll($0)) }
        let node = finish(writer, statement, shape, parentCell: nil, keyType: key, shift: 0, source: source)
        return ReadPlan(root: node, meta: counting ? query.meta : [])
    }

    private static func joining(_ node: AuthorizedNode, _ root: Root, rows: Int?) -> RowJoining {
        switch root {
        case .item: return .beside
        case .list, .keys, .singleton:
            // Where lists are read besides, rows that others point at are read with them by a search for all, which is cheaper than one for each.
            guard canCut(node, rows: rows), JoinedRow.suitsAll(below: node) else { return .never }
            return .behindOneByOne
        }
    }

    /// Whether rows can be joined to what the limit leaves: few rows, sorted by what they have themselves.
    private static func canCut(_ node: AuthorizedNode, rows: Int?) -> Bool {
        guard let limit = rows ?? node.page.limit, limit <= JoinedRow.mostListRows else { return false }
        return node.sort.allSatisfy { $0.operand.joins.isEmpty }
    }

    private static func countingRoot(
        _ query: AuthorizedQuery, _ writer: inout SelectWriter, _ shape: Shape, _ counts: [MetaCount], _ page: ResolvedPage
    ) -> ReadNode {
        // Null when the row holds nothing but counts.
        let present = writer.cell("TRUE", .boolean)
        let statement = writer.select(counting: counts, page: page)
        let shifted = shape.shifted(by: counts.count)
        let types = counts.map { _ in SQLType.bigint } + writer.types
        return ReadNode(
            collection: query.root.collection.name, template: statement.render(), slots: writer.builder.slots, members: shifted.members,
            bareKey: shifted.bareKey, shownKeyCell: shifted.keyCell, parentCell: nil, keyType: query.root.collection.keyBindType,
            children: shifted.children, source: page.limit.map { StatementSource(statement, writer.builder.slots, types, .inAll($0)) },
            countCells: Dictionary(uniqueKeysWithValues: counts.enumerated().map { ($0.element, $0.offset) }), presentCell: counts.count + present)
    }

    /// Members of a node with the cells they use, and the nodes below.
    private struct Shape {
        var members: [ReadMember] = []
        var bareKey: (cell: Int, encoder: CellEncoder)?
        var keyCell: Int?
        var wayBack: (linkCell: Int, child: Int)?
        var children: [ReadNode] = []

        func shifted(by count: Int) -> Shape {
            var out = self
            let place = { (cell: Int) in cell + count }
            out.members = members.map { $0.moved(place) }
            out.bareKey = bareKey.map { (place($0.cell), $0.encoder) }
            out.keyCell = keyCell.map(place)
            out.wayBack = wayBack.map { (place($0.linkCell), $0.child) }
            out.children = children.map { $0.moved(place) }
            return out
        }
    }

    /// - Parameter arrival: the list that the node's rows are in.
    private static func shape(of node: AuthorizedNode, _ writer: inout SelectWriter, arrival: AuthorizedJoin? = nil) -> Shape {
        var shape = Shape()
        if let aggregation = node.aggregation {
            shape.members = members(of: aggregation, &writer)
            return shape
        }
        if node.outputs.isEmpty {
            let field = node.collection.keyField
            shape.bareKey = (writer.primaryKeyCell(), field.map(ColumnReading.encoder) ?? .text)
            return shape
        }
        for output in node.outputs {
            let key = bytes(output.key)
            switch output.content {
            case .value(let target):
                let (cell, encoder) = writer.valueCell(target)
                if case .field(let column) = target, column.field.name == node.collection.primaryKey { shape.keyCell = cell }
                shape.members.append(.cell(key: key, cell: cell, encoder: encoder))
            case .json(let column, let path):
                shape.members.append(.cell(key: key, cell: writer.jsonCell(column, path: path), encoder: .json))
            case .manyToOne(let column, let child):
                let leadsBack: Bool
                if case .oneToMany? = arrival?.join.kind { leadsBack = arrival?.join.field.name == column.field.name } else { leadsBack = false }
                if !leadsBack, let (row, present) = joined(child, by: column, &writer) {
                    shape.children.append(row)
                    shape.members.append(.object(key: key, linkCell: present, child: shape.children.count - 1))
                    continue
                }
                shape.children.append(one(child))
                let link = writer.keyCell(column)
                shape.members.append(.object(key: key, linkCell: link, child: shape.children.count - 1))
                if leadsBack, output.key == column.field.name.text { shape.wayBack = (link, shape.children.count - 1) }
            case .oneToMany(let join, let child):
                shape.children.append(many(child, by: join))
                shape.members.append(
                    .list(key: key, keyCell: writer.primaryKeyCell(), maskCell: writer.maskCell(join.mask), child: shape.children.count - 1))
            case .anyToOne(let column, let collectionField, let nodes):
                var links: [(collection: [UInt8], child: Int)] = []
                for child in nodes {
                    shape.children.append(one(child))
                    links.append((Array(child.collection.name.text.utf8), shape.children.count - 1))
                }
                let named = writer.cell("\(writer.alias).\(collectionField.name.identifier)", ColumnReading.columnType(of: collectionField))
                shape.members.append(.anyObject(key: key, collectionCell: named, itemCell: writer.keyCell(column), children: links))
            }
        }
        return shape
    }

    private static func members(of aggregation: AuthorizedAggregation, _ writer: inout SelectWriter) -> [ReadMember] {
        var members: [ReadMember] = []
        var at = 0
        // A key stands once in an object: a function takes the place of a grouped field that is called like it (`count`).
        var taken = Set(aggregation.terms.map(\.function).filter { $0 != .countAll }.map(\.rawValue))
        for group in aggregation.groups {
            let (expression, encoder) = writer.aggregateGroup(group.target)
            writer.append(expression)
            if taken.insert(group.key).inserted { members.append(.cell(key: bytes(group.key), cell: at, encoder: encoder)) }
            at += 1
        }
        var order: [AggregateFunction] = []
        var byFunction: [AggregateFunction: [ReadMember]] = [:]
        var whole: [AggregateFunction: ReadMember] = [:]
        for term in aggregation.terms {
            let (expression, encoder) = writer.aggregateTerm(term.function, term.column)
            writer.append(expression)
            if !order.contains(term.function) { order.append(term.function) }
            if let column = term.column {
                byFunction[term.function, default: []].append(.cell(key: bytes(column.field.name.text), cell: at, encoder: encoder))
            } else {
                whole[term.function] = .cell(key: bytes(term.function.rawValue), cell: at, encoder: encoder)
            }
            at += 1
        }
        for function in order {
            if let fields = byFunction[function] {
                members.append(.group(key: bytes(function.rawValue), fields))
            } else if let cell = whole[function], function != .countAll {
                members.append(cell)
            }
        }
        return members
    }

    static func bytes(_ key: String) -> [UInt8] { Array("\(JSONValue.string(key).text):".utf8) }

    /// The row that a column points at, where it can be joined.
    private static func joined(
        _ node: AuthorizedNode, by column: AuthorizedColumn, _ writer: inout SelectWriter
    ) -> (node: ReadNode, presentCell: Int)? {
        guard var row = writer.join(node, by: column) else { return nil }
        let present = row.primaryKeyCell()
        let shape = shape(of: node, &row)
        writer.take(row)
        let joined = ReadNode(
            collection: node.collection.name, template: SQLTemplate(text: "", sources: []), slots: [], members: shape.members,
            bareKey: shape.bareKey, shownKeyCell: shape.keyCell, parentCell: nil, keyType: node.collection.keyBindType, children: shape.children,
            joinedCell: present)
        return (joined, present)
    }

    /// Related rows by their primary key; the first cell is that key.
    private static func one(_ node: AuthorizedNode) -> ReadNode {
        var writer = SelectWriter(node, joining: .beside)
        let parent = writer.primaryKeyCell()
        let shape = shape(of: node, &writer)
        let key = node.collection.keyBindType
        let slot = writer.builder.slot(.keys)
        let statement = writer.select(
            where: "\(writer.scope.key) = ANY(\(slot: slot, as: key.array))", page: ResolvedPage(limit: nil, offset: 0), order: .none)
        return finish(
            writer, statement, shape, parentCell: parent, keyType: key, shift: 0, source: StatementSource(statement, writer, .forEachRow(1)))
    }

    private static func many(_ node: AuthorizedNode, by join: AuthorizedJoin) -> ReadNode {
        var writer = SelectWriter(node, joining: node.aggregation == nil && canCut(node, rows: nil) ? .behind : .never)
        let isPlain = node.page.limit == nil && node.page.offset == 0 && node.aggregation == nil
        var parent = 0
        if isPlain {
            parent = writer.cell("\(writer.alias).\(join.join.field.name.identifier)", ColumnReading.columnType(of: join.join.field))
        }
        let shape = shape(of: node, &writer, arrival: join)
        let type = join.join.field.bindType == .inferred ? SQLType.text : join.join.field.bindType
        if isPlain {
            // Nothing says how long the lists are: no part of a statement that others wait for.
            let statement = writer.selectLists(by: join)
            return finish(writer, statement, shape, parentCell: parent, keyType: type, shift: 0)
        }
        let plain = plainLists(of: writer, by: join)
        let statement = writer.selectLists(by: join)
        let types = [ColumnReading.columnType(of: join.join.field)] + writer.types
        let cut = node.page.limit.map { StatementSource(statement, writer.builder.slots, types, .forEachRow($0)) }
        return finish(
            writer, statement, shape, parentCell: 0, keyType: type, shift: 1, plainLists: plain?.lists, source: plain?.source ?? cut)
    }

    /// Shorter limits are there to be reached: each parent's list is cut by the database then.
    private static let shortestPlainLimit = 50
    /// Of all parents together: what is read in vain, once, before a plan knows that its lists are longer.
    private static let plainRows = 1_000

    private static func plainLists(of writer: SelectWriter, by join: AuthorizedJoin) -> (lists: PlainLists, source: StatementSource)? {
        guard let limit = writer.node.page.limit, limit >= shortestPlainLimit, writer.node.page.offset == 0, writer.node.aggregation == nil
        else { return nil }
        var writer = writer
        let all = max(limit, plainRows)
        let (rows, overflow) = all.addingReportingOverflow(1)
        guard !overflow else { return nil }
        let statement = writer.selectPlainLists(by: join, limit: rows)
        let lists = PlainLists(template: statement.render(), slots: writer.builder.slots, limitPerParent: limit, limit: all)
        return (lists, StatementSource(statement, writer, .inAll(rows)))
    }

    private static func finish(
        _ writer: SelectWriter, _ statement: SQLFragment, _ shape: Shape, parentCell: Int?, keyType: SQLType, shift: Int,
        plainLists: PlainLists? = nil, source: StatementSource? = nil
    ) -> ReadNode {
        let shape = shift == 0 ? shape : shape.shifted(by: shift)
        return ReadNode(
            collection: writer.collection.name, template: statement.render(), slots: writer.builder.slots, members: shape.members,
            bareKey: shape.bareKey, shownKeyCell: shape.keyCell, parentCell: parentCell, wayBack: shape.wayBack, keyType: keyType,
            children: shape.children, plainLists: plainLists, source: source)
    }
}

extension Collection {
    /// nil for what has no key (folders).
    package var keyType: FieldType? { keyField?.type }

    var keyField: Field? { fields.first { $0.name == primaryKey } }

    /// The type that keys are cast to.
    package var keyBindType: SQLType {
        let type = keyField?.bindType ?? .text
        return type == .inferred ? .text : type
    }
}
