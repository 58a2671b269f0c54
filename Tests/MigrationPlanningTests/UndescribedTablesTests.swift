import JSONText
import MigrationPlanning
import SQLText
import SchemaModel
import Testing

@Suite struct UndescribedTablesTests {
    static let types: [(String, String)] = [
        ("boolean", "boolean"), ("bit(3)", "boolean"), ("smallint", "integer"), ("integer", "integer"), ("bigint", "bigInteger"),
        ("numeric", "integer"), ("numeric(10,2)", "decimal"), ("double precision", "float"), ("money", "float"),
        ("character varying(20)", "string"), ("character(3)", "string"), ("interval", "string"), ("text", "text"), ("citext", "text"),
        ("date", "date"), ("time without time zone", "time"), ("timestamp(3) without time zone", "dateTime"),
        ("timestamp with time zone", "timestamp"), ("jsonb", "json"), ("uuid", "uuid"), ("point", "geometry.Point"),
        ("geometry(PointZ,4326)", "geometry.Point"), ("geometry(Geometry,4326)", "geometry"), ("geometry", "geometry"),
        ("geometry(GeometryCollection,4326)", "unknown"), ("bytea", "unknown"), ("integer[]", "unknown"), ("inet", "unknown"), ("mood", "unknown"),
    ]

    @Test(arguments: types) func columnsBecomeTypes(_ type: String, _ word: String) {
        #expect(FieldType(found: TypeText(type)).wireName == word)
    }

    static let defaults: [(String, String, ColumnDefault?)] = [
        ("'draft'::character varying", "character varying(20)", .literal("draft")), ("'it''s'::text", "text", .literal("it's")),
        ("0", "integer", .literal(0)), ("'-5'::integer", "integer", .literal(.integer(-5))), ("true", "boolean", .literal(true)),
        ("'{\"a\": 1}'::jsonb", "jsonb", .literal(["a": 1])), ("NULL::character varying", "character varying", nil),
        ("CURRENT_TIMESTAMP", "timestamp with time zone", .now), ("now()", "timestamp with time zone", .sql("now()")),
        ("gen_random_uuid()", "uuid", .uuid), ("upper('x'::text)", "text", .sql("upper('x'::text)")),
    ]

    @Test(arguments: defaults) func defaultsAreRead(_ text: String, _ type: String, _ expected: ColumnDefault?) {
        #expect(ColumnDefault(found: text, of: TypeText(type)) == expected)
    }

    @Test func tablesBecomeCollections() throws {
        var theirs = table("theirs", [column("name", "character varying(10)", nullable: false), column("parent")])
        theirs.uniques = [KeyModel(name: name("k"), columns: [name("name")])]
        theirs.foreignKeys = [reference("fk", "parent", to: "theirs")]
        var pairs = TableModel(name: name("pairs"), columns: [column("a"), column("b")])
        pairs.primaryKey = KeyModel(name: name("pairs_pkey"), columns: [name("a"), name("b")])
        let found = UndescribedTables(of: DatabaseModel(tables: [theirs, pairs, table("ours", [])]), except: [name("ours")])
        #expect(found.unkeyed == [name("pairs")])
        let collection = try #require(found.collections.first)
        #expect(found.collections.count == 1 && collection.name == "theirs" && !collection.hasMeta && !collection.isManaged)
        #expect(collection.fields.map(\.type) == [.integer, .string, .integer])
        #expect(collection.fields[0].column?.hasAutoIncrement == true && collection.fields[1].column?.isUnique == true)
        #expect(collection.fields[1].column?.maxLength == 10 && collection.fields[1].column?.isNullable == false)
        #expect(found.relations.map(\.manyField) == ["parent"] && found.relations[0].hasMeta == false)
    }
}
