package import SQLText
import SchemaModel

/// What a node's rows are read by, before it is text.
struct StatementSource: Sendable {
    /// How many rows there are at most.
    enum Bound: Sendable {
        case inAll(Int)
        /// Of the level above.
        case forEachRow(Int)
    }

    let select: SQLFragment
    let slots: [PlanSlot]
    /// Of the cells; nil = unknown.
    let types: [SQLType?]
    let bound: Bound

    init(_ select: SQLFragment, _ slots: [PlanSlot], _ types: [SQLType?], _ bound: Bound) {
        self.select = select
        self.slots = slots
        self.types = types
        self.bound = bound
    }

    init(_ select: SQLFragment, _ writer: SelectWriter, _ bound: Bound) { self.init(select, writer.builder.slots, writer.types, bound) }
}

/// All levels of a plan by one statement, which is one view of the database without a transaction, and one turn.
///
/// Each level's statement is a part of it, with a subquery over the rows above in place of their keys. Rows of all parts stand one after another; the
/// first cell tells whose they are, and cells of one type share a place.
///
///     WITH kerege_rows_0(c0, c1) AS MATERIALIZED (SELECT id, title …)
///     SELECT 0, c0, c1, NULL::int4 FROM kerege_rows_0 UNION ALL
///     SELECT 1, c0, c2, c1 FROM (SELECT article, id, text … WHERE article = ANY(ARRAY(SELECT c0 FROM kerege_rows_0)) …) AS kerege_rows_1(c0, c1, c2)
package struct GatheredRead: Sendable {
    package let template: SQLTemplate
    package let slots: [PlanSlot]
    /// The nodes with their places in the common rows.
    package let root: ReadNode
    package let parts: Int
    /// The cell that tells the part.
    package static let partCell = 0
    /// PostgreSQL starts every part of a plan at each run.
    fileprivate static let mostParts = 8
    /// What stands in the way of others is bounded, whatever limits were asked for.
    fileprivate static let mostRows = 10_000
    /// Empty places that cost less than a turn does.
    private static let fewPlaces = 5_000

    /// nil where one statement reads all anyway, or where some level can't be a part: its number of rows has no bound, or cells have types without a
    /// name of their own; or where the levels have so little in common that rows would be empty for the most part.
    package init?(_ plan: ReadPlan) {
        guard plan.depth > 1 else { return nil }
        var gathering = Gathering()
        guard let top = gathering.add(plan.root, keys: nil) else { return nil }
        let places = CommonRow(gathering.parts.map(\.source.types))
        guard gathering.emptyPlaces(in: places) <= max(GatheredRead.fewPlaces, 2 * gathering.filledPlaces) else { return nil }
        template = gathering.statement(places).render()
        slots = gathering.slots
        parts = gathering.parts.count
        self.root = gathering.node(top, places)
    }
}

/// Where the cells of several statements stand in rows that all of them share.
private struct CommonRow {
    /// By part and cell.
    private(set) var places: [[Int]] = []
    /// Of the places after the first.
    private(set) var types: [SQLType] = []

    /// Cells of unknown type have no place: parts have none of them.
    init(_ parts: [[SQLType?]]) {
        for part in parts {
            var used = Set<Int>()
            places.append(
                part.map { type in
                    let type = type ?? .text
                    let place = types.indices.first { types[$0] == type && !used.contains($0) } ?? types.count
                    if place == types.count { types.append(type) }
                    used.insert(place)
                    return place + 1
                })
        }
    }
}

/// The parts while they are found.
private struct Gathering {
    struct Part {
        let source: StatementSource
        /// The select with the statement's own slots.
        let select: SQLFragment
        /// How many there are at most, and how many there may well be.
        let mostRows: Int
        let usualRows: Int
        /// Other parts ask for its rows.
        var isAsked = false
    }

    /// Of a list below a row.
    private static let usualChildren = 4

    /// A node and those below it. Joined rows are in the part of those that they are joined to.
    struct Place {
        let node: ReadNode
        let part: Int
        let below: [Place]
    }

    private(set) var parts: [Part] = []
    private(set) var slots: [PlanSlot] = []

