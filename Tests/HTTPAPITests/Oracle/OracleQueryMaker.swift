import JSONText
import TestSupport

/// Makes up reads of a world: mostly of what the caller may name, sometimes of what they may not.
struct OracleQueryMaker {
    let world: OracleWorld
    let access: OracleAccess
    var random: OracleRandomness

    mutating func query() -> OracleQuery {
        let readable = world.collections.filter { access.reads($0.name) }
        let collection = readable.isEmpty || random.percent(2) ? random.pick(world.collections) : random.pick(readable)
        var query = OracleQuery(collection: collection.name, isBody: random.percent(40))
        if random.percent(65) { query.filter = filter(collection.name, depth: 3) }
        if random.percent(10) { query.search = random.pick(["a", "7", "É", "%", "-3", "a_", "it's", "00000001-0000-4000-8000-000000000000"]) }
        if random.percent(20) {
            query.limit = random.pick([-1, 0, 1, 2, 3, 5, 10])
            if random.percent(30) { query.page = 1 + random.below(3) } else if random.percent(40) { query.offset = random.below(6) }
        }
        if random.percent(20) { query.wantsMeta = true }
        if random.percent(20) {
            aggregate(&query, collection)
            return query
        }
        if random.percent(75) { (query.fields, query.deep) = selection(collection.name, depth: 3) }
        let plain = fields(collection.name).filter { $0.relation == nil }
        if !query.fields.isEmpty, !plain.isEmpty, random.percent(8) {
            query.alias = [("other", random.pick(plain).name)]
            query.fields.append("other")
        }
        if random.percent(45) { query.sort = sort(collection.name) }
        if random.percent(6), access.grants(collection.key, of: collection.name),
            let row = collection.rows.isEmpty ? nil : random.pick(collection.rows)
        {
            query.key = OracleValues.text(row[collection.key])
            (query.limit, query.offset, query.page, query.isBody, query.search, query.wantsMeta) = (nil, nil, nil, false, nil, false)
        }
        return query
    }

    /// Names of a collection that the caller may use, and once in a while another.
    private mutating func fields(_ collection: String) -> [OracleField] {
        let all = world[collection].fields
        let granted = all.filter { access.grants($0.name, of: collection) }
        return granted.isEmpty || random.percent(1) ? all : granted
    }

    // MARK: fields, alias, deep

    /// - Returns: paths, and `deep` for the relations in them.
    private mutating func selection(_ collection: String, depth: Int) -> (paths: [String], deep: JSONObject) {
        var paths: [String] = []
        var deep = JSONObject()
        if random.percent(20) { paths.append(random.percent(60) || depth < 2 ? "*" : "*.*") }
        let known = fields(collection)
        for field in random.some(1 + random.below(4), of: known) {
            guard let relation = field.relation, random.percent(75), depth > 0 else {
                let function = field.isList ? "count" : field.kind.functions.isEmpty ? nil : random.pick(field.kind.functions)
                let isCounted = function != nil && random.percent(40) && field.relation.map { if case .list = $0 { true } else { false } } ?? true
                paths.append(isCounted ? "\(function!)(\(field.name))" : field.name)
                continue
            }
            switch relation {
            case .manyToOne(let target), .list(let target, _, _):
                let (below, settings) = selection(target, depth: depth - 1)
                paths += below.map { "\(field.name).\($0)" }
                let own = deepArguments(target, isList: field.isList)
                let both = JSONObject(own.map { ($0.key, $0.value) } + settings.map { ($0.key, $0.value) })
                if !both.isEmpty { deep[field.name] = .object(both) }
            case .any(let targets, _):
                for target in targets where random.percent(70) {
                    let (below, settings) = selection(target, depth: depth - 1)
                    paths += below.map { "\(field.name):\(target).\($0)" }
                    if !settings.isEmpty { deep["\(field.name):\(target)"] = .object(settings) }
                }
            }
        }
        return (paths, deep)
    }

    private mutating func deepArguments(_ target: String, isList: Bool) -> JSONObject {
        var deep = JSONObject()
        if random.percent(20) { deep["_filter"] = filter(target, depth: 1) }
        guard isList else { return deep }
        if random.percent(20) { deep["_sort"] = .array(sort(target).map { .string($0) }) }
        if random.percent(25) { deep["_limit"] = .integer(random.pick([-1, 0, 1, 2, 3])) }
        if random.percent(10) { deep["_offset"] = .integer(random.below(3)) }
        if random.percent(5) { deep["_search"] = "a" }
        return deep
    }

