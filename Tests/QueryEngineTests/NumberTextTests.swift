import JSONText
import QueryEngine
import Testing

/// Numbers as PostgreSQL gets them: plain, with all their digits.
@Suite struct NumberTextTests {
    static let numbers: [(text: String, plain: String?)] = [
        ("5", "5"), ("5.0", "5"), ("-0", "0"), ("-0.0", "0"), ("007", "7"), ("007.50", "7.50"), (".5", "0.5"), ("5.", "5"), ("+5", "5"), (" 5 ", "5"),
        ("1e3", "1000"), ("1.5e3", "1500"), ("1.5E-3", "0.0015"), ("-12.5e1", "-125"), ("1e18", "1000000000000000000"), ("0e5", "0"),
        ("1e64", "1" + String(repeating: "0", count: 64)), ("1e65", "1e+65"), ("1e-64", "0." + String(repeating: "0", count: 63) + "1"),
        ("123456789012345678901234567890.12345678901234567890", "123456789012345678901234567890.12345678901234567890"),
        ("12345678901234567890.50", "12345678901234567890.50"), ("9223372036854775808", "9223372036854775808"), ("1e-400", "0"), ("1e400", nil),
        ("", nil), (" ", nil), ("-", nil), ("e5", nil), ("1e", nil), ("1e99999999999999999999", nil), ("0x10", nil), ("NaN", nil), ("Infinity", nil),
        ("1_000", nil), ("1,5", nil), ("--5", nil), ("٥", nil), ("1.2.3", nil),
    ]

    @Test(arguments: numbers) func aNumberKeepsItsDigits(_ text: String, _ plain: String?) {
        #expect(ValueText.number(text) == plain)
    }

    @Test func numbersOfJSONDoToo() throws {
        for (text, plain) in [("123456789012345678901234567890.5", "123456789012345678901234567890.5"), ("9007199254740993.0", "9007199254740993")] {
            #expect(ValueText.number(try JSONParser.parse(text)) == plain)
        }
        #expect(ValueText.int64(try JSONParser.parse("9223372036854775807")) == Int64.max)
        #expect(ValueText.int64(try JSONParser.parse("9223372036854775808")) == nil)
        #expect(ValueText.int64(try JSONParser.parse("1e18")) == 1_000_000_000_000_000_000)
    }

    @Test(arguments: [
        (#""\ud800""#, #""�""#), (#""\ud83d\ude00""#, #""😀""#), (#""\ud800\ud83d\ude00\udc00""#, #""�😀�""#),
        (#"{"a":1,"b":2,"a":3}"#, #"{"a":3,"b":2}"#),
        ("[1e400,-1e-999]", "[1e400,-1e-999]"), (#"{"a":"\u0000"}"#, #"{"a":"\u0000"}"#),
    ])
    func whatIsStoredIsRead(_ text: String, _ value: String) throws {
        #expect(try JSONParser.parse(stored: Array(text.utf8)).text == value)
    }

    @Test func whatIsNestedTooDeepIsItsText() throws {
        let inner = String(repeating: "[", count: 600) + #"{"]":"\"]"}"# + String(repeating: "]", count: 600)
        var value = try JSONParser.parse(stored: Array("{\"a\":\(inner),\"b\":1}".utf8))
        #expect(value["b"] == 1)
        value = value["a"] ?? .null
        var depth = 0
        while case .array(let elements) = value, let first = elements.first {
            value = first
            depth += 1
        }
        let rest = String(inner.dropFirst(depth).dropLast(depth))
        #expect(value == .string(rest))
        #expect(rest.hasPrefix("["))
    }
}
