import JSONText
import SchemaCompiler
import SchemaModel
import Testing

@Suite struct CanonicalSchemaTests {
    static let files = ["example.txt", "fields.txt", "relations.txt", "collections.txt", "access.txt", "import.txt"]

    @Test(arguments: files)
    func `what is encoded comes back`(_ file: String) throws {
        for test in CaseFile.read(file) {
            let snapshot = try #require(test.compile().snapshot, "\(test.name)")
            let text = CanonicalSchema.encode(snapshot)
            let decoded = try CanonicalSchema.decode(text)
            #expect(decoded.collections == snapshot.collections, "\(test.name)")
            #expect(decoded.relations == snapshot.relations, "\(test.name)")
            #expect(decoded.access == snapshot.access, "\(test.name)")
            #expect(CanonicalSchema.encode(decoded) == text, "\(test.name)")
            #expect(CanonicalSchema.fingerprint(decoded) == CanonicalSchema.fingerprint(snapshot), "\(test.name)")
        }
    }

    @Test func `the same files give the same text`() throws {
        let test = try #require(CaseFile.read("example.txt").first)
        let first = CanonicalSchema.encode(try #require(test.compile().snapshot))
        for _ in 0..<5 { #expect(CanonicalSchema.encode(try #require(test.compile().snapshot)) == first) }
    }

    @Test func `lines that move do not change the fingerprint, definitions do`() throws {
        func snapshot(_ yaml: String, path: String = "t.yaml") throws -> SchemaSnapshot {
            try #require(SchemaCompiler.compile(files: [SourceFile(path: path, text: yaml)], environment: [:]).snapshot)
        }
        let plain = try snapshot("collection: t\nfields: { a: string }\n")
        let moved = try snapshot("# a comment\n\ncollection: t\nfields:\n  a: string\n", path: "other.yaml")
        let changed = try snapshot("collection: t\nfields: { a: string(10) }\n")
        #expect(CanonicalSchema.encode(plain) != CanonicalSchema.encode(moved))
        #expect(CanonicalSchema.fingerprint(plain) == CanonicalSchema.fingerprint(moved))
        #expect(CanonicalSchema.fingerprint(plain) != CanonicalSchema.fingerprint(changed))
    }

    /// What no definition gives, but the types can hold.
    @Test func `odd values come back`() throws {
        var meta = FieldMeta()
        meta.options = .null
        meta.width = nil
        meta.sort = -3
        let column = Column(dataType: "json", default: .literal(.null), generated: "x", using: "y\"'\u{1F600}")
        let field = Field(name: "f", type: .unknown, column: column, meta: meta, hasMeta: false)
        let collection = Collection(
            name: "c", table: TableName(schema: "s", name: "t"), fields: [field], primaryKey: "f", checks: [Check(name: nil, sql: "1")])
        let relation = Relation(
            manyCollection: "c", manyField: "f", oneCollection: nil, oneAllowedCollections: [], foreignKey: nil, hasMeta: false)
        let snapshot = SchemaSnapshot(collections: [collection], relations: [relation])
        let decoded = try CanonicalSchema.decode(CanonicalSchema.encode(snapshot))
        #expect(decoded.collections == snapshot.collections)
        #expect(decoded.relations == snapshot.relations)
    }

    @Test(arguments: [
        ("", "the recorded schema is no JSON: Unexpected end of JSON input"), ("[]", "the recorded schema is malformed at schema"),
        ("{}", "the recorded schema is malformed at schema.format"),
        (#"{"format":99}"#, "the recorded schema has format 99; this program reads up to 1"),
        (#"{"format":1,"collections":[{"name":"a"}]}"#, "the recorded schema is malformed at schema.collections[0].key"),
        (
            #"{"format":1,"collections":[{"name":"a","key":"id","fields":[{"name":"x","type":"strng"}]}]}"#,
            "the recorded schema is malformed at schema.collections[0].fields[0].type"
        ),
        (
            #"{"format":1,"relations":[{"collection":"a","field":"b","deselect":"maybe"}]}"#,
            "the recorded schema is malformed at schema.relations[0].deselect"
        ),
    ])
    func `other texts are refused by place`(_ text: String, _ message: String) {
        #expect {
            try CanonicalSchema.decode(text)
        } throws: { error in
            "\(error)" == message
        }
    }
}
