import SchemaEditor
import SchemaModel
import Testing

@Suite struct MalformedSnapshotTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var diagnostics: [String]
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ diagnostics: String...) {
            self.name = name
            self.text = text
            self.diagnostics = diagnostics
        }
    }

    static let head = "version: 1\nvendor: postgres\nrelations: []\n"
    static let cases = [
        Case("empty", "", "s:1:1: error: the file is empty [not-a-snapshot]"),
        Case("a text", "hello", "s:1:1: error: snapshot: expected an object, found the text \"hello\" [wrong-type]"),
        Case(
            "something else", "{\"a\": 1}",
            "s:1:1: error: version: this is no Directus schema snapshot: it has neither `version` nor `collections` [not-a-snapshot]",
            "s:1:1: error: collections: `collections` is missing [missing-key]", "s:1:1: error: fields: `fields` is missing [missing-key]",
            "s:1:1: error: relations: `relations` is missing [missing-key]"),
        Case("broken JSON", "{\n  \"a\": }", "s:2:8: error: Unexpected character '}' in JSON at position 9 [json-syntax]"),
        Case(
            "version 2", "version: 2\ncollections: []\nfields: []\nrelations: []",
            "s:1:10: error: version: only snapshots of version 1 can be read, this one says 2 [unsupported-version]"),
        Case(
            "collections is a map", head + "collections: {}\nfields: []\n",
            "s:4:14: error: collections: expected a list, found an object [wrong-type]"),
        Case(
            "wrong types in a collection",
            head + "fields: []\ncollections:\n  - collection: a\n    meta: { hidden: maybe, icon: 7, accountability: al }\n",
            "s:7:21: error: collections[0].meta.hidden: expected true or false, found the text \"maybe\" [wrong-type]",
            "s:7:34: error: collections[0].meta.icon: expected a text, found the number 7 [wrong-type]",
            "s:7:53: error: collections[0].meta.accountability: `al` is none of `all`, `activity`, `none` (did you mean `all`?) [unknown-word]"),
        Case(
            "twice the same", head + "fields: []\ncollections: [{ collection: a }, { collection: a }]\n",
            "s:5:34: error: collections[1]: the collection `a` stands here twice [duplicate-collection]"),
        Case(
            "a system collection", head + "fields: []\ncollections: [{ collection: directus_users }]\n",
            "s:5:29: error: collections[0].collection: `directus_users` is a system collection; a snapshot holds the admin's alone [system-collection]"
        ),
        Case(
            "a type that is none", head + "collections: [{ collection: a }]\nfields: [{ collection: a, field: x, type: strng, schema: {} }]\n",
            "s:5:43: error: fields[0].type: `strng` is no field type (did you mean `string`?) [unknown-type]"),
        Case(
            "a column without schema, an alias with one",
            head
                + "collections: [{ collection: a }]\nfields:\n- { collection: a, field: x, type: string }\n- { collection: a, field: y, type: alias, schema: {} }\n",
            "s:6:3: error: fields[0].schema: a field of type `string` needs a `schema`, its column [contradiction]",
            "s:7:51: error: fields[1].schema: an alias has no column, yet `schema` is there [contradiction]"),
        Case(
            "a field of nothing", head + "collections: []\nfields: [{ collection: b, field: x, type: alias }]\n",
            "s:5:24: error: fields[0].collection: the field `x` belongs to the collection `b`, which the snapshot does not define [unknown-collection]"
        ),
        Case(
            "names that contradict",
            head + "collections: [{ collection: a }]\nfields: [{ collection: a, field: x, type: alias, meta: { field: z } }]\n",
            "s:5:65: error: fields[0].meta.field: `meta.field` is `z`, the field is `a.x` [contradiction]"),
        Case(
            "a relation that is none",
            "version: 1\ncollections: []\nfields: []\nrelations:\n- { collection: a, field: b, related_collection: c, schema: { on_delete: CASCAD } }\n",
            "s:5:74: error: relations[0].schema.on_delete: `CASCAD` is none of `NO ACTION`, `RESTRICT`, `CASCADE`, `SET NULL`, `SET DEFAULT` (did you mean `CASCADE`?) [unknown-word]"
        ),
    ]

    @Test(arguments: cases) func saysEveryMistakeWithItsPlace(_ example: Case) {
        let error = #expect(throws: SnapshotError.self) {
            try DirectusSnapshot.read(example.text, file: "s")
        }
        #expect(error?.diagnostics.map(\.description) == example.diagnostics)
    }

    @Test func keepsUnknownMembersInTheReport() throws {
        let text = Self.head + "collections: [{ collection: a, meta: { icon: x, new: [1] }, more: 2 }]\nfields: []\nlater: yes\n"
        let snapshot = try DirectusSnapshot.read(text, file: "s")
        let message = "this member is not part of the format and was not taken over"
        #expect(
            snapshot.report.lines == [
                "later: \(message) (\"yes\")", "collections[0].more: \(message) (2)", "collections[0].meta.new: \(message) ([1])",
            ])
        #expect(snapshot.schema.collections.map(\.meta.icon) == ["x"])
    }

    @Test func takesTheBodyOfTheEndpoint() throws {
        let text = "{\"data\": {\"version\": 1, \"collections\": [{\"collection\": \"a\", \"meta\": null}], \"fields\": [], \"relations\": []}}"
        let snapshot = try DirectusSnapshot.read(text, file: "s")
        #expect(snapshot.schema.collections == [Collection(name: "a", table: nil, hasMeta: false, fields: [], primaryKey: "")])
    }
}
