import SchemaModel

/// The order in which the studio shows fields: by `meta.sort` within each group, the fields of a group right behind the group.
///
/// In a file this order needs no numbers: the compiler counts `sort` per group, in file order.
enum StudioOrder {
    /// - Returns: the same fields; those without a place keep their order behind the others, those of unknown or cyclic groups stand last.
    static func sorted(_ fields: [Field]) -> [Field] {
        let names = Set(fields.map(\.name.text))
        var byGroup: [String?: [Int]] = [:]
        for (index, field) in fields.enumerated() { byGroup[group(of: field, names), default: []].append(index) }
        for (key, members) in byGroup {
            byGroup[key] = members.sorted { (place(fields[$0]), $0) < (place(fields[$1]), $1) }
        }
        var walk = Walk(fields: fields, byGroup: byGroup)
        walk.visit(nil)
        for index in fields.indices where !walk.isTaken[index] { walk.take(index) }
        return walk.result
    }

    private static func place(_ field: Field) -> Int { field.meta.sort ?? Int.max }

    private static func group(of field: Field, _ names: Set<String>) -> String? {
        guard let group = field.meta.group, names.contains(group) else { return nil }
        return group
    }

    private struct Walk {
        let fields: [Field]
        let byGroup: [String?: [Int]]
        var result: [Field] = []
        var isTaken: [Bool]

        init(fields: [Field], byGroup: [String?: [Int]]) {
            self.fields = fields
            self.byGroup = byGroup
            isTaken = fields.map { _ in false }
        }

        mutating func visit(_ group: String?) {
            for index in byGroup[group] ?? [] { take(index) }
        }

        mutating func take(_ index: Int) {
            guard !isTaken[index] else { return }
            isTaken[index] = true
            result.append(fields[index])
            visit(fields[index].name.text)
        }
    }
}
