/// What a replay means beside the list of expected failures.
struct GoldenVerdict {
    /// Whether every case of the group was replayed.
    let isWhole: Bool
    let passed: Int
    let total: Int
    /// Failed, and not listed: a step back.
    let unexpected: [GoldenResult]
    /// Listed, and passed: the list must shrink.
    let overcome: [String]
    /// Listed, but no such case.
    let unknown: [String]

    init(_ results: [GoldenResult], list: ExpectedFailures, isWhole: Bool) {
        self.isWhole = isWhole
        passed = results.count { $0.faults.isEmpty }
        total = results.count
        unexpected = results.filter { !$0.faults.isEmpty && list[$0.id] == nil }
        overcome = results.filter { $0.faults.isEmpty && list[$0.id] != nil && !list.isLeftToChance($0.id) }.map(\.id)
        if case .cases(let reasons) = list.extent, isWhole {
            let ids = Set(results.map(\.id))
            unknown = reasons.keys.filter { !ids.contains($0) }.sorted()
        } else {
            unknown = []
        }
    }

    /// The list after this run: what failed, with the reason that stood there, else its first fault. What failed and was not listed is added
    /// only where the update takes everything, or the whole group was listed before.
    static func list(from results: [GoldenResult], before: ExpectedFailures, mayQuote: Bool, update: ListUpdate) -> ExpectedFailures {
        var listed: [String: String]?
        if case .cases(let known) = before.extent { listed = known }
        var reasons: [String: String] = [:]
        for result in results {
            let known = listed?[result.id]
            if let known, before.isLeftToChance(result.id) {
                reasons[result.id] = known
            } else if let fault = result.faults.first, known != nil || listed == nil || update == .everything {
                reasons[result.id] = known ?? fault.reason(content: mayQuote)
            }
        }
        return ExpectedFailures(extent: .cases(reasons))
    }

    /// Lines for people: counts, and the first faults of what failed unexpectedly.
    func report(name: String, seconds: Double) -> String {
        let time = "\((seconds * 10).rounded() / 10) s"
        var lines = ["golden \(name): \(passed) of \(total) passed (\(time))"]
        for result in unexpected.prefix(10) {
            lines.append("  ✘ \(result.id)")
            lines += result.faults.prefix(4).map { "      \($0)" }
        }
        if unexpected.count > 10 { lines.append("  … and \(unexpected.count - 10) more failed") }
        return lines.joined(separator: "\n")
    }
}
