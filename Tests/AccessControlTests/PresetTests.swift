import AccessControl
import JSONText
import SchemaModel
import Testing

@Suite struct PresetTests {
    private func row(_ presets: String?) -> PermissionRow {
        PermissionRow(policy: "p", fields: .all, rule: nil, validation: nil, presets: presets.flatMap { Rows.json($0).object })
    }

    @Test func `merges rows in order under the payload, with variables replaced`() throws {
        let rows = [
            row(#"{"author":"$CURRENT_USER","desk":"$CURRENT_USER.desk","status":"draft","at":"$NOW(-1 day)","note":"from role"}"#), row(nil),
            row(#"{"note":"from user","facts":{"by":["$CURRENT_ROLES","x"],"ok":"true"},"gone":"null","plain":"$BOGUS"}"#),
        ]
        let payload = try #require(Rows.json(#"{"title":"t","status":"review","author":null}"#).object)
        let merged = Presets.merge(rows, into: payload, values: PayloadValidationTests.values)
        #expect(
            JSONValue.object(merged)
                == Rows.json(
                    #"""
                    {"title":"t","status":"review","author":null,"desk":1,"at":"2024-05-04T10:00:00.000Z","note":"from user",
                     "facts":{"by":[["r1","r2"],"x"],"ok":true},"gone":null,"plain":"$BOGUS"}
                    """#))
    }

    @Test func `leaves the payload alone without presets`() throws {
        let payload = try #require(Rows.json(#"{"a":"$NOW"}"#).object)
        #expect(Presets.merge([row(nil)], into: payload, values: PayloadValidationTests.values) == payload)
    }
}

struct VariableCase: CustomTestStringConvertible, Sendable {
    let text: String
    let value: AttributeValue
    let json: JSONValue
    var type: FieldType?
    var testDescription: String { "\(text) \(value)" }
}

@Suite struct DynamicValueTests {
    static let loaded = [
        VariableCase(text: "$CURRENT_USER.a", value: .single("5"), json: 5, type: .integer),
        VariableCase(text: "$CURRENT_USER.a", value: .single("5"), json: "5", type: .bigInteger),
        VariableCase(text: "$CURRENT_USER.a", value: .single("NaN"), json: nil, type: .float),
        VariableCase(text: "$CURRENT_USER.a", value: .single("t"), json: true, type: .boolean),
        VariableCase(text: "$CURRENT_USER.a", value: .single("t"), json: "t", type: nil),
        VariableCase(text: "$CURRENT_USER.a", value: .single("2024-01-31 12:45:00.5+00"), json: "2024-01-31T12:45:00.500Z", type: .timestamp),
        VariableCase(text: "$CURRENT_USER.a", value: .single("2024-01-31 12:45:00"), json: "2024-01-31T12:45:00", type: .dateTime),
        VariableCase(text: "$CURRENT_USER.a", value: .single(#"{"b":1}"#), json: ["b": 1], type: .json),
        VariableCase(text: "$CURRENT_USER.a", value: .single("x,y"), json: ["x", "y"], type: .csv),
        VariableCase(text: "$CURRENT_USER.a", value: .single(nil), json: nil, type: .integer),
        VariableCase(text: "$CURRENT_POLICIES.a", value: .list(["1", "2"]), json: [1, 2], type: .integer),
    ]

    @Test(arguments: loaded) func `gives loaded attributes the type of their field`(_ test: VariableCase) throws {
        let variable = try #require(DynamicVariable(test.text))
        var caller = Caller(principal: .public, access: .nothing, attributes: [variable: test.value])
        caller.attributeTypes = test.type.map { [variable: $0] } ?? [:]
        let values = DynamicValues(caller: caller, now: Moment(milliseconds: 0))
        #expect(values.value(of: variable) == test.value)
        #expect(values.json(of: variable) == test.json)
    }

    @Test func `nobody is null, has no roles, and what was not loaded is null`() throws {
        let values = DynamicValues(caller: Caller(principal: .public, access: .nothing), now: Moment(milliseconds: 0))
        for (text, value) in [
            ("$CURRENT_USER", AttributeValue.single(nil)), ("$CURRENT_ROLE", .single(nil)), ("$CURRENT_ROLES", .list([])),
            ("$CURRENT_POLICIES", .list([])), ("$CURRENT_USER.x", .single(nil)), ("$CURRENT_ROLES.x", .list([])),
            ("$NOW", .single("1970-01-01T00:00:00.000Z")), ("$NOW(+1 d)", .single("1970-01-02T00:00:00.000Z")),
        ] {
            #expect(values.value(of: try #require(DynamicVariable(text))) == value)
        }
    }
}
