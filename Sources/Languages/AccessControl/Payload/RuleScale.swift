internal import JSONText

/// A number of a rule or payload; whole numbers are compared exactly.
struct RuleNumber: Equatable {
    private let whole: Int?
    private let double: Double

    init(_ number: JSONNumber) {
        whole = number.int
        double = number.double
    }

    static func == (a: RuleNumber, b: RuleNumber) -> Bool { a.compared(to: b) == 0 }

    func compared(to other: RuleNumber) -> Int {
        if let a = whole, let b = other.whole { return a < b ? -1 : a > b ? 1 : 0 }
        return double < other.double ? -1 : double > other.double ? 1 : 0
    }
}

/// What `_gt` and its like compare on: numbers, instants, or times of day.
struct RuleScale {
    private enum Kind {
        case number(RuleNumber)
        case moment(Moment)
        case time(String)
    }

    private let kind: Kind
    /// As told in `valid`: a number, or a moment's ISO text.
    let limit: JSONValue

    /// - Returns: nil for a limit that is neither number nor date nor time.
    init?(limit: JSONValue) {
        switch limit {
        case .number(let number):
            kind = .number(RuleNumber(number))
            self.limit = limit
        case .string(let text):
            if let number = JSONNumber(decimal: text) {
                kind = .number(RuleNumber(number))
                self.limit = .number(number)
            } else if let moment = Moment(isoText: text) {
                kind = .moment(moment)
                self.limit = .string(moment.isoText)
            } else if RuleScale.isTime(text) {
                kind = .time(text)
                self.limit = limit
            } else {
                return nil
            }
        case .null, .bool, .array, .object: return nil
        }
    }

    /// - Returns: below, at or above the limit (-1, 0, 1); nil for a value of another kind, null too.
    func compare(_ value: JSONValue) -> Int? {
        switch (kind, value) {
        case (.number(let limit), .number(let number)): return RuleNumber(number).compared(to: limit)
        case (.number(let limit), .string(let text)): return JSONNumber(decimal: text).map { RuleNumber($0).compared(to: limit) }
        case (.moment(let limit), .string(let text)):
            guard let moment = Moment(isoText: text) else { return nil }
            return moment < limit ? -1 : moment > limit ? 1 : 0
        case (.time(let limit), .string(let text)):
            guard RuleScale.isTime(text) else { return nil }
            return text < limit ? -1 : text > limit ? 1 : 0
        case (.number, _), (.moment, _), (.time, _): return nil
        }
    }

    /// `08:00`, `08:00:00`, `08:00:00.5`: compared as text.
    private static func isTime(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count >= 5 && bytes[2] == UInt8(ascii: ":")
            && bytes.enumerated().allSatisfy { at, byte in
                at == 2 || at == 5 ? byte == UInt8(ascii: ":") : (48...57).contains(byte) || at == 8 && byte == UInt8(ascii: ".")
            }
    }
}
