extension QueryLimits {
    /// How many rows a level that asks for `limit` may answer. The engine calls it once per level of the plan.
    ///
    /// The parser has already turned an explicit -1 into the maximum and refused what is above it; here a missing limit becomes
    /// min(default, maximum), also for a totally empty query (where the reference forgets the maximum).
    /// - Parameter limit: `QueryArguments.limit`.
    /// - Returns: nil = all; 0 = none.
    package func rows(for limit: Int?) -> Int? {
        let wanted = limit ?? defaultLimit
        guard let bound = rowBound else { return wanted < 0 ? nil : wanted }
        if wanted < 0 { return bound }
        return limit == nil ? min(wanted, bound) : wanted
    }

    /// The limit that a read of given keys has when it asks for none: all of them, unless a maximum is set, which makes it an ordinary list
    /// (contract/items.md, 2.2).
    package var ofKeys: Int? { rowBound == nil ? -1 : nil }

    /// `maximumLimit` where it bounds something (-1 in the configuration means unlimited).
    var rowBound: Int? { maximumLimit.flatMap { $0 < 0 ? nil : $0 } }
}
