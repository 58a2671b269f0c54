import QueryEngine

/// Remembers for a moment that a table has no rules of its own: to ask for it costs the database a tenth of a write, and whoever makes a trigger has
/// to wait for the writes under way anyway.
struct OwnRulesMemory {
    private var knownUntil: ContinuousClock.Instant?

    /// - Parameter hold: for how long what was told counts.
    /// - Returns: whether the next write has to ask.
    mutating func next(hold: Duration) -> ShownRow.OwnRules {
        guard let until = knownUntil else { return .asked }
        let now = ContinuousClock.now
        if now < until { return .knownNot }
        // One asks anew; where it was known until a moment ago, the others go by that meanwhile.
        knownUntil = now < until + hold + hold ? now + hold : nil
        return .asked
    }

    mutating func note(hasOwnRules: Bool, hold: Duration) { knownUntil = hasOwnRules ? nil : ContinuousClock.now + hold }
}