    // MARK: sort

    private mutating func sort(_ collection: String) -> [String] {
        var terms: [String] = []
        for _ in 0..<(1 + random.below(2)) { if let term = term(collection, depth: 2) { terms.append((random.percent(50) ? "-" : "") + term) } }
        let key = world[collection].key
        if random.percent(60), access.grants(key, of: collection), !terms.contains(where: { $0.hasSuffix(key) }) { terms.append(key) }
        return terms
    }

    private mutating func term(_ collection: String, depth: Int) -> String? {
        let known = fields(collection).filter { $0.kind != .json && !$0.isConcealed }
        guard !known.isEmpty else { return nil }
        let field = random.pick(known)
        switch field.relation {
        case .manyToOne(let target)? where depth > 0 && access.reads(target), .list(let target, _, _)? where depth > 0 && access.reads(target):
            if field.isList, random.percent(30), depth == 2 || access.grantsWholly(field.name, of: collection) {
                return random.percent(50) ? "count(\(field.name))" : field.name
            }
            return term(target, depth: depth - 1).map { "\(field.name).\($0)" }
        case .any(let targets, _)? where depth > 0:
            let target = random.pick(targets)
            return access.reads(target) ? term(target, depth: depth - 1).map { "\(field.name):\(target).\($0)" } : nil
        // The bare item is refused below a relation; which refusal comes first, where there are two, is left to others.
        case .list?: return nil
        case .any? where depth < 2: return nil
        case .manyToOne?, .any?, nil:
            return !field.kind.functions.isEmpty && random.percent(40) ? "\(random.pick(field.kind.functions))(\(field.name))" : field.name
        }
    }

    // MARK: aggregate, groupBy

    private mutating func aggregate(_ query: inout OracleQuery, _ collection: OracleCollection) {
        let known = fields(collection.name).filter { $0.relation == nil && !$0.isConcealed && $0.kind != .json }
        if random.percent(60) {
            query.groupBy = random.some(1 + random.below(2), of: known).map { field in
                field.kind.functions.isEmpty || random.percent(40) ? field.name : "\(random.pick(field.kind.functions))(\(field.name))"
            }
        }
        if query.groupBy.isEmpty || random.percent(80) {
            if random.percent(40) { query.aggregate.append(("count", ["*"])) }
            let numbers = known.filter(\.kind.isNumeric).map(\.name)
            let others = known.filter { $0.kind != .boolean && $0.kind != .uuid && $0.kind != .csv }.map(\.name)
            for function in random.some(random.below(3), of: ["countDistinct", "sum", "sumDistinct", "avg", "avgDistinct", "min", "max"]) {
                let fields = function == "countDistinct" ? known.map(\.name) : function.hasPrefix("m") ? others : numbers
                if !fields.isEmpty { query.aggregate.append((function, random.some(1 + random.below(2), of: fields))) }
            }
            if query.aggregate.isEmpty { query.aggregate.append(("count", known.isEmpty ? ["*"] : [random.pick(known).name])) }
        }
        guard !query.groupBy.isEmpty, random.percent(60) else { return }
        let (function, fields) = query.aggregate.isEmpty ? ("", []) : random.pick(query.aggregate)
        let term =
            fields.isEmpty || random.percent(50) ? random.pick(query.groupBy) : fields == ["*"] ? function : "\(function).\(random.pick(fields))"
        query.sort = [(random.percent(50) ? "-" : "") + term]
    }
}

// MARK: - filter

extension OracleQueryMaker {
    mutating func filter(_ collection: String, depth: Int, isBelow: Bool = false) -> JSONValue {
        guard depth > 0, random.percent(25) else {
            return condition(collection, depth: depth, isBelow: isBelow) ?? [:]
        }
        let parts = (0..<2).map { _ in filter(collection, depth: depth - 1, isBelow: isBelow) }
        return [random.percent(50) ? "_and" : "_or": .array(parts)]
    }

