import JSONText
import Testing

/// The comparer by itself: what counts as the recorded answer and what does not.
@Suite struct ComparisonTests {
    struct Pair: CustomTestStringConvertible {
        let name: String
        let want: String
        let got: String
        /// Places of the faults, in order.
        let faults: [String]
        var unordered: [String] = []

        var testDescription: String { name }
    }

    static let pairs: [Pair] = [
        Pair(name: "equal, keys in another order", want: #"{"a":1,"b":[true,null]}"#, got: #"{"b":[true,null],"a":1}"#, faults: []),
        Pair(name: "numbers by value", want: "[1, 2.5, 0, 100]", got: "[1.0, 2.50, -0, 1e2]", faults: []),
        Pair(name: "large integers exactly", want: "9007199254740993", got: "9007199254740992", faults: [""]),
        Pair(name: "a number is no text", want: "1", got: #""1""#, faults: [""]),
        Pair(name: "true is not 1", want: "[true, 1]", got: "[1, true]", faults: [".0", ".1"]),
        Pair(name: "null is not missing", want: #"{"a":null}"#, got: "{}", faults: [".a"]),
        Pair(name: "a key too many", want: "{}", got: #"{"a":null}"#, faults: [".a"]),
        Pair(name: "strings byte by byte", want: #""\u00e9""#, got: #""e\u0301""#, faults: [""]),
        Pair(name: "order of arrays", want: "[1,2]", got: "[2,1]", faults: [".0", ".1"]),
        Pair(name: "length of arrays", want: #"{"data":[1,2]}"#, got: #"{"data":[1]}"#, faults: [".data"]),
        Pair(name: "unordered array", want: #"{"data":[1,2]}"#, got: #"{"data":[2,1]}"#, faults: [], unordered: ["data"]),
        Pair(name: "unordered by glob", want: #"[{"t":[1,2]}]"#, got: #"[{"t":[2,1]}]"#, faults: [], unordered: ["*.t"]),
        Pair(name: "unordered, yet different", want: "[1,2]", got: "[2,3]", faults: ["[0]"], unordered: [""]),
        Pair(
            name: "kinds of symbols", want: #"["<uuid>","<time>","<date>","<int>","<number>","<string>","<any>","<jwt>","<hash>"]"#,
            got: ##"["AAAAAAAA-0000-4000-8000-000000000001","2024-01-31T10:00:00.000Z","2024-01-31","7",1.5,"",null,"a.b-_.c","$argon2id$"]"##,
            faults: []),
        Pair(
            name: "not of the kind", want: #"["<uuid>","<time>","<date>","<int>","<number>","<string>","<jwt>","<hash>"]"#,
            got: #"["1","2024-01-31","2024-1-31","7a","1",null,"a.b","x"]"#, faults: [".0", ".1", ".2", ".3", ".4", ".5", ".6", ".7"]),
        Pair(
            name: "times", want: #"["<time>","<time>","<time>"]"#, got: #"["2024-01-31 10:00:00","2024-01-31T10:00:00+0100","2024-01-31T10:00:00z"]"#,
            faults: [".2"]),
        Pair(name: "a numbered symbol is one value", want: #"["<int:1>","<int:2>","<int:1>"]"#, got: "[5,6,5]", faults: []),
        Pair(name: "two values for one symbol", want: #"["<int:1>","<int:1>"]"#, got: "[5,6]", faults: [".1"]),
        Pair(name: "one value for two symbols", want: #"["<int:1>","<int:2>"]"#, got: "[5,5]", faults: [".1"]),
        Pair(
            name: "bindings of a partner that did not fit are taken back", want: #"[{"k":"<int:1>","v":2},{"k":"<int:2>","v":1}]"#,
            got: #"[{"k":8,"v":1},{"k":9,"v":2}]"#, faults: [], unordered: [""]),
        Pair(
            name: "a captured value, of its own kind", want: #"["{{n}}","no {{n}} of {{unknown}}"]"#, got: #"[7,"no 7 of {{unknown}}"]"#, faults: []),
        Pair(name: "no symbol", want: #""<b>""#, got: #""<b>""#, faults: []),
    ]

    @Test(arguments: pairs)
    func finds(pair: Pair) throws {
        var variables = Variables()
        variables["n"] = 7
        var comparison = Comparison(variables: variables, unordered: pair.unordered.map { Glob($0) }, bindings: Bindings())
        comparison.compare(try JSONParser.parse(pair.want), try JSONParser.parse(pair.got), at: "")
        #expect(comparison.faults.map(\.place) == pair.faults, "\(comparison.faults)")
    }

    @Test(arguments: [
        ("*", "", true), ("a*c", "abbc", true), ("a*c", "abcd", false), ("data.*.tags", "data.12.tags", true), ("a?c", "abc", true),
        ("a?c", "ac", false),
        ("[ab]x", "bx", true), ("[!ab]x", "bx", false), ("[a-c]", "b", true), ("[", "[", true), ("*a*b*", "xxaxxbxx", true),
        ("filter/*", "sort/1", false),
    ])
    func matchesPatterns(pattern: String, text: String, matches: Bool) {
        #expect(Glob(pattern).matches(text) == matches)
    }

    @Test func keepsValuesOutOfReasonsWhereTheyMayNotStand() {
        let fault = Fault(place: ".data.0.title", kind: "differs", detail: "expected \"Our\tstory\n\", got null")
        #expect(fault.reason(content: false) == ".data.0.title: differs")
        #expect(fault.reason(content: true) == ".data.0.title: expected \"Our story \", got null")
    }
}
