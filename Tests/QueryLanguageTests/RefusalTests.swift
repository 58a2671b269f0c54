import JSONText
import QueryLanguage
import SchemaModel
import Testing

@Suite struct RefusalTests {
    static let cases: [QueryCase] = [
        // Fields
        QueryCase("fields[a]=id", #""fields" must be a string or array"#),
        QueryCase("fields[501]=id", #""fields" must be a string or array"#),
        QueryCase("fields=id,", #""fields[1]" is not allowed to be empty"#),
        QueryCase("fields=,", #""fields[0]" is not allowed to be empty"#),
        QueryCase("fields[]=", #""fields[0]" is not allowed to be empty"#),
        QueryCase("fields=id,year(date", #"Missing closing parenthesis in "fields""#),
        QueryCase("fields=year(year(date", #"Missing closing parenthesis in "fields""#),
        QueryCase("fields=year(year(date))", #"Nested functions are not supported in "fields""#),
        QueryCase("fields=year()", #"Missing argument of function "year" in "fields""#),
        QueryCase("fields=year( date )", #"Blanks are not allowed in the argument of function "year" in "fields""#),
        QueryCase("fields=year(date)x", #"Text after the closing parenthesis of "year" in "fields""#),
        QueryCase("fields=json(meta)", "Invalid json() syntax: requires json(field, path) format"),
        QueryCase("fields=json(,a)", "Invalid json() syntax: requires json(field, path) format"),
        QueryCase("fields=json(meta, )", "Invalid json() syntax: missing path"),
        QueryCase("fields=json(meta, sizes[*])", "Invalid json() syntax: unsupported path expression"),
        QueryCase("fields=json(meta, $.a)", "Invalid json() syntax: unsupported path expression"),
        QueryCase("fields=json(meta, a[])", "Invalid json() syntax: unsupported path expression"),
        QueryCase("fields=json(meta, a[-1])", "Invalid json() syntax: unsupported path expression"),
        QueryCase("fields=json(meta, a..b)", "Invalid json() syntax: unsupported path expression"),
        QueryCase("fields=json(meta, a[0)", "Invalid json() syntax: unsupported path expression"),
        QueryCase("fields=json(meta, a.b.c.d.e.f.g.h.i.j.k)", "JSON path depth (11) exceeds allowed maximum of 10"),
        QueryCase("alias[x]=year(a&fields=x", #"Missing closing parenthesis in "alias""#),
        // Filter
        QueryCase("filter=draft", "Invalid JSON for filter object"),
        QueryCase(#"filter={"a":1"#, "Invalid JSON for filter object"),
        QueryCase("filter=null", #""filter" must be of type object"#),
        QueryCase("filter=5", #""filter" must be of type object"#),
        QueryCase("filter[_or][][id][_eq]=1&filter[_or][][id][_eq]=3", #"The filter value for "_eq" has to be a string, number, or boolean"#),
        // Sort
        QueryCase("sort=id,", #""sort[1]" is not allowed to be empty"#),
        QueryCase("sort[]=", #""sort[0]" is not allowed to be empty"#),
        // Paging
        QueryCase("limit=abc", #""limit" must be a number"#),
        QueryCase("limit=NaN", #""limit" must be a number"#),
        QueryCase("limit=nan", #""limit" must be a number"#),
        QueryCase("limit=inf", #""limit" must be a number"#),
        QueryCase("limit=0x1p4", #""limit" must be a number"#),
        QueryCase("limit=1_0", #""limit" must be a number"#),
        QueryCase("limit=null", #""limit" must be a number"#),
        QueryCase("limit=true", #""limit" must be a number"#),
        QueryCase("limit=1&limit=2", #""limit" must be a number"#),
        QueryCase("limit[a]=1", #""limit" must be a number"#),
        QueryCase("limit=1.5", #""limit" must be an integer"#),
        QueryCase("limit=-2", #""limit" must be greater than or equal to -1"#),
        QueryCase("limit=Infinity", #""limit" cannot be infinity"#),
        QueryCase("limit=1e999", #""limit" cannot be infinity"#),
        QueryCase("limit=1e30", #""limit" must be a safe number"#),
        QueryCase("offset=-1", #""offset" must be greater than or equal to 0"#),
        QueryCase("offset=1.5", #""offset" must be an integer"#),
        QueryCase("page=-1", #""page" must be greater than or equal to 0"#),
        QueryCase("page=x", #""page" must be a number"#),
        // The rest
        QueryCase("meta=total_count,bogus", #""meta[1]" must be one of [total_count, filter_count]"#),
        QueryCase("meta[a]=total_count", #""meta" must be an array"#),
        QueryCase("export=pdf", #""export" must be one of [csv, csv_utf8, json, xml, yaml]"#),
        QueryCase("version=a&version=b", #""version" must be a string"#),
        QueryCase("search=a%00b", #""search" can't contain a null character"#),
        QueryCase("alias=title", #""alias" has to be an object"#),
        QueryCase(#"alias={"a":"#, #""alias" has to be an object"#),
        QueryCase(#"alias={"a":1}"#, #""alias" value of "a" has to be a string"#),
        QueryCase("alias[a.b]=title", #""alias" key/value can't contain a period character `.`"#),
        QueryCase("alias[a]=author.name", #""alias" key/value can't contain a period character `.`"#),
        QueryCase("aggregate=count", #""aggregate" must be of type object"#),
        QueryCase("aggregate[bogus]=id", #"Invalid aggregate function "bogus""#),
        QueryCase("aggregate[sum]=*", #""*" can only be used with "count""#),
        QueryCase("aggregate[sum]=a.b", #""aggregate" can't contain a relational path"#),
        QueryCase("aggregate[sum]=year(a)", #"Functions can't be used in "aggregate""#),
        QueryCase("groupBy[a]=b", #""groupBy" must be a string or array"#),
        QueryCase("groupBy=author.name", #""groupBy" can't contain a relational path"#),
        QueryCase("groupBy=year(author.birthday)", #""groupBy" can't contain a relational path"#),
        // Deep
        QueryCase("deep=x", #""deep" has to be an object"#),
        QueryCase("deep=[]", #""deep" has to be an object"#),
        QueryCase(#"deep={"a":1}"#, #""deep" has to be an object"#),
        QueryCase(#"deep={"comments":{"_filter":"{x"}}"#, "Invalid JSON for filter object"),
        QueryCase(#"deep={"a":{"_limit":"abc"}}"#, #""_limit" must be a number"#),
        QueryCase(#"deep={"a":{"_limit":-5}}"#, #""_limit" must be greater than or equal to -1"#),
        QueryCase(#"deep={"a":{"b":{"_offset":-5}}}"#, #""_offset" must be greater than or equal to 0"#),
        QueryCase(#"deep={"a":{"_page":0}}"#, #""_page" must be greater than or equal to 1"#),
        QueryCase(#"deep={"a":{"_alias":{"b.c":"d"}}}"#, #""_alias" key/value can't contain a period character `.`"#),
        // Which error wins
        QueryCase("limit=x&offset=-1&meta=bogus", #""limit" must be a number"#),
        QueryCase("limit=x&filter[a][_null]=1", #""_null" has to be a boolean"#),
        QueryCase("limit=x&alias=title", #""alias" has to be an object"#),
        QueryCase("limit=x&sort=a,", #""sort[1]" is not allowed to be empty"#),
        QueryCase("limit=x&sort=a.b.c.d.e.f.g.h.i.j.k", "Max relational depth exceeded"),
        QueryCase("limit=x&fields=year(a", #""limit" must be a number"#),
    ]

    @Test("refuses with the recorded reason", arguments: cases)
    func refuses(_ example: QueryCase) {
        #expect(
            reason { () throws(WireError) in _ = try ItemQueryParser.parse(queryString: example.query, limits: QueryLimits()) } == example.expected)
    }

    static let lowCases: [QueryCase] = [
        QueryCase("limit=7", #""limit" must be less than or equal to 6"#),
        QueryCase("deep[a][_limit]=7", #""_limit" must be less than or equal to 6"#),
        QueryCase("fields=a.b.c.d", "Max relational depth exceeded"),
        QueryCase("fields=*.*.*.*", "Max relational depth exceeded"),
        QueryCase("fields=a.b.c.year(d)", "Max relational depth exceeded"),
        QueryCase("fields=year(a.b.c.d)", "Max relational depth exceeded"),
        QueryCase("fields=json(a.b.c.d, x)", "Max relational depth exceeded"),
        QueryCase("alias[x]=json(a.b.c.d, x)&fields=x", "Max relational depth exceeded"),
        QueryCase("alias[x]=json(a.b.c.d, x)&fields=*", "Max relational depth exceeded"),
        QueryCase("deep[a][_alias][x]=json(b.c.d, x)&fields=a.*", "Max relational depth exceeded"),
        QueryCase("fields=count(x,a.b.c.d)", "Max relational depth exceeded"),
        QueryCase("alias[x]=a&fields=x.b.c.d", "Max relational depth exceeded"),
        QueryCase("fields=a.item:b.c.d", "Max relational depth exceeded"),
        QueryCase("sort=-a.b.c.d", "Max relational depth exceeded"),
        QueryCase("groupBy=a.b.c.d", "Max relational depth exceeded"),
        QueryCase(#"filter={"a":{"b":{"c":{"d":1}}}}"#, "Max relational depth exceeded"),
        QueryCase(#"filter={"a":{"_some":{"b":{"_some":{"c":{"_some":{"d":1}}}}}}}"#, "Max relational depth exceeded"),
        QueryCase(#"deep={"a":{"b":{"c":{"d":{"_limit":1}}}}}"#, "Max relational depth exceeded"),
        QueryCase("deep[a][_sort]=b.c.d", "Max relational depth exceeded"),
        QueryCase(#"deep={"a":{"_filter":{"b":{"c":{"d":1}}}}}"#, "Max relational depth exceeded"),
        QueryCase("fields=json(meta, a[0][1])", "JSON path depth (3) exceeds allowed maximum of 2"),
        QueryCase("fields[]=a&fields[]=b&fields[]=c&fields[]=d", #""fields" must be a string or array"#),
    ]

    @Test("refuses what is beyond the limits", arguments: lowCases)
    func refusesBeyondLimits(_ example: QueryCase) {
        #expect(reason { () throws(WireError) in _ = try ItemQueryParser.parse(queryString: example.query, limits: .low) } == example.expected)
    }

    static let bodies: [QueryCase] = [
        QueryCase(#"{"fields":5}"#, #""fields" must be a string or array"#),
        QueryCase(#"{"fields":["id",5]}"#, #""fields[1]" must be a string"#),
        QueryCase(#"{"fields":[null]}"#, #""fields[0]" must be a string"#),
        QueryCase(#"{"limit":true}"#, #""limit" must be a number"#),
        QueryCase(#"{"sort":[1]}"#, #""sort[0]" must be a string"#),
        QueryCase(#"{"filter":"{broken"}"#, "Invalid JSON for filter object"),
        QueryCase(#"{"filter":5}"#, #""filter" must be of type object"#),
        QueryCase(#"{"meta":[1]}"#, #""meta[0]" must be one of [total_count, filter_count]"#),
        QueryCase(#"{"export":"x"}"#, #""export" must be one of [csv, csv_utf8, json, xml, yaml]"#),
        QueryCase(#"{"aggregate":[]}"#, #""aggregate" must be of type object"#),
        QueryCase(#"{"aggregate":{"count":5}}"#, #""aggregate.count" must be a string or array"#),
        QueryCase(#"{"deep":5}"#, #""deep" has to be an object"#),
    ]

    @Test("refuses bodies with the same reasons", arguments: bodies)
    func refusesBody(_ example: QueryCase) throws {
        let object = try #require(try JSONParser.parse(example.query).object)
        #expect(reason { () throws(WireError) in _ = try ItemQueryParser.parse(object: object, limits: QueryLimits()) } == example.expected)
    }

    @Test("answers INVALID_QUERY with the reason in the message") func envelope() {
        #expect(throws: WireError.invalidQuery("\"limit\" must be a number")) {
            try ItemQueryParser.parse(queryString: "limit=x", limits: QueryLimits())
        }
    }
}
