import TestSupport

typealias Randomness = SeededRandomness

extension SeededRandomness {
    /// The randomness of one input of a run.
    init(seed: UInt64, at iteration: UInt64) {
        var mixed = SeededRandomness(seed: seed &+ iteration &* 0x9E37_79B9_7F4A_7C15)
        self.init(seed: mixed.next())
    }

    /// Whether one chance in so many came true.
    mutating func oneIn(_ chances: Int) -> Bool { below(chances) == 0 }

    mutating func pick<T>(_ choices: [T]) -> T? { choices.isEmpty ? nil : choices[below(choices.count)] }
}
