/// The cases of a group that are known to fail, each with a reason; or the whole group. One a line, id and reason divided by a tab.
/// A reason that begins with `chance:` marks a case whose recording itself depends on chance: it may fail or pass.
struct ExpectedFailures: Equatable {
    enum Extent: Equatable {
        case cases([String: String])
        case wholeGroup(reason: String)
    }

    var extent: Extent

    static let none = ExpectedFailures(extent: .cases([:]))

    init(extent: Extent) { self.extent = extent }

    /// Lines without a tab have no reason; blank lines and those that begin with `#` are left out.
    init(text: String) {
        var reasons: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
            if !parts[0].isEmpty { reasons[String(parts[0])] = parts.count > 1 ? String(parts[1]) : "" }
        }
        extent = reasons["*"].map { .wholeGroup(reason: $0) } ?? .cases(reasons)
    }

    init(path: String) throws(GoldenFormatError) {
        self = Files.exists(path) ? ExpectedFailures(text: try Files.text(path)) : .none
    }

    /// The reason for a case; nil when it must pass.
    subscript(id: String) -> String? {
        switch extent {
        case .cases(let reasons): reasons[id]
        case .wholeGroup(let reason): reason
        }
    }

    /// Whether a case may fail or pass.
    func isLeftToChance(_ id: String) -> Bool { self[id]?.hasPrefix("chance:") ?? false }

    /// The list as a file, in the order of the cases.
    func text(order ids: [String]) -> String {
        switch extent {
        case .wholeGroup(let reason): "*\t\(reason)\n"
        case .cases(let reasons): ids.compactMap { id in reasons[id].map { "\(id)\t\($0)\n" } }.joined()
        }
    }
}

/// What a run does to the lists, by `GOLDEN_UPDATE`.
enum ListUpdate: Equatable {
    case nothing
    /// `1`: takes out what passes; a group that was listed whole gets its first list. New failures still fail the run.
    case shrink
    /// `all`: writes the lists anew, new failures too.
    case everything

    init(_ text: String?) { self = text == nil ? .nothing : text == "all" ? .everything : .shrink }

    /// Whether a group that does not run may be listed whole.
    func mayListWhole(_ before: ExpectedFailures) -> Bool {
        switch (self, before.extent) {
        case (.everything, _), (.shrink, .wholeGroup): true
        case (.nothing, _), (.shrink, .cases): false
        }
    }
}
