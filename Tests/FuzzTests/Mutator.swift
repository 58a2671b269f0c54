import TestSupport

/// Makes inputs: pieces of what is real, changed by chance, or bytes at random.
struct Mutator: Sendable {
    /// Real inputs.
    let corpus: [[UInt8]]
    /// Words that mean something to the parser.
    let words: [[UInt8]]
    /// No input is longer, in bytes.
    let longest: Int

    init(corpus: [String], words: [String], longest: Int = 1 << 16) {
        self.corpus = corpus.map { Array($0.utf8) }
        self.words = words.map { Array($0.utf8) }
        self.longest = longest
    }

    func input(_ random: inout Randomness) -> [UInt8] {
        if random.oneIn(20) { return noise(&random) }
        var bytes = random.oneIn(10) ? sentence(&random) : random.pick(corpus) ?? []
        let changes = random.oneIn(8) ? 0 : 1 << random.below(6)
        for _ in 0..<changes { change(&bytes, &random) }
        return Array(bytes.prefix(longest))
    }

    private func noise(_ random: inout Randomness) -> [UInt8] {
        (0..<random.below(200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    private func sentence(_ random: inout Randomness) -> [UInt8] {
        (0..<random.below(40)).flatMap { _ in random.pick(words) ?? [] }
    }

    private func change(_ bytes: inout [UInt8], _ random: inout Randomness) {
        let at = random.below(bytes.count + 1)
        let end = min(bytes.count, at + random.below(random.oneIn(4) ? 64 : 6))
        switch random.below(10) {
        case 0: if at < bytes.count { bytes[at] ^= 1 << UInt8(random.below(8)) }
        case 1: if at < bytes.count { bytes[at] = UInt8(truncatingIfNeeded: random.next()) }
        case 2: bytes.removeSubrange(at..<end)
        case 3: bytes.insert(contentsOf: bytes[at..<end], at: at)
        case 4: bytes.insert(contentsOf: random.pick(words) ?? [], at: at)
        case 5: bytes.replaceSubrange(at..<end, with: random.pick(words) ?? [])
        case 6: bytes.removeSubrange(at..<bytes.count)
        case 7: splice(&bytes, at: at, &random)
        case 8: repeated(&bytes, at..<end, &random)
        default: bytes.insert(contentsOf: edge(&random), at: at)
        }
    }

    /// Goes on as another input does.
    private func splice(_ bytes: inout [UInt8], at: Int, _ random: inout Randomness) {
        guard let other = random.pick(corpus) else { return }
        let from = random.below(other.count + 1)
        bytes.replaceSubrange(at..<bytes.count, with: other[from..<min(other.count, from + 400)])
    }

    /// Many times the same: depth, length, quadratic costs.
    private func repeated(_ bytes: inout [UInt8], _ range: Range<Int>, _ random: inout Randomness) {
        guard !range.isEmpty else { return }
        let piece = Array(bytes[range])
        let times = min(1 << random.below(13), longest / piece.count)
        bytes.insert(contentsOf: (0..<times).flatMap { _ in piece }, at: range.lowerBound)
    }

    private static let edges: [[UInt8]] =
        [
            [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBB, 0xBF], [0xE2, 0x80, 0xA8], [0x0D, 0x0A], [0x09],
        ]
        + [
            "9223372036854775807", "-9223372036854775808", "18446744073709551616", "1e309", "-0", "1e-999", "2147483648", "0x7f", "NaN",
            "99999999999999999999999999",
        ].map { Array($0.utf8) }

    private func edge(_ random: inout Randomness) -> [UInt8] { random.pick(Self.edges) ?? [] }
}
