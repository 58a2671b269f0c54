import JSONText

/// What an answer must be. Where the contract leaves something open, so does this.
indirect enum OracleExpected {
    /// The contract does not say.
    case open
    /// Exactly this, numbers by their value.
    case value(JSONValue)
    /// A number near this one, as a text or as a number.
    case near(Double, isText: Bool)
    case object([(key: String, value: OracleExpected)])
    /// Runs of items, each in any order.
    case list([Run])

    /// So many of these.
    struct Run {
        let items: [OracleExpected]
        var count: Int
    }

    /// Where the answer differs; nil = it does not.
    func difference(from answer: JSONValue?, at path: String = "data") -> String? {
        guard let answer else { return "\(path) is missing" }
        switch (self, answer) {
        case (.open, _): return nil
        case (.value(let value), _):
            return Self.isSame(value, answer) ? nil : "\(path) is \(answer.text) instead of \(value.text)"
        case (.near(let number, let isText), _):
            let text = isText ? answer.string : answer.number?.text
            let isNear = text.flatMap { Double($0) }.map { abs($0 - number) <= abs(number) * 1e-9 + 1e-9 } ?? false
            return isNear ? nil : "\(path) is \(answer.text) instead of about \(number)"
        case (.object(let members), .object(let object)):
            for (key, value) in members {
                if let difference = value.difference(from: object[key], at: "\(path).\(key)") { return difference }
            }
            let extra = object.keys.filter { key in !members.contains { $0.key == key } }
            return extra.isEmpty ? nil : "\(path) has \(extra) besides"
        case (.list(let runs), .array(let items)): return Self.difference(of: runs, from: items, at: path)
        case (.object, _), (.list, _): return "\(path) is \(answer.text), of another shape than \(text)"
        }
    }

    private static func difference(of runs: [Run], from items: [JSONValue], at path: String) -> String? {
        let count = runs.reduce(0) { $0 + $1.count }
        guard items.count == count else {
            return "\(path) has \(items.count) items instead of \(count)\nexpected \(OracleExpected.list(runs).text)"
        }
        var at = 0
        for run in runs {
            var rest = run.items
            for _ in 0..<run.count {
                guard let found = rest.firstIndex(where: { $0.difference(from: items[at]) == nil }) else {
                    let why = rest.count == 1 ? rest[0].difference(from: items[at], at: "\(path)[\(at)]") : nil
                    return why ?? "\(path)[\(at)] is \(items[at].text), none of \(rest.map(\.text))"
                }
                rest.remove(at: found)
                at += 1
            }
        }
        return nil
    }

    private static func isSame(_ a: JSONValue, _ b: JSONValue) -> Bool {
        switch (a, b) {
        case (.number(let a), .number(let b)): a.text == b.text || a.double == b.double
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.array(let a), .array(let b)): a.count == b.count && zip(a, b).allSatisfy { isSame($0, $1) }
        case (.object(let a), .object(let b)):
            a.count == b.count && a.allSatisfy { key, value in b[key].map { isSame(value, $0) } ?? false }
        default: a == b
        }
    }

    var text: String {
        switch self {
        case .open: "?"
        case .value(let value): value.text
        case .near(let number, let isText): isText ? "\"~\(number)\"" : "~\(number)"
        case .object(let members): "{\(members.map { "\"\($0.key)\":\($0.value.text)" }.joined(separator: ","))}"
        case .list(let runs):
            "[\(runs.map { run in run.items.map(\.text).joined(separator: run.count == run.items.count ? "," : "|") }.joined(separator: " ; "))]"
        }
    }
}
