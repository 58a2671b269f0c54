import QueryEngine

/// Remembers for a moment whether a table has rules of its own: to ask for it costs the database a tenth of a write, and whoever makes a trigger has
/// to wait for the writes under way anyway.
struct OwnRulesMemory {
    private var answer: (hasOwnRules: Bool, at: ContinuousClock.Instant)?
    /// When somebody asked last.
    private var askedAt: ContinuousClock.Instant?
    /// An answer is gone by while a new one is on its way, but for so many times its hold at most.
    private static let longest = 4

    enum Knowledge {
        case none, hasNot, has
    }

    /// - Parameter hold: for how long what was told counts.
    func known(at now: ContinuousClock.Instant = .now, hold: Duration) -> Knowledge {
        guard let answer, now - answer.at < hold * OwnRulesMemory.longest else { return .none }
        let isFresh = now - answer.at < hold || askedAt.map { now - $0 < hold } ?? false
        return isFresh ? (answer.hasOwnRules ? .has : .hasNot) : .none
    }

    /// Somebody asks: the others go by what was known meanwhile.
    mutating func ask(at now: ContinuousClock.Instant = .now) { askedAt = now }

    mutating func note(hasOwnRules: Bool, at now: ContinuousClock.Instant = .now) { answer = (hasOwnRules, now) }
}
