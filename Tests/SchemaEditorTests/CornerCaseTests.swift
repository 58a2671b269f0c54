import JSONText
import SchemaCompiler
import SchemaEditor
import SchemaModel
import Testing

/// Snapshots by hand: what no recorded one holds.
@Suite struct CornerCaseTests {
    /// Texts of every kind in every place that takes one.
    @Test func keepsAwkwardTexts() throws {
        let texts = YAMLPrinterTests.awkward + ["${HOME}", "$${HOME}", "a ${", "${A:-b} $$", "$", "{{$version}}"]
        var fields = [
            Field(name: "id", type: .integer, column: Column(dataType: "integer", isNullable: false, isPrimaryKey: true, hasAutoIncrement: true))
        ]
        for (index, text) in texts.enumerated() {
            var field = Field(name: FieldName("f\(index)"), type: .text, column: Column(dataType: "text", default: .literal(.string(text))))
            field.meta.note = text
            field.meta.options = .object(
                JSONObject([(text, .string(text)), ("list", .array([.string(text), .object(JSONObject([("k", .string(text))]))]))]))
            field.meta.validationMessage = text
            field.meta.interface = text
            field.column?.comment = text
            fields.append(field)
        }
        for index in fields.indices { fields[index].meta.sort = index + 1 }
        var collection = Collection(name: "c", table: TableName(name: "c"), fields: fields, primaryKey: "id")
        collection.meta.note = texts.joined(separator: "\n")
        collection.meta.itemDuplicationFields = .array(texts.map { .string("x\($0)") })
        let schema = UserSchema(collections: [collection])
        let printed = SchemaPrinter.files(of: schema)
        let compiled = SchemaCompiler.compile(files: printed, environment: [:])
        #expect(compiled.errors == [])
        let again = UserSchema(of: try #require(compiled.snapshot), builtIn: BuiltIn.snapshot).withoutOrigins
        for (field, twin) in zip(fields, again.collections.first?.fields ?? []) { #expect(field == twin) }
        #expect(again == schema)
    }

    static let defaults: [(type: String, value: String)] = [
        ("string", #""""#), ("string", #""now""#), ("string", #""uuid""#), ("string", #""null""#), ("string", #""it's""#),
        ("string", #""CURRENT_TIMESTAMP""#), ("string", #""a::b""#), ("text", #""a\nb""#), ("integer", "0"), ("integer", "-7"),
        ("integer", #""nextval('x'::regclass)""#), ("bigInteger", "12"), ("bigInteger", #""9007199254740993""#), ("decimal", "9.9"),
        ("decimal", "1e3"), ("float", "-0.5"), ("boolean", "true"), ("boolean", "false"), ("date", #""2024-02-29""#), ("date", #""CURRENT_DATE""#),
        ("time", #""10:00:00""#), ("dateTime", #""2024-01-01 10:00:00""#), ("timestamp", #""CURRENT_TIMESTAMP""#),
        ("timestamp", #""CURRENT_TIMESTAMP(3)""#), ("timestamp", #""now()""#), ("timestamp", #""infinity""#), ("uuid", #""gen_random_uuid()""#),
        ("uuid", #""uuid_generate_v4()""#), ("uuid", #""178c7c05-ac07-4094-bd92-230f016bd305""#), ("json", "{}"), ("json", "[]"),
        ("json", #"{"sql":"x"}"#), ("json", #"{"json":{"a":null}}"#), ("json", #"[1,"two",{"three":[]}]"#), ("json", #""text""#), ("json", "3"),
        ("csv", #""x,y""#),
    ]
    static let dataTypes = [
        "string": "character varying", "time": "time without time zone", "dateTime": "timestamp without time zone",
        "timestamp": "timestamp with time zone", "bigInteger": "bigint", "decimal": "numeric", "float": "real", "csv": "text",
    ]
    static let limits = [
        "string": #", "max_length": 255"#, "integer": #", "numeric_precision": 32, "numeric_scale": 0"#,
        "bigInteger": #", "numeric_precision": 64, "numeric_scale": 0"#, "decimal": #", "numeric_precision": 10, "numeric_scale": 2"#,
        "float": #", "numeric_precision": 24"#,
    ]

    @Test func keepsDefaults() throws {
        try expectRoundTrip(
            Self.defaults.map { type, value in
                let special = ["json": #"["cast-json"]"#, "csv": #"["cast-csv"]"#][type] ?? "null"
                let dataType = Self.dataTypes[type] ?? type
                return #""type": "\#(type)", "meta": {"special": \#(special)}, "#
                    + #""schema": {"data_type": "\#(dataType)", "default_value": \#(value)\#(Self.limits[type] ?? "")}"#
            })
    }

    @Test func keepsColumns() throws {
        try expectRoundTrip([
            #""type": "integer", "schema": {"data_type": "smallint", "numeric_precision": 16, "numeric_scale": 0}"#,
            #""type": "integer", "schema": {"data_type": "numeric"}"#,
            #""type": "decimal", "schema": {"data_type": "numeric", "numeric_precision": 5, "numeric_scale": 0}"#,
            #""type": "float", "schema": {"data_type": "double precision", "numeric_precision": 53}"#,
            #""type": "float", "schema": {"data_type": "money"}"#, #""type": "string", "schema": {"data_type": "character varying"}"#,
            #""type": "string", "schema": {"data_type": "character", "max_length": 3}"#, #""type": "string", "schema": {"data_type": "interval"}"#,
            #""type": "text", "schema": {"data_type": "citext", "is_unique": true, "is_indexed": true}"#,
            #""type": "time", "schema": {"data_type": "time with time zone"}"#, #""type": "json", "schema": {"data_type": "jsonb"}"#,
            #""type": "json", "schema": {"data_type": "text"}"#, #""type": "unknown", "schema": {"data_type": "integer[]", "default_value": "{}"}"#,
            #""type": "unknown", "schema": {"data_type": "mood"}"#, #""type": "binary", "schema": {"data_type": "bytea"}"#,
            #""type": "geometry", "schema": {"data_type": "GEOMETRY"}"#, #""type": "geometry.Point", "schema": {"data_type": "POINT"}"#,
            #""type": "geometry.MultiPolygon", "schema": {"data_type": "MULTIPOLYGON"}"#,
            #""type": "hash", "schema": {"data_type": "character varying", "max_length": 255}"#,
            #""type": "integer", "schema": {"data_type": "integer", "numeric_precision": 32, "numeric_scale": 0, "is_generated": true, "#
                + #""generation_expression": "(id * 2)"}"#,
        ])
    }

    @Test func keepsMetadata() throws {
        let metas = [
            "null", #"{"sort": 2, "required": true, "readonly": true, "hidden": true, "searchable": false}"#, #"{"sort": null, "width": null}"#,
            #"{"sort": 5, "options": {}, "display_options": {}, "width": "half-right"}"#, #"{"sort": 1, "note": "", "special": ["date-created"]}"#,
            #"{"special": ["uuid", "conceal"], "validation": {"_and": [{"x5": {"_eq": "a"}}]}}"#,
            #"{"validation": {"x6": {"_regex": "^a"}}, "validation_message": "No: it's not"}"#,
            #"{"validation": {"_and": []}, "conditions": [], "translations": []}"#, #"{"validation": {"_or": [{"x8": {"_null": true}}]}}"#,
            #"{"conditions": [{"name": "c", "rule": {"_and": [{"a": {"_eq": 1.50}}]}, "hidden": true}]}"#,
        ]
        try expectRoundTrip(metas.map { #""type": "string", "meta": \#($0), "schema": {"data_type": "character varying", "max_length": 255}"# })
    }

    @Test func keepsAliases() throws {
        let metas = [
            #"{"special": ["alias", "no-data"], "interface": "presentation-notice"}"#,
            #"{"special": ["alias", "no-data", "group"], "interface": "group-detail"}"#, #"{"special": ["o2m"]}"#,
            #"{"special": null, "required": true}"#, #"{"special": ["no-data", "alias"]}"#,
        ]
        try expectRoundTrip(metas.map { #""type": "alias", "meta": \#($0)"# })
    }

    @Test func keepsRelations() throws {
        func key(_ field: Int, _ action: String) -> String {
            #"{"foreign_key_column": "id", "constraint_name": "a_x\#(field)_foreign", "on_update": "NO ACTION", "on_delete": "\#(action)"}"#
        }
        let relations: [(meta: String, key: String, isNullable: Bool)] = [
            ("null", key(0, "CASCADE"), true), ("{}", "null", true),
            ("{}", #"{"foreign_key_column": "id", "constraint_name": "my name", "on_update": "SET DEFAULT", "on_delete": "RESTRICT"}"#, true),
            ("{}", key(3, "NO ACTION"), false), ("{}", key(4, "SET NULL"), false),
            (#"{"one_field": "ghost", "sort_field": "id", "one_deselect_action": "delete"}"#, "null", true),
            (#"{"one_field": "list", "sort_field": "x6"}"#, key(6, "SET NULL"), true), (#"{"junction_field": "id"}"#, key(7, "SET NULL"), true),
        ]
        let fields = relations.map { _, _, isNullable in
            #""type": "integer", "schema": {"data_type": "integer", "numeric_precision": 32, "numeric_scale": 0, "is_nullable": \#(isNullable)}"#
        }
        let list = #"{"collection": "a", "field": "list", "type": "alias", "meta": {"special": ["o2m"]}}"#
        try expectRoundTrip(
            fields, more: list,
            relations: relations.enumerated().map { index, relation in
                #"{"collection": "a", "field": "x\#(index)", "related_collection": "a", "meta": \#(relation.meta), "schema": \#(relation.key)}"#
            }.joined(separator: ", "))
    }

    /// Reads a snapshot of one collection with the fields `x0`, `x1` … and expects each of its members to come back.
    private func expectRoundTrip(_ fields: [String], more: String? = nil, relations: String = "") throws {
        let entries = fields.enumerated().map { #"{"collection": "a", "field": "x\#($0.offset)", \#($0.element)}"# } + [more].compactMap { $0 }
        let text = """
            {"version": 1, "directus": "11.17.4", "vendor": "postgres", "collections": [{"collection": "a", "meta": {}, "schema": {"name": "a"}}],
             "fields": [{"collection": "a", "field": "id", "type": "integer", "meta": {"sort": 1},
                         "schema": {"data_type": "integer", "numeric_precision": 32, "numeric_scale": 0, "is_nullable": false, "is_primary_key": true}},
                        \(entries.joined(separator: ",\n"))], "relations": [\(relations)]}
            """
        let value = try JSONParser.parse(text)
        let imported = try SnapshotImport.files(from: text, file: "s")
        let files = imported.files.map(\.text).joined()
        #expect(imported.diagnostics.filter { $0.severity == .error } == [], "\(files)")
        #expect(imported.report.remarks.filter { $0.kind == .lost } == [], "\(files)")
        let compiled = try #require(SchemaCompiler.compile(files: imported.files, environment: [:]).snapshot)
        let found = DirectusSnapshot.json(of: UserSchema(of: compiled, builtIn: BuiltIn.snapshot), scope: .everything)
        #expect(Snapshots.missing(value, in: found) == [], "\(files)")
    }

    /// Types of other databases become PostgreSQL's, by the type of the field.
    @Test func takesSnapshotsOfOtherDatabases() throws {
        let text = """
            {"version": 1, "directus": "10.8.0", "vendor": "mysql", "collections": [{"collection": "a", "meta": {}, "schema": {"name": "a", "schema": "d"}}],
             "fields": [
              {"collection": "a", "field": "id", "type": "integer", "meta": {"sort": 1, "special": []}, "schema": {"name": "id", "table": "a",
                "data_type": "int unsigned", "default_value": "AUTO_INCREMENT", "is_primary_key": true, "has_auto_increment": true, "numeric_precision": 10}},
              {"collection": "a", "field": "b", "type": "boolean", "meta": {"sort": 2, "required": null}, "schema": {"data_type": "tinyint", "default_value": true}},
              {"collection": "a", "field": "c", "type": "text", "meta": {"sort": 3}, "schema": {"data_type": "text", "max_length": 65535}},
              {"collection": "a", "field": "d", "type": "uuid", "meta": {"sort": 4}, "schema": {"data_type": "char", "max_length": 36}},
              {"collection": "a", "field": "e", "type": "decimal", "meta": {"sort": 5}, "schema": {"data_type": "decimal", "numeric_precision": 8, "numeric_scale": 2}}],
             "relations": []}
            """
        let imported = try SnapshotImport.files(from: text, file: "s")
        #expect(imported.diagnostics == [])
        #expect(imported.report.remarks.map(\.kind) == [.normalized, .normalized, .normalized])
        #expect(
            imported.files.map(\.text) == [
                """
                # yaml-language-server: $schema=.schema.json
                collection: a
                form: plain

                fields:
                  id: integer
                  b: { type: boolean, default: true, special: [] }
                  c: text
                  d: uuid
                  e: decimal(8,2)

                """
            ])
    }

    @Test func leavesOutWhatNamesNothing() throws {
        let text = """
            {"version": 1, "collections": [
              {"collection": "a", "meta": {"group": "gone", "sort_field": "gone", "archive_field": "gone", "archive_value": "x"}, "schema": {"name": "a"}}],
             "fields": [{"collection": "a", "field": "id", "type": "integer", "meta": {"group": "gone"}, "schema": {"data_type": "integer", "is_primary_key": true}}],
             "relations": [
              {"collection": "a", "field": "gone", "related_collection": "a", "meta": {}},
              {"collection": "a", "field": "id", "related_collection": "b", "meta": {}}]}
            """
        let imported = try SnapshotImport.files(from: text, file: "s")
        #expect(imported.diagnostics.filter { $0.severity == .error } == [])
        #expect(
            imported.report.remarks.filter { $0.kind == .dangling }.map(\.path) == [
                "collections (a).meta.group", "collections (a).meta.sort_field", "collections (a).meta.archive_field", "fields (a.id).meta.group",
                "relations (a.gone)", "relations (a.id)",
            ])
    }

    @Test func tellsOfForeignKeysThatNoRelationTells() throws {
        let text = """
            {"version": 1, "collections": [{"collection": "a", "meta": {}, "schema": {"name": "a"}}],
             "fields": [{"collection": "a", "field": "up", "type": "integer", "meta": {}, "schema": {"data_type": "integer", "numeric_precision": 32,
               "numeric_scale": 0, "foreign_key_table": "a", "foreign_key_column": "id"}}], "relations": []}
            """
        let imported = try SnapshotImport.files(from: text, file: "s")
        #expect(imported.diagnostics.filter { $0.severity == .error } == [])
        #expect(imported.report.remarks.map(\.kind) == [.assumed, .assumed])
        #expect(
            imported.files.first?.text.contains("up: { to: self, on_delete: no action, special: [], form_sort: null, relation_meta: false }") == true)
        #expect(imported.files.first?.text.contains("id: { type: integer, meta: false }") == true)
    }
}
