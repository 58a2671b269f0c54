import JSONText
import Testing

/// Keys of every type that can be one, in URLs and in lists of keys, in whatever spelling the column reads.
@Suite struct TypeKeyTests {
    static let keys: [(type: String, path: String, given: String, shown: String)] = [
        ("string", "r%2Fed", #""r/ed""#, #""r/ed""#), ("string", "a%20%3F%23%25", #""a ?#%""#, #""a ?#%""#), ("string", "..", #""..""#, #""..""#),
        ("string", "%C3%BC%F0%9F%98%80", #""ü😀""#, #""ü😀""#), ("text", "null", #""null""#, #""null""#),
        ("bigInteger", "9223372036854775807", #""9223372036854775807""#, #""9223372036854775807""#), ("bigInteger", "-5", "-5", #""-5""#),
        ("bigInteger", "1e3", #""1e3""#, #""1000""#), ("bigInteger", "0012", #""0012""#, #""12""#),
        ("uuid", "00000000-0000-4000-8000-00000000000A", #""00000000-0000-4000-8000-00000000000A""#, #""00000000-0000-4000-8000-00000000000a""#),
        ("decimal", "1.5", "1.5", #""1.50000""#), ("float", "0.1", "0.1", "0.1"), ("float", "16777217", "16777217", "1.6777216e+07"),
        ("date", "2024-01-31", #""2024-01-31""#, #""2024-01-31""#), ("time", "13%3A45", #""13:45""#, #""13:45:00""#),
        ("dateTime", "2024-01-31T13%3A45%3A00", #""2024-01-31T13:45:00""#, #""2024-01-31T13:45:00""#),
        ("timestamp", "2024-01-31T13%3A45%3A00%2B01%3A00", #""2024-01-31T13:45:00+01:00""#, #""2024-01-31T12:45:00.000Z""#),
        ("boolean", "true", #""true""#, "true"),
    ]

    @Test func anItemIsFoundByItsKey() async throws {
        try await withAPI(TypeValues.model) { api in
            for (type, path, given, shown) in Self.keys {
                func item(_ n: Int) -> String { #"{"id":\#(shown),"n":\#(n)}"# }
                let name = "\(type) \(path)"
                let made = try await api.raw("POST /items/k_\(type)", TypeValues.boss, #"{"id":\#(given),"n":1}"#)
                #expect(made.text == "{\"data\":\(item(1))}", "\(name)")
                #expect(try await api.raw("GET /items/k_\(type)/\(path)", TypeValues.boss).text == "{\"data\":\(item(1))}", "\(name)")
                let changed = try await api.raw("PATCH /items/k_\(type)/\(path)", TypeValues.boss, #"{"n":2}"#)
                #expect(changed.status == 200 && changed.text == "{\"data\":\(item(2))}", "\(name)")
                let found = try await api.raw("SEARCH /items/k_\(type)", TypeValues.boss, #"{"keys":[\#(given)]}"#)
                #expect(found.text == "{\"data\":[\(item(2))]}", "\(name)")
                #expect(try await api.raw("DELETE /items/k_\(type)/\(path)", TypeValues.boss).status == 204, "\(name)")
                #expect(try await api.raw("GET /items/k_\(type)/\(path)", TypeValues.boss).status == 403, "\(name)")
                // However the key was spelled, the history knows of it.
                let told = "SELECT string_agg(action, ',' ORDER BY id) FROM directus_activity WHERE collection = 'k_\(type)'"
                #expect(try await api.rows(told) == "create,update,delete", "\(name)")
                try await api.client.run("DELETE FROM directus_activity")
            }
        }
    }

    static let misfits = [
        "bigInteger/9223372036854775808", "bigInteger/1.5", "bigInteger/0x10", "uuid/x", "decimal/x", "float/1e39", "date/2024-02-30", "time/25%3A00",
        "timestamp/x", "boolean/x", "string/absent", "text/absent",
    ]

    @Test(arguments: misfits) func aKeyThatDoesNotFitIsNotThere(_ path: String) async throws {
        try await withAPI(TypeValues.model) { api in
            let answer = try await api.raw("GET /items/k_\(path)", TypeValues.boss)
            #expect(answer.status == 403)
            #expect(answer.text == refusal("FORBIDDEN", "You don't have permission to access this."))
        }
    }

    @Test func keysBelowOneLeaveTheSequenceAlone() async throws {
        try await withAPI(TypeValues.model) { api in
            for (body, answer) in [("-7", "-7"), ("0", "0"), ("5", "5")] {
                let made = try await api.raw("POST /items/numbered?fields=id", TypeValues.boss, "{\"id\":\(body)}")
                #expect(made.text == "{\"data\":{\"id\":\(answer)}}")
            }
            #expect(try await api.raw("POST /items/numbered?fields=id", TypeValues.boss, "{}").text == #"{"data":{"id":6}}"#)
        }
    }

    @Test func aLongKeyIsWrittenThoughTheHistoryCutsIt() async throws {
        let key = String(repeating: "k", count: 2000)
        try await withAPI(TypeValues.model) { api in
            let made = try await api.raw("POST /items/k_text", TypeValues.boss, #"{"id":"\#(key)"}"#)
            #expect(made.text == #"{"data":{"id":"\#(key)","n":null}}"#)
            #expect(try await api.rows("SELECT length(item) FROM directus_activity WHERE collection = 'k_text'") == "255")
        }
    }
}