    /// - Parameters:
    ///   - keys: what the slot for keys stands for; nil = the statement's own keys.
    ///   - above: the part whose rows have them.
    mutating func add(_ node: ReadNode, keys: SQLFragment?, above: Int? = nil) -> Place? {
        guard let source = node.source, !source.types.contains(nil), parts.count < GatheredRead.mostParts, !GatheredSQL.isNamed(in: source.select)
        else { return nil }
        let part = parts.count
        let (most, usual) = rows(of: source, below: above.map { parts[$0] })
        guard parts.reduce(most, { $0 + $1.mostRows }) <= GatheredRead.mostRows else { return nil }
        let numbers = source.slots.map { slot -> Int? in
            if case .keys = slot, keys != nil { return nil }
            return number(of: slot)
        }
        let select = source.select.fillingSlots { slot, type in
            guard numbers.indices.contains(slot), let number = numbers[slot] else { return keys ?? SQLFragment() }
            return SQLFragment(slot: number, as: type)
        }
        parts.append(Part(source: source, select: select, mostRows: most, usualRows: usual))
        return add(below: node, of: part).map { Place(node: node, part: part, below: $0) }
    }

    private func rows(of source: StatementSource, below above: Part?) -> (most: Int, usual: Int) {
        let beyond = GatheredRead.mostRows + 1
        switch source.bound {
        case .inAll(let count):
            let most = min(count, beyond)
            return (most, above.map { min(most, $0.usualRows * Gathering.usualChildren) } ?? most)
        case .forEachRow(let count):
            let count = min(count, beyond)
            guard let above else { return (count, count) }
            return (min(above.mostRows * count, beyond), above.usualRows * min(count, Gathering.usualChildren))
        }
    }

    /// In rows as many as there may well be.
    func emptyPlaces(in row: CommonRow) -> Int { parts.reduce(0) { $0 + $1.usualRows * (row.types.count - $1.source.types.count) } }
    var filledPlaces: Int { parts.reduce(0) { $0 + $1.usualRows * $1.source.types.count } }

    private mutating func number(of slot: PlanSlot) -> Int {
        if let known = slots.firstIndex(of: slot) { return known }
        slots.append(slot)
        return slots.count - 1
    }

    private mutating func add(below node: ReadNode, of part: Int) -> [Place]? {
        var places: [Place] = []
        for (index, child) in node.children.enumerated() {
            if child.joinedCell != nil {
                guard let below = add(below: child, of: part) else { return nil }
                places.append(Place(node: child, part: part, below: below))
                continue
            }
            let types = parts[part].source.types
            guard let link = node.link(to: index), types.indices.contains(link.cell), types[link.cell] == child.keyType else { return nil }
            parts[part].isAsked = true
            // Each row has its own key; many may point at the same row, or have the same row joined to them.
            let isOwn = link.isOwnKey && node.joinedCell == nil
            let keys = isOwn ? GatheredSQL.keys(link.cell, of: part) : GatheredSQL.differentKeys(link.cell, of: part)
            guard let place = add(child, keys: keys, above: part) else { return nil }
            places.append(place)
        }
        return places
    }

    func statement(_ common: CommonRow) -> SQLFragment {
        GatheredSQL.statement(
            parts.enumerated().map { number, part in
                GatheredSQL.Part(select: part.select, cells: common.places[number], isAsked: part.isAsked)
            }, types: common.types)
    }

    // MARK: Nodes

    func node(_ place: Place, _ common: CommonRow) -> ReadNode {
        let below = place.below.map { node($0, common) }
        return place.node.placed(part: place.node.joinedCell == nil ? place.part : nil, children: below) { common.places[place.part][$0] }
    }
}

extension ReadNode {
    /// The cell whose values are the keys of a level below; nil where several cells say so.
    fileprivate func link(to child: Int) -> (cell: Int, isOwnKey: Bool)? {
        for member in members {
            switch member {
            case .object(_, let cell, let at) where at == child: return (cell, false)
            case .list(_, let cell, _, let at) where at == child: return (cell, true)
            case .cell, .object, .list, .anyObject, .group: continue
            }
        }
        return nil
    }

    /// The same where its cells, and those of rows joined to it, have other places.
    fileprivate func placed(part: Int?, children: [ReadNode], _ place: (Int) -> Int) -> ReadNode {
        ReadNode(
            collection: collection, template: template, slots: [], members: members.map { $0.moved(place) },
            bareKey: bareKey.map { (place($0.cell), $0.encoder) }, shownKeyCell: shownKeyCell.map(place), parentCell: parentCell.map(place),
            wayBack: wayBack.map { (place($0.linkCell), $0.child) }, keyType: keyType, children: children, joinedCell: joinedCell.map(place),
            plainLists: plainLists, part: part, countCells: countCells.mapValues(place), presentCell: presentCell.map(place))
    }
}
