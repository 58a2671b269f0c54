/// SplitMix64: the same sequence for the same seed everywhere.
struct OracleRandomness: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 0 up to, not including, `bound`.
    mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() % UInt64(bound)) : 0 }

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
