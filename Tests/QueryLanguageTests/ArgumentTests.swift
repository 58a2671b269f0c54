import JSONText
import QueryLanguage
import SchemaModel
import Testing

@Suite struct ArgumentTests {
    static let cases: [QueryCase] = [
        QueryCase("", ""),
        QueryCase("filter=&sort=&fields=&search=&meta=&groupBy=&aggregate=&export=&page=&offset=&deep=&alias=&version=", ""),
        QueryCase("filter&sort&search&meta&unknown=1&_=2", ""),
        // Filter
        QueryCase("filter[status]=draft", #"filter status _eq "draft""#),
        QueryCase(#"filter={"status":"draft","views":0}"#, #"filter (status _eq "draft" & views _eq 0)"#),
        QueryCase("filter={}", ""),
        QueryCase("filter=[]", ""),
        QueryCase("filter[id][_in][900]=1&filter[id][_in][901]=3", #"filter id _in ["1", "3"]"#),
        QueryCase("filter[_or][0][id]=1&filter[_or][1][id]=3", #"filter (id _eq "1" | id _eq "3")"#),
        // Search
        QueryCase("search=  alpha beta ", #"search "alpha beta""#),
        QueryCase("search=   ", #"search "   ""#),
        QueryCase("search=a&search=b", ""),
        QueryCase("search[a]=b", ""),
        // Sort
        QueryCase("sort= views , -id", "sort +views,-id"),
        QueryCase("sort[]=a,b&sort[]=-c", "sort +a,b,-c"),
        QueryCase("sort=-", "sort -"),
        QueryCase("sort=--id", "sort --id"),
        QueryCase("sort[a]=id", ""),
        QueryCase("sort=-year(date),author.count(articles)", "sort -year(date),+author.count(articles)"),
        QueryCase(#"sort=["id"]"#, #"sort +["id"]"#),
        // Paging
        QueryCase("limit=3&offset=2&page=4", "limit 3; offset 2; page 4"),
        QueryCase("limit=", "limit 0"),
        QueryCase("limit", "limit 0"),
        QueryCase("limit= 2 ", "limit 2"),
        QueryCase("limit=02", "limit 2"),
        QueryCase("limit=1e2", "limit 100"),
        QueryCase("limit=0x10", "limit 16"),
        QueryCase("limit=-1", "limit -1"),
        QueryCase("limit=99999999999&offset=99999999999", "limit 99999999999; offset 99999999999"),
        QueryCase("page=0", ""),
        // Meta, export, version, backlink
        QueryCase("meta=*", "meta filter_count,total_count"),
        QueryCase("meta=total_count", "meta total_count"),
        QueryCase("meta[]=total_count&meta[]=filter_count", "meta filter_count,total_count"),
        QueryCase("export=csv_utf8", "export csv_utf8"),
        QueryCase("version=draft&versionRaw=true", "version draft raw"),
        QueryCase("version=draft&versionRaw", "version draft raw"),
        QueryCase("version=draft&versionRaw=1", "version draft"),
        QueryCase("versionRaw=true", ""),
        QueryCase("backlink=false", "no backlink"),
        QueryCase("backlink=0", ""),
        // Aggregation
        QueryCase("aggregate[count]=*", "count[*]"),
        QueryCase("aggregate[sum]=views,likes&aggregate[max][]=price", "sum[views,likes]; max[price]"),
        QueryCase("aggregate[count]=id,id", "count[id]"),
        QueryCase(#"aggregate={"count":"*","sum":["views"]}"#, "count[*]; sum[views]"),
        QueryCase("groupBy=status,year(date)&groupBy=featured", "groupBy status,year(date),featured"),
        QueryCase("group=status", ""),
        // Deep
        QueryCase("deep[tags][_limit]=3&deep[tags][_sort]=-sort", "deep tags(sort -sort; limit 3)"),
        QueryCase(
            #"deep={"a":{"_filter":"{\"b\":1}","_page":2,"c":{"_search":"x"},"_bogus":{"d":1}}}"#, #"deep a(filter b _eq 1; page 2){c(search "x")}"#),
        QueryCase(#"deep={"a":{"_alias":{"n":"name"},"_aggregate":{"count":"*"},"_groupBy":["b"]}}"#, "deep a(count[*]; groupBy b; alias n=name)"),
        QueryCase(#"deep={"blocks":{"item:texts":{"_offset":"1"}},"x":null,"y":{"_limit":null}}"#, "deep blocks(){item:texts(offset 1)}, y()"),
        QueryCase("deep[c][_filter][nick][_eq]=zoe", #"deep c(filter nick _eq "zoe")"#),
    ]

    @Test("reads the arguments", arguments: cases)
    func reads(_ example: QueryCase) throws {
        #expect(Rendering.rest(try ItemQueryParser.parse(queryString: example.query, limits: QueryLimits())) == example.expected)
    }

    static let lowCases: [QueryCase] = [
        QueryCase("fields=id", ""),
        QueryCase("limit=-1", "limit 6"),
        QueryCase("limit=6", "limit 6"),
        QueryCase("deep[a][_limit]=-1", "deep a(limit 6)"),
        QueryCase("deep[a][_sort]=b", "deep a(sort +b)"),
        QueryCase("sort=a.b.c", "sort +a.b.c"),
        QueryCase(#"filter={"_and":[{"_or":[{"_and":[{"a":{"_some":{"b":{"c":1}}}}]}]}]}"#, "filter (((a>_some b>c _eq 1)))"),
        QueryCase(#"deep={"a":{"b":{"c":{"_limit":1}}}}"#, "deep a(){b(){c(limit 1)}}"),
        QueryCase("deep[a][_filter][b][c][_eq]=1", #"deep a(filter b>c _eq "1")"#),
    ]

    @Test("applies the maximum to explicit limits and allows the full depth", arguments: lowCases)
    func readsWithinLimits(_ example: QueryCase) throws {
        #expect(Rendering.rest(try ItemQueryParser.parse(queryString: example.query, limits: .low)) == example.expected)
    }

    static let bodies: [QueryCase] = [
        QueryCase(#"{"filter":null,"sort":null,"limit":null,"search":42,"bogus":1}"#, ""),
        QueryCase(#"{"filter":"{\"a\":1}","limit":"2","offset":1,"page":"3"}"#, "filter a _eq 1; limit 2; offset 1; page 3"),
        QueryCase(
            #"{"sort":["-a","b,c"],"meta":"*","groupBy":"a,b","aggregate":{"count":["*"]}}"#,
            "sort -a,+b,c; count[*]; groupBy a,b; meta filter_count,total_count"),
        QueryCase(#"{"version":"x","versionRaw":true,"backlink":false}"#, "version x; no backlink"),
        QueryCase(#"{"deep":"{\"a\":{\"_limit\":1}}"}"#, "deep a(limit 1)"),
        QueryCase(#"{"limit":5.0}"#, "limit 5"),
    ]

    @Test("takes native JSON", arguments: bodies)
    func readsBody(_ example: QueryCase) throws {
        let object = try #require(try JSONParser.parse(example.query).object)
        #expect(Rendering.rest(try ItemQueryParser.parse(object: object, limits: QueryLimits())) == example.expected)
    }

    @Test("says how many rows a level may answer") func rows() {
        let plain = QueryLimits()
        #expect(plain.rows(for: nil) == 100)
        #expect(plain.rows(for: -1) == nil)
        #expect(plain.rows(for: 0) == 0)
        #expect(QueryLimits.low.rows(for: nil) == 4)
        var tight = QueryLimits()
        tight.maximumLimit = 3
        #expect(tight.rows(for: nil) == 3)
        #expect(tight.rows(for: -1) == 3)
        tight.defaultLimit = -1
        #expect(tight.rows(for: nil) == 3)
        tight.maximumLimit = -1
        #expect(tight.rows(for: nil) == nil)
    }
}
