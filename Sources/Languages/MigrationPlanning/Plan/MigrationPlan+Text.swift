import SQLText
import SchemaModel

extension MigrationPlan {
    /// For people: what will be done, what it locks, what was found. Which words a loss of data needs is in `allowTokens`.
    package var text: String { summary + mistakes + findings }

    /// For people, once it is applied: what was done.
    package var appliedText: String { summary + findings }

    private var summary: String {
        var out = changesNothing ? "nothing to do in the database" : "plan \(hash.prefix(12)): \(extent)"
        out += "\nfrom \(fromFingerprint.prefix(12)) to \(toFingerprint.prefix(12))\n"
        var number = 0
        for (title, part) in [("in one transaction", transactionalSteps), ("afterwards, one by one", laterSteps)] where !part.isEmpty {
            out += "\n\(title):\n"
            for step in part {
                number += 1
                out += step.text(number: number)
            }
        }
        return out + rightsText
    }

    private var extent: String {
        if !isEmpty { return "\(steps.count) step\(steps.count == 1 ? "" : "s")" }
        return rights.isEmpty ? "the tables stay, other definitions change (such as labels)" : "the tables stay, rights change"
    }

    private var mistakes: String {
        var out = ""
        for problem in problems {
            out += "\nproblem: \(problem.object): \(problem.detail)" + (problem.location.map { " (\($0))" } ?? "") + " [\(problem.code.rawValue)]\n"
        }
        for question in questions {
            let names = question.candidates.map { "\($0.name)" }.joined(separator: ", ")
            out += "\nquestion: \(question.dropped) is gone and \(names) is new: if it was renamed, say so there with "
            out += "`renamed_from: \(question.dropped.name.name)`; if it shall be dropped, allow it\n"
        }
        return out
    }

    private var findings: String {
        var out = ""
        for note in notes { out += "\nnote: \(note.object): \(note.detail) [\(note.code.rawValue)]" }
        if !notes.isEmpty { out += "\n" }
        if !unmanaged.isEmpty {
            out += "\nleft alone (no file defines it):\n"
            for object in unmanaged { out += "  \(object.kind.rawValue) \(object.name)\n" }
        }
        return out
    }
}

extension MigrationStep {
    fileprivate func text(number: Int) -> String {
        var out = "  \(number). \(id)" + (cause.map { "   (\($0))" } ?? "") + "\n"
        for line in up.text.split(separator: "\n") { out += "       \(line)\n" }
        var facts = locks.map { "\($0.level.words) on \($0.table.name)" }
        if rewritesTable { facts.append("rewrites the table") }
        if isBlocking { facts.append("blocks writers while it runs") }
        if let rows = estimatedRows, rows > 0, rewritesTable || isBlocking || phase != .transactional { facts.append("about \(rows) rows") }
        if !isReversible { facts.append("can't be taken back") }
        facts += hazards.map(\.rawValue)
        if !facts.isEmpty { out += "       -- \(facts.joined(separator: "; "))\n" }
        return out
    }
}
