import SQLText
import SchemaModel

extension MigrationPlan {
    /// The record of an applied plan as a SQL file: both fingerprints in its head, then as `sql`.
    /// - Parameters:
    ///   - generation: its number in the journal.
    ///   - appliedAt: UTC, as `2026-01-31T12:00:00Z`.
    package func record(generation: Int, appliedAt: String) -> String {
        """
        -- Kerege migration \(generation), applied \(appliedAt)
        -- plan \(hash)
        -- from \(fromFingerprint)
        -- to   \(toFingerprint)
        -- A record: the journal (kerege.migrations) is what counts. Files are never read back.


        """ + sql
    }

    /// The steps up as statements, and the steps down as comments.
    package var sql: String {
        var out = "-- up\n\n"
        if !transactionalSteps.isEmpty {
            out += "BEGIN;\n\n" + transactionalSteps.map { $0.record }.joined(separator: "\n") + "\nCOMMIT;\n"
        }
        for step in laterSteps { out += "\n" + step.record }
        out += "\n-- down\n\n"
        for step in steps.reversed() {
            guard let down = step.down else {
                out += "-- \(step.id): can't be taken back\n"
                continue
            }
            if down.text.isEmpty { continue }
            out += "-- \(step.id)\n" + (down.text + ";").split(separator: "\n").map { "--   \($0)\n" }.joined()
        }
        return out
    }

    /// What the plan does, in a few words for a file's name: `add_posts_subtitle`, `create_posts_and_3_more`.
    package var slug: String {
        let first = steps.first { !$0.id.hasPrefix("create_extension") && !$0.id.hasPrefix("keep_") } ?? steps.first
        guard let first else { return "definitions" }
        let same = steps.filter { $0.id.split(separator: ":").first == first.id.split(separator: ":").first }
        var words = first.id.replacing("_table", with: "").replacing("_column", with: "")
        words = String(words.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }.prefix(60)).lowercased()
        return same.count > 1 ? "\(words)_and_\(same.count - 1)_more" : words
    }
}

extension MigrationStep {
    fileprivate var record: String {
        "-- \(id)" + (cause.map { " (\($0))" } ?? "") + "\n\(up.text);\n"
    }
}
