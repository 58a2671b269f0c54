import JSONText
import MigrationPlanning
import SQLText
import SchemaModel
import Testing

@Suite struct SchemaLoweringTests {
    private func snapshot(_ fields: [Field], indexes: [Index] = [], checks: [Check] = [], relations: [Relation] = []) -> SchemaSnapshot {
        let key = Field(
            name: "id", type: .integer, column: Column(dataType: "integer", isNullable: false, isPrimaryKey: true, hasAutoIncrement: true))
        let posts = Collection(
            name: "posts", table: TableName(name: "posts"), fields: [key] + fields, primaryKey: "id", indexes: indexes, checks: checks)
        let folder = Collection(name: "website", table: nil, fields: [], primaryKey: "id")
        return SchemaSnapshot(collections: [posts, folder], relations: relations)
    }

    @Test func columnsOfEveryKind() throws {
        let model = try SchemaLowering.lower(
            snapshot([
                Field(name: "title", type: .string, column: Column(dataType: "character varying", maxLength: 200, default: .literal("it's"))),
                Field(name: "price", type: .decimal, column: Column(dataType: "numeric", precision: 10, scale: 2, default: .literal(1))),
                Field(name: "at", type: .timestamp, column: Column(dataType: "timestamp with time zone", default: .now)),
                Field(name: "data", type: .json, column: Column(dataType: "json", default: .literal(["a": 1]))),
                Field(name: "ok", type: .boolean, column: Column(dataType: "boolean", isNullable: false, default: .literal(false))),
                Field(name: "tags", type: .alias, column: nil),
            ])
        ).database
        let posts = try #require(model.tables[name("posts")])
        #expect(model.tables.count == 1)
        #expect(
            posts.columns.map(\.type.text) == [
                "integer", "character varying(200)", "numeric(10,2)", "timestamp with time zone", "json", "boolean",
            ])
        #expect(
            posts.columns.map(\.default) == [
                .sequence(expression: nil), .expression("'it''s'"), .expression("1"), .expression("CURRENT_TIMESTAMP"), .expression("'{\"a\":1}'"),
                .expression("false"),
            ])
        #expect(posts.primaryKey == KeyModel(name: name("posts_pkey"), columns: [name("id")]))
    }

    @Test func namesAreThoseOfDirectus() throws {
        let long = String(repeating: "x", count: 60)
        let posts = try SchemaLowering.lower(
            snapshot(
                [
                    Field(name: "Slug", type: .string, column: Column(dataType: "text", isUnique: true)),
                    Field(name: "status", type: .string, column: Column(dataType: "text", isIndexed: true)),
                    Field(name: FieldName(long), type: .string, column: Column(dataType: "text", isIndexed: true)),
                ],
                indexes: [
                    Index(fields: ["status", "Slug"]), Index(fields: ["status"], method: .ginTrigram),
                    Index(name: "mine", fields: ["status"], isUnique: true, where: "status <> 'x'"),
                ])
        ).database.tables[name("posts")]
        #expect(posts?.uniques.map(\.name.name) == ["posts_slug_unique"])
        let names = posts?.indexes.map(\.name.name) ?? []
        #expect(names.count == 5)
        #expect(
            names[0] == "posts_status_index" && names[2] == "posts_status_slug_index" && names[3] == "posts_status_trgm_index" && names[4] == "mine")
        #expect(names[1].utf8.count <= 63 && names[1].hasSuffix("_index") && names[1].contains("__"))
    }

    @Test func whatPostgreSQLCanNotHoldIsRefused() {
        let long = FieldName(String(repeating: "x", count: 64))
        #expect(throws: PlanningError.invalidName(long.text, nil)) {
            try SchemaLowering.lower(snapshot([Field(name: long, type: .text, column: Column(dataType: "text"))]))
        }
        #expect(throws: PlanningError.unknownType("text; DROP TABLE x", nil)) {
            try SchemaLowering.lower(snapshot([Field(name: "a", type: .text, column: Column(dataType: "text; DROP TABLE x"))]))
        }
        #expect(throws: PlanningError.unknownColumn(collection: "posts", field: "nope", nil)) {
            try SchemaLowering.lower(snapshot([], indexes: [Index(fields: ["nope"])]))
        }
    }

    @Test func foreignKeysPointAtTables() throws {
        let key = ForeignKey(constraintName: "posts_parent_foreign", column: "id", onDelete: .setNull)
        let model = try SchemaLowering.lower(
            snapshot(
                [Field(name: "parent", type: .integer, column: Column(dataType: "integer"))],
                relations: [Relation(manyCollection: "posts", manyField: "parent", oneCollection: "posts", foreignKey: key)]))
        #expect(model.database.tables[name("posts")]?.foreignKeys == [reference("posts_parent_foreign", "parent", to: "posts")])
    }
}
