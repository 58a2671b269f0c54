import JSONText
import TestSupport
import Testing

/// The state that a revision keeps: the database writes it, to the byte as the row is answered (contract/items.md, 7.2).
@Suite struct RevisionDataTests {
    private static let boss = """
        INSERT INTO directus_policies (id, name, admin_access) VALUES ('c0000000-0000-4000-8000-000000000010', 'All', true);
        INSERT INTO directus_users (id, email, token) VALUES ('a0000000-0000-4000-8000-000000000010', 'boss@example.com', 'boss');
        INSERT INTO directus_access (id, "user", policy) VALUES
          ('d0000000-0000-4000-8000-000000000010', 'a0000000-0000-4000-8000-000000000010', 'c0000000-0000-4000-8000-000000000010');
        """

    /// A field of each type whose JSON the database writes, some with names that SQL, `format` or JSON might take for something else.
    static let model = TestModel(
        name: "revision-data",
        files: [
            (
                "Schemas/states.yaml",
                #"""
                collection: states
                fields:
                  id: { type: integer, auto_increment: true, primary: true }
                  n: integer
                  "100%": string
                  "%s %1$s %%": string
                  'q"uo\te$1': string
                  "ünïcode 😀": string
                  f_string: string
                  f_text: text
                  f_boolean: boolean
                  f_small: { type: integer, column: smallint }
                  f_big: bigInteger
                  f_float: float
                  f_double: { type: float, column: double precision }
                  f_decimal: { type: decimal, precision: 40, scale: 10 }
                  f_number: { type: decimal, column: numeric }
                  f_date: date
                  f_time: time
                  f_dateTime: dateTime
                  f_timestamp: timestamp
                  f_moment: { type: timestamp, column: timestamp }
                  f_instant: { type: dateTime, column: timestamptz }
                  f_json: json
                  f_jsonb: { type: json, jsonb: true }
                  f_uuid: uuid
                  f_hash: hash
                  f_secret: { type: string, conceal: true }
                  f_pin: { type: integer, conceal: true }
                """#
            )
        ], rows: boss)

    /// Columns and their values, as SQL.
    static let rows: [(columns: String, values: String)] = [
        ("n", "NULL"),
        (
            "\"100%\", \"%s %1$s %%\", \"q\"\"uo\\te$1\", \"ünïcode 😀\", f_string, f_text, f_secret, f_hash",
            "'', '%s', '%', '\"', '', '', '', ''"
        ),
        ("f_string, f_text", "'\"\\/ '' %s %1$s', (SELECT string_agg(chr(n), '') FROM generate_series(1, 300) AS n)"),
        ("f_string, f_text", "E'\\u2028\\u2029\\uFEFF\\uFFFD\\uFFFE', E'😀é\\u0301\\U0010FFFF' || repeat(E'é\\n\"', 100000)"),
        ("f_boolean, f_small, f_big", "true, -32768, 9223372036854775807"),
        ("f_boolean, f_small, f_big, n", "false, 0, -9223372036854775808, -2147483648"),
        ("f_float, f_double, f_decimal, f_number", "'NaN', 'NaN', 'NaN', 'NaN'"),
        ("f_float, f_double, f_number", "'Infinity', '-Infinity', 'Infinity'"),
        ("f_float, f_double, f_decimal, f_number", "1e-45, 4.9e-324, '123456789012345678901234567890.1234567891', '-1e-40'"),
        ("f_float, f_double, f_decimal, f_number", "'-0', 1.7976931348623157e308, -0.1, 1e40"),
        ("f_float, f_double", "16777217, 0.1"),
        (
            "f_date, f_time, \"f_dateTime\", f_timestamp, f_moment, f_instant",
            "'infinity', '24:00', 'infinity', 'infinity', '-infinity', '-infinity'"
        ),
        (
            "f_date, f_time, \"f_dateTime\", f_timestamp, f_moment, f_instant",
            "'0044-03-15 BC', '00:00:00.000001', '0044-03-15 12:00 BC', '0044-03-15 12:00+00 BC', '0001-12-31 23:59:59.999999 BC', '4713-01-01+00 BC'"
        ),
        (
            "f_date, \"f_dateTime\", f_timestamp, f_moment, f_instant",
            "'5874897-12-31', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00', '10000-01-01', '10000-01-01+00'"
        ),
        (
            "f_date, f_time, \"f_dateTime\", f_timestamp, f_moment, f_instant",
            "'0001-01-01', '23:59:59.999999', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999+00', '0001-01-01', '0001-01-01+00'"
        ),
        (
            "f_date, \"f_dateTime\", f_timestamp, f_moment, f_instant",
            "'0999-02-28', '2024-02-29 01:02:03.5', '2024-01-31 13:45:00.0005+14', '1970-01-01 00:00:00.999999', '2024-12-30 00:00:00.1+00'"
        ),
        ("f_json, f_jsonb", "'null', 'null'"), ("f_json, f_jsonb", "'\"a\\u0001\\\"\"', '\"\\u00e9\\n%s\"'"),
        ("f_json, f_jsonb", "'  1.50e1 ', '1.50e1'"), ("f_json, f_jsonb", "'\"\\ud800\"', 'true'"),
        ("f_json, f_jsonb", "E'{\"a\" :1,\\n\\t\"a\":[ ], \"%s\": \"\\\\u0000\"}', '{\"b\": [1.10, {}], \"a\": \"\"}'"),
        ("f_json", "(repeat('[', 1000) || '\"]\\\"\"' || repeat(']', 1000))::json"),
        ("f_uuid, f_hash, f_secret, f_pin", "'00000000-0000-4000-8000-00000000000A', '$argon2id$x', 'secret', 0"),
    ]

    @Test func itIsWhatTheRowIsAnsweredAs() async throws {
        let texts = StatementTexts()
        var setup = TestAPI.Setup()
        setup.trace = { texts.add($0) }
        try await withAPI(Self.model, setup: setup) { api in
            for (columns, values) in Self.rows {
                let key = try await api.rows("INSERT INTO states (\(columns)) VALUES (\(values)) RETURNING id")
                _ = texts.take()
                let changed = try await api.raw("PATCH /items/states/\(key)", TypeValues.boss, "{\"f_uuid\":null}")
                let sent = texts.take()
                #expect(sent.contains { $0.contains("kerege_revision") } && !sent.contains { $0.hasPrefix("BEGIN") }, "\(columns)")
                try await expectRevision(of: "states", key, changed, on: api, "\(columns): \(values)")
            }
        }
    }

    private func expectRevision(of collection: String, _ key: String, _ changed: TestAPI.RawAnswer, on api: TestAPI, _ name: String) async throws {
        let read = try await api.raw("GET /items/\(collection)/\(key)", TypeValues.boss)
        #expect(changed.status == 200 && changed.text == read.text, "\(name)")
        let data = try await api.rows(
            "SELECT data FROM directus_revisions WHERE collection = '\(collection)' AND item = '\(key)' ORDER BY id DESC LIMIT 1")
        #expect("{\"data\":\(data)}" == read.text, "\(name)")
    }

    /// Columns of one collection each: those whose cast to text is not what they are read as are told from the row that comes back.
    static let columns: [(name: String, type: String, value: String, isAlone: Bool)] = [
        ("list", "csv", #"'a,"b,'"#, false), ("nothing", "csv", "''", false), ("bytes", "binary", #"'\x00ff'"#, false),
        ("padded", "{ type: string, column: char(5) }", "'a\"'", false), ("address", "{ type: unknown, column: inet }", "'10.0.0.1'", false),
        ("network", "{ type: unknown, column: cidr }", "'10.0.0.0/8'", false),
        ("span", "{ type: unknown, column: interval }", "'1 day 02:00'", false),
        ("blob", "{ type: unknown, column: bytea }", #"'\x22'"#, false), ("loose", "{ type: json, column: text }", "'{\"a\": 1}'", false),
        ("wrong", "{ type: json, column: text }", "'{\"'", false), ("flag", "{ type: string, column: boolean }", "true", false),
        ("zoned", "{ type: time, column: timetz }", "'13:45+01'", false), ("bits", "{ type: unknown, column: bit(3) }", "'101'", false),
        ("money", "{ type: unknown, column: money }", "'1.50'", false), ("node", "{ type: unknown, column: xml }", "'<a b=\"c\"/>'", false),
        ("numbers", "{ type: unknown, column: \"integer[]\" }", "'{1,NULL,3}'", true),
        ("words", "{ type: unknown, column: \"text[]\" }", #"'{"a \" b",NULL,%s}'"#, true),
        ("floats", "{ type: unknown, column: \"real[]\" }", "'{NaN,0.1}'", true), ("whole", "{ type: string, column: integer }", "7", true),
        ("moment", "{ type: string, column: timestamptz }", "'2024-01-31 12:00:00.5+00'", true),
        ("hex", "{ type: string, column: bytea }", #"'\x00ff'"#, true), ("day", "{ type: dateTime, column: date }", "'2024-01-31'", true),
        ("amount", "{ type: integer, column: numeric }", "'12.50'", true), ("far", "{ type: integer, column: bigint }", "9007199254740993", true),
    ]

    private static let columnModel = TestModel(
        name: "revision-columns",
        files: [
            (
                "Schemas/columns.yaml",
                columns.map {
                    "collection: c_\($0.name)\nfields:\n  id: { type: integer, auto_increment: true, primary: true }\n  n: integer\n  v: \($0.type)\n"
                }.joined(separator: "---\n")
            )
        ], rows: boss)

    @Test func columnsOfEveryKindAreToldAsTheyAreAnswered() async throws {
        let texts = StatementTexts()
        var setup = TestAPI.Setup()
        setup.trace = { texts.add($0) }
        try await withAPI(Self.columnModel, setup: setup) { api in
            for column in Self.columns {
                for value in [column.value, "NULL"] {
                    let key = try await api.rows("INSERT INTO c_\(column.name) (v) VALUES (\(value)) RETURNING id")
                    _ = texts.take()
                    let changed = try await api.raw("PATCH /items/c_\(column.name)/\(key)", TypeValues.boss, "{\"n\":1}")
                    #expect(texts.take().contains { $0.hasPrefix("BEGIN") } != column.isAlone, "\(column.name)")
                    try await expectRevision(of: "c_\(column.name)", key, changed, on: api, "\(column.name) \(value)")
                }
            }
        }
    }

    /// Functions of PostgreSQL take 100 arguments.
    @Test(arguments: [97, 98, 99, 197, 250]) func aWideRowIsToldWhole(_ count: Int) async throws {
        let fields = (1...count).map { "  \"f\($0)%\": integer\n" }.joined()
        let model = TestModel(
            name: "wide-\(count)",
            files: [("Schemas/wide.yaml", "collection: wide\nfields:\n  id: { type: integer, auto_increment: true, primary: true }\n\(fields)")],
            rows: Self.boss)
        try await withAPI(model) { api in
            _ = try await api.raw("POST /items/wide", TypeValues.boss, "{\"f1%\":1,\"f\(count)%\":2}")
            let changed = try await api.raw("PATCH /items/wide/1", TypeValues.boss, #"{"f2%":3}"#)
            try await expectRevision(of: "wide", "1", changed, on: api, "\(count)")
        }
    }
}
