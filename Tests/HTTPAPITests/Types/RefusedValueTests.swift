import JSONText
import Testing

/// What a type can't hold is refused in words, as a payload and as what a filter compares with, and nothing is written.
@Suite struct RefusedValueTests {
    private static func field(_ name: String) -> String {
        refusal("INVALID_PAYLOAD", "Invalid payload. Invalid value for field \"\(name)\".", reason: "Invalid value for field \"\(name)\"")
    }

    private static let unfit = refusal(
        "INVALID_PAYLOAD", "Invalid payload. A value can't be stored in its field.", reason: "A value can't be stored in its field")

    private static func syntax(_ reason: String) -> String { refusal("INVALID_PAYLOAD", "Invalid payload. \(reason).", reason: reason) }

    private static func moment(_ name: String, _ kind: String) -> String { syntax("Invalid \(kind) format in field \"\(name)\"") }

    private static func range(_ field: String, _ value: String, _ told: String) -> String {
        """
        {"errors":[{"message":"Numeric value \\"\(told)\\" for field \\"\(field)\\" in collection \\"values\\" is out of range.",\
        "extensions":{"collection":"values","field":"\(field)","value":\(value),"code":"VALUE_OUT_OF_RANGE"}}]}
        """
    }

    static let payloads: [(field: String, value: String, answer: String)] = [
        ("f_string", #""\u0000""#, field("f_string")), ("f_string", #""\ud800""#, syntax("Lone surrogate in JSON string at position 19")),
        ("f_string", #""\udc00\ud800""#, syntax("Lone surrogate in JSON string at position 19")),
        ("f_boolean", "2", field("f_boolean")), ("f_boolean", #""maybe""#, field("f_boolean")), ("f_boolean", #""""#, field("f_boolean")),
        ("f_integer", "2147483648", range("f_integer", "2147483648", "2147483648")),
        ("f_integer", "-2147483649", range("f_integer", "-2147483649", "-2147483649")),
        ("f_integer", "99999999999999999999", range("f_integer", "99999999999999999999", "1e+20")),
        ("f_integer", "1.5", field("f_integer")), ("f_integer", #""NaN""#, field("f_integer")), ("f_integer", "true", field("f_integer")),
        ("f_integer", #""""#, field("f_integer")), ("f_integer", "1e400", syntax("Number 1e400 in JSON at position 13 is out of range")),
        ("f_big", "9223372036854775808", range("f_big", "9223372036854775808", "9.223372036854776e+18")),
        ("f_big", "1.5", field("f_big")), ("f_float", #""Infinity""#, field("f_float")), ("f_float", #""NaN""#, field("f_float")),
        ("f_float", "3.5e38", range("f_float", "3.5e38", "3.5e+38")), ("f_float", "1e-46", range("f_float", "1e-46", "1e-46")),
        ("f_decimal", "1e30", range("f_decimal", "1e30", "1e+30")), ("f_decimal", #""Infinity""#, field("f_decimal")),
        ("f_date", #""2023-02-29""#, moment("f_date", "Date")), ("f_date", #""20240131""#, moment("f_date", "Date")),
        ("f_date", #""5874898-01-01""#, unfit),
        ("f_date", #""0000-01-01""#, moment("f_date", "Date")),
        ("f_date", #""now""#, moment("f_date", "Date")), ("f_date", "5", moment("f_date", "Date")), ("f_date", #""""#, moment("f_date", "Date")),
        ("f_time", #""24:00:01""#, unfit),
        ("f_time", #""""#, unfit), ("f_time", "5", unfit),
        ("f_dateTime", #""2024-01-31T24:00:01""#, moment("f_dateTime", "DateTime")), ("f_dateTime", "1e300", moment("f_dateTime", "DateTime")),
        ("f_timestamp", #""2024-01-31T13:45:00+16:00""#, unfit), ("f_timestamp", #""now""#, moment("f_timestamp", "DateTime")),
        ("f_json", #""abc""#, field("f_json")), ("f_json", #""{\"a\":1,\"a\":2}""#, field("f_json")), ("f_jsonb", #"{"a":"\u0000"}"#, unfit),
        ("f_jsonb", "1e-99999", unfit), ("f_csv", #"["\u0000"]"#, unfit), ("f_uuid", #""x""#, field("f_uuid")), ("f_uuid", #""""#, field("f_uuid")),
        ("f_binary", #""\\x0""#, unfit),
    ]

    @Test func aValueThatDoesNotFitIsRefused() async throws {
        try await withAPI(TypeValues.model) { api in
            for (field, value, answer) in Self.payloads {
                let refused = try await api.raw("POST /items/values", TypeValues.boss, "{\"\(field)\":\(value)}")
                #expect(refused.status == 400, "\(field) \(value): \(refused.text)")
                #expect(refused.text == answer, "\(field) \(value)")
            }
            #expect(try await api.rows("SELECT count(*) FROM \"values\"") == "0")
        }
    }

    private static func query(_ reason: String) -> String { refusal("INVALID_QUERY", "Invalid query. \(reason).", reason: reason) }

    static let filters: [(filter: String, answer: String)] = [
        (#"{"f_integer":{"_eq":"x"}}"#, query("Invalid numeric value")), (#"{"f_integer":{"_eq":2147483648}}"#, query("Invalid numeric value")),
        (#"{"f_integer":{"_eq":1.5}}"#, query("Invalid numeric value")), (#"{"f_integer":{"_in":[1,"x"]}}"#, query("Invalid numeric value")),
        (#"{"f_integer":{"_lt":null}}"#, query("Invalid numeric value")),
        (#"{"f_integer":{"_eq":9007199254740992}}"#, query(#"The filter value for "_eq" is not a valid number"#)),
        (#"{"f_big":{"_eq":"9223372036854775808"}}"#, query("Invalid numeric value")),
        (#"{"f_float":{"_eq":"1e39"}}"#, query("A value can't be compared with its field")),
        (#"{"f_decimal":{"_eq":"NaN"}}"#, query("Invalid numeric value")), (#"{"f_boolean":{"_eq":2}}"#, query("Invalid boolean value")),
        (#"{"f_uuid":{"_eq":"x"}}"#, query("Invalid uuid value")), (#"{"f_date":{"_eq":"x"}}"#, query("A value can't be compared with its field")),
        (#"{"f_date":{"_gt":"2024-02-30"}}"#, query("A value can't be compared with its field")),
        (#"{"f_timestamp":{"_between":["2024-01-01","x"]}}"#, query("A value can't be compared with its field")),
        (#"{"f_string":{"_eq":"\u0000"}}"#, query(#"The filter value for "_eq" can't contain a null character"#)),
        (#"{"f_json":{"_eq":1}}"#, query(#""json" field type does not contain the "_eq" filter operator"#)),
        (#"{"f_hash":{"_eq":"secret"}}"#, query(#""hash" field type does not contain the "_eq" filter operator"#)),
        (#"{"f_hash":{"_starts_with":"$argon2"}}"#, query(#""hash" field type does not contain the "_starts_with" filter operator"#)),
        (#"{"f_string":{"_regex":"(a+)+$"}}"#, query(#""string" field type does not contain the "_regex" filter operator"#)),
    ]

    @Test func aFilterThatDoesNotFitIsRefused() async throws {
        try await withAPI(TypeValues.model) { api in
            // A row, so that something is compared.
            _ = try await api.raw("POST /items/values", TypeValues.boss, "{}")
            for (filter, answer) in Self.filters {
                let refused = try await api.raw("SEARCH /items/values", TypeValues.boss, #"{"query":{"filter":\#(filter)}}"#)
                #expect(refused.status == 400, "\(filter)")
                #expect(refused.text == answer, "\(filter)")
            }
        }
    }
}
