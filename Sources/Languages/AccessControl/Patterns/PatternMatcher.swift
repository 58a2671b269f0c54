/// One match of a pattern against one text: all states at once, one scalar after the other.
struct PatternMatcher {
    let pattern: JavaScriptPattern
    let text: [UInt32]
    private var steps = 0
    /// States still to be followed; each call works above what it found there.
    private var open: [Int] = []

    init(pattern: JavaScriptPattern, text: [UInt32]) {
        self.pattern = pattern
        self.text = text
    }

    mutating func search() -> Bool { run(0, from: 0, isAnchored: false, endingAt: nil) && steps <= JavaScriptPattern.maximumSteps }

    /// - Parameter endingAt: the match has to end there (look-behind); nil = anywhere.
    private mutating func run(_ program: Int, from start: Int, isAnchored: Bool, endingAt end: Int?) -> Bool {
        let instructions = pattern.programs[program].instructions
        var states = StateSet(count: instructions.count)
        var following = StateSet(count: instructions.count)
        for position in start...max(start, end ?? text.count) {
            if position == start || !isAnchored { follow(0, at: position, instructions, &states) }
            if states.isMatching, end == nil || end == position { return true }
            guard position < text.count, !states.isEmpty || !isAnchored else { return false }
            following.removeAll()
            for state in states.members where consumes(instructions[state], text[position]) {
                follow(state + 1, at: position + 1, instructions, &following)
            }
            steps += states.members.count + 1
            if steps > JavaScriptPattern.maximumSteps { return false }
            swap(&states, &following)
        }
        return false
    }

    /// Adds a state and all that it reaches without consuming anything.
    private mutating func follow(_ first: Int, at position: Int, _ instructions: [PatternProgram.Instruction], _ states: inout StateSet) {
        let base = open.count
        open.append(first)
        while open.count > base {
            let state = open.removeLast()
            guard steps <= JavaScriptPattern.maximumSteps, states.insert(state) else { continue }
            steps += 1
            switch instructions[state] {
            case .scalar, .any, .set: states.members.append(state)
            case .match: states.isMatching = true
            case .jump(let target): open.append(target)
            case .split(let a, let b):
                open.append(b)
                open.append(a)
            case .start: if isStart(position) { open.append(state + 1) }
            case .end: if isEnd(position) { open.append(state + 1) }
            case .wordBoundary(let wanted): if isWordBoundary(position) == wanted { open.append(state + 1) }
            case .look(let program, let behind, let negated):
                let found =
                    behind
                    ? run(program, from: 0, isAnchored: false, endingAt: position) : run(program, from: position, isAnchored: true, endingAt: nil)
                if found != negated { open.append(state + 1) }
            }
        }
    }

    private func consumes(_ instruction: PatternProgram.Instruction, _ scalar: UInt32) -> Bool {
        switch instruction {
        case .scalar(let wanted): (pattern.flags.ignoresCase ? CaseFolding.fold(scalar) : scalar) == wanted
        case .any: pattern.flags.dotMatchesAll || !PatternMatcher.isLineEnd(scalar)
        case .set(let set): set.contains(scalar, ignoringCase: pattern.flags.ignoresCase)
        case .split, .jump, .start, .end, .wordBoundary, .look, .match: false
        }
    }

    private static func isLineEnd(_ scalar: UInt32) -> Bool { scalar == 10 || scalar == 13 || scalar == 0x2028 || scalar == 0x2029 }

    private func isStart(_ position: Int) -> Bool {
        position == 0 || pattern.flags.isMultiline && PatternMatcher.isLineEnd(text[position - 1])
    }

    private func isEnd(_ position: Int) -> Bool {
        position == text.count || pattern.flags.isMultiline && PatternMatcher.isLineEnd(text[position])
    }

    private func isWordBoundary(_ position: Int) -> Bool {
        let before = position > 0 && ScalarSet.word.contains { $0.contains(text[position - 1]) }
        let after = position < text.count && ScalarSet.word.contains { $0.contains(text[position]) }
        return before != after
    }
}

/// The states of one position.
private struct StateSet {
    /// Those that consume a scalar.
    var members: [Int] = []
    var isMatching = false
    private var marks: [Int]
    private var round = 1

    init(count: Int) { marks = [Int](repeating: 0, count: count) }

    var isEmpty: Bool { members.isEmpty }

    /// - Returns: false when it is there already.
    mutating func insert(_ state: Int) -> Bool {
        if marks[state] == round { return false }
        marks[state] = round
        return true
    }

    mutating func removeAll() {
        members.removeAll(keepingCapacity: true)
        isMatching = false
        round += 1
    }
}
