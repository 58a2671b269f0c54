import JSONText

/// What one caller may read, judged row by row in memory (contract/items.md, 5.3): the naive counterpart of `EffectiveAccess`.
final class OracleAccess {
    /// Policies that share an item rule are one case.
    struct Case {
        /// nil = all.
        var fields: Set<String>?
        let rule: OracleCondition?

        func grants(_ field: String) -> Bool { fields?.contains(field) ?? true }
    }

    let world: OracleWorld
    /// nil = an administrator.
    private let cases: [String: [Case]]?
    /// What a case says of the rows: collection, then case, then row.
    private var verdicts: [String: [[Bool?]]] = [:]

    init(_ caller: OracleRights.Caller, rights: OracleRights, world: OracleWorld) throws {
        self.world = world
        guard let policies = caller.policies else {
            cases = nil
            return
        }
        var cases: [String: [Case]] = [:]
        var rules: [String: [JSONValue?]] = [:]
        for permission in policies.flatMap({ rights.policies[$0] }) {
            let name = permission.collection
            if let at = rules[name]?.firstIndex(of: permission.rule) {
                let both = cases[name]![at].fields.flatMap { known in permission.fields.map { known.union($0) } }
                cases[name]![at].fields = both
            } else {
                rules[name, default: []].append(permission.rule)
                // A saved rule with a name that nothing is asked of holds for no row: a condition must not vanish (attack C21).
                let rule = try permission.rule.map { rule in
                    try rule.namesWithoutCondition ? .or([]) : OracleCondition.parse(rule, on: name, in: world)
                }
                cases[name, default: []].append(Case(fields: permission.fields.map { Set($0) }, rule: rule))
            }
        }
        self.cases = cases
        for (name, of) in cases {
            verdicts[name] = of.map { _ in [Bool?](repeating: nil, count: world[name].rows.count) }
        }
    }

    var isAdministrator: Bool { cases == nil }

    func reads(_ collection: String) -> Bool { cases.map { $0[collection] != nil } ?? true }

    /// Whether a case grants it, for whichever rows.
    func grants(_ field: String, of collection: String) -> Bool {
        guard world[collection].field(field) != nil else { return false }
        return cases.map { ($0[collection] ?? []).contains { $0.grants(field) } } ?? true
    }

    /// Whether the field is never masked in a row that is seen.
    func grantsWholly(_ field: String, of collection: String) -> Bool {
        cases.map { $0[collection]?.allSatisfy { $0.grants(field) } ?? false } ?? true
    }

    /// Whether a case that grants one of `fields` holds for the row.
    /// - Parameter fields: nil = every case counts.
    func sees(_ row: OracleRow, of collection: String, asking fields: Set<String>?) -> Bool {
        guard let all = cases?[collection] else { return cases == nil }
        return all.indices.contains { at in
            (fields?.contains { all[at].grants($0) } ?? true) && holds(at, row, collection)
        }
    }

    /// Whether a case grants the field in this row.
    func shows(_ field: String, of row: OracleRow, in collection: String) -> Bool {
        // Of a row that is not there a field is seen that every case grants; of others nothing is asked (`OracleQueryMaker`).
        if row.index < 0, grantsWholly(field, of: collection) { return true }
        return sees(row, of: collection, asking: [field])
    }

    /// The value, or null where no case shows it.
    func value(_ field: String, of row: OracleRow, in collection: String) -> OracleCell {
        shows(field, of: row, in: collection) ? row[field] : .null
    }

    private func holds(_ at: Int, _ row: OracleRow, _ collection: String) -> Bool {
        guard let rule = cases?[collection]?[at].rule else { return true }
        if row.index < 0 { return OracleFilter(world: world, access: nil).matches(rule, row) }
        if let known = verdicts[collection]?[at][row.index] { return known }
        // A rule sees all rows, whoever asks.
        let verdict = OracleFilter(world: world, access: nil).matches(rule, row)
        verdicts[collection]?[at][row.index] = verdict
        return verdict
    }
}

extension JSONValue {
    /// Whether a name of this filter has no condition, after an empty alternative dropped the others (contract/items.md, 2.5.2).
    fileprivate var namesWithoutCondition: Bool {
        guard let object else { return false }
        return object.contains { key, value in
            switch key {
            case "_or" where (value.array ?? []).contains(where: \.saysNothing): false
            case "_and", "_or": (value.array ?? []).contains(where: \.namesWithoutCondition)
            case "_some", "_none": value.namesWithoutCondition
            case _ where key.hasPrefix("_"): false
            default: value.isWithoutCondition(of: key)
            }
        }
    }

    private func isWithoutCondition(of name: String) -> Bool {
        guard let object else { return false }
        return saysNothing
            || object.contains { key, value in
                switch key {
                case "_and", "_or": (value.array ?? []).contains { !$0.saysNothing && $0.isWithoutCondition(of: name) }
                default: JSONValue.object(JSONObject([(key, value)])).namesWithoutCondition
                }
            }
    }

    /// `{}`, and logical words over nothing else.
    private var saysNothing: Bool {
        guard let object else { return false }
        return object.allSatisfy { key, value in
            guard let parts = value.array else { return false }
            return key == "_and" ? parts.allSatisfy(\.saysNothing) : key == "_or" && (parts.isEmpty || parts.contains(where: \.saysNothing))
        }
    }
}
