import JSONText
import QueryLanguage
import Testing

/// What one request may cost (attacks K1, K2, K6): each bound is refused in words, and what is just inside it is answered.
@Suite struct QueryCostTests {
    private static func refused(_ reason: String) -> String { refusal("INVALID_QUERY", "Invalid query. \(reason).", reason: reason) }

    private static func list(_ count: Int, _ element: (Int) -> String) -> String { (0..<count).map(element).joined(separator: ",") }

    private static func nested(_ depth: Int, _ open: String, _ inner: String, _ close: String) -> String {
        String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
    }

    private static let tooManyRelations = "The query filters, sorts and counts \"crowd\" by more than 64 relations"

    static let queries: [(name: String, query: String, reason: String?)] = [
        ("fields", #"{"fields":[\#(list(5001) { _ in #""id""# })]}"#, #""fields" must contain less than or equal to 5000 items"#),
        ("fields as text", #"{"fields":"\#(list(5001) { _ in "id" })"}"#, #""fields" must contain less than or equal to 5000 items"#),
        (
            "fields of one level", #"{"fields":[\#(list(1501) { #""json(data, a\#($0))""# })]}"#,
            #"The query asks for more than 1500 fields of "crowd""#
        ),
        ("many fields", #"{"fields":["id",\#(list(1000) { #""json(data, a\#($0))""# })],"limit":0}"#, nil),
        ("aliases", #"{"alias":{\#(list(5001) { #""a\#($0)":"id""# })}}"#, #""alias" must contain less than or equal to 5000 items"#),
        ("sort", #"{"sort":[\#(list(101) { _ in #""id""# })]}"#, #""sort" must contain less than or equal to 100 items"#),
        ("equal sorts", #"{"sort":[\#(list(100) { _ in #""-members.id""# })],"fields":["id"],"limit":1}"#, nil),
        ("deep sort", #"{"deep":{"members":{"_sort":[\#(list(101) { _ in #""id""# })]}}}"#, #""_sort" must contain less than or equal to 100 items"#),
        ("groups", #"{"groupBy":[\#(list(101) { _ in #""id""# })]}"#, #""groupBy" must contain less than or equal to 100 items"#),
        ("aggregates", #"{"aggregate":{"count":[\#(list(501) { #""a\#($0)""# })]}}"#, #""aggregate" must contain less than or equal to 500 items"#),
        ("conditions", #"{"filter":{"_and":[\#(list(10_000) { #"{"id":{"_neq":-\#($0)}}"# })]}}"#, "Filter has more than 5000 conditions"),
        ("many conditions", #"{"filter":{"_and":[\#(list(2400) { #"{"id":{"_neq":-\#($0)}}"# })]},"fields":["id"],"limit":1}"#, nil),
        ("conditions on one relation", #"{"filter":{"_or":[\#(list(2000) { #"{"head":{"id":\#($0)}}"# })]},"fields":["id"],"limit":1}"#, nil),
        ("lists in a filter", #"{"filter":{"_and":[\#(list(65) { #"{"members":{"_some":{"id":{"_gt":\#($0)}}}}"# })]}}"#, tooManyRelations),
        ("reverse relations", #"{"filter":{"_or":[\#(list(65) { #"{"$FOLLOW(crowd,head)":{"_none":{"id":\#($0)}}}"# })]}}"#, tooManyRelations),
        ("counts in a filter", #"{"filter":{"_and":[\#(list(65) { _ in #"{"count(members)":{"_gt":-1}}"# })]}}"#, tooManyRelations),
        (
            "deep filter",
            #"{"fields":["members.id"],"deep":{"members":{"_filter":{"_and":[\#(list(65) { _ in #"{"members":{"_some":{"id":1}}}"# })]}}}}"#,
            tooManyRelations
        ),
        ("equal counts", #"{"alias":{\#(list(1000) { #""a\#($0)":"count(members)""# })},"fields":["id","a0","a999"],"limit":1}"#, nil),
        (
            "depth of fields", #"{"fields":["\#(list(200) { _ in "members" }.split(separator: ",").joined(separator: "."))"]}"#,
            "Max relational depth exceeded"
        ),
        ("depth of a filter", #"{"filter":\#(nested(11, #"{"head":"#, #"{"_eq":1}"#, "}"))}"#, "Max relational depth exceeded"),
        ("depth of deep", #"{"deep":\#(nested(11, #"{"members":"#, #"{"_limit":1}"#, "}"))}"#, "Max relational depth exceeded"),
        ("nested groups", #"{"filter":\#(nested(60, #"{"_and":["#, #"{"id":{"_gt":0}}"#, "]}")),"fields":["id"],"limit":1}"#, nil),
        ("limit", #"{"limit":9e99}"#, #""limit" must be a safe number"#), ("page", #"{"page":9e99}"#, #""page" must be a safe number"#),
        ("offset", #"{"offset":-1}"#, #""offset" must be greater than or equal to 0"#),
        ("the last page", #"{"limit":9007199254740991,"page":9007199254740991}"#, nil),
        ("the last page of a list", #"{"fields":["members.id"],"deep":{"members":{"_limit":3,"_page":9007199254740991}},"limit":1}"#, nil),
        ("search", #"{"search":"\#(String(repeating: "%a_", count: 300_000))","fields":["id"]}"#, nil),
        ("pattern", #"{"filter":{"name":{"_icontains":"\#(String(repeating: "%a", count: 400_000))b"}},"fields":["id"]}"#, nil),
        ("keys", #"{"filter":{"id":{"_in":[\#(list(100_000) { String($0) })]}},"fields":["id"],"limit":1}"#, nil),
    ]

    @Test func aCostIsBounded() async throws {
        try await withAPI(Crowd.model, settings: Crowd.largeBodies) { api in
            for (name, query, reason) in Self.queries {
                let start = ContinuousClock.now
                let answer = try await api.raw("SEARCH /items/crowd", TypeValues.boss, #"{"query":\#(query)}"#)
                #expect(answer.status == (reason == nil ? 200 : 400), "\(name): \(answer.text.prefix(300))")
                if let reason { #expect(answer.text == Self.refused(reason), "\(name)") }
                // Far above what any of them takes, far below what they took without bounds.
                #expect(ContinuousClock.now - start < .seconds(10), "\(name)")
            }
        }
    }

    @Test func unknownNamesAreToldQuickly() async throws {
        let names = (0..<5000).map { "a\($0)" }
        try await withAPI(Crowd.model, settings: Crowd.largeBodies) { api in
            let start = ContinuousClock.now
            let answer = try await api.raw(
                "SEARCH /items/crowd", TypeValues.boss, #"{"query":{"fields":[\#(names.map { "\"\($0)\"" }.joined(separator: ","))]}}"#)
            #expect(answer.status == 403)
            #expect(ContinuousClock.now - start < .seconds(60))
        }
    }
}
