import JSONText
import QueryLanguage
import Testing

@Suite struct QueryStringTests {
    static let cases: [QueryCase] = [
        // Plain
        QueryCase("", #"{}"#),
        QueryCase("&&&", #"{}"#),
        QueryCase("a", #"{"a":""}"#),
        QueryCase("a=", #"{"a":""}"#),
        QueryCase("=a", #"{}"#),
        QueryCase("a=1&b=2", #"{"a":"1","b":"2"}"#),
        QueryCase("a=b=c", #"{"a":"b=c"}"#),
        QueryCase("a+b=c+d", #"{"a b":"c d"}"#),
        QueryCase("a=%2B%26%3D", #"{"a":"+&="}"#),
        QueryCase("a=%2541", #"{"a":"%41"}"#),
        QueryCase("a=%d2%B1", #"{"a":"ұ"}"#),
        QueryCase("a=ұ", #"{"a":"ұ"}"#),
        // Malformed encoding stays as it stands, the whole component
        QueryCase("a=%41%ZZ+b", #"{"a":"%41%ZZ b"}"#),
        QueryCase("a=%", #"{"a":"%"}"#),
        QueryCase("a=%4", #"{"a":"%4"}"#),
        QueryCase("a=%FF", #"{"a":"%FF"}"#),
        QueryCase("a=%C3%28", #"{"a":"%C3%28"}"#),
        // Objects
        QueryCase("a[b]=1", #"{"a":{"b":"1"}}"#),
        QueryCase("a[b][c]=1&a[b][d]=2&a[e]=3", #"{"a":{"b":{"c":"1","d":"2"},"e":"3"}}"#),
        QueryCase("a%5Bb%5D%5bc%5d=1", #"{"a":{"b":{"c":"1"}}}"#),
        QueryCase("[a]=1", #"{"a":"1"}"#),
        QueryCase("a[b]c[d]=1", #"{"a":{"b":{"d":"1"}}}"#),
        QueryCase("a[b=1", #"{"a[b":"1"}"#),
        QueryCase("a]=1", #"{"a]":"1"}"#),
        QueryCase("a[[b]]=1", #"{"a[":{"b":"1"}}"#),
        QueryCase("a[b=c]=1", #"{"a":{"b=c":"1"}}"#),
        QueryCase("constructor=1&a[__proto__]=2&a[toString]=3", #"{"constructor":"1","a":{"__proto__":"2","toString":"3"}}"#),
        // Lists
        QueryCase("a=1&a=2", #"{"a":["1","2"]}"#),
        QueryCase("a[]=1", #"{"a":["1"]}"#),
        QueryCase("a[]=1&a[]=2", #"{"a":["1","2"]}"#),
        QueryCase("a[]=1&a=2", #"{"a":["1","2"]}"#),
        QueryCase("a=1&a[]=2", #"{"a":["1","2"]}"#),
        QueryCase("a[1]=b&a[0]=a", #"{"a":["a","b"]}"#),
        QueryCase("a[7]=b&a[2]=a", #"{"a":["a","b"]}"#),
        QueryCase("a[0]=1&a[0]=2", #"{"a":[["1","2"]]}"#),
        QueryCase("a[01]=1", #"{"a":{"01":"1"}}"#),
        QueryCase("a[-1]=1", #"{"a":{"-1":"1"}}"#),
        QueryCase("a[499]=1", #"{"a":["1"]}"#),
        QueryCase("a[500]=1", #"{"a":{"500":"1"}}"#),
        QueryCase("a[99999999999999999999]=1", #"{"a":{"99999999999999999999":"1"}}"#),
        QueryCase("a[901]=2&a[900]=1&a[x]=3", #"{"a":{"900":"1","901":"2","x":"3"}}"#),
        QueryCase("a[][b]=1&a[][b]=2", #"{"a":[{"b":["1","2"]}]}"#),
        QueryCase("a[0][b]=1&a[0][c]=2&a[1][b]=3", #"{"a":[{"b":"1","c":"2"},{"b":"3"}]}"#),
        QueryCase("a[0][0]=1&a[0][1]=2", #"{"a":[["1","2"]]}"#),
        // Kinds that meet
        QueryCase("a[0]=1&a[x]=2", #"{"a":{"0":"1","x":"2"}}"#),
        QueryCase("a[x]=1&a=2", #"{"a":{"2":true,"x":"1"}}"#),
        QueryCase("a=1&a[x]=2", #"{"a":["1",{"x":"2"}]}"#),
        // Junk
        QueryCase("fields[]=title&fields=[]=title&[]=title", #"{"0":"title","fields":["title"],"fields=":["title"]}"#),
        QueryCase("a[b]", #"{"a":{"b":""}}"#),
        QueryCase("a[]", #"{"a":[""]}"#),
    ]

    @Test("reads the query string as the reference does", arguments: cases)
    func parses(_ example: QueryCase) {
        #expect(JSONValue.object(QueryString.parse(example.query, limits: QueryLimits())).text == example.expected)
    }

    static let lowCases: [QueryCase] = [
        QueryCase("a[]=1&a[]=2&a[]=3", #"{"a":["1","2","3"]}"#),
        QueryCase("a[]=1&a[]=2&a[]=3&a[]=4", #"{"a":{"0":"1","1":"2","2":"3","3":"4"}}"#),
        QueryCase("a=1&a=2&a=3&a=4", #"{"a":{"0":"1","1":"2","2":"3","3":"4"}}"#),
        QueryCase("a[]=1&a[]=2&a[]=3&a=4&a=5", #"{"a":{"0":"1","1":"2","2":"3","3":"4","4":"5"}}"#),
        QueryCase("a[2]=1", #"{"a":["1"]}"#),
        QueryCase("a[3]=1", #"{"a":{"3":"1"}}"#),
        QueryCase("a[0]=1&a[1]=2&a[2]=3&a[3]=4", #"{"a":{"0":"1","1":"2","2":"3","3":"4"}}"#),
        QueryCase("f[a][b][c][d][e]=1", #"{"f":{"a":{"b":{"c":{"d":{"e":"1"}}}}}}"#),
        QueryCase("f[a][b][c][d][e][f][g]=1", #"{"f":{"a":{"b":{"c":{"d":{"e":{"[f][g]":"1"}}}}}}}"#),
    ]

    @Test("keeps the limits of lists and depth", arguments: lowCases)
    func limits(_ example: QueryCase) {
        #expect(JSONValue.object(QueryString.parse(example.query, limits: .low)).text == example.expected)
    }

    @Test("looks at a thousand parameters") func thousand() {
        let text = (0..<1500).map { "p\($0)=1" }.joined(separator: "&")
        let keys = QueryString.parse(text, limits: QueryLimits()).keys
        #expect(keys.count == 1000)
        #expect(keys.last == "p999")
    }

    @Test("closes a list at its limit") func listLimit() {
        let list = { (count: Int) in QueryString.parse((0..<count).map { _ in "a[]=1" }.joined(separator: "&"), limits: QueryLimits())["a"] }
        #expect(list(500)?.array?.count == 500)
        #expect(list(501)?.object?.count == 501)
    }

    @Test("takes bytes that are no UTF-8") func brokenBytes() {
        let bytes: [UInt8] = [0x61, 0x3D, 0xFF, 0xC3, 0x26, 0x5B, 0x5D]
        #expect(QueryString.parse(bytes, limits: QueryLimits())["a"] == "\u{FFFD}\u{FFFD}")
    }
}
