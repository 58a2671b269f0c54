import JSONText

/// Answers a read over the rows in memory, as one caller: contract/items.md, sections 2, 4.3 and 5, as naively as they can be put.
struct OracleReader {
    let world: OracleWorld
    let access: OracleAccess

    struct Answer {
        let status: Int
        var data: OracleExpected?
        var total: Int?
        var filtered: Int?
    }

    private static let defaultLimit = 100

    func answer(_ query: OracleQuery) throws -> Answer {
        do {
            return try read(query)
        } catch let refusal as OracleRefusal {
            return Answer(status: refusal.status)
        }
    }

    private func read(_ query: OracleQuery) throws -> Answer {
        let name = query.collection
        guard access.reads(name) else { throw OracleRefusal.forbidden }
        let arguments = try OracleArguments(query, world: world, access: access)
        var answer = Answer(status: 200)
        if query.isAggregation {
            answer.data = try OracleAggregation(reader: self, query: query).list(arguments)
        } else {
            let paths = query.fields.isEmpty ? [["*"]] : query.fields.map { Self.segments($0) }
            let selection = try OracleSelector(world: world, access: access).select(paths, of: name, alias: query.alias)
            try check(selection, query.deep)
            let rows = world[name].rows.filter { sees($0, selection) && accepts($0, arguments) }
            if let key = query.key {
                guard access.grants(world[name].key, of: name), let row = rows.first(where: { OracleValues.text($0[world[name].key]) == key })
                else { throw OracleRefusal.forbidden }
                answer.data = try show(row, selection, query.deep)
            } else {
                answer.data = try list(rows, arguments, relationSort: nil) { try show($0, selection, query.deep) }
            }
        }
        if query.wantsMeta, query.key == nil {
            let seen = world[name].rows.filter { access.sees($0, of: name, asking: nil) }
            answer.total = seen.count
            answer.filtered = seen.filter { accepts($0, arguments) }.count
        }
        return answer
    }

    /// A path at its dots, those inside of parentheses apart.
    static func segments(_ path: String) -> [String] { path.split(separator: ".").map { String($0) } }

    func sees(_ row: OracleRow, _ selection: OracleSelection) -> Bool {
        access.sees(row, of: selection.collection, asking: selection.asked.isEmpty ? nil : selection.asked)
    }

    func accepts(_ row: OracleRow, _ arguments: OracleArguments) -> Bool {
        if let filter = arguments.filter, !OracleFilter(world: world, access: access).matches(filter, row) { return false }
        return arguments.search.map { OracleSearch(world: world, access: access).finds($0, in: row, of: arguments.collection) } ?? true
    }

    /// Names in `deep` are judged even where no row gets there.
    private func check(_ selection: OracleSelection, _ deep: JSONObject) throws {
        for nested in selection.nested {
            for below in nested.below {
                let isAny = if case .any? = world[selection.collection].field(nested.field)?.relation { true } else { false }
                let settings = deep[isAny ? "\(nested.key):\(below.collection)" : nested.key]?.object ?? JSONObject()
                _ = try OracleArguments(deep: settings, below.collection, world: world, access: access)
                try check(below, settings)
            }
        }
    }

    // MARK: Lists

    /// Sorted and cut.
    func list(
        _ rows: [OracleRow], _ arguments: OracleArguments, relationSort: String?, _ show: (OracleRow) throws -> OracleExpected
    ) throws -> OracleExpected {
        let runs = OracleSort(world: world, access: access).runs(rows, arguments, relationSort: relationSort)
        return .list(try Self.cut(runs, arguments).map { run in OracleExpected.Run(items: try run.items.map(show), count: run.count) })
    }

    /// The runs that `offset`, `page` and `limit` leave, with how many of each.
    static func cut<T>(_ runs: [[T]], _ arguments: OracleArguments) -> [(items: [T], count: Int)] {
        let limit = arguments.limit ?? defaultLimit
        var skip = arguments.offset ?? 0
        if let page = arguments.page, page > 0, limit > 0 { skip = limit * (page - 1) }
        var left = limit < 0 ? Int.max : limit
        var result: [(items: [T], count: Int)] = []
        for run in runs {
            let skipped = min(skip, run.count)
            skip -= skipped
            let count = min(run.count - skipped, left)
            left -= count
            if count > 0 { result.append((run, count)) }
        }
        return result
    }

    // MARK: Rows

