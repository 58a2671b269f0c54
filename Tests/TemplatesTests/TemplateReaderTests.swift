import SchemaModel
import Templates
import Testing

/// Bad input: told with its place, all of it at once, before anything is written.
@Suite struct TemplateReaderTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let file: String
        let text: String
        let problems: [String]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "broken JSON", file: "roles.json", text: "[\n  {\"id\": \"x\",\n   oops}\n]",
            problems: ["roles.json:3:4: error: Unexpected character 'o' in JSON at position 19 [json-syntax]"]),
        Case(
            testDescription: "a file that ends early", file: "content/labels.json", text: "[{\"id\": 1}",
            problems: ["content/labels.json:1:11: error: Unexpected end of JSON input [json-syntax]"]),
        Case(
            testDescription: "an object instead of a list", file: "users.json", text: "{}",
            problems: ["users.json:1:1: error: expected a list of rows [not-a-list]"]),
        Case(
            testDescription: "two rows of a singleton", file: "content/hall.json", text: "[{\"id\":1},{\"id\":2}]",
            problems: ["content/hall.json:1:1: error: `hall` has one row, this file has 2 [not-a-row]"]),
        Case(
            testDescription: "an unknown collection", file: "content/lables.json", text: "[]",
            problems: ["content/lables.json:1:1: error: the schema has no collection `lables` (did you mean `labels`?) [unknown-collection]"]),
        Case(
            testDescription: "users among the content", file: "content/directus_users.json", text: "[]",
            problems: ["content/directus_users.json:1:1: error: `directus_users` is no content [not-content]"]),
        Case(
            testDescription: "rows without a key, with a wrong one, twice, no rows at all", file: "content/labels.json",
            text: "[\n  {\"text\": \"], [\"},\n  {\"id\": \"x\"}, {\"id\": 5},\n  {\"id\": 5}, 7,\n  null\n]",
            problems: [
                "content/labels.json:2:3: error: [0]: the row has no `id` [no-key]",
                "content/labels.json:3:3: error: [1]: `id` can't be \"x\" [bad-key]",
                "content/labels.json:4:3: error: [3]: another row has the `id` 5 too [duplicate-key]",
                "content/labels.json:4:14: error: [4]: expected a row: an object [not-a-row]",
                "content/labels.json:5:3: error: [5]: expected a row: an object [not-a-row]",
            ]),
        Case(
            testDescription: "a row in place of a key", file: "content/songs.json", text: #"[{"id": 7, "singer": {"name": "Ada"}}]"#,
            problems: ["content/songs.json:1:2: error: [0]: `singer` has to be a key, found an object [nested-row]"]),
        Case(
            testDescription: "an extension that says nothing of itself", file: "extensions.json", text: "[{\"id\": \"x\"}]",
            problems: ["extensions.json:1:2: error: [0]: expected a row: an object with the member `meta` [not-a-row]"]),
    ]

    @Test(arguments: cases) func tells(_ example: Case) throws {
        let schema = try Choir.schema()
        let problems = #expect(throws: TemplateProblems.self) { () throws in
            try TemplateReader.read(TemplateServer.files([example.file: example.text]), for: schema)
        }
        #expect(problems?.diagnostics.map(\.description) == example.problems)
    }

    @Test func survivesEveryCutOfItsFiles() throws {
        let schema = try Choir.schema()
        for file in TemplateServer.files() {
            for length in stride(from: 0, to: file.bytes.count, by: 7) {
                let cut = TemplateFile(name: file.name, path: file.path, bytes: Array(file.bytes.prefix(length)))
                _ = try? TemplateReader.read([cut], for: schema)
            }
        }
    }

    @Test func saysNothingOfAWholeTemplate() throws {
        #expect(try TemplateReader.read(TemplateServer.files(), for: Choir.schema()).tables.count == 22)
    }
}
