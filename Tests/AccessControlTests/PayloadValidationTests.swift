import AccessControl
import JSONText
import SchemaModel
import Testing

/// A rule, payloads that pass, and payloads with the errors they get: the recorded answers of contract/items.md, section 6.
struct RuleCase: CustomTestStringConvertible, Sendable {
    let rule: String
    let valid: [String]
    /// Payload and its errors, as `type member` of each.
    let invalid: [(payload: String, errors: [String])]
    var testDescription: String { rule }

    init(_ rule: String, valid: [String], _ invalid: (payload: String, errors: [String])...) {
        self.rule = rule
        self.valid = valid
        self.invalid = invalid
    }

    static let equality = [
        RuleCase(
            #"{"f":{"_eq":"yes"}}"#, valid: [#"{"f":"yes"}"#, "{}", #"{"g":1}"#],
            (#"{"f":"no"}"#, [#"eq valid "yes""#]), (#"{"f":null}"#, [#"eq valid "yes""#]), (#"{"f":5}"#, [#"eq valid "yes""#])),
        RuleCase(
            #"{"f":{"_eq":5}}"#, valid: [#"{"f":5}"#, #"{"f":5.0}"#, #"{"f":"5"}"#],
            (#"{"f":6}"#, [#"in valid [5,"5"]"#]), (#"{"f":null}"#, [#"in valid [5,"5"]"#]), (#"{"f":[5]}"#, [#"in valid [5,"5"]"#])),
        RuleCase(#"{"f":{"_eq":true}}"#, valid: [#"{"f":true}"#], (#"{"f":"true"}"#, ["eq valid true"]), (#"{"f":null}"#, ["eq valid true"])),
        RuleCase(#"{"f":{"_eq":"null"}}"#, valid: [#"{"f":null}"#], (#"{"f":"x"}"#, ["eq valid null"])),
        RuleCase(#"{"f":{"_neq":"no"}}"#, valid: [#"{"f":"yes"}"#, #"{"f":null}"#], (#"{"f":"no"}"#, [#"neq invalid "no""#])),
        RuleCase(#"{"f":{"_neq":3}}"#, valid: [#"{"f":4}"#, #"{"f":null}"#], (#"{"f":"3"}"#, [#"nin invalid [3,"3"]"#])),
        RuleCase(
            #"{"f":{"_in":["red","blue"]}}"#, valid: [#"{"f":"red"}"#],
            (#"{"f":"green"}"#, [#"in valid ["red","blue"]"#]), (#"{"f":null}"#, [#"in valid ["red","blue"]"#])),
        RuleCase(#"{"f":{"_in":["only"]}}"#, valid: [#"{"f":"only"}"#], (#"{"f":"x"}"#, [#"eq valid "only""#])),
        RuleCase(#"{"f":{"_in":[1,2]}}"#, valid: [#"{"f":2}"#], (#"{"f":"1"}"#, ["in valid [1,2]"])),
        RuleCase(#"{"f":{"_nin":["a","b"]}}"#, valid: [#"{"f":"c"}"#, #"{"f":null}"#], (#"{"f":"a"}"#, [#"nin invalid ["a","b"]"#])),
        RuleCase(#"{"f":{"_nin":["a"]}}"#, valid: [#"{"f":null}"#], (#"{"f":"a"}"#, [#"neq invalid "a""#])),
        RuleCase(#"{"f":{"_null":true}}"#, valid: [#"{"f":null}"#], (#"{"f":"x"}"#, ["null"])),
        RuleCase(#"{"f":{"_null":false}}"#, valid: [#"{"f":1}"#], (#"{"f":null}"#, ["nnull"])),
        RuleCase(#"{"f":{"_nnull":true}}"#, valid: [#"{"f":"x"}"#, "{}"], (#"{"f":null}"#, ["nnull"])),
        RuleCase(#"{"f":{"_empty":true}}"#, valid: [#"{"f":""}"#], (#"{"f":"x"}"#, ["empty"]), (#"{"f":null}"#, ["empty"])),
        RuleCase(#"{"f":{"_nempty":true}}"#, valid: [#"{"f":"x"}"#, #"{"f":null}"#], (#"{"f":""}"#, ["nempty"])),
        RuleCase(#"{"f":{"_submitted":true}}"#, valid: [#"{"f":null}"#, #"{"f":false}"#], ("{}", ["required"])),
    ]

    static let order = [
        RuleCase(
            #"{"f":{"_lt":10}}"#, valid: [#"{"f":9}"#, #"{"f":"9"}"#],
            (#"{"f":10}"#, ["lt valid 10"]), (#"{"f":null}"#, ["required"]), (#"{"f":"x"}"#, ["required"]), (#"{"f":""}"#, ["required"])),
        RuleCase(#"{"f":{"_lte":99.5}}"#, valid: [#"{"f":99.5}"#, #"{"f":"99.5"}"#], (#"{"f":99.6}"#, ["lte valid 99.5"])),
        RuleCase(#"{"f":{"_gt":0.5}}"#, valid: [#"{"f":0.6}"#], (#"{"f":0.5}"#, ["gt valid 0.5"])),
        RuleCase(#"{"f":{"_gte":1}}"#, valid: [#"{"f":1}"#], (#"{"f":0}"#, ["gte valid 1"])),
        RuleCase(
            #"{"f":{"_gt":"9007199254740992"}}"#, valid: [#"{"f":"9007199254740993"}"#],
            (#"{"f":9007199254740992}"#, ["gt valid 9007199254740992"])),
        RuleCase(
            #"{"f":{"_between":[2,4]}}"#, valid: [#"{"f":3}"#, #"{"f":"3"}"#],
            (#"{"f":5}"#, ["lte valid 4"]), (#"{"f":1}"#, ["gte valid 2"]), (#"{"f":null}"#, ["required"])),
        RuleCase(#"{"f":{"_between":[2]}}"#, valid: ["{}"], (#"{"f":2}"#, ["rule"])),
        RuleCase(#"{"f":{"_nbetween":[2,4]}}"#, valid: [#"{"f":5}"#, #"{"f":1}"#], (#"{"f":3}"#, ["nbetween invalid [2,4]"])),
        RuleCase(
            #"{"f":{"_gt":"2020-01-01"}}"#, valid: [#"{"f":"2021-01-01"}"#, #"{"f":"2020-01-01T00:00:00.001Z"}"#],
            (#"{"f":"2019-01-01"}"#, [#"gt valid "2020-01-01T00:00:00.000Z""#]), (#"{"f":"nonsense"}"#, ["required"])),
        RuleCase(
            #"{"f":{"_between":["2020-01-01","2020-12-31"]}}"#, valid: [#"{"f":"2020-06-01"}"#],
            (#"{"f":"2021-06-01"}"#, [#"lte valid "2020-12-31T00:00:00.000Z""#])),
        RuleCase(#"{"f":{"_lt":"$NOW"}}"#, valid: [#"{"f":"2020-01-01"}"#], (#"{"f":"2100-01-01"}"#, [#"lt valid "2024-05-05T10:00:00.000Z""#])),
        RuleCase(
            #"{"f":{"_gte":"08:00"}}"#, valid: [#"{"f":"09:30:00"}"#], (#"{"f":"07:59"}"#, [#"gte valid "08:00""#]), (#"{"f":8}"#, ["required"])),
        RuleCase(
            #"{"_and":[{"f":{"_gt":10}},{"f":{"_lt":5}}]}"#, valid: ["{}"],
            (#"{"f":7}"#, ["gt valid 10", "lt valid 5"]), (#"{"f":null}"#, ["required", "required"])),
    ]

    static let text = [
        RuleCase(
            #"{"f":{"_contains":"mid"}}"#, valid: [#"{"f":"amidst"}"#, #"{"f":["x","amid"]}"#],
            (#"{"f":"none"}"#, [#"contains substring "mid""#]), (#"{"f":null}"#, [#"contains substring "mid""#]),
            (#"{"f":5}"#, [#"contains substring "mid""#]), (#"{"f":""}"#, [#"contains substring "mid""#])),
        RuleCase(#"{"f":{"_icontains":"MID"}}"#, valid: [#"{"f":"amidst"}"#], (#"{"f":"none"}"#, [#"contains substring "MID""#])),
        RuleCase(
            #"{"f":{"_ncontains":"bad"}}"#, valid: [#"{"f":"good"}"#, #"{"f":["good"]}"#],
            (#"{"f":"a bad one"}"#, [#"ncontains substring "bad""#]), (#"{"f":null}"#, [#"ncontains substring "bad""#])),
        RuleCase(
            #"{"f":{"_starts_with":"a.b"}}"#, valid: [#"{"f":"a.bc"}"#],
            (#"{"f":"aXbc"}"#, [#"starts_with substring "a.b""#]), (#"{"f":null}"#, ["required"]), (#"{"f":7}"#, ["required"])),
        RuleCase(#"{"f":{"_nstarts_with":"ab"}}"#, valid: [#"{"f":"xab"}"#], (#"{"f":"abc"}"#, [#"nstarts_with substring "ab""#])),
        RuleCase(#"{"f":{"_istarts_with":"Ab"}}"#, valid: [#"{"f":"aBc"}"#], (#"{"f":"xab"}"#, [#"istarts_with substring "Ab""#])),
        RuleCase(#"{"f":{"_nistarts_with":"Ab"}}"#, valid: [#"{"f":"xab"}"#], (#"{"f":"aBc"}"#, [#"nistarts_with substring "Ab""#])),
        RuleCase(#"{"f":{"_ends_with":"yz"}}"#, valid: [#"{"f":"xyz"}"#], (#"{"f":"yzx"}"#, [#"ends_with substring "yz""#])),
        RuleCase(#"{"f":{"_nends_with":"yz"}}"#, valid: [#"{"f":"yzx"}"#], (#"{"f":"xyz"}"#, [#"nends_with substring "yz""#])),
        RuleCase(#"{"f":{"_iends_with":"YZ"}}"#, valid: [#"{"f":"xYz"}"#], (#"{"f":"yzx"}"#, [#"iends_with substring "YZ""#])),
        RuleCase(#"{"f":{"_niends_with":"YZ"}}"#, valid: [#"{"f":"yzx"}"#], (#"{"f":"xYz"}"#, [#"niends_with substring "YZ""#])),
        RuleCase(
            #"{"f":{"_regex":"/^[a-z]{2}-\\d+$/"}}"#, valid: [#"{"f":"ab-12"}"#],
            (#"{"f":"AB-12"}"#, [#"regex invalid "AB-12""#]), (#"{"f":""}"#, [#"regex invalid """#]), (#"{"f":12}"#, ["required"])),
        RuleCase(#"{"f":{"_regex":"("}}"#, valid: ["{}"], (#"{"f":"x"}"#, ["rule"])),
    ]

    static let shape = [
        RuleCase(
            #"{"_or":[{"f":{"_eq":"a"}},{"f":{"_starts_with":"b"}}]}"#, valid: [#"{"f":"bx"}"#, "{}"],
            (#"{"f":"c"}"#, [#"eq valid "a""#, #"starts_with substring "b""#]), (#"{"f":null}"#, [#"eq valid "a""#, "required"])),
        RuleCase(
            #"{"_or":[{"f":{"_eq":"a"}},{"g":{"_eq":"a"}}]}"#, valid: [#"{"f":"x"}"#], (#"{"f":"x","g":"x"}"#, [#"eq valid "a""#, #"eq valid "a""#])),
        RuleCase(
            #"{"f":{"g":{"_eq":"a"}}}"#, valid: [#"{"f":{"g":"a"}}"#, #"{"f":{}}"#, "{}"], (#"{"f":{"g":"b"}}"#, [#"eq valid "a""#]),
            (#"{"f":1}"#, ["required"])),
        RuleCase(
            #"{"year(day)":{"_eq":2024}}"#, valid: [#"{"day":"2024-05-05"}"#, "{}"],
            (#"{"day":"2023-05-05"}"#, [#"in valid [2024,"2024"]"#]), (#"{"day":null}"#, [#"in valid [2024,"2024"]"#])),
        RuleCase(
            #"{"count(tags)":{"_lte":1}}"#, valid: [#"{"tags":[1]}"#], (#"{"tags":[1,2]}"#, ["lte valid 1"]),
            (#"{"tags":{"create":[]}}"#, ["required"])),
        RuleCase(#"{"week(day)":{"_in":[53]}}"#, valid: [#"{"day":"2021-01-03"}"#], (#"{"day":"2021-01-04"}"#, ["eq valid 53"])),
        RuleCase(#"{"weekday(day)":{"_eq":0}}"#, valid: [#"{"day":"2021-01-03"}"#], (#"{"day":"1969-12-31"}"#, [#"in valid [0,"0"]"#])),
        RuleCase(#"{"hour(t)":{"_lt":12}}"#, valid: [#"{"t":"11:59:59"}"#], (#"{"t":"12:00"}"#, ["lt valid 12"])),
        RuleCase(#"{"tags":{"_some":{"x":{"_eq":1}}}}"#, valid: ["{}"], (#"{"tags":[]}"#, ["rule"])),
        RuleCase(#"{"_eq":1}"#, valid: [], ("{}", ["rule"])),
        RuleCase(#"{"f":{"_eq":"$CURRENT_USER"}}"#, valid: [#"{"f":"u1"}"#], (#"{"f":null}"#, [#"eq valid "u1""#])),
        RuleCase(
            #"{"f":{"_eq":"$CURRENT_USER.desk"}}"#, valid: [#"{"f":1}"#, #"{"f":"1"}"#],
            (#"{"f":2}"#, [#"in valid [1,"1"]"#]), (#"{"f":{"name":"n"}}"#, [#"in valid [1,"1"]"#])),
        RuleCase(#"{"f":{"_eq":"$CURRENT_USER.none"}}"#, valid: ["{}"], (#"{"f":null}"#, ["eq valid null"])),
        RuleCase(#"{"f":{"_neq":"$CURRENT_USER.none"}}"#, valid: ["{}"], (#"{"f":"x"}"#, ["neq invalid null"])),
        RuleCase(#"{"f":{"_nin":["a","$CURRENT_USER.none"]}}"#, valid: ["{}"], (#"{"f":"x"}"#, [#"neq invalid "a""#])),
        RuleCase(#"{"f":{"_in":"$CURRENT_ROLES"}}"#, valid: [#"{"f":"r1"}"#, #"{"f":"r2"}"#], (#"{"f":"x"}"#, [#"in valid ["r1","r2"]"#])),
        RuleCase(#"{"f":{"_lt":"$CURRENT_USER.none"}}"#, valid: ["{}"], (#"{"f":1}"#, ["rule"])),
    ]
}

@Suite struct PayloadValidationTests {
    static let values: DynamicValues = {
        let desk = DynamicVariable.currentUser(path: ["desk"])
        return DynamicValues(
            caller: Caller(
                principal: .user(UserID("u1"), role: RoleID("r2")), roles: [RoleID("r1"), RoleID("r2")], access: .nothing,
                attributes: [desk: .single("1"), .currentUser(path: ["none"]): .single(nil)], attributeTypes: [desk: .integer]),
            now: Moment(isoText: "2024-05-05T10:00:00Z") ?? Moment(milliseconds: 0))
    }()

    private func validation(_ rule: String) throws -> PayloadValidation {
        PayloadValidation(requirements: [], rules: [try FilterParser.parseRule(Rows.json(rule))], values: Self.values)
    }

    @Test(arguments: RuleCase.equality + RuleCase.order + RuleCase.text + RuleCase.shape)
    func `judges a payload as recorded`(_ test: RuleCase) throws {
        let validation = try validation(test.rule)
        for payload in test.valid {
            #expect(validation.failures(in: try #require(Rows.json(payload).object)) == [], "\(payload)")
        }
        for (payload, expected) in test.invalid {
            let found = validation.failures(in: try #require(Rows.json(payload).object)).map { failure in
                switch failure.detail {
                case .none: failure.kind.rawValue
                case .valid(let value): "\(failure.kind.rawValue) valid \(value.text)"
                case .invalid(let value): "\(failure.kind.rawValue) invalid \(value.text)"
                case .substring(let text): "\(failure.kind.rawValue) substring \"\(text)\""
                }
            }
            #expect(found == expected, "\(payload)")
        }
    }

    @Test func `asks for what columns need, before the rules`() throws {
        let validation = PayloadValidation(
            requirements: [
                PayloadRequirement(field: "title", mustBePresent: true), PayloadRequirement(field: "count", mustBePresent: false),
                PayloadRequirement(field: "code", mustBePresent: true),
            ], rules: [try FilterParser.parseRule(Rows.json(#"{"stars":{"_lte":5}}"#))], values: Self.values, path: ["products", "reviews"])
        let payload = try #require(Rows.json(#"{"title":null,"count":null,"stars":9}"#).object)
        #expect(
            validation.errors(in: payload).map(\.message) == [
                "Validation failed for field \"title\" at \"products.reviews\". Value can't be null.",
                "Validation failed for field \"count\" at \"products.reviews\". Value can't be null.",
                "Validation failed for field \"code\" at \"products.reviews\". Value is required.",
                "Validation failed for field \"stars\" at \"products.reviews\". Value has to be less than or equal to \"5\".",
            ])
        let last = try #require(validation.errors(in: payload).last)
        #expect(last.code == .failedValidation)
        #expect(
            JSONValue.object(JSONObject(last.extensions.map { ($0.key, $0.value) })).text
                == #"{"field":"stars","path":["products","reviews"],"type":"lte","valid":5}"#)
    }

    @Test(arguments: [
        (#"{"f":{"_eq":5}}"#, #"{"f":6}"#, #"Validation failed for field "f". Value has to be one of "5", "5"."#),
        (#"{"f":{"_eq":true}}"#, #"{"f":6}"#, #"Validation failed for field "f". Value has to be "true"."#),
        (#"{"f":{"_nin":["a","b"]}}"#, #"{"f":"a"}"#, #"Validation failed for field "f". Value can't be one of "a", "b"."#),
        (#"{"f":{"_in":["a","b",null]}}"#, #"{"f":"c"}"#, #"Validation failed for field "f". Value has to be one of "a", "b"."#),
        (#"{"f":{"_nin":["a",null]}}"#, #"{"f":null}"#, #"Validation failed for field "f". Value can't be one of "a", "null"."#),
        (#"{"f":{"_starts_with":"a"}}"#, #"{"f":"b"}"#, #"Validation failed for field "f"."#),
        (#"{"f":{"_regex":"a"}}"#, #"{"f":"b"}"#, #"Validation failed for field "f". Value doesn't have the correct format."#),
        (#"{"f":{"g":{"_nnull":true}}}"#, #"{"f":{"g":null}}"#, #"Validation failed for field "f" at "g". Value can't be null."#),
    ])
    func `says what is wrong`(_ rule: String, _ payload: String, _ message: String) throws {
        let object = try #require(Rows.json(payload).object)
        #expect(try validation(rule).errors(in: object).map(\.message) == [message])
    }

    @Test func `withholds the rule of a field that the caller may not read`() throws {
        let validation = PayloadValidation(
            requirements: [], rules: [try FilterParser.parseRule(Rows.json(#"{"salary":{"_lte":5000},"name":{"_eq":"x"},"count(name)":{"_lt":1}}"#))],
            values: Self.values, disclosed: .some(["name"]))
        let errors = validation.errors(in: try #require(Rows.json(#"{"salary":9000,"name":"y"}"#).object))
        #expect(
            errors.map(\.message) == [
                "Validation failed for field \"salary\".", "Validation failed for field \"name\". Value has to be \"x\".",
                "Validation failed for field \"count(name)\". Value is required.",
            ])
        #expect(errors[0].extensions.map(\.key) == ["field", "path", "type"])
    }
}

@Suite struct PayloadRulesTests {
    @Test func `reads requirements and rules of the fields`() {
        func field(
            _ name: String, nullable: Bool = false, key: Bool = false, serial: Bool = false, default value: ColumnDefault? = nil,
            special: [String] = [], validation: String? = nil
        ) -> Field {
            var meta = FieldMeta()
            meta.special = special
            meta.validation = validation.map(Rows.json)
            return Field(
                name: FieldName(name), type: .string,
                column: Column(
                    dataType: "text", isNullable: nullable, isPrimaryKey: key, hasAutoIncrement: serial, default: value), meta: meta)
        }
        let rules = PayloadRules(
            of: Collection(
                name: "things", table: nil,
                fields: [
                    field("code", key: true), field("serial", serial: true), field("made", special: ["date-created"]), field("free", nullable: true),
                    field("state", default: .literal("new"), validation: #"{"state":{"_eq":"$CURRENT_USER.desk"}}"#),
                    field("title", validation: #"{"title":{"_bogus":1}}"#), field("none", nullable: true, validation: "{}"),
                    Field(name: "list", type: .alias, column: nil),
                ], primaryKey: "code"))
        #expect(
            rules.onCreate == [
                PayloadRequirement(field: "code", mustBePresent: true), PayloadRequirement(field: "state", mustBePresent: false),
                PayloadRequirement(field: "title", mustBePresent: true),
            ])
        #expect(rules.onUpdate.map(\.field) == ["state", "title"])
        #expect(rules.onUpdate.allSatisfy { !$0.mustBePresent })
        #expect(rules.rules.count == 2)
        #expect(rules.variables.map(\.text) == ["$CURRENT_USER.desk"])
        #expect(rules.problems.count == 1)
    }
}
