import JSONText
import Testing

/// Rows that were never written here: what PostgreSQL holds and our parser would refuse is read and exported all the same.
@Suite struct StoredValueTests {
    static let rows = """
        INSERT INTO "values" (id, f_float, f_decimal, f_date, f_time, "f_dateTime", f_timestamp, f_json) VALUES
        (1, 'NaN', 'NaN', 'infinity', '24:00', 'infinity', 'infinity', '"\\ud800"'),
        (2, 'Infinity', -0, '-infinity', '00:00:00.000001', '-infinity', '-infinity', '{"a":1,"b":2,"a":3}'),
        (3, '-Infinity', 1, '0044-03-15 BC', '00:00', '0044-03-15 12:00 BC', '0044-03-15 12:00+00 BC', '[1e400]'),
        (4, '1e-45', 1, '5874897-12-31', '00:00', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00',
          (repeat('[', 1000) || '"]\\""' || repeat(']', 1000))::json)
        """

    private static let fields = "fields=id,f_float,f_decimal,f_date,f_dateTime,f_timestamp&sort=id"

    @Test func theyAreRead() async throws {
        try await withAPI(TypeValues.model) { api in
            try await api.client.run(Self.rows)
            let read = try await api.raw("GET /items/values?\(Self.fields)", TypeValues.boss)
            #expect(
                read.text == """
                    {"data":[{"id":1,"f_float":null,"f_decimal":"NaN","f_date":"infinity","f_dateTime":"infinity","f_timestamp":"infinity"},\
                    {"id":2,"f_float":null,"f_decimal":"0.0000000000","f_date":"-infinity","f_dateTime":"-infinity","f_timestamp":"-infinity"},\
                    {"id":3,"f_float":null,"f_decimal":"1.0000000000","f_date":"0044-03-15 BC","f_dateTime":"0044-03-15 12:00:00 BC",\
                    "f_timestamp":"0044-03-15 12:00:00+00 BC"},{"id":4,"f_float":1e-45,"f_decimal":"1.0000000000","f_date":"5874897-12-31",\
                    "f_dateTime":"294276-12-31 23:59:59.999999","f_timestamp":"294276-12-31 23:59:59.999999+00"}]}
                    """)
            let csv = try await api.raw("GET /items/values?\(Self.fields)&export=csv&filter[id]=3", TypeValues.boss)
            #expect(
                csv.text == """
                    "id","f_float","f_decimal","f_date","f_dateTime","f_timestamp"
                    3,,"1.0000000000","0044-03-15 BC","0044-03-15 12:00:00 BC","0044-03-15 12:00:00+00 BC"
                    """)
        }
    }

    static let deep = String(repeating: "[", count: 1000) + #""]\"""# + String(repeating: "]", count: 1000)

    static let json: [(id: Int, format: String, text: String)] = [
        (1, "json", "[\n\t{\n\t\t\"f_json\": \"\u{FFFD}\"\n\t}\n]"), (1, "csv", "\"f_json\"\n\"\u{FFFD}\""), (1, "yaml", "- f_json: \u{FFFD}\n"),
        (1, "xml", "<?xml version='1.0'?>\n<data>\n    <data>\n        <f_json>\u{FFFD}</f_json>\n    </data>\n</data>"),
        (2, "json", "[\n\t{\n\t\t\"f_json\": {\n\t\t\t\"a\": 3,\n\t\t\t\"b\": 2\n\t\t}\n\t}\n]"), (2, "csv", "\"f_json.a\",\"f_json.b\"\n3,2"),
        (2, "yaml", "- f_json:\n    a: 3\n    b: 2\n"), (3, "csv", "\"f_json\"\n\"[1e400]\""), (3, "yaml", "- f_json:\n    - 1e400\n"),
    ]

    @Test func jsonThatAnswersToNoRulesIsExported() async throws {
        try await withAPI(TypeValues.model) { api in
            try await api.client.run(Self.rows)
            let read = try await api.raw("GET /items/values/4?fields=f_json", TypeValues.boss)
            #expect(read.text == "{\"data\":{\"f_json\":\(Self.deep)}}")
            for (id, format, text) in Self.json {
                let answer = try await api.raw("GET /items/values?fields=f_json&filter[id]=\(id)&export=\(format)", TypeValues.boss)
                #expect(answer.status == 200)
                #expect(answer.text == text, "\(id) \(format)")
            }
            for format in ["csv", "csv_utf8", "json", "xml", "yaml"] {
                #expect(
                    try await api.raw("GET /items/values?fields=f_json&filter[id]=4&export=\(format)", TypeValues.boss).status == 200, "\(format)")
            }
        }
    }

    @Test func theyAreChangedWithTheirHistory() async throws {
        try await withAPI(TypeValues.model) { api in
            try await api.client.run(Self.rows)
            for id in 1...4 {
                let answer = try await api.raw("PATCH /items/values/\(id)?fields=id,f_text", TypeValues.boss, #"{"f_text":"x"}"#)
                #expect(answer.text == "{\"data\":{\"id\":\(id),\"f_text\":\"x\"}}")
            }
            #expect(try await api.rows("SELECT count(*) FROM directus_revisions WHERE collection = 'values'") == "4")
        }
    }
}
