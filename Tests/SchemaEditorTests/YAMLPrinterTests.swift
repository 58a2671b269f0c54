import JSONText
import SchemaCompiler
import SchemaEditor
import TestSupport
import Testing

@Suite struct YAMLPrinterTests {
    static let awkward = [
        "", " ", "a", " a", "a ", "no", "yes", "on", "null", "~", "Null", "true", "TRUE", "123", "1.5", ".5", "-", "-a", "- a", "1e3", "0x1F", "0o17",
        ".inf",
        "+1", "2024-01-31", "12:30", "1_000", "a: b", "a:b", "a:", ":a", "a #b", "a#b", "#a", "#FFF", "[a]", "{a}", "{{title}}", "a, b", "a]", "a}",
        "\"", "'",
        "it's", "say \"no\"", "both ' and \"", "back\\slash", "a\\nb", "*", "&x", "!x", "|", ">", "%a", "@a", "`a`", "?", "? a", "<<", "=", "---",
        "...", "--- a",
        "a\nb", "a\n", "\na", "a\n\nb\n", "a\n\n", " a\nb", "a\n b", "a \nb", "a\nb ", "a\n  \nb", "\n", "a\tb", "\ta", "a\t", "a\r\nb", "a\rb",
        "\u{85}", "\u{2028}x",
        "\u{FEFF}a", "\u{7}", "\u{1F600}", "Әдебиет", "é: ü", "x\u{A0}", "$CURRENT_USER", "<b>x</b>\n<i>y</i>", "https://example.com/a?b=c&d=[e]",
        "a, {b: c}", "key: [1, 2]",
    ]

    @Test(arguments: awkward) func quotesSoThatItReadsBack(_ text: String) {
        let value: JSONValue = .object(
            JSONObject([
                ("plain", .string(text)), ("list", .array([.string(text), .string(text)])), ("map", .object(JSONObject([("k", .string(text))]))),
                ("nested", .array([.object(JSONObject([("k", .string(text)), ("l", .array([.string(text)]))])), .array([.string(text)])])),
            ]))
        #expect(read(value) == value)
    }

    @Test(arguments: awkward.filter { $0.count < 100 }) func quotesKeys(_ text: String) {
        let inner: JSONValue = .object(JSONObject([(text, "x"), ("other", 1)]))
        let value: JSONValue = .object(JSONObject([(text, inner), ("o", .array([inner, inner]))]))
        #expect(read(value) == value)
    }

    @Test(arguments: awkward) func exportsSoThatItReadsBack(_ text: String) throws {
        let value: JSONValue = .object(
            JSONObject([("a", .string(text)), (text, .array([.string(text), .object(JSONObject([("k", .string(text))]))]))]))
        let (documents, diagnostics) = YAMLReader.documents(ExportYAML.text(value), file: "x")
        #expect(diagnostics == [])
        #expect(documents.first?.json == value)
    }

    @Test func randomTextsReadBack() {
        var random = SeededRandomness(seed: 42)
        let alphabet: [Character] = Array("ab :#-,[]{}'\"\\\n\t!&*?|>%@`~0123456789.+eE$=<\u{e9}\u{2028}")
        for _ in 0..<4000 {
            let text = String((0..<Int.random(in: 0...12, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "a" })
            let value: JSONValue = .object(
                JSONObject([("k", .string(text)), ("l", .array([.string(text), .object(JSONObject([(text, .string(text))]))]))]))
            #expect(read(value) == value)
            let (documents, _) = YAMLReader.documents(ExportYAML.text(value), file: "x")
            #expect(documents.first?.json == value)
        }
    }

    @Test func breaksWhatDoesNotFitOnALine() {
        let long = JSONValue.array((0..<30).map { .string("element\($0)") })
        let text = YAMLPrinter.print([
            .init("collection", .value("posts")),
            .init("fields", .lines([.init("id", .value("uuid")), .init("title", .value(["type": "string", "length": 200]))])),
            .init("options", .value(["choices": long, "note": "one\ntwo"])),
            .init("indexes", .list([.value(["a", "b"]), .value(["fields": ["c"]])])),
        ])
        #expect(
            text.hasPrefix("collection: posts\nfields:\n  id: uuid\n  title: { type: string, length: 200 }\noptions:\n  choices:\n    - element0\n"))
        #expect(text.hasSuffix("  note: |-\n    one\n    two\nindexes:\n  - [a, b]\n  - { fields: [c] }\n"))
    }

    private func read(_ value: JSONValue) -> JSONValue? {
        let text = YAMLPrinter.print((value.object ?? JSONObject()).map { .init($0.key, .value($0.value)) })
        let (documents, diagnostics) = YAMLReader.documents(text, file: "x")
        #expect(diagnostics == [], "\(text)")
        return documents.first?.json
    }
}
