/// The name of a collection, as on the wire (`articles`, `directus_users`). Any text; whether it exists is asked of a `SchemaSnapshot`.
package struct CollectionName: Hashable, Sendable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    package let text: String
    package init(_ text: String) { self.text = text }
    package init(stringLiteral value: String) { text = value }
    package var description: String { text }
    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }
    /// Names of the server's own collections begin with this.
    package static let systemPrefix = "directus_"
    package var hasSystemPrefix: Bool { text.hasPrefix(Self.systemPrefix) }
}

/// The name of a field within its collection.
package struct FieldName: Hashable, Sendable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    package let text: String
    package init(_ text: String) { self.text = text }
    package init(stringLiteral value: String) { text = value }
    package var description: String { text }
    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }
}

/// A policy's key: a UUID in lower case.
package struct PolicyID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text.lowercased() }
    package var description: String { text }
    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }
    /// The policy of callers without a token, made at the first start (contract/items.md, 5.1).
    package static let `public` = PolicyID("abf8a154-5b1c-4a46-ac9c-7300570f4f17")
}

/// A role's key: a UUID in lower case.
package struct RoleID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text.lowercased() }
    package var description: String { text }
    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }
}

/// A user's key: a UUID in lower case.
package struct UserID: Hashable, Sendable, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text.lowercased() }
    package var description: String { text }
}
