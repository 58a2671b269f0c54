import TestSupport

typealias OracleRandomness = SeededRandomness

extension SeededRandomness {
    mutating func percent(_ chance: Int) -> Bool { below(100) < chance }

    /// `choices` must not be empty.
    mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

    /// Some of them, in random order.
    mutating func some<T>(_ count: Int, of choices: [T]) -> [T] {
        var rest = choices
        var picked: [T] = []
        while picked.count < count, !rest.isEmpty { picked.append(rest.remove(at: below(rest.count))) }
        return picked
    }
}