    private func show(_ row: OracleRow, _ selection: OracleSelection, _ deep: JSONObject) throws -> OracleExpected {
        let collection = world[selection.collection]
        if selection.isEmpty { return .value(OracleValues.wire(row[collection.key], collection.keyField.kind)) }
        var members: [(key: String, value: OracleExpected)] = []
        for column in selection.columns { members.append((column.key, show(column, row, collection))) }
        for nested in selection.nested { members.append((nested.key, try show(nested, row, collection, deep))) }
        return .object(members)
    }

    private func show(_ column: OracleSelection.Column, _ row: OracleRow, _ collection: OracleCollection) -> OracleExpected {
        let field = collection.field(column.field)!
        let filter = OracleFilter(world: world, access: access)
        if let function = column.function {
            let target: OracleSubject.Target = field.isList ? .count(of: field.name) : .function(function, of: field.name)
            let cell = filter.measure(OracleSubject(steps: [], collection: collection.name, target: target), row)
            return Self.show(part: cell, function)
        }
        let cell = access.value(field.name, of: row, in: collection.name)
        if field.isConcealed { return .value(Self.concealed(cell)) }
        return .value(OracleValues.wire(cell, field.kind))
    }

    /// An empty text counts as nothing that could be concealed.
    static func concealed(_ cell: OracleCell) -> JSONValue { cell == .null || cell == .text("") ? .null : "**********" }

    /// Parts of dates and counts are texts.
    static func show(part cell: OracleCell, _ function: String) -> OracleExpected {
        switch cell {
        case .int(let value): .value(.string("\(value)"))
        case .decimal: .near(cell.double!, isText: true)
        default: .value(.null)
        }
    }

    /// How many of a list's items show the item above as an object where that isn't there: they are left out. nil = the contract does not say.
    private func lost(
        _ children: [OracleRow], of target: OracleCollection, _ by: String, _ selection: OracleSelection, _ deep: JSONObject
    ) throws -> Int? {
        guard let back = selection.nested.first(where: { $0.key == by && $0.field == by }) else { return 0 }
        var count = 0
        for child in children {
            switch try show(back, child, target, deep) {
            case .value(.null): count += 1
            case .open: return nil
            case .value, .near, .object, .list: break
            }
        }
        return count
    }

    private func show(_ nested: OracleSelection.Nested, _ row: OracleRow, _ collection: OracleCollection, _ deep: JSONObject) throws -> OracleExpected
    {
        guard access.shows(nested.field, of: row, in: collection.name) else { return .value(.null) }
        func settings(_ key: String) throws -> (JSONObject, OracleArguments) {
            let object = deep[key]?.object ?? JSONObject()
            let target = nested.below.first { key == nested.key || key == "\(nested.key):\($0.collection)" }!.collection
            return (object, try OracleArguments(deep: object, target, world: world, access: access))
        }
        switch collection.field(nested.field)!.relation! {
        case .manyToOne(let target):
            let (below, arguments) = try settings(nested.key)
            let selection = nested.below[0]
            // Everything below was dropped: the raw key stays, unless `deep` narrows what is no longer asked for.
            if selection.isEmpty, arguments.filter != nil || arguments.search != nil { return .open }
            if selection.isEmpty { return .value(OracleValues.wire(row[nested.field], collection.field(nested.field)!.kind)) }
            guard let found = world.row(row[nested.field], of: world[target]), sees(found, selection), accepts(found, arguments) else {
                return .value(.null)
            }
            return try show(found, selection, below)
        case .list(let target, let by, let sort):
            let (below, arguments) = try settings(nested.key)
            let selection = nested.below[0]
            let key = row[collection.key]
            let children = world[target].rows.filter { $0[by] == key && sees($0, selection) && accepts($0, arguments) }
            switch try lost(children, of: world[target], by, selection, below) {
            case 0: return try list(children, arguments, relationSort: sort) { try show($0, selection, below) }
            case children.count: return .list([])
            default: return .open
            }
        case .any(_, let selector):
            guard let name = row[selector].string, let at = nested.below.first(where: { $0.collection == name }) else { return .value(.null) }
            let (below, arguments) = try settings("\(nested.key):\(name)")
            let key = row[nested.field].string
            let found = world[name].rows.first { OracleValues.text($0[world[name].key]) == key }
            guard let found, sees(found, at), accepts(found, arguments) else { return .value(.null) }
            return try show(found, at, below)
        }
    }
}
