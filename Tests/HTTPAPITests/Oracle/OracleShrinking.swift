import JSONText

extension OracleQuery {
    /// The query with one thing less, each in turn: what still fails without it is easier to read.
    var smaller: [OracleQuery] {
        var smaller: [OracleQuery] = []
        func add(_ change: (inout OracleQuery) -> Void) {
            var query = self
            change(&query)
            smaller.append(query)
        }
        if wantsMeta { add { $0.wantsMeta = false } }
        if search != nil { add { $0.search = nil } }
        if limit != nil { add { ($0.limit, $0.page) = (nil, nil) } }
        if offset != nil { add { $0.offset = nil } }
        for at in sort.indices { add { $0.sort.remove(at: at) } }
        for at in alias.indices { add { $0.alias.remove(at: at) } }
        for (key, _) in deep { add { $0.deep[key] = nil } }
        for (key, value) in deep {
            for (inner, _) in value.object ?? JSONObject() {
                add { query in
                    var object = value.object!
                    object[inner] = nil
                    query.deep[key] = .object(object)
                }
            }
        }
        if fields.count > 1 { for at in fields.indices { add { $0.fields.remove(at: at) } } }
        if filter != nil { add { $0.filter = nil } }
        for part in Self.parts(filter) { add { $0.filter = part } }
        return smaller
    }

    /// Filters with one condition of a list less, or what is inside of it alone.
    private static func parts(_ filter: JSONValue?) -> [JSONValue] {
        guard let object = filter?.object, let (key, value) = object.first(where: { _ in true }) else { return [] }
        if let list = value.array, key == "_and" || key == "_or" {
            return list
                + list.enumerated().flatMap { at, part in
                    parts(part).map { smaller in
                        var list = list
                        list[at] = smaller
                        return [key: .array(list)]
                    }
                }
        }
        guard value.object != nil else { return [] }
        return parts(value).map { [key: $0] }
    }
}
