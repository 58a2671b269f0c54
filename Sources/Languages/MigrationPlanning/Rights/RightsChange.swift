package import SchemaModel

/// What a plan changes of the roles, policies and permissions that files define: one line for a person.
package struct RightsChange: Sendable, Equatable {
    /// `role clerk`, `policy clerks`, `read articles of public`
    package var object: String
    /// `new: …`, `removed`, or each fact that differs: `where {…} → every row`.
    package var detail: String
    /// In the new files; of what was removed, where it stood.
    package var cause: SourceLocation?

    package init(object: String, detail: String, cause: SourceLocation?) {
        self.object = object
        self.detail = detail
        self.cause = cause
    }
}

/// Compares what files said of rights with what they say. Pure; labels, icons and notes don't count.
package enum RightsDiffer {
    package static func diff(from old: AccessDefinitions, to new: AccessDefinitions) -> [RightsChange] {
        let names = RightsNames([old, new])
        let (before, after) = (names.entries(of: old), names.entries(of: new))
        let known = Dictionary(before.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let kept = Set(after.map(\.key))
        return after.compactMap { change(from: known[$0.key], to: $0) }
            + before.filter { !kept.contains($0.key) }.map { RightsChange(object: $0.object, detail: "removed", cause: $0.origin) }
    }

    private static func change(from old: RightsEntry?, to new: RightsEntry) -> RightsChange? {
        guard let old else {
            let told = new.facts.filter { !$0.isUsual }.map(\.text)
            return RightsChange(object: new.object, detail: (["new"] + told).joined(separator: ", "), cause: new.origin)
        }
        let changes = zip(old.facts, new.facts).filter { $0.text != $1.text }.map { "\($0.text) → \($1.text)" }
        return changes.isEmpty ? nil : RightsChange(object: new.object, detail: changes.joined(separator: "; "), cause: new.origin)
    }
}

/// A role, policy or permission, told in facts that compare one by one.
struct RightsEntry {
    struct Fact {
        var text: String
        /// What stands there when a file says nothing: not told of what is new.
        var isUsual = false
    }
    var key: String
    var object: String
    var facts: [Fact]
    var origin: SourceLocation?
}
