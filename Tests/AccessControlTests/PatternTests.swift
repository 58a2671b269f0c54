import AccessControl
import Testing

struct PatternCase: CustomTestStringConvertible, Sendable {
    let pattern: String
    let matching: [String]
    let other: [String]
    var testDescription: String { pattern }

    init(_ pattern: String, _ matching: [String], _ other: [String]) {
        self.pattern = pattern
        self.matching = matching
        self.other = other
    }

    static let all = [
        PatternCase("^[a-z]{2}-\\d+$", ["ab-12"], ["AB-12", "ab-", "ab-12\n", "xab-1"]),
        PatternCase("/^\\d{3}$/", ["123"], ["1234", "12", "/123/"]),
        PatternCase("/^ab$/i", ["ab", "AB", "aB"], ["abc"]),
        PatternCase("/^[^a]$/i", ["b"], ["a", "A"]),
        PatternCase("^(\\b){1,2}a", ["a"], ["b"]),
        PatternCase("/^b$/m", ["a\nb\nc"], ["abc"]),
        PatternCase("a.c", ["xabcx"], ["a\nc"]),
        PatternCase("/a.c/s", ["a\nc"], ["ac"]),
        PatternCase("^(?=.*[a-z])(?=.*[A-Z])(?=.*\\d)(?=.*[^\\w\\s]).{8,}$", ["Long-enough1"], ["longenough", "Longenough1", "Aa1!"]),
        PatternCase("^(?!admin)\\w+$", ["user"], ["admin", "administrator"]),
        PatternCase("(?<=\\$)\\d+", ["costs $5"], ["costs 5"]),
        PatternCase("(?<!\\$)\\b\\d+", ["costs 5"], ["costs $5"]),
        PatternCase("^(a|b|)c$", ["ac", "bc", "c"], ["abc"]),
        PatternCase("^(?:ab)+$", ["ab", "abab"], ["aba", ""]),
        PatternCase("^(?<year>\\d{4})$", ["2024"], ["24"]),
        PatternCase("^[^a-c]$", ["d", "-"], ["a", ""]),
        PatternCase("^[\\d-]+$", ["1-2"], ["1+2"]),
        PatternCase("^\\u0041\\x42\\u{43}$", ["ABC"], ["abc"]),
        PatternCase("/^\\p{L}+$/u", ["Қазақша", "abc"], ["a1"]),
        PatternCase("^.{2}$", ["éé"], ["e"]),
        PatternCase("a{,2}", ["a{,2}"], ["aa"]),
        PatternCase("^a{2,3}$", ["aa", "aaa"], ["a", "aaaa"]),
        PatternCase("^\\/$", ["/"], ["\\/"]),
        PatternCase("\\bcat\\b", ["a cat."], ["concat"]),
        PatternCase("^(a+)+$", ["aaaa"], [String(repeating: "a", count: 5000) + "b"]),
        PatternCase("^(a|a)*$", ["aaaa"], [String(repeating: "a", count: 5000) + "b"]),
        PatternCase("^(?=(a+)+$)", ["aaaa"], [String(repeating: "a", count: 5000) + "b"]),
        PatternCase("", ["", "x"], []),
    ]
}

@Suite struct PatternTests {
    @Test(arguments: PatternCase.all) func `matches what JavaScript matches`(_ test: PatternCase) throws {
        let pattern = try #require(JavaScriptPattern(test.pattern))
        for text in test.matching { #expect(pattern.matches(text), "\(text)") }
        for text in test.other { #expect(!pattern.matches(text), "\(text.prefix(40))") }
    }

    @Test(arguments: [
        "(", ")", "[a", "a**", "*", "a{3,2}", "(a)\\1", "(?<n>a)\\k<n>", "(?x)", "[b-a]", "\\", "(a{1000}){1000}", "^*", "(?<open a)",
        String(repeating: "(", count: 100) + String(repeating: ")", count: 100), String(repeating: "a", count: 2001),
    ])
    func `refuses what is no pattern, refers back or is too big`(_ text: String) {
        #expect(JavaScriptPattern(text) == nil)
    }

    @Test func `gives up on a text that would take too long`() throws {
        let pattern = try #require(JavaScriptPattern("(?=.*(?=.*(?=.*x)))y"))
        #expect(!pattern.matches(String(repeating: "a", count: 20_000) + "y"))
    }
}
