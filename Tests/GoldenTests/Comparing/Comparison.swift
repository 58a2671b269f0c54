import JSONText

/// Compares a recorded JSON value with an actual one: order of keys does not count, order of arrays does unless said otherwise, strings by
/// their bytes, numbers by their value, symbols by their kind and binding.
struct Comparison {
    /// Captured values: a recorded string may name one.
    let variables: Variables
    /// Paths of arrays whose order does not count.
    let unordered: [Glob]
    /// Stops looking after so many faults.
    var most = Int.max
    var bindings: Bindings
    private(set) var faults: [Fault] = []

    init(variables: Variables, unordered: [Glob] = [], bindings: Bindings) {
        self.variables = variables
        self.unordered = unordered
        self.bindings = bindings
    }

    /// Adds a fault for each difference. `got` nil is a value that is not there, and equals null.
    mutating func compare(_ recorded: JSONValue, _ got: JSONValue?, at path: String) {
        guard faults.count < most else { return }
        let got = got ?? .null
        var want = recorded
        if case .string(let text) = recorded {
            if let symbol = Symbol(text) {
                if !symbol.accepts(got) || !bindings.bind(symbol, to: got) { differ(path, "is not \(text)", recorded, got) }
                return
            }
            want = variables.fill(text)
        }
        switch want {
        case .object(let members): compare(members, got, at: path)
        case .array(let elements): compare(elements, got, at: path)
        case .null, .bool, .number, .string:
            if !sameScalar(want, got) { differ(path, "differs", want, got) }
        }
    }

    private mutating func compare(_ want: JSONObject, _ got: JSONValue, at path: String) {
        guard let members = got.object else { return differ(path, "is no object", .object(want), got) }
        for (key, value) in want {
            if let other = members[key] {
                compare(value, other, at: "\(path).\(key)")
            } else {
                add(Fault(place: "\(path).\(key)", kind: "missing", detail: "missing, expected \(short(value))"))
            }
        }
        for (key, value) in members where want[key] == nil {
            add(Fault(place: "\(path).\(key)", kind: "not expected", detail: "not expected, got \(short(value))"))
        }
    }

    private mutating func compare(_ want: [JSONValue], _ got: JSONValue, at path: String) {
        guard let elements = got.array else { return differ(path, "is no array", .array(want), got) }
        guard want.count == elements.count else {
            let count = "expected \(want.count) elements, got \(elements.count)"
            return add(Fault(place: path, kind: count, detail: "\(count): \(short(got))"))
        }
        let plain = String(path.drop { $0 == "." })
        if unordered.contains(where: { $0.matches(plain) }) { return pair(want, elements, at: path) }
        for (index, value) in want.enumerated() { compare(value, elements[index], at: "\(path).\(index)") }
    }

    /// Looks for a partner for each element, the first that fits.
    private mutating func pair(_ want: [JSONValue], _ got: [JSONValue], at path: String) {
        var rest = got
        for (index, value) in want.enumerated() {
            let partner = rest.firstIndex { other in
                var trial = Comparison(variables: variables, unordered: unordered, bindings: bindings)
                trial.most = 1
                trial.compare(value, other, at: path)
                if trial.faults.isEmpty { bindings = trial.bindings }
                return trial.faults.isEmpty
            }
            if let partner {
                rest.remove(at: partner)
            } else {
                let detail = "nothing like \(short(value)) in \(short(.array(rest)))"
                add(Fault(place: "\(path)[\(index)]", kind: "no such element", detail: detail))
            }
        }
    }

    private mutating func differ(_ path: String, _ kind: String, _ want: JSONValue, _ got: JSONValue) {
        add(Fault(place: path, kind: kind, detail: "expected \(short(want)), got \(short(got))"))
    }

    mutating func add(_ fault: Fault) {
        if faults.count < most { faults.append(fault) }
    }
}

/// Equality of values that hold no others: strings byte by byte (Swift's own takes different normal forms for one), numbers by value.
func sameScalar(_ a: JSONValue, _ b: JSONValue) -> Bool {
    switch (a, b) {
    case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
    case (.number(let a), .number(let b)): sameNumber(a, b)
    case (.bool(let a), .bool(let b)): a == b
    case (.null, .null): true
    case (.array, .array), (.object, .object): a == b
    case (.null, _), (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _): false
    }
}

private func sameNumber(_ a: JSONNumber, _ b: JSONNumber) -> Bool {
    if a.text == b.text { return true }
    let integral = { (text: String) in !text.utf8.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") } }
    if integral(a.text), integral(b.text) { return Int(a.text) == 0 && Int(b.text) == 0 }
    return a.double == b.double
}
