import AccessControl
import Testing

struct AddressCase: CustomTestStringConvertible, Sendable {
    let rule: String
    let inside: [String]
    let outside: [String]
    var testDescription: String { rule }

    static let all = [
        AddressCase(rule: "127.0.0.1", inside: ["127.0.0.1", "::ffff:127.0.0.1"], outside: ["127.0.0.2", "::1"]),
        AddressCase(rule: "10.0.0.1-10.0.0.9", inside: ["10.0.0.1", "10.0.0.9"], outside: ["10.0.0.0", "10.0.0.10", "::a00:5"]),
        AddressCase(rule: "127.0.0.0/8", inside: ["127.255.0.1"], outside: ["128.0.0.1"]),
        AddressCase(rule: "10.1.2.128/25", inside: ["10.1.2.128", "10.1.2.255"], outside: ["10.1.2.127", "10.1.3.128"]),
        AddressCase(rule: "0.0.0.0/0", inside: ["1.2.3.4"], outside: ["::1"]),
        AddressCase(rule: " 10.0.0.1 ", inside: ["10.0.0.1"], outside: []),
        AddressCase(rule: "10.0.0.1 - 10.0.0.2", inside: ["10.0.0.2"], outside: []),
        AddressCase(rule: "2001:db8::/33", inside: ["2001:db8:7fff::1"], outside: ["2001:db8:8000::1", "10.0.0.1"]),
        AddressCase(rule: "2001:DB8::1", inside: ["2001:db8:0:0::1"], outside: ["2001:db8::2"]),
        AddressCase(rule: "::1-::5", inside: ["::3"], outside: ["::6"]),
        AddressCase(rule: "fe80::1", inside: ["fe80::1%eth0"], outside: []),
        AddressCase(rule: "::ffff:10.0.0.1", inside: ["10.0.0.1"], outside: []),
    ]
}

@Suite struct AddressRuleTests {
    @Test(arguments: AddressCase.all) func `matches addresses inside it only`(_ test: AddressCase) throws {
        let rule = try #require(AddressRule(test.rule))
        for text in test.inside { #expect(rule.contains(try #require(IPAddress(text))), "\(text)") }
        for text in test.outside { #expect(!rule.contains(try #require(IPAddress(text))), "\(text)") }
    }

    @Test(arguments: [
        "", "localhost", "10.0.0", "10.0.0.1/33", "10.0.0.1/", "10.0.0.1/-1", "10.0.0.9-10.0.0.1", "10.0.0.1-::1", "::/129", "1.2.3.4:80", "*",
    ])
    func `refuses what is no address, range or block`(_ text: String) {
        #expect(AddressRule(text) == nil)
    }
}
