import JSONText
import SchemaModel

/// The explanation for people at a terminal.
extension ReadExplanation {
    /// - Parameter request: as it was asked.
    package func text(of request: String) -> String {
        var page = ExplanationPage()
        page.line(request)
        page.line("as \(access.who)" + (access.isAdmin ? ", with admin access: every row and field" : ""))
        for note in notes { page.line("note: \(note)") }
        page.add(policiesOf: access)
        if let refusal { page.add(refusal) }
        root?.add(to: &page)
        return page.text
    }
}

/// Lines under headings.
struct ExplanationPage {
    private var lines: [String] = []
    private static let column = 12

    var text: String { lines.joined(separator: "\n") }

    mutating func line(_ text: String, indent: Int = 0) { lines.append(String(repeating: " ", count: indent) + text) }

    mutating func heading(_ text: String) {
        lines.append("")
        lines.append(text)
    }

    /// `  rows        status _eq "published"`: further lines stand below the first.
    mutating func entry(_ name: String, _ values: [String]) {
        for (at, value) in values.enumerated() {
            let word = at == 0 ? name : ""
            lines.append("  " + word + String(repeating: " ", count: max(1, ExplanationPage.column - word.count)) + value)
        }
    }

    mutating func entry(_ name: String, _ value: String?) {
        if let value { entry(name, [value]) }
    }

    mutating func add(policiesOf access: AccessExplanation) {
        heading("policies")
        if access.policies.isEmpty { line("none", indent: 2) }
        let width = access.policies.map(\.name.count).max() ?? 0
        for policy in access.policies {
            let name = policy.name + String(repeating: " ", count: width - policy.name.count)
            let state = policy.applies ? "" : "; doesn't apply: it is bound to addresses"
            line("\(name)  of \(policy.through.joined(separator: ", "))\(state)", indent: 2)
        }
        if access.hasAppAccess, !access.isAdmin { line("and what everybody with app access may do (built in)", indent: 2) }
    }

    mutating func add(_ refusal: RefusalExplanation) {
        heading("refused: \(refusal.error.code.rawValue)")
        entry("while", refusal.stage.words)
        entry("answer", refusal.error.message)
        for missing in refusal.missing { entry("missing", missing.lines) }
    }
}

extension RefusalExplanation.Stage {
    fileprivate var words: String {
        switch self {
        case .query: "the query is read"
        case .collection: "the collection is looked up"
        case .key: "the key is read"
        case .names: "names become fields and relations"
        case .rights: "the caller's rights are applied"
        case .database: "PostgreSQL runs the statement"
        }
    }
}

extension MissingGrant {
    fileprivate var lines: [String] {
        let what = field.map { "field \"\($0)\" of \(collection)" } ?? "collection \"\(collection)\""
        let place = path.isEmpty ? "" : " (asked for in \(path.joined(separator: ".")))"
        if !exists { return ["\(what) does not exist\(place)" + (hint.map { "; did you mean \"\($0)\"?" } ?? "")] }
        let head = "read of \(what)\(place): no policy of the caller's grants it"
        if grantedBy.isEmpty { return [head, "no policy at all does; administrators alone may read it"] }
        return [head] + ["it is granted by \(grantedBy.joined(separator: ", "))"]
    }
}

extension LevelExplanation {
    fileprivate func add(to page: inout ExplanationPage) {
        page.heading(path.isEmpty ? "\(collection)" : "\(path.joined(separator: ".")) → \(collection)")
        let plain = fields.filter { $0.mask == nil }.map(\.words)
        if !plain.isEmpty { page.entry("fields", plain.joined(separator: ", ")) }
        page.entry("masked", fields.compactMap { field in field.mask.map { "\(field.words): null except where \($0)" } })
        page.entry("left out", leftOut.isEmpty ? nil : leftOut.joined(separator: ", ") + " (may not be read)")
        page.entry("aggregate", aggregation)
        page.entry("rows", rows.map { $0 == "no row" ? $0 : "where \($0)" } ?? "every row")
        page.entry("rules", grants.flatMap(\.lines))
        page.entry("filter", filter)
        page.entry("search", search)
        page.entry("sort", sort.isEmpty ? nil : sort.joined(separator: ", "))
        page.entry("limit", limitText)
        if !statement.sql.isEmpty { page.entry("SQL", SQLLines.lines(of: statement.sql)) }
        page.entry("values", statement.binds.enumerated().map { "$\($0.offset + 1) \($0.element.words)" })
        if let plan = statement.plan { page.add(plan) }
        for note in statement.notes { page.entry("note", note) }
        for advice in advice { page.entry("advice", advice.lines) }
        for level in below { level.add(to: &page) }
    }

