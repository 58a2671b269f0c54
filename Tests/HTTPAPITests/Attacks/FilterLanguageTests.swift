import JSONText
import Testing

/// Texts in the places of names, operators and numbers: C11, C12, C21, D20 (contract/attacks.md).
@Suite struct FilterLanguageTests {
    /// SQL, paths and prefixes are names like any other, and there is no such field.
    private static let names = [
        "ships.ledger", "t1.ledger", "t0.ledger", "\"ships\".ledger", "ledger\"", "ships\".\"ledger", "ledger::text", "ledger--", "ledger/*",
        "ledger;",
        "(SELECT ledger)", "papers->a", "papers->>'a'", "ship.ledger", "*", "ctid", "xmin", "tableoid", "NAME", "Name", "ѕhips", "$name",
        "constructor", "__proto__", "toString",
    ]

    @Test func `C11 only declared names resolve`() async throws {
        try await withAPI(Harbour.model) { api in
            for name in Self.names {
                let quoted = JSONValue.string(name).text
                // In `sort` a point parts a path, which is then followed from its first step; groups have none.
                let first = name.split(separator: ".").first.map(String.init) ?? name
                let whole = Refused.field(name, "ships")
                let groups = name.contains(".") ? Refused.query("\"groupBy\" can't contain a relational path") : whole
                for (request, body, answer) in [
                    ("GET /items/ships?filter={\(quoted):{\"_eq\":\"x\"}}", nil, whole),
                    ("SEARCH /items/ships", "{\"query\":{\"filter\":{\(quoted):{\"_null\":true}}}}", whole),
                    ("SEARCH /items/ships", "{\"query\":{\"sort\":[\(quoted)]}}", Refused.field(first, "ships")),
                    ("SEARCH /items/ships", "{\"query\":{\"groupBy\":[\(quoted)]}}", groups),
                ] as [(String, String?, String)] {
                    let status = answer == groups && groups != whole ? 400 : 403
                    for caller in ["ann", "boss"] {
                        try await APIScenario("\(name): \(request) \(body ?? "")", as: caller, request, body, status: status, answer).run(on: api)
                    }
                }
            }
        }
    }

