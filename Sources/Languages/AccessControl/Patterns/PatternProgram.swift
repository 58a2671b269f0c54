/// A pattern as instructions of a state machine that follows all its branches at once.
struct PatternProgram: Sendable {
    enum Instruction: Sendable {
        case scalar(UInt32)
        case any
        case set(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case start, end
        case wordBoundary(Bool)
        /// Index of a program of its own.
        case look(Int, behind: Bool, negated: Bool)
        case match
    }

    var instructions: [Instruction] = []
}

struct PatternCompiler {
    let flags: JavaScriptPattern.Flags
    /// The pattern itself first, then its look-arounds.
    private(set) var programs: [PatternProgram] = []
    private var size = 0

    init(flags: JavaScriptPattern.Flags) { self.flags = flags }

    /// - Returns: false when the program gets too long.
    mutating func compile(_ node: PatternNode) -> Bool { add(node) != nil }

    private mutating func add(_ node: PatternNode) -> Int? {
        let index = programs.count
        programs.append(PatternProgram())
        guard emit(node, into: index), append(.match, to: index) else { return nil }
        return index
    }

    private mutating func append(_ instruction: PatternProgram.Instruction, to program: Int) -> Bool {
        size += 1
        guard size <= JavaScriptPattern.maximumInstructions else { return false }
        programs[program].instructions.append(instruction)
        return true
    }

    private mutating func emit(_ node: PatternNode, into program: Int) -> Bool {
        switch node {
        case .empty: return true
        case .scalar(let value): return append(.scalar(flags.ignoresCase ? CaseFolding.fold(value) : value), to: program)
        case .any: return append(.any, to: program)
        case .set(let set): return append(.set(set), to: program)
        case .start: return append(.start, to: program)
        case .end: return append(.end, to: program)
        case .wordBoundary: return append(.wordBoundary(true), to: program)
        case .notWordBoundary: return append(.wordBoundary(false), to: program)
        case .sequence(let parts):
            for part in parts where !emit(part, into: program) { return false }
            return true
        case .alternatives(let parts): return emit(alternatives: parts, into: program)
        case .repeated(let inner, let minimum, let maximum): return emit(inner, minimum, maximum, into: program)
        case .look(let inner, let behind, let negated):
            guard let look = add(inner) else { return false }
            return append(.look(look, behind: behind, negated: negated), to: program)
        }
    }

    private func here(_ program: Int) -> Int { programs[program].instructions.count }

    private mutating func emit(alternatives: [PatternNode], into program: Int) -> Bool {
        var jumps: [Int] = []
        for (index, part) in alternatives.enumerated() {
            let split = here(program)
            let isLast = index == alternatives.count - 1
            if !isLast, !append(.split(split + 1, 0), to: program) { return false }
            guard emit(part, into: program) else { return false }
            if isLast { continue }
            jumps.append(here(program))
            guard append(.jump(0), to: program) else { return false }
            programs[program].instructions[split] = .split(split + 1, here(program))
        }
        for jump in jumps { programs[program].instructions[jump] = .jump(here(program)) }
        return true
    }

    private mutating func emit(_ inner: PatternNode, _ minimum: Int, _ maximum: Int?, into program: Int) -> Bool {
        for _ in 0..<minimum where !emit(inner, into: program) { return false }
        guard let maximum else {
            let split = here(program)
            guard append(.split(split + 1, 0), to: program), emit(inner, into: program), append(.jump(split), to: program) else { return false }
            programs[program].instructions[split] = .split(split + 1, here(program))
            return true
        }
        var splits: [Int] = []
        for _ in minimum..<max(minimum, maximum) {
            splits.append(here(program))
            guard append(.split(0, 0), to: program), emit(inner, into: program) else { return false }
        }
        for split in splits { programs[program].instructions[split] = .split(split + 1, here(program)) }
        return true
    }
}

enum CaseFolding {
    /// Lower case where that is one scalar.
    static func fold(_ value: UInt32) -> UInt32 {
        if value < 128 { return (65...90).contains(value) ? value + 32 : value }
        guard let mapped = Unicode.Scalar(value)?.properties.lowercaseMapping.unicodeScalars, mapped.count == 1 else { return value }
        return mapped.first?.value ?? value
    }

    static func upper(_ value: UInt32) -> UInt32 {
        guard let mapped = Unicode.Scalar(value)?.properties.uppercaseMapping.unicodeScalars, mapped.count == 1 else { return value }
        return mapped.first?.value ?? value
    }
}