    private var limitText: String? {
        let from = offset > 0 ? "from row \(offset + 1) on" : nil
        guard let limit else { return from }
        return "\(limit)" + (path.isEmpty ? "" : " for each of the level above") + (from.map { ", \($0)" } ?? "")
    }
}

extension FieldExplanation {
    fileprivate var words: String { (key == source ? key : "\(key) = \(source)") + (isConcealed ? " (concealed)" : "") }
}

extension GrantExplanation {
    fileprivate var lines: [String] {
        let what = "\(policy): read \(fields.isEmpty ? "no field" : fields.joined(separator: ", "))"
        let unused = counts ? "" : "; nothing of it is asked for"
        return [what, "  " + (rule.map { "where \($0.text)" } ?? "of every row") + "; \(place)\(unused)"]
    }
}

extension BindExplanation {
    fileprivate var words: String {
        let value = isHidden ? "hidden: it leads to a secret" : shown ?? "NULL"
        switch source {
        case .value: return "\(type) = \(value)"
        case .keys: return "\(type) = \(value) (\(type.hasSuffix("[]") ? "keys" : "the key"))"
        case .variable(let variable): return "\(type) = \(value) (\(variable.text))"
        }
    }
}

extension IndexAdvice {
    fileprivate var lines: [String] {
        switch remedy {
        case .none(let text): return [reason, text]
        case .index:
            return [reason, "an index would help; in \(file ?? "the file of \(collection)"), under `indexes:`", "  \(yaml ?? "")"]
        }
    }
}

extension ExplanationPage {
    fileprivate mutating func add(_ plan: DatabasePlan) {
        var head = "not run: only planned"
        if let execution = plan.execution {
            let planning = Words.milliseconds(plan.planning ?? 0)
            head = "planned in \(planning), run in \(Words.milliseconds(execution)), \(Words.rows(plan.root.actual?.rows ?? 0))"
        }
        entry("PostgreSQL", [head] + lines(of: plan.root, depth: 0))
    }

    private func lines(of step: DatabasePlan.Step, depth: Int) -> [String] {
        var text = String(repeating: "  ", count: depth) + (step.role.map { "\($0): " } ?? "") + step.name
        if let index = step.index { text += " by \(index)" }
        if let relation = step.relation { text += " on \(relation)" }
        text += "  " + Words.facts(of: step)
        return [text] + step.below.flatMap { lines(of: $0, depth: depth + 1) }
    }
}

/// Numbers with their units.
private enum Words {
    static func milliseconds(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        if value >= 100 { return "\(IndexWishes.count(value.rounded())) ms" }
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) ms"
    }

    static func rows(_ value: Double) -> String { value == 1 ? "1 row" : "\(IndexWishes.count(value)) rows" }

    static func facts(of step: DatabasePlan.Step) -> String {
        guard let actual = step.actual else { return "about \(rows(step.expectedRows)), cost \(IndexWishes.count(step.cost.rounded(.up)))" }
        if actual.loops == 0 { return "never run" }
        // PostgreSQL tells the rounded average of the loops.
        var facts = [(actual.loops > 1 ? "about " : "") + rows(actual.rows)]
        if actual.removed > 0 { facts.append("\(IndexWishes.count(actual.removed)) thrown away") }
        if actual.loops > 1 { facts.append("\(IndexWishes.count(actual.loops)) times") }
        facts.append(milliseconds(actual.milliseconds))
        if actual.pages > 0 { facts.append(actual.pages == 1 ? "1 page" : "\(IndexWishes.count(actual.pages)) pages") }
        if let method = actual.sortMethod { facts.append(method) }
        return facts.joined(separator: ", ")
    }
}
