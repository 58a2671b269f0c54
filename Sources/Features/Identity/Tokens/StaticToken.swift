internal import Digests

/// A static token as it stands in `directus_users.token`.
///
/// We write its SHA-256 (`sha256:<hex>`): tokens are long and random, so a fast hash is enough. Databases that come from elsewhere hold the
/// token itself; that works too (attack A21).
package struct StaticToken: Sendable, Hashable {
    static let prefix = "sha256:"
    /// In bytes of UTF-8; no longer text is looked up.
    package static let maximumBytes = 1024

    let text: String

    /// - Returns: nil for what can't be a token: empty, too long, with a NUL.
    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= StaticToken.maximumBytes, !text.utf8.contains(0) else { return nil }
        self.text = text
    }

    /// What is written to the table.
    package static func storedForm(of text: String) -> String { prefix + HashFunction.sha256.digest(of: text).hex }

    /// The texts that a row of this token may hold. A token that looks like a stored hash is never compared as plain text: who has read the
    /// table can't use what stands in it.
    var storedForms: [String] {
        let hashed = StaticToken.storedForm(of: text)
        return text.hasPrefix(StaticToken.prefix) ? [hashed] : [hashed, text]
    }

    /// Whether a row with this text belongs to the token, in a time that does not depend on how much of it is right.
    func matches(stored: String) -> Bool {
        storedForms.reduce(false) { found, form in constantTimeEquals(form, stored) || found }
    }
}
