import Items
import JSONText
import QueryLanguage
import Testing

/// Downloads: the text of each format (contract/items.md, 2.12).
@Suite struct ExportTextTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let format: ExportFormat
        let value: String
        let text: String
        var testDescription: String { name }

        init(_ name: String, _ format: ExportFormat, _ value: String, _ text: String) {
            self.name = name
            self.format = format
            self.value = value
            self.text = text
        }
    }

    static let csv: [Case] = [
        Case("no rows, no header", .csv, "[]", ""),
        Case("no rows, no mark", .csvUTF8, "[]", ""),
        Case("nothing at all", .csv, "null", ""),
        Case(
            "texts in quotes, all else bare", .csv, #"[{"a":1.50,"b":true,"c":"x","d":null,"e":""}]"#,
            "\"a\",\"b\",\"c\",\"d\",\"e\"\n1.50,true,\"x\",,\"\""),
        Case("a mark in front", .csvUTF8, #"[{"a":1}]"#, "\u{FEFF}\"a\"\n1"),
        Case("one object is one row", .csv, #"{"a":"x"}"#, "\"a\"\n\"x\""),
        Case("quotes doubled, line breaks kept", .csv, #"[{"a":"x \"y\"\nz, w"}]"#, "\"a\"\n\"x \"\"y\"\"\nz, w\""),
        Case("columns of all rows", .csv, #"[{"b":1},{"a":2,"b":3}]"#, "\"b\",\"a\"\n1,\n3,2"),
        Case("objects flattened", .csv, #"[{"m":{"x":{"y":1}}}]"#, "\"m.x.y\"\n1"),
        Case("null and text beside objects", .csv, #"[{"m":{"x":1}},{"m":null},{"m":"t"}]"#, "\"m.x\",\"m\"\n1,\n,\n,\"t\""),
        Case("lists as JSON text", .csv, #"[{"l":["a",{"b":null}]},{"l":[]}]"#, "\"l\"\n\"[\"\"a\"\",{\"\"b\"\":null}]\"\n\"[]\""),
    ]

    static let formulas: [Case] = [
        Case("H6 =", .csv, #"[{"a":"=1+1"}]"#, "\"a\"\n\"'=1+1\""),
        Case("H6 +", .csv, #"[{"a":"+1"}]"#, "\"a\"\n\"'+1\""),
        Case("H6 -", .csv, #"[{"a":"-1+cmd"}]"#, "\"a\"\n\"'-1+cmd\""),
        Case("H6 @", .csv, #"[{"a":"@SUM(A1)"}]"#, "\"a\"\n\"'@SUM(A1)\""),
        Case("H6 tab", .csv, #"[{"a":"\t=1"}]"#, "\"a\"\n\"'\t=1\""),
        Case("H6 lone minus", .csv, #"[{"a":"-"}]"#, "\"a\"\n\"'-\""),
        Case("H6 name of a column", .csv, #"[{"=a":1}]"#, "\"'=a\"\n1"),
        Case(
            "texts of numbers stay", .csv, #"[{"a":"-12.50","b":"-9007199254740993","c":"-1e-7","d":-3}]"#,
            "\"a\",\"b\",\"c\",\"d\"\n\"-12.50\",\"-9007199254740993\",\"-1e-7\",-3"),
    ]

    static let xml: [Case] = [
        Case("no rows", .xml, "[]", "<?xml version='1.0'?>\n<data/>"),
        Case(
            "rows", .xml, #"[{"a":1,"b":null},{"a":"x"}]"#,
            "<?xml version='1.0'?>\n<data>\n    <data>\n        <a>1</a>\n        <b>null</b>\n    </data>\n    <data>\n        <a>x</a>\n    </data>\n</data>"
        ),
        Case("one object", .xml, #"{"a":true}"#, "<?xml version='1.0'?>\n<data>\n    <a>true</a>\n</data>"),
        Case(
            "lists repeat, empty ones vanish", .xml, #"{"l":[1,[2]],"m":[],"o":{}}"#,
            "<?xml version='1.0'?>\n<data>\n    <l>1</l>\n    <l>2</l>\n    <o/>\n</data>"),
        Case(
            "what XML would read otherwise", .xml, #"{"a":"<b> & \"c\" ]]> \u0001"}"#,
            "<?xml version='1.0'?>\n<data>\n    <a>&lt;b> &amp; \"c\" ]]&gt; \u{FFFD}</a>\n</data>"),
        Case(
            "keys that are no names", .xml, #"{"":1,"1a":2,"a b":3,"<x>":4,"é":5}"#,
            "<?xml version='1.0'?>\n<data>\n    <_>1</_>\n    <_1a>2</_1a>\n    <a_b>3</a_b>\n    <_x_>4</_x_>\n    <é>5</é>\n</data>"),
    ]

    static let others: [Case] = [
        Case("JSON with tabs", .json, #"[{"a":1,"b":[]}]"#, "[\n\t{\n\t\t\"a\": 1,\n\t\t\"b\": []\n\t}\n]"),
        Case("YAML, nothing", .yaml, "[]", "[]\n"),
        Case(
            "YAML", .yaml, #"[{"a":"12.50","b":"2024-01-31","c":"null","d":"","e":null,"f":{},"g":["x",{"h":1}]}]"#,
            "- a: '12.50'\n  b: '2024-01-31'\n  c: 'null'\n  d: ''\n  e: null\n  f: {}\n  g:\n    - x\n    - h: 1\n"),
    ]

    @Test(arguments: csv + formulas + xml + others)
    func writes(_ example: Case) throws {
        let value = try JSONParser.parse(example.value)
        #expect(ExportText.text(of: value, as: example.format).string == example.text)
    }
}