    private static let operators = [
        APIScenario("lookup", as: "ann", #"GET /items/ships?filter={"name":{"lookup":1}}"#, status: 403, Refused.field("lookup", "ships")),
        APIScenario("$where", as: "ann", #"GET /items/ships?filter={"name":{"$where":"1"}}"#, status: 403, Refused.field("$where", "ships")),
        APIScenario(
            "_raw", as: "ann", #"GET /items/ships?filter={"name":{"_raw":"1"}}"#, status: 400,
            Refused.query(#""string" field type does not contain the "_raw" filter operator"#)),
        APIScenario(
            "_regex", as: "ann", #"GET /items/ships?filter={"name":{"_regex":"."}}"#, status: 400,
            Refused.query(#""string" field type does not contain the "_regex" filter operator"#)),
        APIScenario(
            "_submitted", as: "ann", #"GET /items/ships?filter={"name":{"_submitted":true}}"#, status: 400,
            Refused.query(#""string" field type does not contain the "_submitted" filter operator"#)),
        APIScenario(
            "_EQ", as: "ann", #"GET /items/ships?filter={"name":{"_EQ":"Argo"}}"#, status: 400,
            Refused.query(#""string" field type does not contain the "_EQ" filter operator"#)),
        APIScenario(
            "in a related collection", as: "ann", #"GET /items/crew?filter={"ship":{"name":{"_raw":"1"}}}"#, status: 400,
            Refused.query(#""string" field type does not contain the "_raw" filter operator"#)),
        APIScenario(
            "in deep", as: "ann", #"GET /items/ships?fields=crew.id&deep={"crew":{"_filter":{"name":{"_raw":"1"}}}}"#, status: 400,
            Refused.query(#""string" field type does not contain the "_raw" filter operator"#)),
        APIScenario(
            "at the root", as: "ann", #"GET /items/ships?filter={"_raw":"1"}"#, status: 400, Refused.query(#"Invalid filter key "_raw" on "ships""#)),
        APIScenario(
            "choosing what to delete", as: "ann", "DELETE /items/ships", #"{"query":{"filter":{"name":{"_raw":"1"}}}}"#, status: 400,
            Refused.query(#""string" field type does not contain the "_raw" filter operator"#), untouched: Harbour.state),
        APIScenario(
            "an unknown aggregate", as: "ann", "GET /items/ships?aggregate[exec]=id", status: 400,
            Refused.query(#"Invalid aggregate function "exec""#)
        ),
        APIScenario(
            "an unknown function", as: "ann", "GET /items/ships?fields=pg_sleep(sailed)", status: 400,
            Refused.query(#"Invalid function specified "pg_sleep""#)),
    ]

    @Test func `C12 an unknown operator is refused, never passed on`() async throws {
        try await Self.operators.run(on: Harbour.model)
    }

    /// Answers that a dropped condition would make longer.
    private static let conditions = [
        APIScenario(
            "several conditions of one child", as: "ann",
            #"GET /items/ships?fields=id&filter={"crew":{"_some":{"name":{"_eq":"Eve"},"id":{"_eq":3}}}}"#,
            status: 200, #"{"data":[]}"#),
        APIScenario(
            "groups inside", as: "ann", #"GET /items/ships?fields=id&filter={"crew":{"_some":{"_and":[{"name":{"_eq":"Eve"}},{"id":{"_eq":1}}]}}}"#,
            status: 200, #"{"data":[{"id":1}]}"#),
        APIScenario(
            "alternatives inside", as: "ann",
            #"GET /items/ships?fields=id&filter={"crew":{"_none":{"_or":[{"name":{"_eq":"Eve"}},{"id":{"_eq":99}}]}}}"#,
            status: 200, #"{"data":[{"id":2}]}"#),
        APIScenario(
            "any child", as: "ann", #"GET /items/ships?fields=id&filter={"ports":{"_some":{}}}"#, status: 200, #"{"data":[{"id":1}]}"#),
        APIScenario("no child", as: "ann", #"GET /items/ships?fields=id&filter={"ports":{"_none":{}}}"#, status: 200, #"{"data":[{"id":2}]}"#),
        APIScenario(
            "of a plain field", as: "ann", #"GET /items/ships?fields=id&filter={"name":{"_some":{"id":{"_eq":1}}}}"#, status: 400,
            Refused.query("\"_some\" can only be used with top level relational alias field")),
        APIScenario(
            "one bound", as: "ann", #"GET /items/ships?fields=id&filter={"id":{"_between":[1]}}"#, status: 400,
            Refused.query("\"_between\" has to be an array of two values")),
        APIScenario(
            "three bounds", as: "ann", #"GET /items/ships?fields=id&filter={"id":{"_between":[1,2,3]}}"#, status: 400,
            Refused.query("\"_between\" has to be an array of two values")),
        APIScenario(
            "no value", as: "ann", #"GET /items/ships?fields=id&filter={"id":{"_in":[]}}"#, status: 400,
            Refused.query("\"_in\" has to be an array of values")),
        APIScenario(
            "a path through a plain field", as: "ann", #"GET /items/ships?fields=id&filter={"name":{"id":{"_eq":1}}}"#, status: 400,
            Refused.query("Invalid filter key \"id\" on \"ships\"")),
        APIScenario(
            "a filter of another shape", as: "ann", "GET /items/ships?fields=id&filter=[1]", status: 403,
            Refused.field("0", "ships")),
    ]

    @Test func `C21 no condition vanishes`() async throws {
        try await Self.conditions.run(on: Harbour.model)
    }

    private static let numbers = [
        APIScenario("all of them", as: "ann", "GET /items/ships?fields=id&limit=-1", status: 200, #"{"data":[{"id":1},{"id":2}]}"#),
        APIScenario(
            "below that", as: "ann", "GET /items/ships?limit=-2", status: 400, Refused.query("\"limit\" must be greater than or equal to -1")),
        APIScenario(
            "a limit that fits no number", as: "ann", "GET /items/ships?fields=id&limit=99999999999999999999", status: 400,
            Refused.query("\"limit\" must be a safe number")),
        APIScenario("a huge offset", as: "ann", "GET /items/ships?fields=id&offset=9007199254740991", status: 200, #"{"data":[]}"#),
        APIScenario("a huge page", as: "ann", "GET /items/ships?fields=id&limit=100&page=9007199254740991", status: 200, #"{"data":[]}"#),
        APIScenario(
            "a negative offset", as: "ann", "GET /items/ships?offset=-1", status: 400, Refused.query("\"offset\" must be greater than or equal to 0")),
        APIScenario(
            "below a relation", as: "ann", "GET /items/ships?fields=id,crew.id&deep[crew][_limit]=-2", status: 400,
            Refused.query("\"_limit\" must be greater than or equal to -1")),
    ]

    @Test func `D20 limits and offsets are bounded`() async throws {
        try await Self.numbers.run(on: Harbour.model)
    }
}
