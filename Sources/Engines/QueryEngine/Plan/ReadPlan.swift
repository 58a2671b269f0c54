package import QueryLanguage
package import SQLText
package import SchemaModel

/// How one query shape is read and written as JSON. Immutable and cached: values that differ from run to run are slots.
///
/// - Shape: a tree of statements, at most one per relation and level; the number of statements never depends on the number of rows.
package final class ReadPlan: Sendable {
    package let root: ReadNode
    package let meta: Set<MetaCount>
    /// Levels of the tree: 1 = one statement.
    package let depth: Int
    /// Some statement has a slot for a dynamic variable.
    package let variables: [DynamicVariable]

    init(root: ReadNode, meta: Set<MetaCount>) {
        self.root = root
        self.meta = meta
        depth = root.depth
        variables = root.allVariables
    }
}

/// The lists of many parents by one plain statement, for as long as they are short: it has the cells of the node's own, which cuts each parent's
/// list for itself and costs a search by each parent for it.
package struct PlainLists: Sendable {
    package let template: SQLTemplate
    package let slots: [PlanSlot]
    /// Rows that one parent may have.
    let limitPerParent: Int
    /// Rows in all; the statement asks for one more.
    let limit: Int

    /// Whether the lists are whole, none of them longer than it may be.
    /// - Parameter isLonger: whether a parent has more rows than that.
    package func fit(rowCount: Int, isLonger: (Int) -> Bool) -> Bool {
        rowCount <= limitPerParent || (rowCount <= limit && !isLonger(limitPerParent))
    }
}

/// One statement and how its rows become JSON; or a row that is joined to each row of the level above, and has no statement.
package final class ReadNode: Sendable {
    package let collection: CollectionName
    package let template: SQLTemplate
    package let slots: [PlanSlot]
    /// Members of each row's object. Empty with `bareKey`: the row is a scalar.
    package let members: [ReadMember]
    /// The same, for whoever writes many rows.
    package let layout: RowLayout
    package let bareKey: (cell: Int, encoder: CellEncoder)?
    /// The cell that holds the row's own key, where the members show it as it is.
    package let shownKeyCell: Int?
    /// The cell with the key of the level above that the row belongs to.
    package let parentCell: Int?
    /// Where rows of a list go back to the level above: one that finds nothing there is left out of the list (contract/items.md, 2.4).
    package let wayBack: (linkCell: Int, child: Int)?
    /// How that key is typed, so that only keys that can exist are asked for.
    package let keyType: SQLType
    package let children: [ReadNode]
    /// The rows are those of the level above, whose cells all members name; this one is null where there is no row to join. nil = rows of its own.
    package let joinedCell: Int?
    /// To be tried first; nil = there is nothing to be gained.
    package let plainLists: PlainLists?
    /// What `GatheredRead` makes its statement of; nil = the node can't be a part of one.
    let source: StatementSource?
    /// Which rows of a gathered statement are the node's; nil = its statement has no others.
    package let part: Int?
    /// The cells of counts, on the root.
    package let countCells: [MetaCount: Int]
    /// With counts: the cell that is null when the row holds nothing but counts.
    package let presentCell: Int?

    init(
        collection: CollectionName, template: SQLTemplate, slots: [PlanSlot], members: [ReadMember], bareKey: (cell: Int, encoder: CellEncoder)?,
        shownKeyCell: Int?, parentCell: Int?, wayBack: (linkCell: Int, child: Int)? = nil, keyType: SQLType, children: [ReadNode],
        joinedCell: Int? = nil, plainLists: PlainLists? = nil, source: StatementSource? = nil, part: Int? = nil, countCells: [MetaCount: Int] = [:],
        presentCell: Int? = nil
    ) {
        self.collection = collection
        self.template = template
        self.slots = slots
        self.members = members
        layout = RowLayout(members)
        self.bareKey = bareKey
        self.shownKeyCell = shownKeyCell
        self.parentCell = parentCell
        self.wayBack = wayBack
        self.keyType = keyType
        self.children = children
        self.joinedCell = joinedCell
        self.plainLists = plainLists
        self.source = source
        self.part = part
        self.countCells = countCells
        self.presentCell = presentCell
    }

    /// Of statements.
    var depth: Int { (joinedCell == nil ? 1 : 0) + (children.map(\.depth).max() ?? 0) }

    /// A joined row where the cells of the level above have other places.
    func moved(_ place: (Int) -> Int) -> ReadNode {
        guard let joinedCell else { return self }
        return ReadNode(
            collection: collection, template: template, slots: slots, members: members.map { $0.moved(place) },
            bareKey: bareKey.map { (place($0.cell), $0.encoder) }, shownKeyCell: shownKeyCell.map(place), parentCell: nil, keyType: keyType,
            children: children.map { $0.moved(place) }, joinedCell: place(joinedCell))
    }

    var allVariables: [DynamicVariable] {
        slots.compactMap { if case .variable(let variable, _) = $0 { variable } else { nil } } + children.flatMap(\.allVariables)
    }
}

/// One member of an answered object. `key` is ready to write: `"title":`.
package enum ReadMember: Sendable {
    case cell(key: [UInt8], cell: Int, encoder: CellEncoder)
    /// A related object: the child's row whose key equals the cell; null when there is none.
    case object(key: [UInt8], linkCell: Int, child: Int)
    /// The child's rows that belong to the cell; null where the mask's cell is not true.
    case list(key: [UInt8], keyCell: Int, maskCell: Int?, child: Int)
    /// The row of the collection that is named in a cell.
    case anyObject(key: [UInt8], collectionCell: Int, itemCell: Int, children: [(collection: [UInt8], child: Int)])
    /// An object of cells (aggregates by function).
    case group(key: [UInt8], [ReadMember])
}

extension ReadMember {
    func moved(_ place: (Int) -> Int) -> ReadMember {
        switch self {
        case .cell(let key, let cell, let encoder): .cell(key: key, cell: place(cell), encoder: encoder)
        case .object(let key, let link, let child): .object(key: key, linkCell: place(link), child: child)
        case .list(let key, let keyCell, let mask, let child): .list(key: key, keyCell: place(keyCell), maskCell: mask.map(place), child: child)
        case .anyObject(let key, let collection, let item, let children):
            .anyObject(key: key, collectionCell: place(collection), itemCell: place(item), children: children)
        case .group(let key, let members): .group(key: key, members.map { $0.moved(place) })
        }
    }
}

/// How a cell in PostgreSQL's text format becomes JSON.
package enum CellEncoder: Sendable, Hashable, BitwiseCopyable {
    /// Numbers: as they are.
    case raw
    /// JSON: as it is.
    case json
    /// Text that needs no escapes: uuid, bigint, numeric, date.
    case quoted
    case text
    case boolean
    /// A floating point number: NaN and infinities become null.
    case float
    /// `2024-01-31 12:45:00.123456+00` -> `"2024-01-31T12:45:00.123Z"`.
    case timestamptz
    /// `2024-01-31 13:45:00.5` -> `"2024-01-31T13:45:00"`.
    case timestamp
    /// `a,b` -> `["a","b"]`.
    case csv
    /// JSON if it parses, else a string (`cast-json` on a text column).
    case jsonOrText
    /// `\x0102` -> `{"type":"Buffer","data":[1,2]}`.
    case buffer
}
