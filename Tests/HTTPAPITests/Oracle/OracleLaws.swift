import JSONText

/// What must hold of answers whatever the oracle says: nobody sees what the administrator does not, and pages give each row once.
struct OracleLaws {
    let world: OracleWorld
    let access: OracleAccess
    let api: TestAPI
    let token: String?
    /// Every row as the administrator sees it, by collection.
    let everything: [String: [JSONValue]]

    static func everything(_ world: OracleWorld, _ api: TestAPI) async throws -> [String: [JSONValue]] {
        var rows: [String: [JSONValue]] = [:]
        for collection in world.collections {
            let query = OracleQuery(collection: collection.name, limit: -1)
            rows[collection.name] = try await api.send(query.request.line, as: OracleRights.administrator.token).body?["data"]?.array
        }
        return rows
    }

    /// The first object that is no row of the administrator's with some values left out or null; nil = there is none.
    func stranger(in answer: JSONValue?, of collection: String) -> JSONValue? {
        switch answer {
        case .array(let items)?:
            for item in items { if let stranger = stranger(in: item, of: collection) { return stranger } }
            return nil
        case .object(let object)?:
            let fields = world[collection].fields
            let own = object.filter { key, value in fields.contains { $0.name == key && Self.isPlain(value, $0) } }
            let isKnown = (everything[collection] ?? []).contains { row in own.allSatisfy { $0.value.isNull || row[$0.key] == $0.value } }
            if !isKnown { return answer }
            for (key, value) in object {
                guard let relation = fields.first(where: { $0.name == key })?.relation else { continue }
                switch relation {
                case .manyToOne(let target), .list(let target, _, _): if let stranger = stranger(in: value, of: target) { return stranger }
                case .any: break
                }
            }
            return nil
        default: return nil
        }
    }

    private static func isPlain(_ value: JSONValue, _ field: OracleField) -> Bool {
        // The item of a junction is answered in the type of its row's key where another is gone into.
        if case .any? = field.relation { return false }
        return field.relation == nil || (!field.isList && value.object == nil && value.array == nil)
    }

    /// Reads all pages of the query, with the key as its last sort, and compares them with the whole.
    /// - Returns: what is wrong; nil = nothing, or the order is not defined for this caller.
    func pages(of query: OracleQuery, size: Int) async throws -> String? {
        let key = world[query.collection].key
        guard !query.isAggregation, query.key == nil, access.grantsWholly(key, of: query.collection) else { return nil }
        var query = query
        (query.limit, query.offset, query.page, query.wantsMeta) = (-1, nil, nil, true)
        if !query.sort.contains(where: { $0 == key || $0 == "-\(key)" }) { query.sort.append(key) }
        guard let whole = try await items(query), let items = whole["data"]?.array else { return nil }
        if let count = whole["meta"]?["filter_count"]?.number?.int, count < items.count || (access.isAdministrator && count != items.count) {
            return "filter_count is \(count), and \(items.count) rows are answered"
        }
        query.limit = size
        var found: [JSONValue] = []
        for page in 1...(items.count / size + 1) {
            query.page = page
            found += try await self.items(query)?["data"]?.array ?? []
        }
        return found == items ? nil : "pages of \(size) give \(JSONValue.array(found).text) instead of \(JSONValue.array(items).text)"
    }

    private func items(_ query: OracleQuery) async throws -> JSONValue? {
        let (line, body) = query.request
        let answer = try await api.send(line, as: token, body)
        return answer.status == 200 ? answer.body : nil
    }
}
