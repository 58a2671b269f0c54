import JSONText

/// One read as a caller writes it.
struct OracleQuery: Sendable {
    var collection: String
    /// `GET /items/:collection/:pk`.
    var key: String?
    var fields: [String] = []
    var alias: [(name: String, field: String)] = []
    var filter: JSONValue?
    var search: String?
    var sort: [String] = []
    var limit: Int?
    var offset: Int?
    var page: Int?
    var aggregate: [(function: String, fields: [String])] = []
    var groupBy: [String] = []
    var deep = JSONObject()
    var wantsMeta = false
    /// As `SEARCH` with a body, or as `GET`.
    var isBody = false

    var isAggregation: Bool { !aggregate.isEmpty || !groupBy.isEmpty }

    /// By the names of the parameters, lists as lists.
    private var members: JSONObject {
        var members = JSONObject()
        if !fields.isEmpty { members["fields"] = .array(fields.map { .string($0) }) }
        if !alias.isEmpty { members["alias"] = .object(JSONObject(alias.map { ($0.name, .string($0.field)) })) }
        members["filter"] = filter
        members["search"] = search.map { .string($0) }
        if !sort.isEmpty { members["sort"] = .array(sort.map { .string($0) }) }
        members["limit"] = limit.map { .integer($0) }
        members["offset"] = offset.map { .integer($0) }
        members["page"] = page.map { .integer($0) }
        if !aggregate.isEmpty {
            members["aggregate"] = .object(JSONObject(aggregate.map { ($0.function, .array($0.fields.map { .string($0) })) }))
        }
        if !groupBy.isEmpty { members["groupBy"] = .array(groupBy.map { .string($0) }) }
        if !deep.isEmpty { members["deep"] = .object(deep) }
        if wantsMeta { members["meta"] = "*" }
        return members
    }

    /// Method and target, and the body of a SEARCH.
    var request: (line: String, body: JSONValue?) {
        let path = "/items/\(collection)" + (key.map { "/\(Self.encoded($0))" } ?? "")
        if isBody { return ("SEARCH \(path)", ["query": .object(members)]) }
        let pairs = members.map { name, value -> String in
            switch value {
            case .array(let values): "\(name)=\(Self.encoded(values.map { $0.string! }.joined(separator: ",")))"
            case .string(let text): "\(name)=\(Self.encoded(text))"
            default: "\(name)=\(Self.encoded(value.text))"
            }
        }
        return ("GET \(path)\(pairs.isEmpty ? "" : "?")\(pairs.joined(separator: "&"))", nil)
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (byte | 32) &- 97 < 26 || byte &- 48 < 10 || byte == 95 || byte == 44 || byte == 46 || byte == 45
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : "%\(digits.count < 2 ? "0" : "")\(digits)"
        }.joined()
    }

    /// For a report: the request as it can be read.
    var description: String { "/items/\(collection)\(key.map { "/\($0)" } ?? "") \(isBody ? "SEARCH" : "GET") \(JSONValue.object(members).text)" }
}
