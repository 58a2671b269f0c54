import JSONText
import Testing

/// What is written of each type is read as clients expect it, found by its own value, and written again as it was read (contract/items.md, 3.1).
@Suite struct RoundTripTests {
    struct Value: Sendable, CustomTestStringConvertible {
        let field: String
        let written: String
        let read: String
        /// How filters say it; nil = the type is not compared.
        let filter: String?

        var testDescription: String { "\(field) \(written.prefix(60))" }

        init(_ field: String, _ written: String, _ read: String? = nil, filter: String?) {
            self.field = field
            self.written = written
            self.read = read ?? written
            self.filter = filter
        }

        /// Compared by what was written.
        init(_ field: String, _ written: String, _ read: String? = nil) { self.init(field, written, read, filter: written) }
    }

    static let long = "\"" + String(repeating: "é\\n", count: 180_000) + "\""

    static let values: [Value] = [
        Value("f_string", #""a""#), Value("f_string", #""\u0001\u00e9\"\\😀""#, #""\u0001é\"\\😀""#), Value("f_string", "5", #""5""#),
        Value("f_string", "true", #""true""#, filter: nil),
        Value("f_string", #"{"a":[1]}"#, #""{\"a\":[1]}""#, filter: #""{\"a\":[1]}""#), Value("f_text", long, filter: nil),
        Value("f_text", #"" blank ""#),
        Value("f_boolean", "true"), Value("f_boolean", #""no""#, "false"), Value("f_boolean", "1", "true"),
        Value("f_integer", "2147483647"), Value("f_integer", "-2147483648"), Value("f_integer", "1e3", "1000"), Value("f_integer", #"" 12 ""#, "12"),
        Value("f_integer", "2.0", "2"), Value("f_integer", "-0", "0"),
        Value("f_big", "9223372036854775807", #""9223372036854775807""#, filter: #""9223372036854775807""#),
        Value("f_big", #""-9223372036854775808""#), Value("f_big", "9007199254740993", #""9007199254740993""#, filter: #""9007199254740993""#),
        Value("f_big", "1e18", #""1000000000000000000""#, filter: #""1e18""#),
        Value("f_big", "9007199254740993.0", #""9007199254740993""#, filter: nil),
        Value("f_float", "3.4028235e38", "3.4028235e+38", filter: #""3.4028235e38""#), Value("f_float", "1e-45", filter: #""1e-45""#),
        Value("f_float", "0.1"),
        Value("f_float", "16777216", "1.6777216e+07"), Value("f_float", "-0.0", "0"),
        Value("f_decimal", #""123456789012345678901234567890.1234567891""#),
        Value(
            "f_decimal", "-123456789012345678901234567890.1234567891", #""-123456789012345678901234567890.1234567891""#,
            filter: #""-123456789012345678901234567890.1234567891""#),
        Value("f_decimal", "1e29", #""100000000000000000000000000000.0000000000""#, filter: #""1e29""#),
        Value("f_decimal", "12345678901234567890.5", #""12345678901234567890.5000000000""#, filter: #""12345678901234567890.5""#),
        Value("f_decimal", "0.0000000001", #""0.0000000001""#), Value("f_decimal", "1.5e-3", #""0.0015000000""#),
        Value("f_decimal", "-0", #""0.0000000000""#),
        Value("f_date", #""2024-02-29""#), Value("f_date", #""0001-01-01""#), Value("f_date", #""9999-12-31""#),
        Value("f_date", #""2024-01-31T23:59:59+14:00""#, #""2024-01-31""#, filter: #""2024-01-31""#),
        Value("f_date", #""0000-00-00""#, "null", filter: nil),
        Value("f_time", #""13:45:00""#), Value("f_time", #""24:00:00""#), Value("f_time", #""00:00:00.000001""#),
        Value("f_dateTime", #""2024-01-31T13:45:00""#), Value("f_dateTime", #""2024-01-31T13:45:00.999""#, #""2024-01-31T13:45:00""#),
        Value("f_dateTime", #""0001-01-01T00:00:00""#), Value("f_dateTime", #""9999-12-31T23:59:59""#),
        Value("f_dateTime", #""2024-01-31T13:45:00-14:00""#, #""2024-02-01T03:45:00""#, filter: nil),
        Value("f_timestamp", #""2024-01-31T13:45:00Z""#, #""2024-01-31T13:45:00.000Z""#),
        Value("f_timestamp", #""2024-01-31T13:45:00+14:00""#, #""2024-01-30T23:45:00.000Z""#),
        Value("f_timestamp", #""2024-01-31T13:45:00-12:00""#, #""2024-02-01T01:45:00.000Z""#),
        Value("f_timestamp", #""2024-01-31T13:45:00+05:45""#, #""2024-01-31T08:00:00.000Z""#),
        Value("f_timestamp", #""2024-01-31T13:45:00""#, #""2024-01-31T13:45:00.000Z""#),
        Value("f_timestamp", #""2024-01-31T13:45:00.123456Z""#, #""2024-01-31T13:45:00.123Z""#),
        Value("f_decimal", #""NaN""#, filter: nil), Value("f_date", #""infinity""#), Value("f_date", #""0044-03-15 BC""#),
        Value("f_date", #""5874897-12-31""#),
        Value("f_dateTime", #""-infinity""#), Value("f_dateTime", #""0044-03-15 12:00:00 BC""#), Value("f_dateTime", #""294276-12-31 23:59:59""#),
        Value("f_timestamp", #""infinity""#), Value("f_timestamp", #""0044-03-15 12:00:00+00 BC""#),
        Value("f_timestamp", #""10000-01-01 00:00:00+00""#),
        Value("f_json", #"{"a":"\u0000","b":[1.10,{}],"c":null}"#, filter: nil),
        Value("f_json", "123456789012345678901234567890.123456789", filter: nil),
        Value("f_json", #""[1,2]""#, "[1,2]", filter: nil), Value("f_json", #""null""#, "null", filter: nil), Value("f_json", "1e300", filter: nil),
        Value("f_json", String(repeating: "[", count: 100) + String(repeating: "]", count: 100), filter: nil),
        Value("f_jsonb", #"{"a":[1.10,{}]}"#, #"{"a": [1.10, {}]}"#, filter: nil),
        Value("f_csv", #"["a","b c",""]"#, filter: #""a,b c,""#), Value("f_csv", #"["a,b"]"#, #"["a","b"]"#, filter: #""a,b""#),
        Value("f_csv", "[]", filter: nil),
        Value("f_csv", #""x""#, #"["x"]"#),
        Value("f_uuid", #""00000000-0000-4000-8000-00000000000A""#, #""00000000-0000-4000-8000-00000000000a""#),
        Value("f_hash", #""secret""#, #""**********""#, filter: nil), Value("f_hash", "null", filter: nil),
        Value("f_binary", #""\\x00ff""#, #"{"type":"Buffer","data":[0,255]}"#, filter: nil),
    ]

    @Test func whatIsWrittenIsRead() async throws {
        try await withAPI(TypeValues.model) { api in
            for value in Self.values {
                let made = try await api.raw("POST /items/values?fields=\(value.field)", TypeValues.boss, "{\"\(value.field)\":\(value.written)}")
                #expect(made.text == "{\"data\":{\"\(value.field)\":\(value.read)}}", "\(value.testDescription)")
                let key = try await api.rows("SELECT max(id) FROM \"values\"")
                let read = try await api.raw("GET /items/values/\(key)?fields=id,\(value.field)", TypeValues.boss)
                #expect(read.text == "{\"data\":{\"id\":\(key),\"\(value.field)\":\(value.read)}}", "\(value.testDescription)")
            }
        }
    }

    @Test func whatWasReadIsWrittenAgain() async throws {
        // A hash is shown as stars, a buffer is not written as it is read.
        try await withAPI(TypeValues.model) { api in
            for value in Self.values where value.field != "f_hash" && value.field != "f_binary" {
                let made = try await api.raw("POST /items/values?fields=\(value.field)", TypeValues.boss, "{\"\(value.field)\":\(value.read)}")
                #expect(made.text == "{\"data\":{\"\(value.field)\":\(value.read)}}", "\(value.testDescription)")
            }
        }
    }

    /// The row of a value alone: what it is compared with can only be itself.
    @Test func aValueFindsItself() async throws {
        try await withAPI(TypeValues.model) { api in
            for value in Self.values {
                guard let filter = value.filter else { continue }
                _ = try await api.raw("POST /items/values?fields=id", TypeValues.boss, "{\"\(value.field)\":\(value.written)}")
                let key = try await api.rows("SELECT max(id) FROM \"values\"")
                var found = ["_eq": filter, "_in": "[\(filter)]"]
                var missed = ["_neq": filter, "_nin": "[\(filter)]"]
                if Self.ordered.contains(value.field) {
                    for (name, operand) in [("_gte", filter), ("_lte", filter), ("_between", "[\(filter),\(filter)]")] { found[name] = operand }
                    for (name, operand) in [("_gt", filter), ("_lt", filter), ("_nbetween", "[\(filter),\(filter)]")] { missed[name] = operand }
                }
                if value.field == "f_boolean" { (found["_in"], missed["_nin"]) = (nil, nil) }
                if value.field == "f_timestamp" && value.written.contains("123456") { continue }
                for (name, operand) in found {
                    #expect(
                        try await Self.ids(api, key, value.field, name, operand) == "{\"data\":[{\"id\":\(key)}]}", "\(value.testDescription) \(name)"
                    )
                }
                for (name, operand) in missed {
                    #expect(try await Self.ids(api, key, value.field, name, operand) == "{\"data\":[]}", "\(value.testDescription) \(name)")
                }
            }
        }
    }

    private static let ordered: Set = ["f_integer", "f_big", "f_float", "f_decimal", "f_date", "f_time", "f_dateTime", "f_timestamp"]

    private static func ids(_ api: TestAPI, _ key: String, _ field: String, _ name: String, _ operand: String) async throws -> String {
        try await api.raw(
            "SEARCH /items/values", TypeValues.boss,
            #"{"query":{"fields":["id"],"filter":{"id":{"_eq":\#(key)},"\#(field)":{"\#(name)":\#(operand)}}}}"#
        ).text
    }

    @Test func theLeastAndTheGreatestAreRead() async throws {
        try await withAPI(TypeValues.model) { api in
            for value in Self.values where Self.ordered.contains(value.field) {
                _ = try await api.raw("POST /items/values?fields=id", TypeValues.boss, "{\"\(value.field)\":\(value.written)}")
                let key = try await api.rows("SELECT max(id) FROM \"values\"")
                let field = value.field
                let answer = try await api.raw("GET /items/values?filter[id]=\(key)&aggregate[min]=\(field)&aggregate[max]=\(field)", TypeValues.boss)
                #expect(
                    answer.text == #"{"data":[{"min":{"\#(field)":\#(value.read)},"max":{"\#(field)":\#(value.read)}}]}"#, "\(value.testDescription)")
            }
            for field in ["f_integer", "f_big", "f_decimal", "f_float"] {
                let sum = try await api.raw("GET /items/values?aggregate[sum]=\(field)", TypeValues.boss)
                let stored = try await api.rows("SELECT sum(\(field)) FROM \"values\"")
                #expect(sum.text == #"{"data":[{"sum":{"\#(field)":\#(field == "f_float" ? stored : "\"\(stored)\"")}}]}"#)
            }
        }
    }
}
