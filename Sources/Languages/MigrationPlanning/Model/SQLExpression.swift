/// An expression in the model: a default, a check, a condition, what a generated column computes.
///
/// The server's print of an expression, given back to it, may print otherwise (`status IN ('a', 'b')` on a varchar takes two rounds to settle).
/// So the author's text is kept to write statements with, and the settled print to recognise what a dump and restore made.
package struct SQLExpression: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// As the server prints it; before normalisation as authored.
    package var text: String
    /// As written in a file.
    package var authored: String?
    /// The server's print of `text`, where it is another.
    package var settled: String?

    package init(_ text: String, authored: String? = nil) {
        self.text = text
        self.authored = authored
    }

    package init(stringLiteral value: String) { self.init(value) }

    package var description: String { text }

    /// For statements: what prints as `text`.
    package var source: String { authored ?? text }

    /// - Parameter live: the print of an expression in the catalogue.
    package func isSame(as live: SQLExpression) -> Bool { live.text == text || live.text == settled }

    package static func == (a: Self, b: Self) -> Bool { a.text == b.text }
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension SQLExpression? {
    func isSame(as live: SQLExpression?) -> Bool {
        guard let self, let live else { return self == nil && live == nil }
        return self.isSame(as: live)
    }
}
