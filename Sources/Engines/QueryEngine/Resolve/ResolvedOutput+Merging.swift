import SchemaModel

extension [ResolvedOutput] {
    /// One output per key: a nested object takes the place of the raw key, an alias that of the field it shadows.
    var merged: [ResolvedOutput] {
        var best: [String: Int] = [:]
        for (index, output) in enumerated() {
            guard let other = best[output.key] else {
                best[output.key] = index
                continue
            }
            if output.rank > self[other].rank { best[output.key] = index }
        }
        return enumerated().filter { best[$0.element.key] == $0.offset }.map(\.element)
    }
}

extension ResolvedOutput {
    fileprivate var rank: Int {
        let nested: Int
        switch content {
        case .manyToOne, .oneToMany, .anyToOne: nested = 4
        case .field, .function, .countRelated, .json: nested = 0
        }
        return nested + (key != content.field.name.text ? 2 : 0) + (isWildcard ? 0 : 1)
    }
}
