import JSONText
import SchemaCompiler
import SchemaModel
import Testing

private struct Case: CustomTestStringConvertible {
    var name: String
    var yaml: String
    /// The documents as compact JSON, one a line, then the diagnostics.
    var expected: String
    var testDescription: String { name }
    init(_ name: String, _ yaml: String, _ expected: String) {
        self.name = name
        self.yaml = yaml
        self.expected = expected
    }
}

@Suite struct YAMLReaderTests {
    @Test(arguments: [
        Case(
            "core schema words", "[no, on, yes, off, True, FALSE, ~, null, Null, 12:30, 1_000]",
            #"["no","on","yes","off",true,false,null,null,null,"12:30","1_000"]"#),
        Case("numbers", "[1, -7, +5, 007, 1.50, .5, 5., 1e3, 0xFF, 0o17, 9007199254740993]", "[1,-7,5,7,1.50,0.5,5,1e3,255,15,9007199254740993]"),
        Case(
            "texts that begin like numbers", "[1a, 1.2.3, 2024-01-31, -, '1', \"2\", 0xG, ., +, 1e, 1.e5]",
            #"["1a","1.2.3","2024-01-31","-","1","2","0xG",".","+","1e",1e5]"#),
        Case("keys are texts", "{1: a, true: b, null: c, 'x y': d}", #"{"1":"a","true":"b","null":"c","x y":"d"}"#),
        Case("block texts", "a: |\n  x\n  y\nb: >-\n  x\n  y\n", #"{"a":"x\ny\n","b":"x y"}"#),
        Case("several documents", "---\na: 1\n---\n\n...\n---\n[]\n", "{\"a\":1}\nnull\n[]"),
        Case("nothing", "# only a comment\n", ""),
        Case("an alias is expanded", "a: &x {b: [1]}\nc: *x\n", #"{"a":{"b":[1]},"c":{"b":[1]}}"#),
        Case("a byte order mark is skipped", "\u{FEFF}a: 1", #"{"a":1}"#),
        Case("no value", "a:\nb: ''\n", #"{"a":null,"b":""}"#),
    ])
    fileprivate func `reads what YAML 1.2 says`(_ test: Case) {
        #expect(render(test.yaml) == test.expected)
    }

    @Test(arguments: [
        Case(
            "duplicate keys, all of them", "a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\n",
            """
            {"a":1,"b":2,"c":{"d":1}}
            t.yaml:3:1: error: the key `a` stands here twice; the first is in line 1 [duplicate-key]
            t.yaml:4:11: error: the key `d` stands here twice; the first is in line 4 [duplicate-key]
            """),
        Case("tab", "a:\n\tb: 1\n", "t.yaml:2:1: error: a tab can't indent YAML; use spaces [yaml-tab]"),
        Case("tab after spaces", "a:\n  b: 1\n \tc: 2\n", "t.yaml:3:2: error: a tab can't indent YAML; use spaces [yaml-tab]"),
        Case(
            "tag", "a: !!str 1\nb: !x {}\n",
            """
            {"a":1,"b":{}}
            t.yaml:1:4: error: the tag `tag:yaml.org,2002:str` is not allowed: values have the type they look like [yaml-tag]
            t.yaml:2:4: error: the tag `!x` is not allowed: values have the type they look like [yaml-tag]
            """),
        Case(
            "merge key", "x: &x {a: 1}\ny:\n  <<: *x\n",
            """
            {"x":{"a":1},"y":{"<<":{"a":1}}}
            t.yaml:3:3: error: merge keys (`<<`) are not allowed: write the keys out [yaml-merge-key]
            """),
        Case("unknown alias", "a: *b\n", "{\"a\":null}\nt.yaml:1:4: error: the alias `*b` has no anchor above it [yaml-alias]"),
        Case("endless alias", "a: &b [*b]\n", "{\"a\":[null]}\nt.yaml:1:8: error: the alias `*b` stands inside its own anchor [yaml-alias]"),
        Case(
            "no number", "[.inf, -.INF, .nan, 1e999]",
            """
            [".inf","-.INF",".nan","1e999"]
            t.yaml:1:2: error: `.inf` is no number that can be stored; quote it if it is a text [yaml-number]
            t.yaml:1:8: error: `-.INF` is no number that can be stored; quote it if it is a text [yaml-number]
            t.yaml:1:15: error: `.nan` is no number that can be stored; quote it if it is a text [yaml-number]
            t.yaml:1:21: error: `1e999` is no number that can be stored; quote it if it is a text [yaml-number]
            """),
        Case("key that is a list", "? [a]\n: 1\n", "{}\nt.yaml:1:3: error: a key must be a text, not a list or a mapping [yaml-key]"),
        Case("NUL", "a: \"x\\0\"\n", "{\"a\":\"x\\u0000\"}\nt.yaml:1:4: error: a text can't hold the character NUL [yaml-nul]"),
        Case(
            "colon in a text", "ok: 1\n---\nö: note: this\n",
            """
            {"ok":1}
            t.yaml:3:8: error: YAML: mapping values are not allowed in this context (a text that holds `: ` must be quoted; otherwise look at the indentation of this line) [yaml-syntax]
            """),
        Case(
            "open bracket", "a: [1, 2\nb: 3\n",
            "t.yaml:2:2: error: YAML: did not find expected ',' or ']' (while parsing a flow sequence that begins in line 1) (a bracket is not closed, or a comma is missing) [yaml-syntax]"
        ),
        Case("control character", "a: 1\nb: x\u{1}\n", "t.yaml:2:5: error: YAML: control characters are not allowed [yaml-syntax]"),
    ])
    fileprivate func `reports with its place`(_ test: Case) {
        #expect(render(test.yaml) == test.expected)
    }

    @Test func `refuses bombs and abysses`() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let before = "*a\(level - 1)"
            bomb += "a\(level): &a\(level) [\(Array(repeating: before, count: 10).joined(separator: ", "))]\n"
        }
        #expect(YAMLReader.documents(bomb, file: "t").1.map(\.code) == ["yaml-too-large"])
        var chain = "a0: &a0 [x]\n"
        for level in 1...100 { chain += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(YAMLReader.documents(chain, file: "t").1.map(\.code) == ["yaml-too-deep"])
        #expect(YAMLReader.documents(String(repeating: "[", count: 100_000), file: "t").1.map(\.code) == ["yaml-too-deep"])
        #expect(YAMLReader.documents(String(repeating: "- ", count: 100_000), file: "t").1.map(\.code) == ["yaml-too-deep"])
        #expect(YAMLReader.documents(String(repeating: "a\n", count: 9 << 20), file: "t").1.map(\.code) == ["yaml-too-large"])
        let doubled = String(repeating: "a: 1\n", count: 5000)
        #expect(YAMLReader.documents(doubled, file: "t").1.count == YAMLLimits.diagnostics)
    }

    @Test func `tells where values stand`() throws {
        let node = try #require(YAMLReader.documents("é:\n  - {b: 'x'}\n", file: "f").0.first)
        let inner = try #require(node["é"]?.items?.first)
        #expect(inner.location == SourceLocation(file: "f", line: 2, column: 5))
        #expect(inner.extent == 7..<15)
        #expect(inner["b"]?.location == SourceLocation(file: "f", line: 2, column: 9))
        #expect(inner.mapping?.isFlow == true)
    }

    private func render(_ yaml: String) -> String {
        let (documents, diagnostics) = YAMLReader.documents(yaml, file: "t.yaml")
        return (documents.map(\.json.text) + diagnostics.map(\.description)).joined(separator: "\n")
    }
}
