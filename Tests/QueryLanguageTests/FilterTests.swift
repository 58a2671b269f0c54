import JSONText
import QueryLanguage
import SchemaModel
import Testing

@Suite struct FilterTests {
    static let cases: [QueryCase] = [
        QueryCase(#"{}"#, "true"),
        QueryCase(#"{"a":{"_gt":1,"_lt":5}}"#, "a>(_gt 1 & _lt 5)"),
        QueryCase(#"{"_or":[{"a":1,"b":2},{"c":3}]}"#, "((a _eq 1 & b _eq 2) | c _eq 3)"),
        QueryCase(#"{"_or":[]}"#, "true"),
        QueryCase(#"{"_or":[{"a":1},{}]}"#, "true"),
        QueryCase(#"{"_and":[]}"#, "true"),
        QueryCase(#"{"_and":[{"a":1},{}]}"#, "(a _eq 1 & true)"),
        QueryCase(#"{"a":{}}"#, "a>true"),
        QueryCase(#"{"a":["x"]}"#, "a>(0>true)"),
        QueryCase(#"{"author":{"_or":[{"a":1},{"b":2}]}}"#, "author>(a _eq 1 | b _eq 2)"),
        // Coercion
        QueryCase(#"{"a":"true","b":{"_eq":"null"},"c":{"_in":"true,NULL,x,"}}"#, #"(a _eq true & b _eq null & c _in [true, null, "x", ""])"#),
        QueryCase(#"{"a":{"_null":""},"b":{"_null":"false"},"c":{"_nempty":null}}"#, #"(a _null "" & b _null false & c _nempty null)"#),
        QueryCase(#"{"a":{"_between":{"0":1,"1":2}},"b":{"_nin":5}}"#, "(a _between [1, 2] & b _nin [5])"),
        QueryCase(#"{"a":{"_in":""}}"#, #"a _in [""]"#),
        // Keys
        QueryCase(#"{"item:texts":{"x":1},"year(d)":{"_gt":2020}}"#, "(item:texts>x _eq 1 & year(d) _gt 2020)"),
        QueryCase(#"{"$FOLLOW(cities, country_id)":{"_some":{"x":1}}}"#, "$FOLLOW(cities,country_id)>_some x _eq 1"),
        QueryCase(#"{"_private":{"_eq":1}}"#, "_private _eq 1"),
        QueryCase(#"{"a":{"_bogus":1},"_eq":5}"#, "(a>?_bogus & _eq 5)"),
        // Variables
        QueryCase(
            #"{"a":{"_lt":"$NOW(-1 day)"},"b":"$CURRENT_USER.role.name","c":"$BOGUS"}"#,
            #"(a _lt <$NOW(-1 day)> & b _eq <$CURRENT_USER.role.name> & c _eq "$BOGUS")"#),
        QueryCase(#"{"a":{"_in":"$CURRENT_ROLES,x"}}"#, #"a _in [<$CURRENT_ROLES>, "x"]"#),
        // Geometry, json
        QueryCase(#"{"a":{"_intersects":"{\"type\":\"Point\",\"coordinates\":[1,2]}"}}"#, #"a _intersects {"type":"Point","coordinates":[1,2]}"#),
        QueryCase(#"{"a":{"_json":{"x.y":{"_eq":1}}}}"#, #"a _json {"x.y":{"_eq":1}}"#),
    ]

    @Test("normalises filters", arguments: cases)
    func normalises(_ example: QueryCase) throws {
        #expect(Rendering.text(try FilterParser.parse(try JSONParser.parse(example.query))) == example.expected)
    }

    private static let scalar = #"The filter value for "_eq" has to be a string, number, or boolean"#
    static let refused: [QueryCase] = [
        QueryCase(#"{"a":null}"#, "Invalid filter object"),
        QueryCase(#"{"_and":{"a":1}}"#, "Invalid filter object"),
        QueryCase(#"{"_or":{"0":{"a":1}}}"#, "Invalid filter object"),
        QueryCase(#"{"_or":null}"#, "Invalid filter object"),
        QueryCase(#"{"_and":[null]}"#, "Invalid filter object"),
        QueryCase(#"{"_or":"x"}"#, "Invalid filter object"),
        QueryCase(#"{"a":{"_some":5}}"#, "Invalid filter object"),
        QueryCase(#"{"a":{"_in":[]}}"#, #""_in" has to be an array of values"#),
        QueryCase(#"{"a":{"_between":{}}}"#, #""_between" has to be an array of values"#),
        QueryCase(#"{"a":{"_in":[{"id":1}]}}"#, #"The filter value for "_in" has to be a string, number, or boolean"#),
        QueryCase(#"{"a":{"_null":1}}"#, #""_null" has to be a boolean"#),
        QueryCase(#"{"a":{"_empty":"yes"}}"#, #""_empty" has to be a boolean"#),
        QueryCase(#"{"a":{"_eq":""}}"#, #"You can't filter for an empty string in "_eq". Use "_empty" or "_nempty" instead"#),
        QueryCase(#"{"a":""}"#, #"You can't filter for an empty string in "_eq". Use "_empty" or "_nempty" instead"#),
        QueryCase(#"{"a":{"_eq":[1]}}"#, scalar),
        QueryCase(#"{"a":{"_eq":{"b":1}}}"#, scalar),
        QueryCase(#"{"_not":{"id":1}}"#, #"The filter value for "_not" has to be a string, number, or boolean"#),
        QueryCase(#"{"a":{"_lt":9007199254740993}}"#, #"The filter value for "_lt" is not a valid number"#),
        QueryCase(#"{"a":1e30}"#, #"The filter value for "_eq" is not a valid number"#),
        QueryCase(#"{"a":{"_eq":"x\u0000"}}"#, #"The filter value for "_eq" can't contain a null character"#),
        QueryCase(#"{"a":{"_in":["x\u0000"]}}"#, #"The filter value for "_in" can't contain a null character"#),
        QueryCase(#"{"a":{"_intersects":"{"}}"#, #""_intersects" has to be a valid GeoJSON object"#),
        QueryCase(#"{"a":{"_intersects":{"type":"Feature"}}}"#, #""_intersects" has to be a valid GeoJSON object"#),
        QueryCase(#"{"a":{"_json":"x"}}"#, #""_json" has to be an object"#),
    ]

    @Test("refuses values that no type could take", arguments: refused)
    func refuses(_ example: QueryCase) throws {
        let value = try JSONParser.parse(example.query)
        #expect(reason { () throws(WireError) in _ = try FilterParser.parse(value) } == example.expected)
    }

    @Test("counts conditions") func manyConditions() {
        let many = JSONValue.array(Array(repeating: ["a": 1], count: FilterParser.maximumNodes + 1))
        #expect(reason { () throws(WireError) in _ = try FilterParser.parse(["_or": many]) } == "Filter has more than 5000 conditions")
    }
}