    private mutating func condition(_ collection: String, depth: Int, isBelow: Bool) -> JSONValue? {
        let field = random.pick(fields(collection))
        switch field.relation {
        case nil: return leaf(field, of: collection)
        case .manyToOne(let target)?:
            guard depth > 0, random.percent(75), access.reads(target) else { return leaf(field, of: collection) }
            return [field.name: filter(target, depth: depth - 1, isBelow: true)]
        case .any(let targets, _)?:
            let target = random.pick(targets)
            guard depth > 0, access.reads(target) else { return nil }
            return ["\(field.name):\(target)": filter(target, depth: depth - 1, isBelow: true)]
        case .list(let target, _, _)?:
            guard depth > 0, access.reads(target) else { return nil }
            switch random.below(5) {
            case 0, 1:
                guard !isBelow else { return nil }
                return [field.name: [random.percent(50) ? "_some" : "_none": filter(target, depth: depth - 1)]]
            // Of a row that is not there the contract does not say whether a rule holds.
            case 2 where isBelow && !access.grantsWholly(field.name, of: collection): return nil
            case 2: return ["count(\(field.name))": comparison(.integer, [.int(0), .int(1), .int(2)])]
            case 3:
                let rows = world[target].rows
                let cells = rows.isEmpty ? [] : [random.pick(rows)[world[target].key], random.pick(rows)[world[target].key]]
                return [field.name: comparison(world[target].keyField.kind, cells)]
            default: return [field.name: filter(target, depth: depth - 1, isBelow: true)]
            }
        }
    }

    private mutating func leaf(_ field: OracleField, of collection: String) -> JSONValue {
        if field.isConcealed { return [field.name: [random.pick(["_null", "_nnull", "_empty", "_nempty"]): true]] }
        if !field.kind.functions.isEmpty, random.percent(30) {
            let function = random.pick(field.kind.functions)
            let numbers: [OracleCell] = function == "year" ? [.int(2000), .int(2024), .int(1)] : [.int(1), .int(12), .int(0), .int(53), .int(30)]
            return ["\(function)(\(field.name))": comparison(.integer, numbers)]
        }
        let rows = world[collection].rows
        var cells = (0..<2).map { _ in rows.isEmpty || random.percent(30) ? OracleValues.cell(field.kind, &random) : random.pick(rows)[field.name] }
        if cells.contains(.null) { cells = [OracleValues.cell(field.kind, &random)] }
        return [field.name: comparison(field.kind, cells)]
    }

    /// An operator that the kind admits, over these values or some of them.
    private mutating func comparison(_ kind: OracleKind, _ cells: [OracleCell]) -> JSONValue {
        let usable = cells.filter { $0 != .null && $0 != .text("") }
        let op = usable.isEmpty || random.percent(12) ? random.pick(["_null", "_nnull"]) : random.pick(Self.operators(kind))
        switch op {
        case "_null", "_nnull", "_empty", "_nempty": return [op: .bool(random.percent(75))]
        case "_in", "_nin": return [op: .array(usable.map { OracleValues.operand($0, kind, &random) })]
        case "_between", "_nbetween":
            return [op: .array([usable.min()!, usable.max()!].map { OracleValues.operand($0, kind, &random) })]
        case "_eq" where random.percent(5), "_neq" where random.percent(5): return [op: nil]
        case "_eq", "_neq", "_lt", "_lte", "_gt", "_gte": return [op: OracleValues.operand(random.pick(usable), kind, &random)]
        default:
            let text = random.pick(usable).string!
            let part = random.percent(50) ? text : String(text.unicodeScalars.prefix(1 + random.below(3)).map { Character($0) })
            return [op: .string(part)]
        }
    }

    private static func operators(_ kind: OracleKind) -> [String] {
        let text = ["contains", "starts_with", "ends_with"].flatMap { ["_\($0)", "_n\($0)", "_i\($0)"] } + ["_nistarts_with", "_niends_with"]
        switch kind {
        case .string, .text, .csv: return ["_eq", "_neq", "_empty", "_nempty", "_in", "_nin"] + text
        case .uuid: return ["_eq", "_neq", "_in", "_nin"]
        case .boolean: return ["_eq", "_neq"]
        case .integer, .bigInteger, .float, .decimal, .date, .time, .dateTime, .timestamp:
            return ["_eq", "_neq", "_lt", "_lte", "_gt", "_gte", "_between", "_nbetween", "_in", "_nin"]
        case .json: return ["_null", "_nnull"]
        }
    }
}
