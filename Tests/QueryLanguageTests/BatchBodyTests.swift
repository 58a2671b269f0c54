import JSONText
import QueryLanguage
import SchemaModel
import Testing

@Suite struct BatchBodyTests {
    private static func parsed(_ text: String) throws -> JSONValue? { text.isEmpty ? Optional<JSONValue>.none : try JSONParser.parse(text) }

    static let updates: [QueryCase] = [
        QueryCase(#"[]"#, "batch 0"),
        QueryCase(#"[{"id":1},{"id":2}]"#, "batch 2"),
        QueryCase(#"{"keys":[1,"2"],"data":{"a":1}}"#, #"keys [1,"2"] {"a":1}"#),
        QueryCase(#"{"keys":[],"data":{}}"#, "keys [] {}"),
        QueryCase(#"{"query":{"filter":"{\"id\":4}","limit":-1},"data":{"a":1}}"#, #"query filter id _eq 4; limit -1 {"a":1}"#),
        QueryCase(#"{"query":{},"data":{"a":1}}"#, #"query  {"a":1}"#),
        QueryCase(#"{"query":{"filter":{"a":{"_eq":""}},"meta":"bogus","fields":5},"data":{}}"#, #"query filter a _eq "" {}"#),
        // Refused
        QueryCase("", #""data" is required"#),
        QueryCase(#"{}"#, #""data" is required"#),
        QueryCase(#"{"title":"x"}"#, #""data" is required"#),
        QueryCase(#""x""#, #""value" must be of type object"#),
        QueryCase(#"[5]"#, "Item in update misses primary key"),
        QueryCase(#"{"keys":[2],"data":null}"#, #""data" must be of type object"#),
        QueryCase(#"{"keys":[2],"data":[]}"#, #""data" must be of type object"#),
        QueryCase(#"{"data":{}}"#, #""value" must contain at least one of [query, keys]"#),
        QueryCase(#"{"keys":[2],"query":{},"data":{}}"#, #""value" contains a conflict between exclusive peers [query, keys]"#),
        QueryCase(#"{"keys":2,"data":{}}"#, #""keys" must be an array"#),
        QueryCase(#"{"keys":null,"data":{}}"#, #""keys" must be an array"#),
        QueryCase(#"{"keys":[1,{"id":2}],"data":{}}"#, #""keys[1]" must be one of [string, number]"#),
        QueryCase(#"{"keys":[null],"data":{}}"#, #""keys[0]" must be one of [string, number]"#),
        QueryCase(#"{"query":"x","data":{}}"#, #""query" must be of type object"#),
        QueryCase(#"{"query":null,"data":{}}"#, #""query" must be of type object"#),
        QueryCase(#"{"keys":[1],"data":{},"extra":1}"#, #""extra" is not allowed"#),
        QueryCase(#"{"query":{"filter":"{"},"data":{}}"#, "Invalid JSON for filter object"),
        QueryCase(#"{"query":{"limit":"abc"},"data":{}}"#, #""limit" must be a number"#),
    ]

    @Test("reads the body of an update", arguments: updates)
    func update(_ example: QueryCase) throws {
        let body = try Self.parsed(example.query)
        var text = ""
        let failure = reason { () throws(WireError) in
            switch try BatchBody.parseUpdate(body, limits: QueryLimits()) {
            case .batch(let items): text = "batch \(items.count)"
            case .keys(let keys, let data): text = "keys \(JSONValue.array(keys).text) \(JSONValue.object(data).text)"
            case .query(let query, let data): text = "query \(Rendering.rest(query)) \(JSONValue.object(data).text)"
            }
        }
        #expect((failure ?? text) == example.expected)
    }

    static let deletes: [QueryCase] = [
        QueryCase(#"[1,"x"]"#, #"keys [1,"x"]"#),
        QueryCase(#"{"keys":[1]}"#, "keys [1]"),
        QueryCase(#"{"query":{"sort":["-id"],"limit":1}}"#, "query sort -id; limit 1"),
        QueryCase("", #""value" must contain at least one of [query, keys]"#),
        QueryCase(#"{}"#, #""value" must contain at least one of [query, keys]"#),
        QueryCase(#"{"keys":[1],"query":{}}"#, #""value" contains a conflict between exclusive peers [query, keys]"#),
        QueryCase(#"{"keys":[1],"data":{}}"#, #""data" is not allowed"#),
        QueryCase(#"{"keys":1}"#, #""keys" must be an array"#),
    ]

    @Test("reads the body of a deletion", arguments: deletes)
    func delete(_ example: QueryCase) throws {
        let body = try Self.parsed(example.query)
        var text = ""
        let failure = reason { () throws(WireError) in
            switch try BatchBody.parseDelete(body, limits: QueryLimits()) {
            case .keys(let keys): text = "keys \(JSONValue.array(keys).text)"
            case .query(let query): text = "query \(Rendering.rest(query))"
            }
        }
        #expect((failure ?? text) == example.expected)
    }

    static let searches: [QueryCase] = [
        QueryCase("", "nil nil"),
        QueryCase(#"{}"#, "nil nil"),
        QueryCase(#"{"query":{"fields":["id"],"limit":2}}"#, "id limit 2 nil"),
        QueryCase(#"{"keys":[1,3]}"#, "nil [1,3]"),
        QueryCase(#"{"keys":[],"query":{"fields":[]}}"#, "  []"),
        QueryCase(#"[1,2]"#, #""value" must be of type object"#),
        QueryCase(#"{"bogus":1}"#, #""bogus" is not allowed"#),
        QueryCase(#"{"query":{},"data":{}}"#, #""data" is not allowed"#),
        QueryCase(#"{"query":[]}"#, #""query" must be of type object"#),
        QueryCase(#"{"query":{"limit":-5}}"#, #""limit" must be greater than or equal to -1"#),
        QueryCase(#"{"query":{"filter":{"a":{"_eq":""}}}}"#, #"You can't filter for an empty string in "_eq". Use "_empty" or "_nempty" instead"#),
    ]

    @Test("reads the body of a search", arguments: searches)
    func search(_ example: QueryCase) throws {
        let body = try Self.parsed(example.query)
        var text = ""
        let failure = reason { () throws(WireError) in
            let search = try BatchBody.parseSearch(body, limits: QueryLimits())
            let query = search.query.map { "\(Rendering.text($0.selections)) \(Rendering.rest($0))" } ?? "nil"
            text = "\(query) \(search.keys.map { JSONValue.array($0).text } ?? "nil")"
        }
        #expect((failure ?? text) == example.expected)
    }

    @Test("lets a change by query exceed the maximum that reads have, but not -1") func maximum() throws {
        let body = { (limit: Int) in JSONValue.object(JSONObject([("query", ["limit": .integer(limit)])])) }
        let limit = { (wanted: Int) throws -> Int? in
            guard case .query(let query) = try BatchBody.parseDelete(body(wanted), limits: .low) else { return nil }
            return query.arguments.limit
        }
        #expect(try limit(7) == 7)
        #expect(try limit(-1) == 6)
    }
}
