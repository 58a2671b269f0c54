import TestSupport

/// Makes up collections, the relations between them, and rows.
struct OracleWorldMaker {
    private var random: OracleRandomness
    private var world = OracleWorld()
    /// Column names, some of which are SQL words or need quoting.
    private static let names = [
        "order", "group", "select", "Title", "status", "value", "limit", "from", "a_b", "user", "desc", "note", "kind", "amount", "table", "x",
        "count", "year",
    ]

    static func make(_ random: inout OracleRandomness) -> OracleWorld {
        var maker = OracleWorldMaker(random: OracleRandomness(seed: random.next()))
        maker.makeCollections()
        maker.makeRows()
        return maker.world
    }

    private mutating func makeCollections() {
        let count = 2 + random.below(3)
        for index in 0..<count {
            let kind = random.pick([OracleKind.integer, .integer, .uuid, .string, .bigInteger])
            let key = random.percent(70) ? "id" : "code"
            var fields = [OracleField(name: key, kind: kind)]
            let names = random.some(4 + random.below(5), of: Self.names)
            for name in names {
                let kind = random.pick(OracleKind.allCases)
                fields.append(OracleField(name: name, kind: kind, isConcealed: kind == .string && random.percent(15)))
            }
            var collection = OracleCollection(name: "c\(index)", key: key, fields: fields)
            if random.percent(20) { collection.sort = fields.first { $0.kind == .integer && $0.name != key }?.name }
            world.collections.append(collection)
        }
        for index in 0..<count {
            for number in 0..<(1 + random.below(2)) { relate(index, to: random.below(count), number) }
        }
        for number in 0..<(1 + random.below(2)) { makeJunction(random.below(count), random.below(count), number) }
        if random.percent(70) { makeAnyJunction(random.below(count)) }
    }

    private mutating func relate(_ many: Int, to one: Int, _ number: Int) {
        let target = world.collections[one]
        let name = "to\(number)"
        world.collections[many].fields.append(
            OracleField(name: name, kind: target.keyField.kind, relation: .manyToOne(target.name)))
        if random.percent(75) {
            world.collections[one].fields.append(
                OracleField(name: "of_\(world.collections[many].name)_\(number)", kind: .text, relation: list(of: many, by: name)))
        }
    }

    private mutating func list(of many: Int, by name: String) -> OracleRelation {
        let collection = world.collections[many]
        let sort = random.percent(30) ? collection.fields.first { $0.kind == .integer && $0.relation == nil && $0.name != collection.key } : nil
        return .list(of: collection.name, by: name, sort: sort?.name)
    }

    private mutating func makeJunction(_ left: Int, _ right: Int, _ number: Int) {
        let (from, to) = (world.collections[left], world.collections[right])
        var fields = [OracleField(name: "id", kind: .integer)]
        fields.append(OracleField(name: "left", kind: from.keyField.kind, relation: .manyToOne(from.name)))
        fields.append(OracleField(name: "right", kind: to.keyField.kind, relation: .manyToOne(to.name)))
        fields.append(OracleField(name: "place", kind: .integer))
        world.collections.append(OracleCollection(name: "j\(number)", key: "id", fields: fields))
        let at = world.collections.count - 1
        world.collections[left].fields.append(OracleField(name: "links\(number)", kind: .text, relation: list(of: at, by: "left")))
        if random.percent(50) {
            world.collections[right].fields.append(OracleField(name: "linked\(number)", kind: .text, relation: list(of: at, by: "right")))
        }
    }

    private mutating func makeAnyJunction(_ owner: Int) {
        let targets = random.some(1 + random.below(2), of: world.collections.filter { $0.name.hasPrefix("c") }.map(\.name))
        var fields = [OracleField(name: "id", kind: .integer)]
        fields.append(OracleField(name: "owner", kind: world.collections[owner].keyField.kind, relation: .manyToOne(world.collections[owner].name)))
        fields.append(OracleField(name: "collection", kind: .string))
        fields.append(OracleField(name: "item", kind: .string, relation: .any(targets, selector: "collection")))
        world.collections.append(OracleCollection(name: "any", key: "id", fields: fields))
        world.collections[owner].fields.append(
            OracleField(name: "blocks", kind: .text, relation: list(of: world.collections.count - 1, by: "owner")))
    }

    // MARK: Rows

    private mutating func makeRows() {
        for at in world.collections.indices {
            let collection = world.collections[at]
            let count = collection.name.hasPrefix("c") ? random.pick([0, 3, 8, 12, 20, random.percent(10) ? 115 : 16]) : random.pick([5, 20, 35])
            var keys: Set<OracleCell> = []
            while keys.count < count { keys.insert(key(collection.keyField.kind, keys.count + 1)) }
            world.collections[at].rows = keys.sorted().enumerated().map { OracleRow(index: $0.offset, cells: [collection.key: $0.element]) }
        }
        for at in world.collections.indices {
            for row in world.collections[at].rows.indices {
                for field in world.collections[at].fields where field.name != world.collections[at].key && !field.isList {
                    world.collections[at].rows[row].cells[field.name] = cell(of: field, in: world.collections[at].rows[row])
                }
            }
        }
    }

    private mutating func key(_ kind: OracleKind, _ number: Int) -> OracleCell {
        switch kind {
        case .bigInteger: .int(random.percent(20) ? 9_007_199_254_740_992 + number : number)
        case .uuid: OracleValues.uuid(random.next())
        case .string: .text(random.pick(["k", "K", "é", "z ", "a_"]) + "\(number)")
        default: .int(number)
        }
    }

    private mutating func cell(of field: OracleField, in row: OracleRow) -> OracleCell {
        switch field.relation {
        case nil:
            if field.name == "collection", let any = world.collections.first(where: { $0.name == "any" }) {
                guard case .any(let targets, _)? = any.field("item")?.relation else { return .null }
                return .text(random.pick(targets))
            }
            return random.percent(20) ? .null : OracleValues.cell(field.kind, &random)
        case .manyToOne(let target):
            let rows = world[target].rows
            return rows.isEmpty || random.percent(25) ? .null : random.pick(rows)[world[target].key]
        case .any(_, let selector):
            guard let name = row[selector].string, !world[name].rows.isEmpty, !random.percent(10) else { return .null }
            if random.percent(10) { return .text("99999") }
            return .text(OracleValues.text(random.pick(world[name].rows)[world[name].key]))
        case .list: return .null
        }
    }
}
