import AccessControl
import Testing

struct AdjustmentCase: CustomTestStringConvertible, Sendable {
    let text: String
    let from: String
    let expected: String
    var testDescription: String { "\(from) \(text)" }

    init(_ text: String, from: String = "2024-01-31T12:45:00.500Z", _ expected: String) {
        self.text = text
        self.from = from
        self.expected = expected
    }

    static let all = [
        AdjustmentCase("-1 year", "2023-01-31T12:45:00.500Z"),
        AdjustmentCase("+2 hours", "2024-01-31T14:45:00.500Z"),
        AdjustmentCase("3 days", "2024-02-03T12:45:00.500Z"),
        AdjustmentCase("7", "2024-02-07T12:45:00.500Z"),
        AdjustmentCase("1.5h", "2024-01-31T14:15:00.500Z"),
        AdjustmentCase("250ms", "2024-01-31T12:45:00.750Z"),
        AdjustmentCase("90 s", "2024-01-31T12:46:30.500Z"),
        AdjustmentCase("5m", "2024-01-31T12:50:00.500Z"),
        AdjustmentCase("-2 Weeks", "2024-01-17T12:45:00.500Z"),
        AdjustmentCase("1 month", "2024-02-29T12:45:00.500Z"),
        AdjustmentCase("1mo", from: "2023-01-31T00:00:00.000Z", "2023-02-28T00:00:00.000Z"),
        AdjustmentCase("-2 months", "2023-11-30T12:45:00.500Z"),
        AdjustmentCase("1 y", from: "2024-02-29T00:00:00.000Z", "2025-02-28T00:00:00.000Z"),
        AdjustmentCase("0.5 years", "2024-07-31T12:45:00.500Z"),
        AdjustmentCase("0.5 months", "2024-02-15T12:45:00.500Z"),
        AdjustmentCase(" 2 hours", "2024-01-31T12:45:00.500Z"),
        AdjustmentCase("soon", "2024-01-31T12:45:00.500Z"),
        AdjustmentCase("", "2024-01-31T12:45:00.500Z"),
        AdjustmentCase("2 parsecs", "2024-01-31T12:45:00.500Z"),
        AdjustmentCase("1e5 d", "2024-01-31T12:45:00.500Z"),
        AdjustmentCase("99999999 years", "9999-12-31T23:59:59.999Z"),
        AdjustmentCase("-99999999999999999999999 d", "0001-01-01T00:00:00.000Z"),
    ]
}

@Suite struct MomentTests {
    @Test(arguments: AdjustmentCase.all) func `moves by an adjustment`(_ test: AdjustmentCase) throws {
        let moment = try #require(Moment(isoText: test.from))
        #expect(moment.adjusted(by: test.text).isoText == test.expected)
    }

    @Test(arguments: [
        ("2024-01-31", "2024-01-31T00:00:00.000Z"), ("2024-01-31T12:45", "2024-01-31T12:45:00.000Z"),
        ("2024-01-31 12:45:06.1234+02", "2024-01-31T10:45:06.123Z"), ("2024-01-31T00:30:00-0130", "2024-01-31T02:00:00.000Z"),
        ("2024-02-29T23:59:59.9Z", "2024-02-29T23:59:59.900Z"), ("0001-01-01", "0001-01-01T00:00:00.000Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"), ("2000-03-01T00:00:00+05:30", "2000-02-29T18:30:00.000Z"),
    ])
    func `reads dates and prints them in UTC`(_ text: String, _ expected: String) {
        #expect(Moment(isoText: text)?.isoText == expected)
    }

    @Test(arguments: [
        "", "2024", "2024-13-01", "2023-02-29", "2024-01-31T", "2024-01-31T25:00", "2024-01-31T12:45:00.", "2024-01-31T12:45:00+2",
        "2024-01-31T12:45:00+02:", "nonsense", "2024-01-31x", "0000-01-01", "2024-1-1", "2024-01-31T12:45:00Z ", "２０２４-01-01",
    ])
    func `refuses what is no date`(_ text: String) {
        #expect(Moment(isoText: text) == nil)
    }

    @Test func `prints and reads every day of four centuries alike`() {
        for day in stride(from: -146_097, to: 146_097, by: 7) {
            let moment = Moment(milliseconds: day * 86_400_000 + 12_345)
            #expect(Moment(isoText: moment.isoText) == moment)
        }
    }
}
