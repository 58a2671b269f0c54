/// Shell patterns over whole texts, case counting: `*`, `?`, `[abc]`, `[!a-z]` (as Python's `fnmatch.fnmatchcase`).
struct Glob {
    private let pattern: [Character]

    init(_ pattern: String) { self.pattern = Array(pattern) }

    func matches(_ text: String) -> Bool { matches(Array(text)) }

    /// Greedy with one point of return: linear but for patterns of many stars.
    private func matches(_ text: [Character]) -> Bool {
        var (at, in_) = (0, 0)
        var retry: (at: Int, in_: Int)?
        while at < text.count {
            if in_ < pattern.count, pattern[in_] == "*" {
                retry = (at, in_)
                in_ += 1
            } else if let next = step(text[at], at: in_) {
                at += 1
                in_ = next
            } else if let back = retry {
                retry = (back.at + 1, back.in_)
                at = back.at + 1
                in_ = back.in_ + 1
            } else {
                return false
            }
        }
        return pattern[in_...].allSatisfy { $0 == "*" }
    }

    /// Where the pattern goes on when its element at `index` takes this character; nil when it does not.
    private func step(_ character: Character, at index: Int) -> Int? {
        guard index < pattern.count else { return nil }
        switch pattern[index] {
        case "?": return index + 1
        case "[":
            guard let end = pattern[index...].dropFirst(2).firstIndex(of: "]") else { return character == "[" ? index + 1 : nil }
            let negated = pattern[index + 1] == "!"
            let set = Array(pattern[(index + (negated ? 2 : 1))..<end])
            return contains(set, character) != negated ? end + 1 : nil
        default: return pattern[index] == character ? index + 1 : nil
        }
    }

    private func contains(_ set: [Character], _ character: Character) -> Bool {
        var at = 0
        while at < set.count {
            if at + 2 < set.count, set[at + 1] == "-" {
                if set[at] <= set[at + 2], (set[at]...set[at + 2]).contains(character) { return true }
                at += 3
            } else {
                if set[at] == character { return true }
                at += 1
            }
        }
        return false
    }
}
